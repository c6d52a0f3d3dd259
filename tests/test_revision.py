"""Revised tables: what was decided otherwise is made anew, the rest stays where it is."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from cleaner.engine import void
from cleaner.engine.embedded import Embedded, EmbeddedSettings


def decisions(keys: dict[int, str]) -> pa.RecordBatch:
    rows = [{"doc_id": f"d{n}", "item_key": "i", "decision_key": key, "said": key.upper()} for n, key in keys.items()]
    return pa.RecordBatch.from_pylist(rows)


def told(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.append_column("work", pa.array([os.getpid()] * batch.num_rows)).drop_columns(["item_key"])


def test_a_revised_table_makes_anew_what_was_decided_otherwise_and_keeps_the_rest(tmp_path: Path) -> None:
    schema = pa.schema(
        [("doc_id", pa.string()), ("decision_key", pa.string()), ("said", pa.string()), ("work", pa.int64())]
    )
    source = pa.schema([("doc_id", pa.string()), ("item_key", pa.string())])
    documents = pa.RecordBatch.from_pydict({"doc_id": [f"d{n}" for n in range(5)], "item_key": ["i"] * 5}, source)
    seen = []
    changed = {0: "a", 1: "x", 2: "c", 3: "d"}
    for keys in ({0: "a", 1: "b", 2: "c"}, changed, changed):
        with Embedded(tmp_path, EmbeddedSettings()) as engine:
            src = engine.groups("documents", source, iter([[documents.slice(0, 2)], [documents.slice(2)]]))
            batch = decisions(keys)
            beside = engine.table("decided", batch.schema, iter([batch]))
            made = engine.revise("made", told, src, beside, schema)
            seen.append(engine.rows("SELECT doc_id, said, work FROM t ORDER BY doc_id", t=made))
    assert [[row[:2] for row in rows] for rows in seen[:2]] == [
        [("d0", "A"), ("d1", "B"), ("d2", "C")],
        [("d0", "A"), ("d1", "X"), ("d2", "C"), ("d3", "D")],
    ]
    assert seen[1][0] == seen[0][0]  # the work of the first run
    assert seen[1][1][2] != seen[0][1][2]
    assert seen[2] == seen[1]


class Revised(NamedTuple):
    """A table after a run: its rows, those of what is derived from it, and the files that hold either."""

    rows: list[tuple[object, ...]]
    derived: list[tuple[object, ...]]
    files: set[str]
    derived_files: set[str]


def briefly(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        said = pc.utf8_slice_codeunits(batch.column("said"), 0, 1)
        yield pa.RecordBatch.from_arrays([batch.column("doc_id"), said], names=["doc_id", "said"])


def revised(folder: Path, keys: dict[int, str], documents: int = 6, in_group: int = 3) -> Revised:
    ids = [f"d{n}" for n in range(documents)]
    source = pa.schema([("doc_id", pa.string()), ("item_key", pa.string())])
    schema = pa.schema([*source, ("decision_key", pa.string()), ("said", pa.string())]).remove(1)
    rows = pa.RecordBatch.from_pydict({"doc_id": ids, "item_key": ["i"] * documents}, source)
    with Embedded(folder, EmbeddedSettings()) as engine:
        groups = iter([[rows.slice(first, in_group)] for first in range(0, documents, in_group)])
        src = engine.groups("documents", source, groups)
        batch = decisions(keys)
        beside = engine.table("decided", batch.schema, iter([batch]))
        made = engine.revise("made", said, src, beside, schema)
        derived = engine.derive("derived", briefly, made, pa.schema([("doc_id", pa.string()), ("said", pa.string())]))
        query = "SELECT doc_id, said FROM t ORDER BY doc_id"
        mapped = engine.map("mapped", iter, made, schema)
        assert engine.rows(query, t=mapped) == engine.rows(query, t=made)
        in_files = [row["doc_id"] for batch in void.rows_of(made, ["doc_id", "said"], 7) for row in batch.to_pylist()]
        assert sorted(in_files) == sorted(keys_of(keys))
        tables = [engine.rows(query, t=table) for table in (made, derived)]
    files = [{path.name for path in table.glob("*.parquet")} - {"0.parquet"} for table in (made, derived)]
    return Revised(tables[0], tables[1], files[0], files[1])


def said(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.drop_columns(["item_key"])


def keys_of(keys: dict[int, str]) -> list[str]:
    return [f"d{n}" for n in keys]


def rows_of(keys: dict[int, str]) -> list[tuple[object, ...]]:
    return sorted((f"d{n}", key.upper()) for n, key in keys.items())


def test_files_of_a_revised_table_stay_and_what_is_decided_otherwise_goes_to_a_new_one(tmp_path: Path) -> None:
    keys = dict.fromkeys(range(120), "ab")
    first = revised(tmp_path, keys, 120, 40)
    assert first.rows == rows_of(keys)
    assert first.files == {"1.parquet", "2.parquet", "3.parquet"}
    some = keys | {0: "xy", 41: "xy", 119: "z"}
    other = revised(tmp_path, some, 120, 40)
    assert other.rows == rows_of(some)
    assert other.files == {*first.files, "4.parquet"}
    assert [said for _, said in other.derived] == [said[0] for _, said in rows_of(some)]  # type: ignore[index]
    assert other.derived_files == {*first.derived_files, "of-4-0.parquet"}
    fewer = {n: key for n, key in some.items() if n not in (1, 41)}
    gone = revised(tmp_path, fewer, 120, 40)
    assert (gone.rows, gone.files) == (rows_of(fewer), other.files)
    back = revised(tmp_path, keys, 120, 40)  # as it was at first: the older rows are there
    assert (back.rows, back.derived) == (first.rows, first.derived)
    assert back.files == first.files


def test_few_documents_of_many_row_groups_are_one_task(tmp_path: Path) -> None:
    keys = dict.fromkeys(range(60), "a")
    assert len(revised(tmp_path, keys, 60, 5).files) == 2


def test_a_revised_table_loses_documents_and_gets_others(tmp_path: Path) -> None:
    revised(tmp_path, {0: "a", 1: "b", 2: "c", 3: "d"})
    keys = {0: "a", 2: "c", 3: "d", 5: "f"}
    found = revised(tmp_path, keys)
    assert found.rows == found.derived == rows_of(keys)
    alone = revised(tmp_path, {3: "d"})
    assert alone.rows == alone.derived == rows_of({3: "d"})


def test_rows_that_are_gone_from_a_revised_table_are_made_again(tmp_path: Path) -> None:
    keys = dict.fromkeys(range(80), "a")
    first = revised(tmp_path, keys, 80, 40)
    (tmp_path / "made" / "1.parquet").unlink()
    assert revised(tmp_path, keys, 80, 40).rows == first.rows
    (tmp_path / "made_by" / "2.parquet").unlink()  # killed before its rows were known to be complete
    last = revised(tmp_path, keys, 80, 40)
    assert last.rows == last.derived == first.rows
    assert len(last.files) == 2
