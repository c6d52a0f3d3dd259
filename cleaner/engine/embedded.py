"""The default engine: DuckDB for SQL and sorting, guarded child processes for maps, all on one machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.base import Batches, Table
from cleaner.engine.workers import ROW_GROUP_ROWS, ChildLimits, Task, Workers, write_batches

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")

LEAST_SQL_MEBIBYTES = 256
"""What the database gets at least: with 128 the evidence of 3,000 documents could not be joined, whatever spilled."""

Progress = Callable[[str, int, int], None]
"""Called with the name of the table in work, the tasks done and the tasks in all."""


class EngineError(RuntimeError):
    """SQL that could not be carried out: no space for what spills, or a memory limit too small for the work."""


def silent(_name: str, _done: int, _total: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class EmbeddedSettings:
    """How much of the machine a run may use.  None of it changes a byte of the result."""

    workers: int = 1
    memory_bytes: int = 2 << 30
    limits: ChildLimits = ChildLimits()


class Embedded:
    """Tables below one folder; the three verbs on them.  Use it as a context."""

    def __init__(self, folder: Path, settings: EmbeddedSettings, progress: Progress = silent) -> None:
        self.folder = folder
        self.settings = settings
        self.progress = progress
        self._workers = Workers(settings.workers, settings.limits)
        self._duckdb: duckdb.DuckDBPyConnection | None = None
        folder.mkdir(parents=True, exist_ok=True)

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

    def table(self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Table:
        """Return the table `name`, made anew from batches in hand."""
        folder = self._anew(name)
        temporary = folder / "0.tmp"
        write_batches(str(temporary), schema, batches)
        temporary.rename(folder / "0.parquet")
        return folder

    def groups(self, name: str, schema: pa.Schema, groups: Iterator[list[pa.RecordBatch]]) -> Table:
        """Return the table `name`, made anew, each group of batches a row group: a task of its own."""
        folder = self._anew(name)
        temporary = folder / "0.tmp"
        with pq.ParquetWriter(temporary, schema) as writer:
            for group in groups:
                writer.write_table(pa.Table.from_batches(group, schema))
        temporary.rename(folder / "0.parquet")
        return folder

    def made(self, name: str, schema: pa.Schema) -> Table:
        """Return the table `name` as it stands; an empty one where there is none."""
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        if not any(folder.glob("*.parquet")):
            write_batches(str(folder / "0.parquet"), schema, iter(()))
        return folder

    def map(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name`, made anew: `fn` over `src`, a task for each row group."""
        self.forget(name)
        return self.append(name, fn, src, schema)

    def append(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name` with what `fn` makes of `src` added, a file for each row group.

        A file gets its name when it is complete.  After a stop, what is there counts, and callers ask for the rest.
        """
        folder = self.made(name, schema)
        self._run(name, fn, schema, list(_tasks(src, folder)))
        return folder

    def derive(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name`, which has a file for each row group of `src`; those that it lacks are made.

        `src` must be a table that only `append` makes: its files never change, so what came of them stays true.
        """
        folder = self.made(name, schema)
        done = {path.name for path in folder.glob("*.parquet")}
        self._run(name, fn, schema, [task for task in _derived(src, folder) if Path(task.out).name not in done])
        return folder

    def _run(self, name: str, fn: Batches, schema: pa.Schema, tasks: list[Task]) -> None:
        self.progress(name, 0, len(tasks))
        for done, _rows in enumerate(self._workers.run(fn, schema, tasks), 1):
            self.progress(name, done, len(tasks))

    def sql(self, name: str, query: str, **tables: Table) -> Table:
        """Return the table `name`: the rows of `query` over the named tables."""
        folder = self._anew(name)
        self._views(tables)
        options = f"FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE {ROW_GROUP_ROWS}"
        self._execute(f"COPY ({query}) TO '{_quoted(folder)}/0.tmp' ({options}, ROW_GROUP_SIZE_BYTES '8MB')")
        (folder / "0.tmp").rename(folder / "0.parquet")
        return folder

    def rows(self, query: str, **tables: Table) -> list[tuple[object, ...]]:
        """Return the rows of a query whose answer is small."""
        self._views(tables)
        return self._execute(query).fetchall()

    def sink(self, name: str, src: Table, order: str, write: Batches, schema: pa.Schema) -> Table:
        """Return the table `name`: what `write` makes of the sorted rows of `src`."""
        return self.export(src, order, lambda batches: self.table(name, schema, write(batches)))

    def export(self, src: Table, order: str, write: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        """Return what `write` returns for the rows of `src`, sorted by `order`, in one pass."""
        db = self._db()
        # DuckDB keeps the order of a sorted stream only with this on (seen to break it off with 2 threads in 2.0.0)
        db.execute("SET preserve_insertion_order = true")
        try:
            reader = self._execute(f"SELECT * FROM {_scan(src)} ORDER BY {order}").to_arrow_reader(2048)
            return write(iter(reader))
        finally:
            db.execute("SET preserve_insertion_order = false")

    def forget(self, name: str) -> None:
        """Remove a table."""
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def _anew(self, name: str) -> Path:
        self.forget(name)
        folder = self.folder / name
        folder.mkdir(parents=True)
        return folder

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


def _tasks(src: Table, out: Table) -> Iterator[Task]:
    """Yield a task for each row group; its file is numbered after all that `out` holds."""
    number = 1 + max(int(path.stem) for path in out.glob("*.parquet"))
    for path in sorted(src.glob("*.parquet")):
        for group in range(pq.ParquetFile(path).num_row_groups):
            yield Task(str(path), group, str(out / f"{number}.parquet"))
            number += 1


def _derived(src: Table, out: Table) -> Iterator[Task]:
    """Yield a task for each row group; its file is named for where it comes from."""
    for path in sorted(src.glob("*.parquet")):
        for group in range(pq.ParquetFile(path).num_row_groups):
            yield Task(str(path), group, str(out / f"of-{path.stem}-{group}.parquet"))


def _scan(table: Table) -> str:
    with suppress(StopIteration):
        next(table.glob("*.parquet"))
        return f"read_parquet('{_quoted(table)}/*.parquet')"
    raise FileNotFoundError(f"{table} holds no Parquet file: the table was never made")


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
