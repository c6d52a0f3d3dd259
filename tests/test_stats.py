"""Counts of a run, and what differs between two."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from cleaner.cli.compare import compare as compare_command
from cleaner.cli.report import report as report_command
from cleaner.cli.stats import stats as stats_command
from cleaner.comparison import compare
from cleaner.counts import stats
from tests.demo_tables import write_demo_tables


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_demo_tables(tmp_path_factory.mktemp("stats") / "out")


@pytest.fixture
def other(out: Path, tmp_path: Path) -> Path:
    """The same run, but one phrase is no longer taken out and one kept text reads differently."""
    folder = Path(shutil.copytree(out, tmp_path / "other"))
    table = pq.read_table(folder / "paragraphs.parquet")
    rows = table.to_pylist()
    freed = next(row for row in rows if row["source_text"] == "Post a Comment")
    freed |= {"status": "kept", "text": "Post a Comment", "rule_ids": []}
    changed = next(row for row in rows if (row["text"] or "").startswith("By noon the fish hall"))
    changed["text"] = "By noon the fish hall sold soup."
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), folder / "paragraphs.parquet")
    return folder


def test_outlets_add_up(out: Path) -> None:
    found = stats(out)
    assert len(found.outlets) == 5
    assert sum(row.documents for row in found.outlets) == found.totals.documents == 15
    assert all(row.kept + row.removed + row.copies == row.characters for row in found.outlets)
    paragraphs = pq.read_table(out / "paragraphs.parquet", columns=["status", "source_text"])
    kept = paragraphs.filter(pc.field("status") == "kept")["source_text"]
    assert sum(row.kept for row in found.outlets) == pc.sum(pc.utf8_length(kept)).as_py()


def test_rules_and_languages_are_counted(out: Path) -> None:
    found = stats(out)
    assert {row.rule_id: row.hits for row in found.rules}["repair/proper-lower"] == 7
    assert [(row.language, row.documents) for row in found.languages] == [("en", 15)]


def test_a_run_does_not_differ_from_itself(out: Path) -> None:
    assert compare(out, out).same


def test_changes_are_told_by_fate_rule_document_and_text(out: Path, other: Path) -> None:
    found = compare(out, other)
    assert [(c.before, c.after, c.paragraphs) for c in found.fates] == [("chrome", "kept", 1)]
    assert found.text_changes == 1
    assert [(c.change, c.paragraphs) for c in found.documents] == [("changed", 1), ("changed", 1)]
    assert [c.before - c.after for c in found.rules] == [1]
    texts = {e.before: e.after for e in found.examples}
    assert texts["By noon the fish hall had begun to sell soup. By two it had sold all of it."].endswith("sold soup.")


def test_added_and_removed_documents_are_told(out: Path, tmp_path: Path) -> None:
    more = write_demo_tables(tmp_path / "more", [("new.example/a.txt", ["A headline", "And a text."])])
    found = compare(out, more)
    assert [(d.source_uri, d.change) for d in found.documents] == [("new.example/a.txt", "added")]
    assert {(f.before, f.after) for f in found.fates} == {("new", "kept")}


def test_commands_print_tables_and_json(out: Path, other: Path) -> None:
    runner = CliRunner()
    printed = runner.invoke(stats_command, [str(out), "--by", "outlet"])
    assert printed.exit_code == 0
    assert "northsoundwire.example" in printed.stdout
    assert json.loads(runner.invoke(stats_command, [str(out), "--json"]).stdout)["totals"]["documents"] == 15
    assert "No difference" in runner.invoke(compare_command, [str(out), str(out)]).stdout
    assert "Post a Comment" in runner.invoke(compare_command, [str(out), str(other)]).stdout
    assert json.loads(runner.invoke(compare_command, [str(out), str(other), "--json"]).stdout)["text_changes"] == 1


def test_report_command_writes_page_and_cards(out: Path) -> None:
    done = CliRunner().invoke(report_command, [str(out)])
    assert done.stdout.strip() == str(out / "report.html")
    assert all((out / name).exists() for name in ("report.html", "croissant.json", "DATA_CARD.md"))
