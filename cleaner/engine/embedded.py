"""The default engine: DuckDB for SQL and sorting, guarded child processes for maps, all on one machine."""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pyarrow as pa

from cleaner.engine.base import Batches, Drawn, Progress, Query, Table, Writing, silent
from cleaner.engine.database import Database
from cleaner.engine.folder import TableFolder, parquet_files
from cleaner.engine.following import together
from cleaner.engine.table_file import ROW_GROUP_ROWS
from cleaner.engine.task import Task
from cleaner.engine.threads import in_order
from cleaner.engine.void import void_of
from cleaner.engine.workers import ChildLimits, Workers

T = TypeVar("T")


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
        self._database = Database(folder / "spill", settings.memory_bytes >> 1, settings.workers)
        self._meanwhile = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the children and what is done meanwhile, and let go of the database and its spilled pages."""
        self._workers.close()
        self._database.break_off()
        self._meanwhile.shutdown(cancel_futures=True)
        self._database.close()
        shutil.rmtree(self.folder / "spill", ignore_errors=True)

    def run_tasks(self, name: str, fn: Batches, schema: pa.Schema, tasks: list[Task]) -> None:
        """Run the tasks in guarded children, those with most to read first: at the end nobody waits long for one."""
        tasks = sorted(tasks, key=lambda task: -Path(task.path).stat().st_size)
        self.progress(name, 0, len(tasks))
        with closing(self._workers.run(fn, schema, tasks)) as ended:
            for done, _rows in enumerate(ended, 1):
                self.progress(name, done, len(tasks))

    def meanwhile(self, work: Callable[[], T]) -> Callable[[], T]:
        """Return what waits for `work`, which a thread does while the caller goes on: one such work after another.

        One worker does one thing after another, so then it is done at once.
        """
        return super().meanwhile(work) if self.settings.workers < 2 else self._meanwhile.submit(work).result

    def sql(self, name: str, query: str, **tables: Table) -> Table:
        """Return the table `name`: the rows of `query` over the named tables."""
        folder = self.anew(name)
        options = f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {ROW_GROUP_ROWS}"
        into = f"TO '{_quoted(folder)}/0.tmp' ({options}, ROW_GROUP_SIZE_BYTES '8MB')"
        with self._database.order(kept=False):
            self._database.run(f"COPY ({_over(query, _scans(tables))}) {into}")
        (folder / "0.tmp").rename(folder / "0.parquet")
        return folder

    def rows(self, query: str, **tables: Table) -> list[tuple[object, ...]]:
        """Return the rows of a query whose answer is small."""
        return self._database.run(_over(query, _scans(tables))).fetchall()

    def sink(self, name: str, src: Table | Query, order: str, write: Batches, schema: pa.Schema) -> Table:
        """Return the table `name`: what `write` makes of the sorted rows of `src`."""
        return self.export(src, order, lambda batches: self.table(name, schema, write(batches)))

    def export(self, src: Table | Query, order: str, write: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        """Return what `write` returns for the rows of `src`, sorted by `order`, in one pass."""
        return self._exported(_rows_of(src), order, write)

    def parts(self, src: Table | Query, order: str, tables: Sequence[Drawn[T]], size: int) -> list[list[T]]:
        """Return for each of the tables that are drawn from sorted rows what it came to: one machine makes one part.

        As many tables are written at once as there are workers.
        """
        del size
        works = [(table.shape, table.begin(None)) for table in tables]
        with self._database.order(kept=True):
            for batch in together(self._sorted_rows(_rows_of(src), order), order.partition(",")[0]):
                written = in_order(partial(_write, batch), works, min(self.settings.workers, len(works)))
                deque(written, maxlen=0)
        return [[writing.done()] for _, writing in works]

    def placed(
        self, query: str, src: Table, order: str, take: Callable[[Iterator[pa.RecordBatch]], T], **tables: Table
    ) -> T:
        """Return what `take` returns for sorted rows of a query over `placed`, the rows of `src` with their places."""
        place = "parse_filename(filename, true) AS file, file_row_number AS number"
        rows = f"(SELECT * EXCLUDE (filename, file_row_number), {place} FROM {_scan(src, placed=True)})"
        return self._exported(_over(query, {**_scans(tables), "placed": rows}), order, take)

    def _exported(self, query: str, order: str, write: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        with self._database.order(kept=True):
            return write(self._sorted_rows(query, order))

    def _sorted_rows(self, query: str, order: str) -> pa.RecordBatchReader:
        return self._database.run(f"SELECT * FROM ({query}) ORDER BY {order}").to_arrow_reader(2048)


def _write(batch: pa.RecordBatch, work: tuple[Callable[[pa.RecordBatch], pa.RecordBatch], Writing[T]]) -> None:
    shape, writing = work
    writing.add(shape(batch))


def _rows_of(src: Table | Query) -> str:
    return _over(src.text, _scans(src.tables)) if isinstance(src, Query) else f"SELECT * FROM {_scan(src)}"


def _scans(tables: Mapping[str, Table]) -> dict[str, str]:
    return {name: _scan(table) for name, table in tables.items()}


def _over(query: str, rows: Mapping[str, str]) -> str:
    """Return a query over rows that it calls by their names; a view of each would be looked up twice.

    >>> _over("WITH b AS (SELECT * FROM a) SELECT * FROM b", {"a": "read_parquet('a/*.parquet')"})
    "WITH a AS NOT MATERIALIZED (SELECT * FROM read_parquet('a/*.parquet')), b AS (SELECT * FROM a) SELECT * FROM b"
    """
    if not rows:
        return query
    named = ", ".join(f"{name} AS NOT MATERIALIZED (SELECT * FROM {scan})" for name, scan in rows.items())
    with_, own, rest = query.lstrip().partition("WITH ")
    return f"WITH {named}, {rest}" if own and not with_ else f"WITH {named} {query}"


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
