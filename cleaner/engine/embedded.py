"""The default engine: DuckDB for SQL and sorting, guarded child processes for maps, all on one machine."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

import pyarrow as pa

from cleaner.engine.base import Batches, Drawn, EngineError, Progress, Query, Table, Writing, silent
from cleaner.engine.folder import TableFolder, parquet_files
from cleaner.engine.following import together
from cleaner.engine.table_file import ROW_GROUP_ROWS
from cleaner.engine.task import Task
from cleaner.engine.threads import in_order
from cleaner.engine.void import void_of
from cleaner.engine.workers import ChildLimits, Workers

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")

LEAST_SQL_MEBIBYTES = 256
"""What the database gets at least: with 128 the evidence of 3,000 documents could not be joined, whatever spilled."""


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """How much of the machine a run may use.  None of it changes a byte of the result."""

    workers: int = 1
    memory_bytes: int = 2 << 30
    limits: ChildLimits = ChildLimits()


class Embedded(TableFolder):
    """Tables below one folder; the three verbs on them.  Use it as a context."""

    def __init__(self, folder: Path, settings: EmbeddedSettings, progress: Progress = silent) -> None:
        super().__init__(folder, progress)
        self.settings = settings
        self._workers = Workers(settings.workers, settings.limits)
        self._duckdb: duckdb.DuckDBPyConnection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children and let go of the database and its spilled pages."""
        self._workers.close()
        if self._duckdb is not None:
            self._duckdb.close()
            self._duckdb = None
        shutil.rmtree(self.folder / "spill", ignore_errors=True)

    def run_tasks(self, name: str, fn: Batches, schema: pa.Schema, tasks: list[Task]) -> None:
        """Run the tasks in guarded children, those with most to read first: at the end nobody waits long for one."""
        tasks = sorted(tasks, key=lambda task: -Path(task.path).stat().st_size)
        self.progress(name, 0, len(tasks))
        for done, _rows in enumerate(self._workers.run(fn, schema, tasks), 1):
            self.progress(name, done, len(tasks))

    def sql(self, name: str, query: str, **tables: Table) -> Table:
        """Return the table `name`: the rows of `query` over the named tables."""
        folder = self.anew(name)
        options = f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP_ROWS}"
        into = f"TO '{_quoted(folder)}/0.tmp' ({options}, ROW_GROUP_SIZE_BYTES '8MB')"
        _run(_seeing(self._db(), tables), f"COPY ({query}) {into}")
        (folder / "0.tmp").rename(folder / "0.parquet")
        return folder

    def rows(self, query: str, **tables: Table) -> list[tuple[object, ...]]:
        """Return the rows of a query whose answer is small."""
        return _run(_seeing(self._db(), tables), query).fetchall()

    def sink(self, name: str, src: Table | Query, order: str, write: Batches, schema: pa.Schema) -> Table:
        """Return the table `name`: what `write` makes of the sorted rows of `src`."""
        return self.export(src, order, lambda batches: self.table(name, schema, write(batches)))

    def export(self, src: Table | Query, order: str, write: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        """Return what `write` returns for the rows of `src`, sorted by `order`, in one pass."""
        with self._ordered() as db:
            return write(_sorted_rows(db, src, order))

    def parts(self, src: Table | Query, order: str, tables: Sequence[Drawn[T]], size: int) -> list[list[T]]:
        """Return for each of the tables that are drawn from sorted rows what it came to: one machine makes one part.

        Tables in parts are what is written last: children that have nothing to do make room.  As many tables are
        written at once as there are workers.
        """
        del size
        self._workers.close()
        works = [(table.shape, table.begin(None)) for table in tables]
        with self._ordered() as db:
            for batch in together(_sorted_rows(db, src, order), order.partition(",")[0]):
                written = in_order(partial(_write, batch), works, min(self.settings.workers, len(works)))
                deque(written, maxlen=0)
        return [[writing.done()] for _, writing in works]

    def placed(
        self, query: str, src: Table, order: str, take: Callable[[Iterator[pa.RecordBatch]], T], **tables: Table
    ) -> T:
        """Return what `take` returns for sorted rows of a query over `placed`, the rows of `src` with their places."""
        place = "parse_filename(filename, true) AS file, file_row_number AS number"
        rows = f"(SELECT * EXCLUDE (filename, file_row_number), {place} FROM {_scan(src, placed=True)})"
        _run(self._db(), f"CREATE OR REPLACE TEMP VIEW placed AS SELECT * FROM {rows}")
        return self.export(Query(query, tables), order, take)

    @contextmanager
    def _ordered(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give the database while it keeps the order of sorted streams.

        It does so only when told to (seen to break it off with 2 threads in 2.0.0).
        """
        db = self._db()
        db.execute("SET preserve_insertion_order = true")
        try:
            yield db
        finally:
            db.execute("SET preserve_insertion_order = false")

    def _db(self) -> duckdb.DuckDBPyConnection:
        if self._duckdb is None:
            import duckdb

            spill = self.folder / "spill"
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": f"{max(self.settings.memory_bytes >> 21, LEAST_SQL_MEBIBYTES)}MiB",
                "threads": self.settings.workers,
                "temp_directory": str(spill),
                "preserve_insertion_order": False,
            }
            self._duckdb = duckdb.connect(config=config)
            self._duckdb.execute("SET enable_progress_bar = false")  # no setting that connect would take
            # A table made anew keeps its path, and what is cached of the old one within a second was read as the new.
            self._duckdb.execute("SET enable_external_file_cache = false")
        return self._duckdb


def _seeing(db: duckdb.DuckDBPyConnection, tables: dict[str, Table]) -> duckdb.DuckDBPyConnection:
    """Return the connection, which knows the tables by their names."""
    for name, table in tables.items():
        _run(db, f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {_scan(table)}")
    return db


def _sorted_rows(db: duckdb.DuckDBPyConnection, src: Table | Query, order: str) -> pa.RecordBatchReader:
    rows = f"({src.text})" if isinstance(src, Query) else _scan(src)
    tables = src.tables if isinstance(src, Query) else {}
    return _run(_seeing(db, tables), f"SELECT * FROM {rows} ORDER BY {order}").to_arrow_reader(2048)


def _write(batch: pa.RecordBatch, work: tuple[Callable[[pa.RecordBatch], pa.RecordBatch], Writing[T]]) -> None:
    shape, writing = work
    writing.add(shape(batch))


def _run(db: duckdb.DuckDBPyConnection, query: str) -> duckdb.DuckDBPyConnection:
    import duckdb

    try:
        return db.execute(query)
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        advice = "what was done is kept; free space or raise --memory, and run the same command again"
        raise EngineError(f"{str(error).splitlines()[0]}; {advice}") from error


def _scan(table: Table, *, placed: bool = False) -> str:
    """Return the rows of a table, those that are void left out; with their places if they are asked for."""
    parquet_files(table)
    files = f"'{_quoted(table)}/*.parquet'"
    place = ", filename = true, file_row_number = true"
    void = void_of(table)
    if void is None:
        return f"read_parquet({files}{place if placed else ''})"
    return f"""(SELECT t.*{"" if placed else " EXCLUDE (filename, file_row_number)"} FROM read_parquet({files}{place}) t
        ANTI JOIN read_parquet('{_quoted(void)}/*.parquet') v
            ON v.doc_id = t.doc_id AND v.file = parse_filename(t.filename, true))"""


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
