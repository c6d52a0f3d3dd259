"""The default engine: DuckDB for SQL and sorting, guarded child processes for maps, all on one machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

import pyarrow as pa

from cleaner.engine.base import Batches, EngineError, Progress, Query, Table, silent
from cleaner.engine.folder import TableFolder, parquet_files
from cleaner.engine.task import Task
from cleaner.engine.workers import ROW_GROUP_ROWS, ChildLimits, Workers

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
        """Run the tasks in guarded children."""
        self.progress(name, 0, len(tasks))
        for done, _rows in enumerate(self._workers.run(fn, schema, tasks), 1):
            self.progress(name, done, len(tasks))

    def sql(self, name: str, query: str, **tables: Table) -> Table:
        """Return the table `name`: the rows of `query` over the named tables."""
        folder = self.anew(name)
        self._views(tables)
        options = f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP_ROWS}"
        self._execute(f"COPY ({query}) TO '{_quoted(folder)}/0.tmp' ({options}, ROW_GROUP_SIZE_BYTES '8MB')")
        (folder / "0.tmp").rename(folder / "0.parquet")
        return folder

    def rows(self, query: str, **tables: Table) -> list[tuple[object, ...]]:
        """Return the rows of a query whose answer is small."""
        self._views(tables)
        return self._execute(query).fetchall()

    def sink(self, name: str, src: Table | Query, order: str, write: Batches, schema: pa.Schema) -> Table:
        """Return the table `name`: what `write` makes of the sorted rows of `src`."""
        return self.export(src, order, lambda batches: self.table(name, schema, write(batches)))

    def export(self, src: Table | Query, order: str, write: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        """Return what `write` returns for the rows of `src`, sorted by `order`, in one pass."""
        db = self._db()
        # DuckDB keeps the order of a sorted stream only with this on (seen to break it off with 2 threads in 2.0.0)
        db.execute("SET preserve_insertion_order = true")
        try:
            reader = self._execute(f"SELECT * FROM {self._rows_of(src)} ORDER BY {order}").to_arrow_reader(2048)
            return write(iter(reader))
        finally:
            db.execute("SET preserve_insertion_order = false")

    def parts(
        self, src: Table | Query, order: str, rows: int, write: Callable[[int | None, Iterator[pa.RecordBatch]], T]
    ) -> list[T]:
        """Return what `write` returns for all rows of `src`, sorted by `order`: one machine makes one part.

        Tables in parts are what is written last: children that have nothing to do make room for sorting.
        """
        del rows
        self._workers.close()
        return [self.export(src, order, partial(write, None))]

    def placed(self, src: Table, beside: Table, take: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        """Return what `take` returns for the rows of `beside` with the place of theirs in `src`, sorted by it."""
        rows = f"read_parquet('{_quoted(src)}/*.parquet', filename = true, file_row_number = true)"
        text = f"""
            SELECT b.*, s.file, s.number FROM beside b JOIN (
                SELECT doc_id, item_key, parse_filename(filename, true) AS file, file_row_number AS number FROM {rows}
            ) s ON s.doc_id = b.doc_id AND s.item_key = b.item_key"""
        return self.export(Query(text, {"beside": beside}), "file, number", take)

    def _rows_of(self, src: Table | Query) -> str:
        if isinstance(src, Query):
            self._views(src.tables)
            return f"({src.text})"
        return _scan(src)

    def _views(self, tables: dict[str, Table]) -> None:
        for name, table in tables.items():
            self._execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {_scan(table)}")

    def _execute(self, query: str) -> duckdb.DuckDBPyConnection:
        import duckdb

        try:
            return self._db().execute(query)
        except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
            advice = "what was done is kept; free space or raise --memory, and run the same command again"
            raise EngineError(f"{str(error).splitlines()[0]}; {advice}") from error

    def _db(self) -> duckdb.DuckDBPyConnection:
        if self._duckdb is None:
            import duckdb

            spill = self.folder / "spill"
            config: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": f"{max(self.settings.memory_bytes // 2 >> 20, LEAST_SQL_MEBIBYTES)}MiB",
                "threads": self.settings.workers,
                "temp_directory": str(spill),
                "preserve_insertion_order": False,
            }
            self._duckdb = duckdb.connect(config=config)
            self._duckdb.execute("SET enable_progress_bar = false")  # no setting that connect would take
            # A table made anew keeps its path, and what is cached of the old one within a second was read as the new.
            self._duckdb.execute("SET enable_external_file_cache = false")
        return self._duckdb


def _scan(table: Table) -> str:
    parquet_files(table)
    return f"read_parquet('{_quoted(table)}/*.parquet')"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
