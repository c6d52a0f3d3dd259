"""Rows of a table in another order than that of its files, taken where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


class Place(NamedTuple):
    """Rows of a file, named without its suffix: those from number `first` up to, not including, `end`."""

    file: str
    first: int
    end: int


def rows_at(table: Path, stretches: Sequence[Sequence[Place]], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of each stretch, in the order of its places; a file is read once and held to its last use."""
    last = {place.file: number for number, places in enumerate(stretches) for place in places}
    files: dict[str, _File] = {}
    for number, places in enumerate(stretches):
        found = []
        for file, first, end in joined(places):
            if file not in files:
                files[file] = _File(table / f"{file}.parquet", columns)
            found.append(files[file].rows(first, end))
        files = {name: file for name, file in files.items() if last[name] > number}
        (rows,) = pa.concat_tables(found).combine_chunks().to_batches()
        yield rows


def joined(places: Sequence[Place]) -> list[Place]:
    """Return places in their order, those that follow one another in a file as one.

    >>> joined([Place("a", 0, 2), Place("a", 2, 5), Place("b", 0, 1), Place("a", 5, 6)])
    [Place(file='a', first=0, end=5), Place(file='b', first=0, end=1), Place(file='a', first=5, end=6)]
    """
    found: list[Place] = []
    for place in places:
        if found and found[-1].file == place.file and found[-1].end == place.first:
            found[-1] = found[-1]._replace(end=place.end)
        else:
            found.append(place)
    return found


class _File:
    """A file whose row groups are read when the first of their rows is wanted."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._file = pq.ParquetFile(path)
        self._columns = list(columns)
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
