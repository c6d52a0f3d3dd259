"""The distributed engine on a Spark of two threads: the rows, hashes and bytes of the embedded one."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import cleaner
from cleaner.engine.base import Drawn, EngineError, Query
from cleaner.engine.distributed import Distributed
from cleaner.engine.guard import GuardedMap
from cleaner.engine.spark_session import JAVA_VERSIONS, java_home, java_version, own_session, spark_schema
from cleaner.engine.workers import ChildLimits
from cleaner.writing.export import export_parquet
from cleaner.writing.schema import TABLES
from tests.test_engine import IN, OUT, failed, numbers, squares
from tests.test_report_browser import need

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SEEDS = Path(__file__).parent.parent / "seeds"
CONFIG = {"reading": {"manifest": str(SEEDS / "manifest.csv")}}
SOON_WARM = "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' pyspark-shell"
"""A run of seconds is over before Java's second compiler pays."""


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    need(importlib.util.find_spec("pyspark"), "pyspark (pip install 'corpus-cleaner[spark]')")
    need(java_home(), "Java 17 or 21 (openjdk-17-jre-headless, or JAVA_HOME)")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", SOON_WARM)
        for name in ("JAVA_HOME", "PYTHONPATH", "PYSPARK_PYTHON"):  # set back when the session has ended
            patch.setenv(name, os.environ.get(name, ""))
            patch.delenv(name) if not os.environ[name] else None
        running = own_session("local[2]")
        yield running
        running.stop()


@pytest.fixture
def engine(session: SparkSession, tmp_path: Path) -> Distributed:
    return Distributed(tmp_path / "state", session, ChildLimits(item_seconds=1.0, memory_bytes=1 << 30))


def integers(engine: Distributed, count: int) -> Path:
    """A table whose every fifty rows are a task."""
    rows = [pa.RecordBatch.from_pydict({"n": list(range(at, min(at + 50, count)))}, IN) for at in range(0, count, 50)]
    return engine.groups("numbers", IN, ([batch] for batch in rows))


def test_a_run_on_spark_is_that_of_one_machine(
    session: SparkSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.writing.stretches.STRETCH_ROWS", 50)
    monkeypatch.setattr("cleaner.writing.output.PART_ROW_GROUPS", 2)
    one, many = tmp_path / "one", tmp_path / "many"
    expected = cleaner.clean([SEEDS], one, CONFIG)
    # So little memory that reuse is found by SQL as well, which all runs of any size on a cluster do.
    summary = cleaner.clean([SEEDS], many, {**CONFIG, "run": {"memory_bytes": 1 << 10}}, session=session)
    assert {name: (written.rows, written.content_sha256) for name, written in summary.tables.items()} == {
        name: (written.rows, written.content_sha256) for name, written in expected.tables.items()
    }
    for name in TABLES:
        parts = sorted(path.name for path in (many / f"{name}.parquet").iterdir())
        assert parts == [f"part-{number:05}.parquet" for number in range(len(parts))]
        assert len(parts) > 1 or name == "matches"
        export_parquet(many, tmp_path / name, name)
        assert (tmp_path / name).read_bytes() == (one / f"{name}.parquet").read_bytes(), name
        assert pd.read_parquet(many / f"{name}.parquet").equals(pd.read_parquet(one / f"{name}.parquet")), name
    assert cleaner.verify(many).broken == []
    assert (many / "report.html").exists()
    # The state folder is of one form: the other engine goes on from it, and puts files where folders were.
    understood = sorted(p.name for p in many.glob(".cleaner/*/understood/*"))
    cleaner.clean([SEEDS], many, CONFIG)
    assert sorted(p.name for p in many.glob(".cleaner/*/understood/*")) == understood
    assert (many / "corpus.parquet").read_bytes() == (one / "corpus.parquet").read_bytes()


def test_bad_items_become_error_rows_on_executors_too(engine: Distributed) -> None:
    made = engine.map("squares", GuardedMap(numbers, squares, failed, size=4), integers(engine, 30), OUT)
    rows = engine.rows("SELECT n, square, reason FROM t ORDER BY n", t=made)
    assert [(n, square) for n, square, reason in rows if reason is None] == [
        (n, n * n) for n in range(30) if n not in (7, 13, 17, 19)
    ]
    reasons = {n: str(reason) for n, _, reason in rows if reason is not None}
    assert reasons[7] == "ValueError: seven"
    assert "died (exit code -11)" in reasons[13]
    assert reasons[17] == "took more than 1 s"
    assert reasons[19].startswith("MemoryError")


def test_rows_are_added_and_derived_ones_are_made_once(engine: Distributed) -> None:
    for count in (60, 3):
        made = engine.append("kept", same, integers(engine, count), IN)
        derived = engine.derive("derived", same, made, IN)
    counts = "SELECT count(*), count(DISTINCT n) FROM t"
    assert engine.rows(counts, t=made) == engine.rows(counts, t=derived) == [(63, 60)]
    before = {path: path.stat().st_mtime_ns for path in derived.glob("*.parquet")}
    assert {p: p.stat().st_mtime_ns for p in engine.derive("derived", same, made, IN).glob("*.parquet")} == before


def same(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    yield from batches


def test_a_sink_has_the_rows_of_a_first_value_together_and_in_order(engine: Distributed) -> None:
    tens = engine.sql("tens", "SELECT n % 10 AS n, n AS m FROM t", t=integers(engine, 400))
    made = engine.sink("runs", tens, "n, m", runs, RUNS)
    assert engine.rows("SELECT n, count FROM t ORDER BY n", t=made) == [(n, 40) for n in range(10)]


RUNS = pa.schema([("n", pa.int64()), ("count", pa.int64())])


def runs(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """How many rows follow one another with the same `n`; a row out of order would begin another run."""
    found: list[list[int]] = []
    last = -1
    for batch in batches:
        for n, m in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            if not found or found[-1][0] != n or m < last:
                found.append([n, 0])
            found[-1][1] += 1
            last = m
    yield pa.RecordBatch.from_pylist([{"n": n, "count": count} for n, count in found], RUNS)


def test_parts_hold_the_sorted_rows_one_after_another(engine: Distributed) -> None:
    src = engine.sql("odd", "SELECT n * 7919 % 400 AS n FROM t", t=integers(engine, 400))
    few = Query("SELECT n FROM s WHERE n < 9", {"s": src})
    assert engine.parts(src, "n", [Drawn(rows_as_they_are, Listed), Drawn(small, Listed)], 150) == [
        [(0, list(range(150))), (1, list(range(150, 300))), (2, list(range(300, 400)))],
        [(0, list(range(20)))],
    ]
    assert engine.parts(few, "n", [Drawn(rows_as_they_are, Listed)], 5) == [
        [(0, list(range(5))), (1, list(range(5, 9)))]
    ]
    assert engine.export(src, "n", listed) == list(range(400))


def rows_as_they_are(rows: pa.RecordBatch) -> pa.RecordBatch:
    return rows


def small(rows: pa.RecordBatch) -> pa.RecordBatch:
    return rows.filter(pc.less(rows.column("n"), 20))


class Listed:
    """Takes rows and lists what their first column holds."""

    def __init__(self, number: int | None) -> None:
        self.number = number
        self.values: list[int] = []

    def add(self, rows: pa.RecordBatch) -> None:
        self.values += rows.column(0).to_pylist()

    def done(self) -> tuple[int | None, list[int]]:
        return self.number, self.values


def listed(batches: Iterator[pa.RecordBatch]) -> list[int]:
    return [n for batch in batches for n in batch.column(0).to_pylist()]


def test_an_empty_table_is_legal_everywhere(engine: Distributed) -> None:
    none = engine.table("none", IN, iter(()))
    mapped = engine.map("mapped", GuardedMap(numbers, squares, failed), none, OUT)
    empty = engine.sql("joined", "SELECT a.n FROM a JOIN b ON a.n = b.n", a=mapped, b=none)
    assert engine.rows("SELECT count(*) FROM t", t=empty) == [(0,)]
    assert engine.parts(empty, "n", [Drawn(rows_as_they_are, Listed)], 10) == [[(0, [])]]
    assert engine.rows("SELECT count(*) FROM t", t=engine.sink("sunk", empty, "n", same, IN)) == [(0,)]


def test_what_stops_a_task_is_told_in_one_line(engine: Distributed) -> None:
    with pytest.raises(EngineError, match=r"^Spark: .*OSError: no space left; what was done is kept"):
        engine.map("broken", broken, integers(engine, 3), IN)


def broken(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    raise OSError("no space left")
    yield from batches


def test_an_executor_with_other_versions_is_refused(engine: Distributed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cleaner.engine.distributed.environment", lambda: (("cleaner", "0.0.1"),))
    with pytest.raises(EngineError, match=rf"executor has cleaner {cleaner.__version__} \(driver: 0.0.1\); ship"):
        engine.map("other", same, integers(engine, 3), IN)


def test_an_output_that_driver_and_executors_do_not_share_is_told(
    engine: Distributed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cleaner.engine.distributed.MapTask", lambda *_: lost)
    monkeypatch.setattr("cleaner.engine.distributed.SECONDS_TO_SHOW", 0)
    with pytest.raises(EngineError, match="which is not seen here: the output must lie in a folder"):
        engine.map("lost", same, integers(engine, 3), IN)


def lost(_task: object) -> int:
    """Stands for a task on a machine whose folder of that name is another."""
    return 3


def test_the_callers_session_stays_as_it_was(session: SparkSession, engine: Distributed) -> None:
    zone = session.conf.get("spark.sql.session.timeZone")
    engine.sql("made", "SELECT n FROM t", t=integers(engine, 3))
    assert session.conf.get("spark.sql.session.timeZone") == zone
    assert session.catalog.listTables() == []


# --- without a Spark --------------------------------------------------------------------------------------------------


def test_without_pyspark_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(EngineError, match=r"pip install 'corpus-cleaner\[spark\]'"):
        own_session("local[2]")


def test_a_java_that_spark_runs_on_is_found_beside_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, version in {"temurin-25": "25.0.1", "openjdk-17": "17.0.15"}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "release").write_text(f'IMPLEMENTOR="X"\nJAVA_VERSION="{version}"\n')
    monkeypatch.setattr("cleaner.engine.spark_session.JAVA_FOLDER", tmp_path)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "temurin-25"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert java_version(tmp_path / "temurin-25") not in JAVA_VERSIONS
    assert java_home() == str(tmp_path / "openjdk-17")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "nowhere"))
    assert java_home() == str(tmp_path / "openjdk-17")


def test_every_type_of_a_table_has_a_name_in_spark() -> None:
    for name, schema in TABLES.items():
        assert spark_schema(schema).count("`") >= 2 * len(schema), name


@pytest.mark.parametrize("flags", [["--master", "local[2]"], ["--engine", "spark", "--master", "local[2]"]])
def test_the_command_line_names_engine_and_master(flags: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from cleaner.cli.clean import clean

    seen: dict[str, Any] = {}

    def catch(_sources: object, _out: object, config: Any, **_rest: object) -> None:
        seen["run"] = config.run
        raise RuntimeError("seen")

    monkeypatch.setattr("cleaner.run.clean", catch)
    with pytest.raises(RuntimeError, match="seen"):
        clean.main(args=["seeds", *flags], standalone_mode=False)
    assert (seen["run"].engine, seen["run"].master) == ("spark", "local[2]")
