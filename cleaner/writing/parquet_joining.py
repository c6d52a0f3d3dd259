"""Row groups of Parquet files, put into one file without being read: their bytes are copied, and a footer is written.

A footer is a structure of Thrift's compact protocol (https://github.com/apache/parquet-format).  Of a row group it says
where in the file its pages and its indexes stand.  Those numbers alone are looked for; what else it holds (types,
codecs, statistics) is copied with the rest.  The bytes that come are those that Arrow would have written in one go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, count, repeat
from mmap import mmap
from typing import Any, BinaryIO, NamedTuple

_KINDS = ("p", "c", "o", "i", "n", "r", "s", "l")
PAGE, COLUMN_INDEX, OFFSET_INDEX, INDEX_SIZE, ORDINAL, ROWS, SIZE, COLUMN_INDEX_SIZE = _KINDS
"""What a number says: where pages are, or a column's indexes, how long the second is, which row group it stands in.

The other three are read, and stay as they are: rows of a row group, bytes of its pages, bytes of a column index.
"""
_MOVING = frozenset((PAGE, COLUMN_INDEX, OFFSET_INDEX, INDEX_SIZE, ORDINAL))
_MAGIC = b"PAR1"
_TAIL = 8  # bytes: the footer's length, and the magic

Data = bytes | mmap
"""The bytes of a file."""
_Fields = Mapping[int, Any]
"""Fields by their number in the format: what their number says, or the fields of the structures that they hold."""
_META: _Fields = {9: PAGE, 10: PAGE, 11: PAGE}
_CHUNK: _Fields = {3: _META, 4: OFFSET_INDEX, 5: INDEX_SIZE, 6: COLUMN_INDEX, 7: COLUMN_INDEX_SIZE}
_ROW_GROUP: _Fields = {1: _CHUNK, 3: ROWS, 5: PAGE, 6: SIZE, 7: ORDINAL}
_OFFSET_INDEX: _Fields = {1: {1: PAGE}}
_ROWS_OF_FILE, _ROW_GROUPS_OF_FILE = 3, 4

_BYTE, _INTEGERS, _DOUBLE, _BINARY, _LIST, _STRUCTURE = 3, (4, 5, 6), 7, 8, 9, 12
"""Kinds of values.  True and false, 1 and 2, are told by the kind alone where a field holds them."""
_MANY = 15  # values of a list whose number stands in a byte of its own


class Movable(NamedTuple):
    """A structure without its numbers that move: what stands before, between and after them."""

    parts: list[bytes]
    kinds: list[str]
    numbers: list[int]

    def told(self, bases: Mapping[str, int], listed: Mapping[str, Sequence[int]]) -> bytes:
        """Return the structure with its numbers: what is listed of the kind, or so much after the kind's base."""
        told = [self.parts[0]]
        for kind, number, part in zip(self.kinds, self.numbers, self.parts[1:], strict=True):
            told += (_number(listed[kind][number] if kind in listed else bases[kind] + number), part)
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
        self._at = self._file.write(_MAGIC)
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
        footer = _with_row_groups(_footer(empty), self.rows, told)
        self._file.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)

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
    footer = _footer(data)
    rest, at = _list_of(footer, _place_of(footer, _ROW_GROUPS_OF_FILE))
    for _ in range(rest):
        about = _structure(footer, at, _ROW_GROUP)
        yield _row_group(data, about)
        at = about.end


class _Number(NamedTuple):
    """A number in a structure: what it says, where it begins and ends, and its value."""

    kind: str
    first: int
    end: int
    value: int


class _Structure(NamedTuple):
    """Bytes that hold a structure, where in them it begins and ends, and its numbers."""

    data: bytes
    first: int
    end: int
    numbers: list[_Number]


def _row_group(data: Data, about: _Structure) -> RowGroup:
    told: dict[str, list[int]] = {kind: [] for kind in _KINDS}
    for number in about.numbers:
        told[number.kind].append(number.value)
    start, (size,), (rows,) = min(told[PAGE]), told[SIZE], told[ROWS]
    columns, offsets = (
        [data[at : at + length] for at, length in zip(told[kind], told[lengths], strict=True)]
        for kind, lengths in ((COLUMN_INDEX, COLUMN_INDEX_SIZE), (OFFSET_INDEX, INDEX_SIZE))
    )
    begins = iter([0, *accumulate(map(len, columns))])
    counted = {COLUMN_INDEX: begins, OFFSET_INDEX: count(), INDEX_SIZE: count(), ORDINAL: repeat(0)}
    indexes = [_movable(_structure(index, 0, _OFFSET_INDEX), start, {}) for index in offsets]
    return RowGroup(start, size, rows, _movable(about, start, counted), b"".join(columns), indexes)


def _movable(whole: _Structure, start: int, counted: Mapping[str, Iterator[int]]) -> Movable:
    """Return the structure without the numbers that move; a page is told from `start`, others as they are counted."""
    moving = [number for number in whole.numbers if number.kind in _MOVING]
    bounds = [whole.first, *(bound for number in moving for bound in (number.first, number.end)), whole.end]
    parts = [whole.data[first:end] for first, end in zip(bounds[::2], bounds[1::2], strict=True)]
    numbers = [number.value - start if number.kind == PAGE else next(counted[number.kind]) for number in moving]
    return Movable(parts, [number.kind for number in moving], numbers)


# --- Thrift's compact protocol ----------------------------------------------------------------------------------------


def _footer(data: Data) -> bytes:
    end = len(data) - _TAIL
    return data[end - int.from_bytes(data[end : end + 4], "little") : end]


def _with_row_groups(footer: bytes, rows: int, told: list[bytes]) -> bytes:
    """Return the footer of a file without rows, with row groups."""
    at_rows, at_groups = (_place_of(footer, field) for field in (_ROWS_OF_FILE, _ROW_GROUPS_OF_FILE))
    head = bytes([min(len(told), _MANY) << 4 | _STRUCTURE]) + (_varint(len(told)) if len(told) >= _MANY else b"")
    return b"".join(
        [footer[:at_rows], _number(rows), footer[at_rows + 1 : at_groups], head, *told, footer[at_groups + 1 :]]
    )


def _structure(data: bytes, first: int, fields: _Fields) -> _Structure:
    """Return the structure that begins at a place, with the numbers of those fields."""
    found: list[_Number] = []
    return _Structure(data, first, _walk(data, first, fields, found), found)


def _walk(data: bytes, at: int, fields: _Fields, found: list[_Number]) -> int:
    """Find the numbers of a structure that begins at a place, and return where it ends."""
    number = 0
    while head := data[at]:
        number, kind, at = _field(data, at, number, head)
        told = fields.get(number)
        if told is None:
            at = _skipped(data, at, kind)
        elif kind == _LIST:
            length, at = _list_of(data, at)
            for _ in range(length):
                at = _walk(data, at, told, found)
        elif kind == _STRUCTURE:
            at = _walk(data, at, told, found)
        else:
            value, end = _read(data, at)
            found.append(_Number(told, at, end, (value >> 1) ^ -(value & 1)))
            at = end
    return at + 1


def _field(data: bytes, at: int, number: int, head: int) -> tuple[int, int, int]:
    """Return number and kind of the field at a place, and where its value begins; `number` is that of the last one."""
    if head >> 4:
        return number + (head >> 4), head & 15, at + 1
    value, at = _read(data, at + 1)
    return value >> 1, head & 15, at


def _place_of(data: bytes, field: int) -> int:
    """Return where the value of a field of a structure begins."""
    number, at = 0, 0
    while head := data[at]:
        number, kind, at = _field(data, at, number, head)
        if number == field:
            return at
        at = _skipped(data, at, kind)
    raise ValueError(f"the footer has no field {field}: this is no Parquet file")


def _skipped(data: bytes, at: int, kind: int) -> int:
    """Return where a value ends that begins at a place."""
    if kind in _INTEGERS:
        while data[at] & 0x80:
            at += 1
        return at + 1
    if kind == _BINARY:
        length, at = _read(data, at)
        return at + length
    if kind == _LIST:
        of = data[at] & 15
        length, at = _list_of(data, at)
        for _ in range(length):
            at = _skipped(data, at, of) if of >= _BYTE else at + 1
        return at
    if kind == _STRUCTURE:
        while head := data[at]:
            _, kind, at = _field(data, at, 0, head)
            at = _skipped(data, at, kind)
        return at + 1
    return at + {_BYTE: 1, _DOUBLE: 8}.get(kind, 0)


def _list_of(data: bytes, at: int) -> tuple[int, int]:
    """Return how many values a list has, and where the first begins."""
    length = data[at] >> 4
    return (length, at + 1) if length < _MANY else _read(data, at + 1)


def _read(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := data[at]) & 0x80:
        value |= (byte & 0x7F) << shift
        shift += 7
        at += 1
    return value | byte << shift, at + 1


def _number(value: int) -> bytes:
    return _varint(value << 1)  # zigzag: none is negative


def _varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)
