"""Rows of a table in another order than that of its files, taken where they stand: their places alone are sorted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BATCH_ROWS = 4_096
MOST_FILES = 128
"""Files that may be open at once."""


class Place(NamedTuple):
    """Rows of a file that stand together: numbers from `first` up to, not including, `end`."""

    path: str
    first: int
    end: int


def joined(places: Iterable[Place]) -> list[Place]:
    """Return places in their order, those that follow one another in a file as one.

    >>> joined([Place("a", 0, 2), Place("a", 2, 5), Place("b", 0, 1), Place("a", 5, 6)])
    [Place(path='a', first=0, end=5), Place(path='b', first=0, end=1), Place(path='a', first=5, end=6)]
    """
    found: list[Place] = []
    for place in places:
        if found and found[-1].path == place.path and found[-1].end == place.first:
            found[-1] = found[-1]._replace(end=place.end)
        else:
            found.append(place)
    return found


class Held(NamedTuple):
    """How many files are open at once at the most, and how many bytes on disk those have that are, at the most."""

    files: int
    size: int


def held_at_once(places: Sequence[Place]) -> Held:
    """Return what `rows_at` would hold."""
    last = _last_uses(places)
    sizes: dict[str, int] = {}
    files = most = size = 0
    for number, (path, _, _) in enumerate(places):
        if path not in sizes:
            sizes[path] = Path(path).stat().st_size
            size += sizes[path]
            files, most = max(files, len(sizes)), max(most, size)
        if last[path] == number:
            size -= sizes.pop(path)
    return Held(files, most)


def rows_at(places: Sequence[Place], columns: Sequence[str] | None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of places in their order, each place's in one batch; a file is read once and held to its last."""
    last = _last_uses(places)
    files: dict[str, _File] = {}
    held: list[pa.Table] = []
    count = 0
    for number, place in enumerate(places):
        file = files.get(place.path) or files.setdefault(place.path, _File(place.path, columns))
        held.append(file.rows(place.first, place.end))
        if last[place.path] == number:
            del files[place.path]
        count += place.end - place.first
        if count >= BATCH_ROWS or number + 1 == len(places):
            yield from pa.concat_tables(held).combine_chunks().to_batches()
            held, count = [], 0


def _last_uses(places: Sequence[Place]) -> dict[str, int]:
    return {place.path: number for number, place in enumerate(places)}


class _File:
    """A file whose row groups are read when the first of their rows is wanted."""

    def __init__(self, path: str, columns: Sequence[str] | None) -> None:
        self._file = pq.ParquetFile(path)
        self._columns = None if columns is None else list(columns)
        metadata = self._file.metadata
        self._ends = np.cumsum([metadata.row_group(group).num_rows for group in range(metadata.num_row_groups)])
        self._read: dict[int, pa.Table] = {}

    def rows(self, first: int, end: int) -> pa.Table:
        """Return the rows from number `first` up to, not including, `end`."""
        low, high = np.searchsorted(self._ends, [first, end - 1], side="right").tolist()
        parts: list[pa.Table] = []
        for group in range(low, high + 1):
            start = int(self._ends[group - 1]) if group else 0
            at = max(first - start, 0)
            parts.append(self._group(group).slice(at, end - start - at))
        return pa.concat_tables(parts)

    def _group(self, group: int) -> pa.Table:
        if group not in self._read:
            self._read[group] = self._file.read_row_group(group, columns=self._columns, use_threads=False)
        return self._read[group]
