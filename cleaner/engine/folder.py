"""Tables below one folder, and the maps on them cut into tasks: what every engine shares."""

from __future__ import annotations

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import NOTHING, Batches, Progress, Table, silent
from cleaner.engine.revision import OF_FILES, OUTDATED, PLACED, SETTLED, UNSETTLED, Revising
from cleaner.engine.table_file import write_batches
from cleaner.engine.task import Task
from cleaner.engine.void import VOID, void_by_file, void_rows

T = TypeVar("T")

EMPTY = "0.parquet"
"""The first file of a table that grows: it has a schema and no rows."""


class TableFolder(ABC):
    """Tables as directories of Parquet, and maps whose tasks are row groups; how tasks are run is left open."""

    def __init__(self, folder: Path, progress: Progress = silent) -> None:
        self.folder = folder
        self.progress = progress
        folder.mkdir(parents=True, exist_ok=True)

    @abstractmethod
    def run_tasks(self, name: str, fn: Batches, schema: pa.Schema, tasks: list[Task]) -> None:
        """Run the tasks of a map, whose rows belong to the table `name`."""

    def meanwhile(self, work: Callable[[], T]) -> Callable[[], T]:
        """Return what returns the result of `work`, which is done at once."""
        result = work()
        return lambda: result

    @abstractmethod
    def sql(self, name: str, query: str, **tables: Table) -> Table:
        """Return the table `name`: the rows of `query` over the named tables."""

    @abstractmethod
    def rows(self, query: str, **tables: Table) -> list[tuple[object, ...]]:
        """Return the rows of a query whose answer is small."""

    @abstractmethod
    def placed(
        self, query: str, src: Table, order: str, take: Callable[[Iterator[pa.RecordBatch]], T], **tables: Table
    ) -> T:
        """Return what `take` returns for the sorted rows of a query over `placed` and the named tables.

        `placed` has the rows of `src`, each with its place: `file`, a name without its suffix, and `number`, counted
        from 0 within the file.
        """

    def table(self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Table:
        """Return the table `name`, made anew from batches in hand."""
        folder = self.anew(name)
        _write_first(folder, schema, batches)
        return folder

    def groups(self, name: str, schema: pa.Schema, groups: Iterator[list[pa.RecordBatch]]) -> Table:
        """Return the table `name`, made anew, each group of batches a row group: a task of its own."""
        folder = self.anew(name)
        temporary = folder / "0.tmp"
        with pq.ParquetWriter(temporary, schema) as writer:
            for group in groups:
                writer.write_table(pa.Table.from_batches(group, schema))
        temporary.rename(folder / "0.parquet")
        return folder

    def made(self, name: str, schema: pa.Schema, beside: Mapping[str, pa.Schema] = NOTHING) -> Table:
        """Return the table `name` as it stands; an empty one where there is none.

        With `beside`, files that not all of these tables have go: they are of tasks that did not end.
        """
        folders = [self._made(*one) for one in (*beside.items(), (name, schema))]
        complete = set.intersection(*({path.name for path in folder.glob("*.parquet")} for folder in folders))
        for folder in folders:
            remove_others(folder, complete)
        return folders[-1]

    def _made(self, name: str, schema: pa.Schema) -> Table:
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob("*.tmp"):
            left.unlink()
        if not any(folder.glob("*.parquet")):
            _write_first(folder, schema, iter(()))
        return folder

    def thinned(self, table: Table, key: str, live: Table) -> Table:
        """Return the table without files most of whose rows are gone, where more rows are gone than are left.

        The last file stays, so that no number of a file is given twice.
        """
        counts = _live_rows(sorted(parquet_files(table), key=_number), key, _joined(_columns(parquet_files(live), key)))
        if 2 * sum(count.live for count in counts.values()) < sum(count.rows for count in counts.values()):
            for path, count in list(counts.items())[:-1]:
                if 2 * count.live < count.rows:
                    path.unlink()
        return table

    def map(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name`, made anew: `fn` over `src`, a task for each row group."""
        self.forget(name)
        return self.append(name, fn, src, schema)

    def append(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name` with what `fn` makes of `src` added, a file for each row group.

        A file gets its name when it is complete.  After a stop, what is there counts, and callers ask for the rest.
        """
        folder = self.made(name, schema, getattr(fn, "beside", NOTHING))
        self.run_tasks(name, fn, schema, list(_tasks(src, folder)))
        return folder

    def derive(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name`, which has a file for each row group of `src`; those that it lacks are made.

        `src` must be a table that only `append` or `revise` makes: its files never change, so what came of them stays
        true as long as they are there.  What is void in it is void in the table, too: `fn` keeps `doc_id`.
        """
        folder = self.made(name, schema)
        tasks = list(_derived(src, folder))
        remove_others(folder, {Path(task.out).name for task in tasks})
        void = {Path(task.out).stem: task.without for task in tasks if task.without}
        self.table(f"{name}_void", VOID, void_rows(void))
        self.run_tasks(name, fn, schema, [replace(task, without=()) for task in tasks if not Path(task.out).exists()])
        return folder

    def revise(self, name: str, fn: Batches, src: Table, beside: Table, schema: pa.Schema) -> Table:
        """Return the table `name`.

        Documents that are decided upon otherwise than before are made anew, into files of their own; their older rows
        are void.  A file most of whose documents are void goes, and the others of it are made anew.
        """
        folder = self.made(name, schema)
        revising = Revising(folder, self.made(f"{name}_by", SETTLED), _next_number(folder))
        revising.remove_unfinished()
        void = self.sql(f"{name}_void", OUTDATED, settled=revising.keys, decided=beside)
        for file, documents in self.rows(OF_FILES, documents=void):
            revising.remove_void(str(file), int(str(documents)))
        unsettled = self.sql(f"{name}_unsettled", UNSETTLED, decided=beside, settled=revising.keys)
        deciding = self.anew(f"{name}_decisions") / EMPTY
        tasks = self.placed(PLACED, src, "file, number", partial(revising.tasks, src, deciding), beside=unsettled)
        self.run_tasks(name, fn, schema, tasks)
        return revising.rows

    def united(self, name: str, *tables: Table) -> Table:
        """Return the table `name`: the rows of tables with the same columns, whose files are copied."""
        folder = self.anew(name)
        for number, path in enumerate(path for table in tables for path in parquet_files(table)):
            temporary = Path(shutil.copyfile(path, folder / f"{number}.tmp"))
            temporary.rename(folder / f"{number}.parquet")
        return folder

    def forget(self, name: str) -> None:
        """Remove a table."""
        shutil.rmtree(self.folder / name, ignore_errors=True)

    def anew(self, name: str) -> Path:
        """Return an empty folder for the table `name`."""
        self.forget(name)
        folder = self.folder / name
        folder.mkdir(parents=True)
        return folder


def parquet_files(table: Table) -> list[Path]:
    """Return the files of a table in the order of their names; raise FileNotFoundError where it was never made."""
    files = sorted(table.glob("*.parquet"))
    if not files:
        raise FileNotFoundError(f"{table} holds no Parquet file: the table was never made")
    return files


def remove_others(table: Table, names: Container[str]) -> None:
    """Remove the files of a table that are not named; the empty one that gives it a schema stays."""
    for path in table.glob("*.parquet"):
        if path.name not in names and path.name != EMPTY:
            path.unlink()


def _write_first(folder: Path, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> None:
    """Write the first file of a table; it gets its name when it is complete."""
    temporary = folder / "0.tmp"
    write_batches(str(temporary), schema, batches)
    temporary.rename(folder / EMPTY)


class _Count(NamedTuple):
    rows: int
    live: int


def _live_rows(paths: list[Path], key: str, keys: pa.ChunkedArray) -> dict[Path, _Count]:
    """Count the rows of files, and those with one of these keys: asked at once, since the keys are sorted out first."""
    columns = _columns(paths, key)
    live = pc.is_in(_joined(columns), keys)
    before = np.concatenate([[0], np.cumsum(live.to_numpy())])
    ends = np.cumsum([len(column) for column in columns]).tolist()
    return {
        path: _Count(end - first, int(before[end] - before[first]))
        for path, first, end in zip(paths, (0, *ends), ends, strict=False)
    }


def _columns(paths: list[Path], name: str) -> list[pa.ChunkedArray]:
    """Return a column as each of some files has it.

    `read_table` would import what reads data sets, a tenth of a second in each process that does so.
    """
    return [pq.ParquetFile(path).read(columns=[name])[name] for path in paths]


def _joined(columns: list[pa.ChunkedArray]) -> pa.ChunkedArray:
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], columns[0].type)


def _next_number(table: Table) -> int:
    return 1 + max(map(_number, table.glob("*.parquet")))


def _number(path: Path) -> int:
    return int(path.stem)


def _tasks(src: Table, out: Table) -> Iterator[Task]:
    """Yield a task for each row group; its file is numbered after all that `out` holds."""
    void, first = void_by_file(src), _next_number(out)
    for number, (path, group) in enumerate(_row_groups(src), first):
        yield Task(str(path), group, str(out / f"{number}.parquet"), without=tuple(void.get(path.stem, ())))


def _derived(src: Table, out: Table) -> Iterator[Task]:
    """Yield a task for each row group; its file is named for where it comes from."""
    void = void_by_file(src)
    for path, group in _row_groups(src):
        file = out / f"of-{path.stem}-{group}.parquet"
        yield Task(str(path), group, str(file), without=tuple(void.get(path.stem, ())))


def _row_groups(src: Table) -> Iterator[tuple[Path, int]]:
    for path in sorted(src.glob("*.parquet")):
        for group in range(pq.ParquetFile(path).num_row_groups):
            yield path, group
