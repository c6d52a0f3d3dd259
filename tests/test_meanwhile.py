"""What an engine does meanwhile: with the same results as at once, and ended with the run, whatever ends it."""

import os
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest

from cleaner.engine.base import EngineError
from cleaner.engine.embedded import Embedded, EmbeddedSettings

ROWS = pa.schema([("n", pa.int64())])


def counted(engine: Embedded, name: str, count: int) -> Path:
    return engine.table(name, ROWS, iter([pa.RecordBatch.from_pydict({"n": list(range(count))}, ROWS)]))


def doubled(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"n": [2 * n for n in batch.column(0).to_pylist()]}, ROWS)


def hanging(_batches: Iterator[pa.RecordBatch], place: Path) -> Iterator[pa.RecordBatch]:
    place.write_text(str(os.getpid()))
    time.sleep(600)
    raise AssertionError


def total_of_doubles(engine: Embedded, name: str) -> object:
    made = engine.map(f"{name}_doubled", doubled, counted(engine, name, 100), ROWS)
    ((total,),) = engine.rows("SELECT sum(n) FROM t", t=engine.sql(f"{name}_twice", "SELECT 2 * n AS n FROM t", t=made))
    return total


@pytest.mark.parametrize("workers", [1, 2])
def test_maps_and_sql_of_two_threads_give_what_they_give_alone(tmp_path: Path, workers: int) -> None:
    with Embedded(tmp_path, EmbeddedSettings(workers=workers)) as engine:
        for turn in range(5):
            meanwhile = engine.meanwhile(partial(total_of_doubles, engine, f"aside_{turn}"))
            shuffled = engine.sql("shuffled", "SELECT n FROM t ORDER BY n % 7, n", t=counted(engine, "many", 5000))
            in_order = engine.export(shuffled, "n", lambda rows: [n for batch in rows for n in batch[0].to_pylist()])
            assert in_order == list(range(5000))
            assert total_of_doubles(engine, "own") == meanwhile() == 2 * 9900


@pytest.mark.parametrize("workers", [1, 2])
def test_what_fails_meanwhile_is_told_by_the_latest_where_it_is_asked_for(tmp_path: Path, workers: int) -> None:
    def asked_for(engine: Embedded) -> object:
        return engine.meanwhile(partial(engine.rows, "SELECT n FROM t", t=tmp_path / "never made"))()

    with Embedded(tmp_path, EmbeddedSettings(workers=workers)) as engine, pytest.raises(FileNotFoundError):
        asked_for(engine)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs Linux's /proc to find the child")
def test_a_run_that_is_interrupted_ends_what_children_do_meanwhile(tmp_path: Path) -> None:
    place = tmp_path / "pid"

    def interrupted() -> None:
        with Embedded(tmp_path, EmbeddedSettings(workers=2)) as engine:
            engine.meanwhile(partial(engine.map, "hung", partial(hanging, place=place), counted(engine, "t", 1), ROWS))
            while not (place.exists() and place.read_text()):
                time.sleep(0.05)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not Path(f"/proc/{place.read_text()}").exists()


def test_a_run_that_is_interrupted_breaks_off_sql(tmp_path: Path) -> None:
    endless = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE (a.range * b.range) % 7 = 3"
    with Embedded(tmp_path, EmbeddedSettings(workers=2)) as engine:
        asked = engine.meanwhile(partial(engine.rows, endless))
        after = engine.meanwhile(partial(engine.rows, endless))
        time.sleep(0.2)
    for ended in (asked, after):
        with pytest.raises(BaseException, match=r"(?i)interrupt|broken off|^$"):
            ended()
    with pytest.raises(EngineError, match="broken off"):
        engine.rows("SELECT 1")
