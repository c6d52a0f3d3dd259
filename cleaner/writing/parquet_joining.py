"""Row groups of Parquet files, put into one file without being read: their bytes are copied, and a footer is written.

A footer says of a row group where in the file its pages and its indexes stand.  Those numbers alone are told anew;
what else it holds is copied with the rest.  The bytes that come are those that Arrow would have written in one go.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, count, repeat
from typing import Any, BinaryIO, NamedTuple

import numpy as np
import pyarrow as pa

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


_END = "."
"""In the place of a kind: here a structure ends, and no number follows."""

TEMPLATE = pa.struct([("text", pa.binary()), ("ends", pa.binary()), ("kinds", pa.string()), ("numbers", pa.binary())])
ROW_GROUP = pa.struct(
    [
        *((name, pa.int64()) for name in ("start", "size", "rows")),
        ("about", TEMPLATE),
        ("column_indexes", pa.binary()),
        ("offset_indexes", TEMPLATE),
    ]
)
"""How `RowGroup` is stored."""


class Template(NamedTuple):
    """Structures without their numbers that move.

    `text` has their parts one after another, each up to one of `ends`; behind each comes a number, or the end of a
    structure.  Of numbers the kinds are told, a letter each, and how much after the kind's base they are.
    """

    text: bytes
    ends: bytes
    kinds: str
    numbers: bytes

    @classmethod
    def of(cls, every: Iterable[Structure], start: int, counted: Mapping[str, Iterator[int]]) -> Template:
        """Return the structures so; pages are told from `start`, others as they are counted."""
        parts, kinds, numbers = [], [], []
        for one in every:
            at = one.first
            for number in one.numbers:
                if number.kind in _MOVING:
                    parts.append(one.data[at : number.first])
                    kinds.append(number.kind)
                    numbers.append(number.value - start if number.kind == PAGE else next(counted[number.kind]))
                    at = number.end
            parts.append(one.data[at : one.end])
            kinds.append(_END)
            numbers.append(0)
        ends = np.cumsum(list(map(len, parts)), dtype=np.int64)
        return cls(b"".join(parts), ends.tobytes(), "".join(kinds), np.array(numbers, np.int64).tobytes())

    def told(self, bases: Mapping[str, int], listed: Mapping[str, Sequence[int]]) -> list[bytes]:
        """Return each structure with its numbers: what is listed of the kind, or so much after the kind's base."""
        ends, numbers = (np.frombuffer(values, np.int64).tolist() for values in (self.ends, self.numbers))
        found, told, first = [], [], 0
        for end, kind, number in zip(ends, self.kinds, numbers, strict=True):
            told.append(self.text[first:end])
            first = end
            if kind == _END:
                found.append(b"".join(told))
                told = []
            else:
                told.append(number_bytes(listed[kind][number] if kind in listed else bases[kind] + number))
        return found


class RowGroup(NamedTuple):
    """A row group that may be put elsewhere: its pages, `size` bytes from `start`, and what files say of it."""

    start: int
    size: int
    rows: int
    about: Template
    column_indexes: bytes
    offset_indexes: Template

    @classmethod
    def stored(cls, row: Mapping[str, Any]) -> RowGroup:
        """Return the row group that was stored as `ROW_GROUP`."""
        return cls(**{**row, "about": Template(**row["about"]), "offset_indexes": Template(**row["offset_indexes"])})


class Joining:
    """A Parquet file in work: it takes the row groups of other files, all of one schema, one after another."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = self._file.write(MAGIC)
        self._taken: list[tuple[int, RowGroup]] = []

    def add(self, data: Data) -> None:
        """Copy the pages of all row groups of a file, whose bytes these are."""
        for group in row_groups(data):
            self.take(group, data[group.start : group.start + group.size])

    def take(self, group: RowGroup, pages: bytes) -> None:
        """Take a row group, whose pages these are."""
        self._taken.append((self._write(pages), group))

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
            indexes = group.offset_indexes.told(bases, {})
            listed = {OFFSET_INDEX: list(map(self._write, indexes)), INDEX_SIZE: list(map(len, indexes))}
            told += group.about.told(bases, listed)
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
    indexes = (structure(index, 0, OF_OFFSET_INDEX) for index in offsets)
    about_it, of_columns = Template.of([about], start, counted), Template.of(indexes, start, {})
    return RowGroup(start, size, rows, about_it, b"".join(columns), of_columns)
