"""A map may add to several tables at once: their files belong together, and none counts without the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from cleaner.engine.base import Several
from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.engine.guard import GuardedMap
from cleaner.engine.table_file import write_file

IN = pa.schema([("n", pa.int64())])
OUT = pa.schema([("n", pa.int64()), ("reason", pa.string())])
BESIDE = {
    "divisors": pa.schema([("n", pa.int64()), ("by", pa.int64())]),
    "words": pa.schema([("text", pa.string())]),
}


def numbers(batches: Iterator[pa.RecordBatch]) -> Iterator[int]:
    for batch in batches:
        yield from batch.column(0).to_pylist()


def told(chunk: list[int], reason: str | None = None) -> Several:
    divisors = [{"n": n, "by": by} for n in chunk for by in range(1, n + 1) if n % by == 0 and not reason]
    rows = pa.RecordBatch.from_pylist([{"n": n, "reason": reason} for n in chunk], OUT)
    return Several(
        rows,
        {
            "divisors": pa.RecordBatch.from_pylist(divisors, BESIDE["divisors"]),
            "words": pa.RecordBatch.from_pylist([{"text": str(len(chunk))}], BESIDE["words"]),
        },
    )


def work(chunk: list[int]) -> Several:
    if 7 in chunk:
        raise ValueError("seven")
    return told(chunk)


def failed(n: int, reason: str) -> Several:
    return told([n], reason)


DIVIDING = GuardedMap(numbers, work, failed, size=4, beside=BESIDE)


def added(engine: Embedded, low: int, high: int) -> Path:
    src = engine.table("numbers", IN, iter([pa.RecordBatch.from_pydict({"n": list(range(low, high))}, IN)]))
    return engine.append("told", DIVIDING, src, OUT)


def test_rows_go_to_their_tables_and_stay(tmp_path: Path) -> None:
    for low, high in ((1, 11), (11, 13)):
        with Embedded(tmp_path, EmbeddedSettings()) as engine:
            rows = added(engine, low, high)
            beside = {name: engine.made(name, schema) for name, schema in BESIDE.items()}
            divisors = engine.rows("SELECT n, count(*) FROM t GROUP BY n ORDER BY n", t=beside["divisors"])
            words = engine.rows("SELECT text FROM t ORDER BY text", t=beside["words"])
            reasons = engine.rows("SELECT n, reason FROM t WHERE reason IS NOT NULL", t=rows)
    assert engine.folder / "told" == rows
    assert divisors == [(1, 1), (2, 2), (3, 2), (4, 3), (5, 2), (6, 4), (8, 4), (9, 3), (10, 4), (11, 2), (12, 6)]
    assert words == [("1",)] * 4 + [("2",), ("2",), ("4",)]
    assert reasons == [(7, "ValueError: seven")]


@pytest.mark.parametrize("lost", ["told", "divisors"])
def test_a_file_without_the_others_is_of_a_task_that_did_not_end(tmp_path: Path, lost: str) -> None:
    with Embedded(tmp_path, EmbeddedSettings()) as engine:
        added(engine, 20, 24)
        added(engine, 30, 34)
        [*_, newest] = sorted((tmp_path / lost).iterdir())
        newest.unlink()
        rows = engine.made("told", OUT, BESIDE)
        tables = rows, engine.made("divisors", BESIDE["divisors"])
        assert [engine.rows("SELECT DISTINCT n FROM t ORDER BY n", t=table) for table in tables] == [
            [(20,), (21,), (22,), (23,)]
        ] * 2


def test_a_stop_in_between_leaves_no_file(tmp_path: Path) -> None:
    def stopped() -> Iterator[Several]:
        yield told([20, 21])
        raise KeyboardInterrupt

    for name in ("told", *BESIDE):
        (tmp_path / name).mkdir()
    with pytest.raises(KeyboardInterrupt):
        write_file(str(tmp_path / "told" / "1.parquet"), OUT, stopped(), beside=BESIDE)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
