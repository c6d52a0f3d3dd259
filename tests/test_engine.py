"""The embedded engine: three verbs, and documents that raise, hang or kill cost only themselves."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from cleaner.engine.base import Drawn, Query
from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.engine.forkserver import LOADED, PRELOAD
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


def test_a_kill_while_a_table_is_begun_leaves_no_broken_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(path: str, *_rest: object) -> int:
        Path(path).touch()
        raise KeyboardInterrupt

    with Embedded(tmp_path, EmbeddedSettings()) as engine:
        with monkeypatch.context() as patched:
            patched.setattr("cleaner.engine.folder.write_batches", killed)
            with pytest.raises(KeyboardInterrupt):
                engine.made("grown", IN)
        grown = engine.made("grown", IN)
        assert engine.rows("SELECT count(*) FROM t", t=grown) == [(0,)]


def test_export_hands_over_rows_in_order(tmp_path: Path) -> None:
    with Embedded(tmp_path, EmbeddedSettings(workers=2)) as engine:
        rows = pa.RecordBatch.from_pydict({"n": [(k * 7919) % 50_000 for k in range(50_000)]}, IN)
        src = engine.table("numbers", IN, iter([rows]))
        got = engine.export(src, "n", lambda batches: [n for batch in batches for n in batch.column(0).to_pylist()])
    assert got == sorted(got)
    assert len(got) == 50_000


class Listed:
    """Takes rows and lists the numbers of their first column."""

    def __init__(self, _number: int | None) -> None:
        self.numbers: list[Any] = []

    def add(self, rows: pa.RecordBatch) -> None:
        self.numbers += rows.column(0).to_pylist()

    def done(self) -> list[Any]:
        return self.numbers


def every_third(rows: pa.RecordBatch) -> pa.RecordBatch:
    return rows.filter(pc.equal(pc.subtract(rows.column(0), pc.multiply(pc.divide(rows.column(0), 3), 3)), 0))


def as_it_is(rows: pa.RecordBatch) -> pa.RecordBatch:
    return rows


def test_tables_are_drawn_from_sorted_rows(tmp_path: Path) -> None:
    with Embedded(tmp_path, EmbeddedSettings(workers=2)) as engine:
        rows = pa.RecordBatch.from_pydict({"n": [(k * 7919) % 5_000 for k in range(5_000)]}, IN)
        src = Query("SELECT n FROM t", {"t": engine.table("numbers", IN, iter([rows]))})
        got = engine.parts(src, "n", [Drawn(every_third, Listed), Drawn(as_it_is, Listed)], 10)
    assert got == [[list(range(0, 5_000, 3))], [list(range(5_000))]]


def test_a_write_that_fails_stops_the_others(tmp_path: Path) -> None:
    class Failing(Listed):
        def add(self, rows: pa.RecordBatch) -> None:
            raise OSError(f"no space left for {rows.num_rows} rows")

    with Embedded(tmp_path, EmbeddedSettings(workers=2)) as engine:
        src = source(engine, 4)
        with pytest.raises(OSError, match=r"no space left for \d rows"):
            engine.parts(src, "n", [Drawn(as_it_is, Failing), Drawn(as_it_is, Failing)], 10)


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


def test_what_children_start_with_imports_no_more_than_they_need() -> None:
    asked = f"import sys, {', '.join((*PRELOAD, LOADED))}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert not {"pandas", "duckdb", "pyarrow.dataset", "requests", "robust_downloader"} & set(done.stdout.split())


def test_a_server_that_is_a_copy_of_us_knows_what_we_have_imported() -> None:
    code = """
import sys, types
sys.modules["told"] = types.ModuleType("told")
from cleaner.engine import forkserver
print("once", end=" ")
forkserver.start(by_forking=True)
child = forkserver.context().Process(target=exec, args=("import told; print(told.__name__)",))
child.start()
child.join()
print(child.exitcode)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["once", "told", "0"]
    assert done.stderr == ""
