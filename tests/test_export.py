"""Exports: every row, in forms that other tools read back, and nothing that runs when it is opened."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from cleaner.cli.export import export
from cleaner.writing.export import (
    export_csv,
    export_jsonl,
    export_parquet,
    export_sqlite,
    export_text,
    guarded,
    harmless_path,
    unguarded,
)
from cleaner.writing.reader import OutputError, table_rows
from cleaner.writing.schema import TABLES
from tests.demo_tables import write_demo_tables

FORMULAS = ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "'=1", '=HYPERLINK("http://x.example","a")', "＝1+1"]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export") / "out"
    return write_demo_tables(folder, [("formulas.example/../a.txt", ["A headline", *FORMULAS])])


@pytest.mark.parametrize("table", TABLES)
def test_parquet_is_one_file_with_every_row_of_a_file_or_of_parts(out: Path, table: str, tmp_path: Path) -> None:
    rows = pq.read_table(out / f"{table}.parquet")
    parts = shutil.copytree(out, tmp_path / "parts")
    (parts / f"{table}.parquet").unlink()
    (parts / f"{table}.parquet").mkdir()
    for number in range(2):
        half = rows.slice(number * (rows.num_rows // 2), None if number else rows.num_rows // 2)
        pq.write_table(half, parts / f"{table}.parquet" / f"part-{number:05d}.parquet")
    for folder in (out, parts):
        made = tmp_path / f"of-{folder.name}.parquet"
        assert export_parquet(folder, made, table) == rows.num_rows
        assert pq.read_table(made).equals(rows)
        with pytest.raises(OutputError, match="exists already"):
            export_parquet(folder, made, table)


@pytest.mark.parametrize("table", TABLES)
def test_jsonl_holds_every_row(out: Path, table: str) -> None:
    sink = io.StringIO()
    rows = list(table_rows(out, table))
    assert export_jsonl(out, sink, table) == len(rows)
    back = [json.loads(line) for line in sink.getvalue().splitlines()]
    assert [list(row) for row in back] == [TABLES[table].names] * len(rows)
    if table == "corpus":
        assert [row["text"] for row in back] == [row["text"] for row in rows]


def test_csv_cells_are_no_formulas_and_can_be_had_back(out: Path) -> None:
    sink = io.StringIO(newline="")
    export_csv(out, sink)
    rows = list(csv.DictReader(io.StringIO(sink.getvalue(), newline="")))
    assert not any(cell[:1] in "=+-@\t\r" for row in rows for cell in row.values() if cell and not cell[1:].isdigit())
    assert [unguarded(row["text"]) for row in rows] == [row["text"] for row in table_rows(out, "corpus")]


def test_csv_raw_is_raw(out: Path) -> None:
    sink = io.StringIO(newline="")
    export_csv(out, sink, guard=False)
    texts = [row["text"] for row in csv.DictReader(io.StringIO(sink.getvalue(), newline=""))]
    assert texts == [row["text"] for row in table_rows(out, "corpus")]


@given(st.text(alphabet="'=+-@\t\r\na＝ "))
def test_the_guard_loses_nothing(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in set("=+-@\t\r＝")


def test_sqlite_holds_all_tables_with_indexes(out: Path, tmp_path: Path) -> None:
    path = tmp_path / "corpus.sqlite"
    assert export_sqlite(out, path) == sum(len(list(table_rows(out, name))) for name in TABLES)
    with sqlite3.connect(path) as database:
        query = (
            "SELECT c.text, d.outlet FROM corpus c JOIN documents d USING (doc_id) ORDER BY d.source_uri, c.position"
        )
        found = database.execute(query).fetchall()
        indexes = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}
    assert [text for text, _ in found] == [row["text"] for row in table_rows(out, "corpus")]
    assert {"corpus_doc_id", "paragraphs_cluster_id", "matches_a_paragraph_id"} <= indexes
    with pytest.raises(OutputError, match="exists already"):
        export_sqlite(out, path)


def test_text_files_stay_below_their_folder(out: Path, tmp_path: Path) -> None:
    folder = tmp_path / "text"
    assert export_text(out, folder) == 16
    assert (folder / "formulas.example" / "_" / "a.txt").read_text(encoding="utf-8").startswith("A headline\n\n=1+1")
    with pytest.raises(OutputError, match="not empty"):
        export_text(out, folder)


@given(st.text())
def test_no_name_escapes(name: str) -> None:
    path = harmless_path(name)
    assert not path.is_absolute()
    assert ".." not in path.parts
    assert all(part.strip() for part in path.parts)


def test_command_streams_and_says_how_many(out: Path, tmp_path: Path) -> None:
    runner = CliRunner()
    streamed = runner.invoke(export, [str(out), "--jsonl", "--table", "documents"])
    assert streamed.exit_code == 0
    assert len(streamed.stdout.splitlines()) == 16
    assert "16 written" in streamed.stderr
    assert runner.invoke(export, [str(out), "--csv", "-o", str(tmp_path / "c.csv")]).exit_code == 0
    assert runner.invoke(export, [str(out)]).exit_code == 2
    assert "needs -o" in runner.invoke(export, [str(out), "--sqlite"]).stderr


def test_unknown_table_names_the_tables(out: Path) -> None:
    with pytest.raises(OutputError, match="corpus, documents"):
        export_jsonl(out, io.StringIO(), "papers")
