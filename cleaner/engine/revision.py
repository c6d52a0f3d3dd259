"""Revising a table: files stay where no row changed; rows of unchanged documents are taken over from older files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import Table
from cleaner.engine.task import Revision, Task

_ID = "doc_id"
_OF_SOURCE = (_ID, "item_key")
_KEYS = (_ID, "decision_key")
_FILE = b"rows"
_PLACE = ("file", "number")
_KEPT_ROWS = 10_240


class Revisions(NamedTuple):
    """The tasks that are left to do, and the names of all files of keys that there are when they are done."""

    tasks: list[Task]
    names: set[str]


class Revising(NamedTuple):
    """A table under revision, `rows`; its `keys`, a file for each row group of `src`, tell what was decided of it.

    Such a file is named for row group and decisions.  It holds the decisions' keys, and names the file of the rows:
    an older one where other decisions changed no row.
    """

    src: Table
    rows: Table
    keys: Table
    telling: tuple[str, ...]

    def files(self) -> set[str]:
        """Return the names of all files of rows that keys name."""
        return {_file_named(path) for path in self.keys.glob("*.parquet")}

    def file_of(self, keys: Path) -> Path | None:
        """Return the file of the rows that come of these decisions, None where it is not complete."""
        if not keys.exists():
            return None
        found = self.rows / _file_named(keys)
        return found if found.exists() else None


def revisions(revising: Revising, deciding: Path, batches: Iterator[pa.RecordBatch]) -> Revisions:
    """Return the tasks that bring a table up to decisions, which come sorted by the rows of `src` that they concern.

    The columns `file` and `number` name those rows.  The decisions of a task are stored as one row group of the file
    `deciding`.
    """
    found = Revisions([], set())
    old = (path for path in sorted(revising.keys.glob("*-*-*.parquet")) if revising.file_of(path))
    older = {path.name.rpartition("-")[0]: str(path) for path in old}
    writer: pq.ParquetWriter | None = None
    try:
        for file, group, decisions in _by_row_group(revising.src, batches):
            place = f"{file}-{group}"
            path = revising.keys / f"{place}-{_hash(decisions)}.parquet"
            found.names.add(path.name)
            if revising.file_of(path):
                continue
            writer = writer or pq.ParquetWriter(deciding, decisions.schema, use_dictionary=False)
            before = older.get(place)
            revision = Revision(str(deciding), len(found.tasks), str(revising.rows), revising.telling, before)
            found.tasks.append(Task(str(revising.src / f"{file}.parquet"), group, str(path), revision))
            writer.write_table(decisions, row_group_size=decisions.num_rows)
    finally:
        if writer is not None:
            writer.close()
    return found


def _by_row_group(src: Table, batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, int, pa.Table]]:
    """Yield decisions by the row group of `src` that they concern."""
    for file, decisions in _by_file(batches):
        metadata = pq.read_metadata(src / f"{file}.parquet")
        ends = np.cumsum([metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)])
        groups = np.searchsorted(ends, decisions["number"].to_numpy(), side="right")
        firsts = np.flatnonzero(np.diff(groups, prepend=-1)).tolist()
        for first, end in zip(firsts, (*firsts[1:], len(groups)), strict=True):
            yield file, int(groups[first]), decisions.slice(first, end - first).drop_columns(list(_PLACE))


def _by_file(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[str, pa.Table]]:
    held: list[pa.RecordBatch] = []
    current = ""
    for batch in batches:
        ends = pc.run_end_encode(batch.column("file")).run_ends.to_pylist()
        for first, end in zip((0, *ends), ends, strict=False):
            file = batch.column("file")[first].as_py()
            if held and file != current:
                yield current, pa.Table.from_batches(held)
                held = []
            current = file
            held.append(batch.slice(first, end - first))
    if held:
        yield current, pa.Table.from_batches(held)


def _hash(decisions: pa.Table) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for name in _KEYS:
        digest.update("\0".join(decisions[name].to_pylist()).encode())
    return digest.hexdigest()


def revise(task: Task, revision: Revision, work: Work) -> int:
    """Bring what came of a row group up to its decisions; return the number of rows written.

    Documents that are decided upon otherwise than before are made anew.  Where documents are the same and no row is
    another, the older file stays.
    """
    decisions = pq.ParquetFile(revision.decisions).read_row_group(revision.row_group)
    rows = Path(revision.rows) / Path(task.out).name
    if revision.earlier is None:
        count = work.write(str(rows), work.schema, work.make(_decided(task, work.columns, decisions)))
    else:
        keys = pq.read_table(revision.earlier)
        unsettled = decisions.filter(pc.invert(pc.is_in(_joined(decisions, _KEYS), _joined(keys, _KEYS))))
        earlier = _Earlier(rows.with_name(_file_named(Path(revision.earlier))), revision.telling)
        made = list(work.make(_decided(task, work.columns, unsettled)))
        if set(keys[_ID].to_pylist()) == set(decisions[_ID].to_pylist()) and earlier.has(made, unsettled[_ID]):
            rows, count = earlier.path, 0
        else:
            same = decisions.filter(pc.invert(pc.is_in(decisions[_ID], unsettled[_ID])))
            count = work.write(str(rows), work.schema, chain(earlier.rows_of(same[_ID]), made))
    keys = decisions.select(list(_KEYS)).replace_schema_metadata({_FILE: rows.name})
    work.write(task.out, keys.schema, iter(keys.to_batches()))
    return count


class Work(NamedTuple):
    """What is done with rows: those that `make` is given (`columns` of them, if not all) become rows of `schema`.

    `write` writes a file at once, and returns the number of its rows.
    """

    make: Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
    columns: tuple[str, ...] | None
    schema: pa.Schema
    write: Callable[[str, pa.Schema, Iterator[pa.RecordBatch]], int]


class _Earlier(NamedTuple):
    """Rows that came of earlier decisions."""

    path: Path
    telling: tuple[str, ...]

    def has(self, made: list[pa.RecordBatch], ids: pa.ChunkedArray) -> bool:
        """Tell whether these rows, all there are of these documents, stand here already."""
        names = [_ID, *self.telling]
        found = pq.ParquetFile(self.path).read(columns=names)
        found = found.filter(pc.is_in(found[_ID], pc.unique(ids)))
        new = pa.Table.from_batches([batch.select(names) for batch in made], found.schema)
        same: bool = _by_document(found).equals(_by_document(new))
        return same

    def rows_of(self, ids: pa.ChunkedArray) -> Iterator[pa.RecordBatch]:
        """Yield the rows of documents."""
        for batch in pq.ParquetFile(self.path).iter_batches(batch_size=_KEPT_ROWS):
            yield batch.filter(pc.is_in(batch.column(_ID), ids))


def _by_document(rows: pa.Table) -> pa.Table:
    return rows.take(pc.sort_indices(rows[_ID]))  # those of one document stay as they are


def _decided(task: Task, columns: tuple[str, ...] | None, decisions: pa.Table) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a task's input that are decided upon, with the columns of the decisions."""
    if not decisions.num_rows:
        return
    keys = _joined(decisions, _OF_SOURCE)
    added = [name for name in decisions.column_names if name not in _OF_SOURCE]
    table = decisions.combine_chunks()
    groups = None if task.row_group is None else [task.row_group]
    for batch in pq.ParquetFile(task.path).iter_batches(row_groups=groups, batch_size=1024, columns=columns):
        at = pc.index_in(_joined(batch, _OF_SOURCE), keys)
        found = batch.filter(at.is_valid()) if at.null_count else batch
        for name in added:
            found = found.append_column(name, table[name].chunk(0).take(at.drop_null()))
        yield found


def _file_named(keys: Path) -> str:
    name: bytes = pq.read_schema(keys).metadata[_FILE]
    return name.decode()


def _joined(rows: pa.Table | pa.RecordBatch, names: tuple[str, str]) -> pa.Array:
    columns = [rows.column(name) for name in names]
    flat = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in columns]
    return pc.binary_join_element_wise(*flat, "/")
