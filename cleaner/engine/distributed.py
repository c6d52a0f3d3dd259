"""The engine for more than one machine: Spark runs the same SQL, and the same maps where the data is.

Spark plans, shuffles, spills, and tries again what an executor took with it when it died.  Rows of texts never pass
through the driver, nor from the JVM to Python and back: a task of a map reads its row group and writes its file as it
does on one machine.  For that, every executor must see the folders of inputs, state and output under their paths.
"""

from __future__ import annotations

import os
import pickle
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.base import Batches, Drawn, EngineError, Progress, Query, Table, silent
from cleaner.engine.folder import TableFolder, parquet_files
from cleaner.engine.on_executors import Calls, MapTask, PartTask, Shaped, environment
from cleaner.engine.slices import cut, rows_of
from cleaner.engine.spark_session import quiet_about_pandas, sibling, spark_schema
from cleaner.engine.table_file import ROW_GROUP_BYTES
from cleaner.engine.task import Task
from cleaner.engine.void import void_of
from cleaner.engine.workers import ChildLimits

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

S = TypeVar("S")
T = TypeVar("T")

MOST_PARTITIONS = 10_000
"""Spark partitions that the tasks of one map are spread over; more tasks share them."""
SECONDS_BETWEEN_LOOKS = 2.0
SECONDS_TO_SHOW = 90.0
"""A network's file system may show a folder as it was, by default for up to a minute."""
_ERROR = re.compile(r"(?:[a-z_]+\.)*[A-Z][A-Za-z]*(?:Error|Exception): ")
_GLOB = str.maketrans({character: f"\\{character}" for character in "*?[]{}\\"})


class Distributed(TableFolder):
    """Tables below one shared folder; the verbs on them, carried out by a Spark session.  Use it as a context."""

    def __init__(
        self,
        folder: Path,
        session: SparkSession,
        limits: ChildLimits = ChildLimits(),
        progress: Progress = silent,
    ) -> None:
        super().__init__(folder.absolute(), progress)
        self.session = sibling(session)
        self.limits = limits

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the session as it is: it is the caller's."""

    def run_tasks(self, name: str, fn: Batches, schema: pa.Schema, tasks: list[Task]) -> None:
        """Run the tasks on executors, each guarded map in a child of the executor's Python process."""
        if not tasks:
            return
        folder = Path(tasks[0].out).parent
        before = len(_names(folder))
        work = MapTask(fn, schema, self.limits, environment())
        self._each(name, work, tasks, lambda: len(_names(folder)) - before)
        for one in (*(folder.parent / other for other in getattr(fn, "beside", ())), folder):
            _await(one, {Path(task.out).name for task in tasks})

    def sql(self, name: str, query: str, **tables: Table) -> Table:
        """Return the table `name`: the rows of `query` over the named tables."""
        self._views(tables)
        with _told():
            return self._saved(name, self.session.sql(query))

    def rows(self, query: str, **tables: Table) -> list[tuple[object, ...]]:
        """Return the rows of a query whose answer is small."""
        self._views(tables)
        with _told():
            return [tuple(row) for row in self.session.sql(query).collect()]

    def sink(self, name: str, src: Table | Query, order: str, write: Batches, schema: pa.Schema) -> Table:
        """Return the table `name`: what `write` makes of `src`, brought together by the first column of `order`."""
        first = order.partition(",")[0].strip()
        rows = self._rows_of(src).repartition(first).sortWithinPartitions(*_sorting(order))
        files = parquet_files(self._saved(f"{name}_sorted", rows))
        self.forget(name)
        folder = self.made(name, schema)
        tasks = [Task(str(path), None, str(folder / f"{n}.parquet")) for n, path in enumerate(files, 1)]
        self.run_tasks(name, write, schema, tasks)
        return folder

    def export(self, src: Table | Query, order: str, write: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        """Return what `write` returns for the rows of `src`, sorted by `order`, read here in one pass."""
        return self._exported(self._rows_of(src), order, write)

    def parts(self, src: Table | Query, order: str, tables: Sequence[Drawn[T]], size: int) -> list[list[T]]:
        """Return for each table what its parts of `size` rows came to, drawn and written by executors."""
        first = order.partition(",")[0]
        every = self._rows_of(src).repartitionByRange(first).sortWithinPartitions(*_sorting(order))
        files = parquet_files(self._saved("together", every))
        return [self._parts(table, files, first, size) for table in tables]

    def _parts(self, table: Drawn[T], files: list[Path], first: str, size: int) -> list[T]:
        none = pa.RecordBatch.from_pylist([], pq.read_schema(files[0]))
        drawn = self.anew("drawn")
        tasks = [Task(str(path), None, str(drawn / f"{number:06d}.parquet")) for number, path in enumerate(files)]
        self.run_tasks("parts", Shaped(table.shape, first), table.shape(none).schema, tasks)
        return self._each("parts", PartTask(table.begin), list(enumerate(cut(parquet_files(drawn), size))))

    def placed(
        self, query: str, src: Table, order: str, take: Callable[[Iterator[pa.RecordBatch]], T], **tables: Table
    ) -> T:
        """Return what `take` returns for sorted rows of a query over `placed`, the rows of `src` with their places."""
        self._views(tables)
        self._placed(src).createOrReplaceTempView("placed")
        return self._exported(self.session.sql(query), order, take)

    def _each(
        self, name: str, work: Callable[[S], T], items: Sequence[S], done: Callable[[], int] = lambda: 0
    ) -> list[T]:
        """Return what `work` makes of each item, on executors; `done` tells how many are, while they run."""
        numbers = self.session.range(0, len(items), 1, min(len(items), MOST_PARTITIONS))
        with quiet_about_pandas():
            answers = numbers.mapInArrow(Calls(work, items).__call__, "number bigint, answer binary")
        with ThreadPoolExecutor(1) as pool, _told():
            job = pool.submit(answers.collect)
            while not _ended(job):
                self.progress(name, done(), len(items))
            rows = job.result()
        self.progress(name, len(items), len(items))
        return [pickle.loads(row["answer"]) for row in sorted(rows, key=lambda row: row["number"])]  # noqa: S301  our own

    def _exported(self, rows: DataFrame, order: str, write: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        (stretch,) = cut(self._sorted(rows, order), 1 << 62)
        return write(rows_of(stretch))

    def _sorted(self, rows: DataFrame, order: str) -> list[Path]:
        """Return files that hold the sorted rows one after another, until others are sorted."""
        return parquet_files(self._saved("sorted", rows.orderBy(*_sorting(order))))

    def _rows_of(self, src: Table | Query) -> DataFrame:
        if isinstance(src, Query):
            self._views(src.tables)
            return self.session.sql(src.text)
        return self._read(src)

    def _views(self, tables: dict[str, Table]) -> None:
        for name, table in tables.items():
            self._read(table).createOrReplaceTempView(name)

    def _read(self, table: Table) -> DataFrame:
        return self._files(table) if void_of(table) is None else self._placed(table).drop("file", "number")

    def _placed(self, table: Table) -> DataFrame:
        from pyspark.sql.functions import col

        number = col("_metadata.row_index")
        rows, void = self._files(table).withColumn("file", _file()).withColumn("number", number), void_of(table)
        if void is None:
            return rows
        left_out = self._files(void)
        return rows.join(left_out, [rows[name] == left_out[name] for name in ("doc_id", "file")], "left_anti")

    def _files(self, table: Table) -> DataFrame:
        schema = pq.read_schema(parquet_files(table)[0])
        # Only finished files count: a child that was killed leaves others.
        reader = self.session.read.schema(spark_schema(schema)).option("pathGlobFilter", "*.parquet")
        return reader.parquet(f"file://{str(table).translate(_GLOB)}")

    def _saved(self, name: str, rows: DataFrame) -> Table:
        folder = self.anew(name)
        writer = rows.write.mode("overwrite").option("compression", "zstd").option("maxRecordsPerFile", 0)
        with _told():
            writer.option("parquet.block.size", ROW_GROUP_BYTES).parquet(f"file://{folder}")
        return folder


def _file() -> Column:
    """Return the name of the file that a row stands in, without its suffix."""
    from pyspark.sql.functions import col, regexp_replace

    return regexp_replace(col("_metadata.file_name"), r"\.parquet$", "")


def _sorting(order: str) -> list[Column]:
    """Return the columns of an order, nulls last as DuckDB has them."""
    from pyspark.sql import functions

    return [functions.col(column.strip()).asc_nulls_last() for column in order.split(",")]


def _names(folder: Path) -> set[str]:
    """Return the names of the files that a table has so far, by one look."""
    return {name for name in os.listdir(folder) if name.endswith(".parquet")}  # noqa: PTH208  names alone


def _await(folder: Path, names: set[str]) -> None:
    """Wait until files that executors wrote are seen here; raise EngineError where they do not come."""
    until = time.monotonic() + SECONDS_TO_SHOW
    while unseen := names - _names(folder):
        if time.monotonic() > until:
            raise EngineError(
                f"an executor wrote {folder / min(unseen)}, which is not seen here: the output must lie in a folder "
                "that the driver and all executors see under one path"
            )
        time.sleep(1)


def _ended(job: Future[Any]) -> bool:
    return job in wait([job], SECONDS_BETWEEN_LOOKS).done


@contextmanager
def _told() -> Iterator[None]:
    """Turn an error of Spark into one that a person at a terminal can read."""
    try:
        yield
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in ("pyspark", "py4j"):
            raise
        advice = "what was done is kept, and the same command goes on from there"
        raise EngineError(f"Spark: {_cause(str(error))}; {advice}") from error


def _cause(message: str) -> str:
    """Return the line of an error's message that names it best: that of a Python error on an executor, or the first."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    told = [line for line in lines if _ERROR.match(line)]
    return (told or lines or [message])[0]
