"""Revising a table: files named for what was decided, and rows of unchanged documents taken over from older files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import Table
from cleaner.engine.task import Revision, Task

_OF_SOURCE = ("doc_id", "item_key")
_OF_RESULT = ("doc_id", "decision_key")
_PLACE = ("file", "number")
_KEPT_ROWS = 10_240


class Revisions(NamedTuple):
    """The tasks that are left to do, and the names of all files that the table has when they are done."""

    tasks: list[Task]
    names: set[str]


def revisions(src: Table, out: Table, deciding: Path, batches: Iterator[pa.RecordBatch]) -> Revisions:
    """Return the tasks that bring `out` up to decisions, which come sorted by the rows of `src` that they concern.

    The columns `file` and `number` name those rows.  The decisions of a task are stored as one row group of the file
    `deciding`.
    """
    found = Revisions([], set())
    older = {path.name.rpartition("-")[0]: str(path) for path in sorted(out.glob("*-*-*.parquet"))}
    writer: pq.ParquetWriter | None = None
    try:
        for file, group, decisions in _by_row_group(src, batches):
            place = f"{file}-{group}"
            path = out / f"{place}-{_hash(decisions)}.parquet"
            found.names.add(path.name)
            if path.exists():
                continue
            writer = writer or pq.ParquetWriter(deciding, decisions.schema, use_dictionary=False)
            revision = Revision(str(deciding), len(found.tasks), older.get(place))
            found.tasks.append(Task(str(src / f"{file}.parquet"), group, str(path), revision))
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
    for name in _OF_RESULT:
        digest.update("\0".join(decisions[name].to_pylist()).encode())
    return digest.hexdigest()


class Revised(NamedTuple):
    """What a task has to do: rows that stay as they are, and rows to make anew with what was decided of them."""

    kept: Iterator[pa.RecordBatch]
    batches: Iterator[pa.RecordBatch]


def revised(
    revision: Revision, source: pq.ParquetFile, row_group: int, columns: tuple[str, ...] | None = None
) -> Revised:
    """Return the work of a task that revises what came of a row group; `columns` of it are read, if not all."""
    decisions = pq.ParquetFile(revision.decisions).read_row_group(revision.row_group)
    if revision.earlier is None:
        return Revised(iter(()), _decided(source, row_group, columns, decisions))
    earlier = pq.ParquetFile(revision.earlier)
    wanted = _keys(decisions, _OF_RESULT)
    same = pc.unique(_keys(earlier.read(columns=list(_OF_RESULT)), _OF_RESULT))
    unsettled = decisions.filter(pc.invert(pc.is_in(wanted, same)))
    return Revised(_kept(earlier, wanted), _decided(source, row_group, columns, unsettled))


def _kept(earlier: pq.ParquetFile, wanted: pa.Array) -> Iterator[pa.RecordBatch]:
    for batch in earlier.iter_batches(batch_size=_KEPT_ROWS):
        yield batch.filter(pc.is_in(_keys(batch, _OF_RESULT), wanted))


def _decided(
    source: pq.ParquetFile, row_group: int, columns: tuple[str, ...] | None, decisions: pa.Table
) -> Iterator[pa.RecordBatch]:
    """Yield the rows that are decided upon, with the columns of the decisions."""
    if not decisions.num_rows:
        return
    keys = _keys(decisions, _OF_SOURCE)
    added = [name for name in decisions.column_names if name not in _OF_SOURCE]
    table = decisions.combine_chunks()
    for batch in source.iter_batches(row_groups=[row_group], batch_size=1024, columns=columns):
        at = pc.index_in(_keys(batch, _OF_SOURCE), keys)
        found = batch.filter(at.is_valid()) if at.null_count else batch
        for name in added:
            found = found.append_column(name, table[name].chunk(0).take(at.drop_null()))
        yield found


def _keys(rows: pa.Table | pa.RecordBatch, names: tuple[str, str]) -> pa.Array:
    columns = [rows.column(name) for name in names]
    flat = [c.combine_chunks() if isinstance(c, pa.ChunkedArray) else c for c in columns]
    return pc.binary_join_element_wise(*flat, "/")
