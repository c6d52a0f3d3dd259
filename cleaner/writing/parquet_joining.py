"""Row groups of Parquet files, put into one file without being read: their bytes are copied, and a footer is written.

A footer says of a row group where in the file its pages and its indexes stand.  Those numbers alone are told anew;
what else it holds is copied with the rest.  The bytes that come are those that Arrow would have written in one go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, count, repeat
from typing import BinaryIO, NamedTuple

from cleaner.writing.parquet_footer import (
    COLUMN_INDEX,
    COLUMN_INDEX_SIZE,
    INDEX_SIZE,
    KINDS,
    MAGIC,
    OF_OFFSET_INDEX,
    OFFSET_INDEX,
    ORDINAL,
    PAGE,
    ROWS,
    SIZE,
    Data,
    Fields,
    Structure,
    footer_of,
    number_bytes,
    row_groups_at,
    structure,
    with_row_groups,
)

_MOVING = frozenset((PAGE, COLUMN_INDEX, OFFSET_INDEX, INDEX_SIZE, ORDINAL))
_META: Fields = {9: PAGE, 10: PAGE, 11: PAGE}
_CHUNK: Fields = {3: _META, 4: OFFSET_INDEX, 5: INDEX_SIZE, 6: COLUMN_INDEX, 7: COLUMN_INDEX_SIZE}
_ROW_GROUP: Fields = {1: _CHUNK, 3: ROWS, 5: PAGE, 6: SIZE, 7: ORDINAL}


class Movable(NamedTuple):
    """A structure without its numbers that move: what stands before, between and after them."""

    parts: list[bytes]
    kinds: list[str]
    numbers: list[int]

    def told(self, bases: Mapping[str, int], listed: Mapping[str, Sequence[int]]) -> bytes:
        """Return the structure with its numbers: what is listed of the kind, or so much after the kind's base."""
        told = [self.parts[0]]
        for kind, number, part in zip(self.kinds, self.numbers, self.parts[1:], strict=True):
            told += (number_bytes(listed[kind][number] if kind in listed else bases[kind] + number), part)
        return b"".join(told)


class RowGroup(NamedTuple):
    """A row group that may be put elsewhere: its pages, `size` bytes from `start`, and what files say of it."""

    start: int
    size: int
    rows: int
    about: Movable
    column_indexes: bytes
    offset_indexes: list[Movable]


class Joining:
    """A Parquet file in work: it takes the row groups of other files, all of one schema, one after another."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = self._file.write(MAGIC)
        self._taken: list[tuple[int, RowGroup]] = []

    def add(self, data: Data) -> None:
        """Copy the pages of all row groups of a file, whose bytes these are."""
        for group in row_groups(data):
            self._taken.append((self._write(data[group.start : group.start + group.size]), group))

    @property
    def rows(self) -> int:
        """The number of rows that were taken."""
        return sum(group.rows for _, group in self._taken)

    def done(self, empty: bytes) -> None:
        """Write indexes and footer: that of `empty`, a file without rows, with the row groups that were taken."""
        column_indexes = [self._write(group.column_indexes) for _, group in self._taken]
        told = []
        for number, (begin, group) in enumerate(self._taken):
            bases = {PAGE: begin, COLUMN_INDEX: column_indexes[number], ORDINAL: number}
            indexes = [index.told(bases, {}) for index in group.offset_indexes]
            listed = {OFFSET_INDEX: list(map(self._write, indexes)), INDEX_SIZE: list(map(len, indexes))}
            told.append(group.about.told(bases, listed))
        footer = with_row_groups(footer_of(empty), self.rows, told)
        self._file.write(footer + len(footer).to_bytes(4, "little") + MAGIC)

    def _write(self, data: bytes) -> int:
        """Write, and return where."""
        at = self._at
        self._at += self._file.write(data)
        return at


def row_groups(data: Data) -> Iterator[RowGroup]:
    """Yield the row groups of a file, whose bytes these are.

    Row groups are understood as Arrow writes them: of every column both indexes or none, no bloom filters, no
    encryption.
    """
    footer = footer_of(data)
    rest, at = row_groups_at(footer)
    for _ in range(rest):
        about = structure(footer, at, _ROW_GROUP)
        yield _row_group(data, about)
        at = about.end


def _row_group(data: Data, about: Structure) -> RowGroup:
    told: dict[str, list[int]] = {kind: [] for kind in KINDS}
    for number in about.numbers:
        told[number.kind].append(number.value)
    start, (size,), (rows,) = min(told[PAGE]), told[SIZE], told[ROWS]
    columns, offsets = (
        [data[at : at + length] for at, length in zip(told[kind], told[lengths], strict=True)]
        for kind, lengths in ((COLUMN_INDEX, COLUMN_INDEX_SIZE), (OFFSET_INDEX, INDEX_SIZE))
    )
    begins = iter([0, *accumulate(map(len, columns))])
    counted = {COLUMN_INDEX: begins, OFFSET_INDEX: count(), INDEX_SIZE: count(), ORDINAL: repeat(0)}
    indexes = [_movable(structure(index, 0, OF_OFFSET_INDEX), start, {}) for index in offsets]
    return RowGroup(start, size, rows, _movable(about, start, counted), b"".join(columns), indexes)


def _movable(whole: Structure, start: int, counted: Mapping[str, Iterator[int]]) -> Movable:
    """Return the structure without the numbers that move; a page is told from `start`, others as they are counted."""
    moving = [number for number in whole.numbers if number.kind in _MOVING]
    bounds = [whole.first, *(bound for number in moving for bound in (number.first, number.end)), whole.end]
    parts = [whole.data[first:end] for first, end in zip(bounds[::2], bounds[1::2], strict=True)]
    numbers = [number.value - start if number.kind == PAGE else next(counted[number.kind]) for number in moving]
    return Movable(parts, [number.kind for number in moving], numbers)
