"""Footers and indexes of Parquet files: structures of Thrift's compact protocol, and the numbers in them.

The format is told at https://github.com/apache/parquet-format.  Numbers that are asked for are looked for; whatever
else a structure holds (types, codecs, statistics) stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from mmap import mmap
from typing import Any, NamedTuple

KINDS = ("p", "c", "o", "i", "n", "r", "s", "l", "w")
PAGE, COLUMN_INDEX, OFFSET_INDEX, INDEX_SIZE, ORDINAL, ROWS, SIZE, COLUMN_INDEX_SIZE, RAW_SIZE = KINDS
"""What a number says: where pages are, or a column's indexes, how long the second is, which row group it stands in.

The others: rows of a row group, bytes of its pages, bytes of a column index, and of pages before they were packed.
"""
MAGIC = b"PAR1"
_TAIL = 8  # bytes: the footer's length, and the magic

Data = bytes | mmap
"""The bytes of a file."""
Fields = Mapping[int, Any]
"""Fields by their number in the format: what their number says, or the fields of the structures that they hold."""
OF_OFFSET_INDEX: Fields = {1: {1: PAGE}}
_ROWS_OF_FILE, _ROW_GROUPS_OF_FILE = 3, 4

_BYTE, _INTEGERS, _DOUBLE, _BINARY, _LIST, _STRUCTURE = 3, (4, 5, 6), 7, 8, 9, 12
"""Kinds of values.  True and false, 1 and 2, are told by the kind alone where a field holds them."""
_MANY = 15  # values of a list whose number stands in a byte of its own


class Number(NamedTuple):
    """A number in a structure: what it says, where it begins and ends, and its value."""

    kind: str
    first: int
    end: int
    value: int


class Structure(NamedTuple):
    """Bytes that hold a structure, where in them it begins and ends, and its numbers."""

    data: bytes
    first: int
    end: int
    numbers: list[Number]

    def told(self, values: Sequence[int]) -> bytes:
        """Return the structure with other numbers in the place of its own."""
        bounds = [self.first, *chain.from_iterable((number.first, number.end) for number in self.numbers), self.end]
        parts = [self.data[first:end] for first, end in zip(bounds[::2], bounds[1::2], strict=True)]
        return parts[0] + b"".join(number_bytes(v) + part for v, part in zip(values, parts[1:], strict=True))


def footer_of(data: Data) -> bytes:
    """Return the footer of a file."""
    end = len(data) - _TAIL
    return data[end - int.from_bytes(data[end : end + 4], "little") : end]


def with_row_groups(footer: bytes, rows: int, told: list[bytes]) -> bytes:
    """Return the footer of a file without rows, with row groups."""
    at_rows, at_groups = (place_of(footer, field) for field in (_ROWS_OF_FILE, _ROW_GROUPS_OF_FILE))
    head = bytes([min(len(told), _MANY) << 4 | _STRUCTURE]) + (_varint(len(told)) if len(told) >= _MANY else b"")
    return b"".join(
        [footer[:at_rows], number_bytes(rows), footer[at_rows + 1 : at_groups], head, *told, footer[at_groups + 1 :]]
    )


def row_groups_at(footer: bytes) -> tuple[int, int]:
    """Return how many row groups a footer tells of, and where the first begins."""
    return list_of(footer, place_of(footer, _ROW_GROUPS_OF_FILE))


def structure(data: bytes, first: int, fields: Fields) -> Structure:
    """Return the structure that begins at a place, with the numbers of those fields."""
    found: list[Number] = []
    return Structure(data, first, _walk(data, first, fields, found), found)


def _walk(data: bytes, at: int, fields: Fields, found: list[Number]) -> int:
    """Find the numbers of a structure that begins at a place, and return where it ends."""
    number = 0
    while head := data[at]:
        number, kind, at = _field(data, at, number, head)
        told = fields.get(number)
        if told is None:
            at = _skipped(data, at, kind)
        elif kind == _LIST:
            length, at = list_of(data, at)
            for _ in range(length):
                at = _walk(data, at, told, found)
        elif kind == _STRUCTURE:
            at = _walk(data, at, told, found)
        else:
            value, end = _read(data, at)
            found.append(Number(told, at, end, (value >> 1) ^ -(value & 1)))
            at = end
    return at + 1


def _field(data: bytes, at: int, number: int, head: int) -> tuple[int, int, int]:
    """Return number and kind of the field at a place, and where its value begins; `number` is that of the last one."""
    if head >> 4:
        return number + (head >> 4), head & 15, at + 1
    value, at = _read(data, at + 1)
    return value >> 1, head & 15, at


def place_of(data: bytes, field: int) -> int:
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
        length, at = list_of(data, at)
        for _ in range(length):
            at = _skipped(data, at, of) if of >= _BYTE else at + 1
        return at
    if kind == _STRUCTURE:
        while head := data[at]:
            _, kind, at = _field(data, at, 0, head)
            at = _skipped(data, at, kind)
        return at + 1
    return at + {_BYTE: 1, _DOUBLE: 8}.get(kind, 0)


def list_of(data: bytes, at: int) -> tuple[int, int]:
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


def number_bytes(value: int) -> bytes:
    """Return a number as the protocol writes it."""
    return _varint(value << 1)  # zigzag: none is negative


def _varint(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)
