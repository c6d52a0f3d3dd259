"""Stretches of rows that run over several Parquet files: a sorted table, cut anew without moving a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 1024


class Slice(NamedTuple):
    """The rows of a file from number `first` up to, not including, `end`."""

    path: str
    first: int
    end: int


def cut(files: Iterable[Path], rows: int) -> Iterator[tuple[Slice, ...]]:
    """Yield stretches of `rows` rows of the files, one after another; the last may be shorter.

    Only the files' footers are read.  Where the files hold no row there is one stretch, without rows.
    """
    stretch: list[Slice] = []
    room, found = rows, False
    for path in files:
        first, left = 0, pq.read_metadata(path).num_rows
        while left:
            found = True
            count = min(left, room)
            stretch.append(Slice(str(path), first, first + count))
            first, left, room = first + count, left - count, room - count
            if not room:
                yield tuple(stretch)
                stretch, room = [], rows
    if stretch or not found:
        yield tuple(stretch)


def rows_of(slices: Sequence[Slice]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of slices in batches, reading only the row groups that hold some of them."""
    for path, first, end in slices:
        with pq.ParquetFile(path) as file:
            yield from _rows(file, first, end)


def _rows(file: pq.ParquetFile, first: int, end: int) -> Iterator[pa.RecordBatch]:
    sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    at = 0
    groups: list[int] = []
    for group, size in enumerate(sizes):
        if at < end and at + size > first:
            groups.append(group)
        at += size
    at = sum(sizes[: groups[0]]) if groups else 0
    for batch in file.iter_batches(row_groups=groups, batch_size=BATCH_ROWS):
        low, high = max(first - at, 0), min(end - at, batch.num_rows)
        at += batch.num_rows
        if low < high:
            yield batch.slice(low, high - low)
