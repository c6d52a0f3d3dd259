"""Verdicts kept from run to run: a grown corpus gives what a run from scratch gives, and aligns only what is new."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.reuse import comparing
from cleaner.reuse.fact_tables import PARAGRAPHS
from cleaner.reuse.settings import Settings
from cleaner.reuse.stage import run
from tests.reuse_texts import invented, paragraphs, rows_of, stored

BOATS = "The firm run by {} and his partner {} said that sales of its boats had doubled since the spring of last year."
NAMED = "In the {} hall people such as Rowan and Alder met those who had come with Hazel and Linden from the coast."


def tables_of(engine: Embedded, rows: pa.Table) -> dict[str, list[dict[str, Any]]]:
    return rows_of(run(engine, stored(engine, rows), Settings()))


def from_scratch(folder: Path, rows: pa.Table) -> dict[str, list[dict[str, Any]]]:
    with Embedded(folder, EmbeddedSettings(workers=1)) as engine:
        return tables_of(engine, rows)


def texts(count: int) -> pa.Table:
    return paragraphs([{"doc_id": f"d{n:04d}", "text": text} for n, text in enumerate(invented(count))])


@pytest.fixture
def aligned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the numbers of pairs that were aligned, call by call."""
    counts: list[int] = []

    def counting(texts: object, left: Any, *rest: object) -> Any:
        counts.append(len(left))
        return verify(texts, left, *rest)

    verify = comparing.verify
    monkeypatch.setattr(comparing, "verify", counting)
    return counts


def test_a_grown_corpus_gives_what_scratch_gives_and_aligns_the_new(tmp_path: Path, aligned: list[int]) -> None:
    rows = texts(600)
    scratch = from_scratch(tmp_path / "scratch", rows)
    every = sum(aligned)
    with Embedded(tmp_path / "tables", EmbeddedSettings(workers=1)) as engine:
        tables_of(engine, rows.slice(0, 590))
        aligned.clear()
        assert tables_of(engine, rows) == scratch
        assert 0 < sum(aligned) < every / 10
        aligned.clear()
        assert tables_of(engine, rows) == scratch
        assert sum(aligned) == 0


def test_links_between_files_that_stay_as_they_are_are_told_once(tmp_path: Path) -> None:
    rows = texts(600)
    with Embedded(tmp_path / "tables", EmbeddedSettings(workers=1)) as engine:
        table = engine.table("grown", PARAGRAPHS, iter(rows.slice(0, 500).to_batches()))
        every = rows_of(run(engine, table, Settings()))["links"]
        pq.write_table(rows.slice(500), table / "1.parquet")
        assert rows_of(run(engine, table, Settings())) == from_scratch(tmp_path / "scratch", rows)
        ((fresh,),) = engine.rows("SELECT count(*) FROM t", t=engine.folder / "reuse_fresh")
        assert 0 < fresh < len(every) / 2
        changed = pc.replace_substring(rows["text"].slice(500), "Alder", "Elder")
        pq.write_table(
            rows.slice(500).set_column(rows.column_names.index("text"), "text", changed), table / "1.parquet"
        )
        grown = pa.concat_tables([rows.slice(0, 500), pq.read_table(table / "1.parquet")])
        assert rows_of(run(engine, table, Settings())) == from_scratch(tmp_path / "changed", grown)


def test_what_was_cut_short_on_disk_is_made_anew(tmp_path: Path, aligned: list[int]) -> None:
    rows = texts(120)
    with Embedded(tmp_path / "tables", EmbeddedSettings(workers=1)) as engine:
        first = tables_of(engine, rows)
        every = sum(aligned)
        aligned.clear()
        for path in (tmp_path / "tables" / "reuse_remembered").iterdir():
            path.write_bytes(path.read_bytes()[:-1])
        assert tables_of(engine, rows) == first
        assert sum(aligned) == every


def test_a_shrunk_corpus_gives_what_scratch_gives(tmp_path: Path) -> None:
    rows = texts(300)
    with Embedded(tmp_path / "tables", EmbeddedSettings(workers=1)) as engine:
        tables_of(engine, rows)
        assert tables_of(engine, rows.slice(60, 200)) == from_scratch(tmp_path / "scratch", rows.slice(60, 200))


def test_documents_that_make_names_of_words_change_old_verdicts(tmp_path: Path) -> None:
    pair = [{"text": BOATS.format("rowan", "alder")}, {"text": BOATS.format("hazel", "linden")}]
    named = [{"text": NAMED.format(hall)} for hall in ("old", "new", "long", "great", "little")]
    with Embedded(tmp_path / "tables", EmbeddedSettings(workers=1)) as engine:
        assert [link["kind"] for link in tables_of(engine, paragraphs(pair))["links"]] == ["near_copy"]
        grown = tables_of(engine, paragraphs([*pair, *named]))
    assert grown == from_scratch(tmp_path / "scratch", paragraphs([*pair, *named]))
    assert {"revision"} <= {link["kind"] for link in grown["links"]}
