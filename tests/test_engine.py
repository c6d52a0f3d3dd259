"""The embedded engine: three verbs, and documents that raise, hang or kill cost only themselves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from cleaner.engine.base import Query, Sorting
from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.engine.guard import GuardedMap
from cleaner.engine.workers import ChildLimits

IN = pa.schema([("n", pa.int64())])
OUT = pa.schema([("n", pa.int64()), ("square", pa.int64()), ("reason", pa.string())])


def numbers(batches: Iterator[pa.RecordBatch]) -> Iterator[int]:
    for batch in batches:
        yield from batch.column(0).to_pylist()


def row(n: int, square: int | None, reason: str | None) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist([{"n": n, "square": square, "reason": reason}], OUT)


def squares(chunk: list[int]) -> pa.RecordBatch:
    for n in chunk:
        if n == 7:
            raise ValueError("seven")
        if n == 13:
            os.kill(os.getpid(), signal.SIGSEGV)
        if n == 17:
            time.sleep(60)
        if n == 19:
            bytearray(1 << 34)
    return pa.RecordBatch.from_pylist([{"n": n, "square": n * n, "reason": None} for n in chunk], OUT)


def failed(n: int, reason: str) -> pa.RecordBatch:
    return row(n, None, reason)


def source(engine: Embedded, count: int) -> Path:
    batch = pa.RecordBatch.from_pydict({"n": list(range(count))}, IN)
    return engine.table("numbers", IN, iter([batch]))


@pytest.mark.parametrize("workers", [1, 2])
def test_bad_items_become_error_rows_and_cost_nothing_else(tmp_path: Path, workers: int) -> None:
    limits = ChildLimits(item_seconds=1.0, memory_bytes=1 << 30)
    with Embedded(tmp_path, EmbeddedSettings(workers=workers, limits=limits)) as engine:
        made = engine.map("squares", GuardedMap(numbers, squares, failed, size=4), source(engine, 30), OUT)
        rows = engine.rows("SELECT n, square, reason FROM t ORDER BY n", t=made)
    assert [(n, square) for n, square, reason in rows if reason is None] == [
        (n, n * n) for n in range(30) if n not in (7, 13, 17, 19)
    ]
    reasons = {n: reason for n, _, reason in rows if reason is not None}
    assert reasons[7] == "ValueError: seven"
    assert "died (exit code -11)" in reasons[13]
    assert reasons[17] == "took more than 1 s"
    assert reasons[19].startswith("MemoryError")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc to find the children")
def test_a_child_that_hangs_ends_with_the_run_that_is_killed(tmp_path: Path) -> None:
    code = (
        "import sys; from functools import partial; from tests.test_engine import *\n"
        "engine, place = Embedded(Path(sys.argv[1]), EmbeddedSettings()), Path(sys.argv[1]) / 'pid'\n"
        "engine.map('hang', GuardedMap(numbers, partial(hang, place=place), failed), source(engine, 1), OUT)"
    )
    run = subprocess.Popen([sys.executable, "-c", code, tmp_path], cwd=Path(__file__).parent.parent)
    place = tmp_path / "pid"
    while not (place.exists() and place.read_text()):
        assert run.poll() is None
        time.sleep(0.05)
    child = place.read_text()
    run.kill()
    run.wait()
    for _ in range(600):
        if not Path(f"/proc/{child}").exists() or Path(f"/proc/{child}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the child hangs on")


def hang(_chunk: list[int], place: Path) -> pa.RecordBatch:
    place.write_text(str(os.getpid()))
    time.sleep(600)
    raise AssertionError


def test_what_an_earlier_run_left_stays_when_rows_are_added(tmp_path: Path) -> None:
    fn = GuardedMap(numbers, squares, failed)
    for count in (3, 5):
        with Embedded(tmp_path, EmbeddedSettings()) as engine:
            made = engine.append("squares", fn, source(engine, count), OUT)
            rows = engine.rows("SELECT n FROM t ORDER BY n", t=made)
    assert [n for (n,) in rows] == [0, 0, 1, 1, 2, 2, 3, 4]


def test_an_empty_table_is_legal_everywhere(tmp_path: Path) -> None:
    with Embedded(tmp_path, EmbeddedSettings()) as engine:
        none = engine.table("none", IN, iter(()))
        mapped = engine.map("mapped", GuardedMap(numbers, squares, failed), none, OUT)
        joined = engine.sql("joined", "SELECT a.n FROM a JOIN b ON a.n = b.n", a=mapped, b=none)
        assert engine.rows("SELECT count(*) FROM t", t=joined) == [(0,)]
        assert engine.export(joined, "n", list) == []


def test_export_hands_over_rows_in_order(tmp_path: Path) -> None:
    with Embedded(tmp_path, EmbeddedSettings(workers=2)) as engine:
        rows = pa.RecordBatch.from_pydict({"n": [(k * 7919) % 50_000 for k in range(50_000)]}, IN)
        src = engine.table("numbers", IN, iter([rows]))
        got = engine.export(src, "n", lambda batches: [n for batch in batches for n in batch.column(0).to_pylist()])
    assert got == sorted(got)
    assert len(got) == 50_000


def test_tables_in_parts_are_sorted_each_by_itself(tmp_path: Path) -> None:
    def listed(_number: int | None, batches: Iterator[pa.RecordBatch]) -> list[int]:
        return [n for batch in batches for n in batch.column(0).to_pylist()]

    with Embedded(tmp_path, EmbeddedSettings(workers=2)) as engine:
        rows = pa.RecordBatch.from_pydict({"n": [(k * 7919) % 50_000 for k in range(50_000)]}, IN)
        src = engine.table("numbers", IN, iter([rows]))
        some = [Sorting(Query(f"SELECT n FROM t WHERE n % {k} = 0", {"t": src}), "n", listed) for k in (3, 2, 7)]
        got = engine.parts([*some, Sorting(src, "n DESC", listed)], 10)
    assert got == [[list(range(0, 50_000, step))] for step in (3, 2, 7)] + [[list(range(49_999, -1, -1))]]


def test_a_write_that_fails_stops_the_others(tmp_path: Path) -> None:
    def failing(_number: int | None, batches: Iterator[pa.RecordBatch]) -> int:
        raise OSError(f"no space left for {next(batches).num_rows} rows")

    with Embedded(tmp_path, EmbeddedSettings(workers=2)) as engine:
        src = source(engine, 4)
        with pytest.raises(OSError, match="no space left for 4 rows"):
            engine.parts([Sorting(src, "n", failing), Sorting(src, "n", failing)], 10)


def test_a_table_made_anew_is_read_anew(tmp_path: Path) -> None:
    with Embedded(tmp_path, EmbeddedSettings()) as engine:
        for round_ in range(30):
            src = source(engine, 50 + round_)
            made = engine.sql("made", f"SELECT n, n * {round_} AS m FROM t", t=src)
            assert engine.rows("SELECT count(*), max(m) FROM t", t=made) == [(50 + round_, (49 + round_) * round_)]


def test_files_of_what_is_gone_go_once_most_rows_are(tmp_path: Path) -> None:
    fn = GuardedMap(numbers, squares, failed)
    with Embedded(tmp_path, EmbeddedSettings()) as engine:
        for first in (20, 23, 26, 29):
            rows = pa.RecordBatch.from_pydict({"n": list(range(first, first + 3))}, IN)
            made = engine.append("squares", fn, engine.table("numbers", IN, iter([rows])), OUT)
        for live, left in (((20, 21, 22, 23, 26, 29), 12), ((20, 21, 23, 29), 6)):
            rows = pa.RecordBatch.from_pydict({"n": list(live)}, IN)
            engine.thinned(made, "n", engine.table("live", IN, iter([rows])))
            assert engine.rows("SELECT count(*) FROM t", t=made) == [(left,)]


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
    for keys in ({0: "a", 1: "b", 2: "c"}, {0: "a", 1: "x", 3: "d"}, {0: "a", 1: "x", 3: "d"}):
        with Embedded(tmp_path, EmbeddedSettings()) as engine:
            src = engine.groups("documents", source, iter([[documents.slice(0, 2)], [documents.slice(2)]]))
            batch = decisions(keys)
            beside = engine.table("decided", batch.schema, iter([batch]))
            made = engine.revise("made", told, src, beside, schema, ("said",))
            seen.append(engine.rows("SELECT doc_id, said, work FROM t ORDER BY doc_id", t=made))
    assert [[row[:2] for row in rows] for rows in seen[:2]] == [
        [("d0", "A"), ("d1", "B"), ("d2", "C")],
        [("d0", "A"), ("d1", "X"), ("d3", "D")],
    ]
    assert seen[1][0] == seen[0][0]  # the work of the first run
    assert seen[1][1][2] != seen[0][1][2]
    assert seen[2] == seen[1]


def shortly_told(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Say the first letter alone: most decisions come to the same."""
    for batch in told(batches):
        said = pc.utf8_slice_codeunits(batch.column("said"), 0, 1)
        yield batch.set_column(batch.schema.get_field_index("said"), "said", said).drop_columns(["decision_key"])


class Revised(NamedTuple):
    """A table after a run: its rows, and the files that hold them."""

    rows: list[tuple[object, ...]]
    files: set[str]


def revised(folder: Path, keys: dict[int, str]) -> Revised:
    source = pa.schema([("doc_id", pa.string()), ("item_key", pa.string())])
    schema = pa.schema([("doc_id", pa.string()), ("said", pa.string()), ("work", pa.int64())])
    documents = pa.RecordBatch.from_pydict({"doc_id": [f"d{n}" for n in range(6)], "item_key": ["i"] * 6}, source)
    with Embedded(folder, EmbeddedSettings()) as engine:
        src = engine.groups("documents", source, iter([[documents.slice(0, 3)], [documents.slice(3)]]))
        batch = decisions(keys)
        beside = engine.table("decided", batch.schema, iter([batch]))
        made = engine.revise("made", shortly_told, src, beside, schema, ("said",))
        rows = engine.rows("SELECT doc_id, said FROM t ORDER BY doc_id", t=made)
    return Revised(rows, {path.name for path in made.glob("*-*-*.parquet")})


def test_files_of_a_revised_table_stay_where_other_decisions_change_no_row(tmp_path: Path) -> None:
    first = revised(tmp_path, {0: "ab", 1: "b", 2: "c", 3: "d", 4: "e"})
    same = revised(tmp_path, {0: "ax", 1: "by", 2: "c", 3: "d", 4: "e"})
    assert same == first
    other = revised(tmp_path, {0: "ax", 1: "z", 2: "c", 3: "d", 4: "ee"})
    assert other.rows == [("d0", "A"), ("d1", "Z"), ("d2", "C"), ("d3", "D"), ("d4", "E")]
    assert len(other.files & first.files) == 1
    again = revised(tmp_path, {0: "ab", 1: "b", 2: "c", 3: "d", 4: "e"})
    assert again.rows == first.rows


def test_a_revised_table_loses_documents_and_gets_others(tmp_path: Path) -> None:
    revised(tmp_path, {0: "a", 1: "b", 2: "c", 3: "d"})
    assert revised(tmp_path, {0: "a", 2: "c", 3: "d", 5: "f"}).rows == [
        ("d0", "A"),
        ("d2", "C"),
        ("d3", "D"),
        ("d5", "F"),
    ]
    assert revised(tmp_path, {3: "d"}) == revised(tmp_path / "scratch", {3: "d"})


def test_rows_that_are_gone_from_a_revised_table_are_made_again(tmp_path: Path) -> None:
    first = revised(tmp_path, {0: "a", 1: "b", 3: "d"})
    for path in (tmp_path / "made").glob("0-0-*.parquet"):
        path.unlink()
    assert revised(tmp_path, {0: "a", 1: "b", 3: "d"}) == first
    for path in (tmp_path / "made_keys").glob("0-1-*.parquet"):  # killed before its rows were known to be complete
        path.unlink()
    assert revised(tmp_path, {0: "a", 1: "b", 3: "d"}) == first
