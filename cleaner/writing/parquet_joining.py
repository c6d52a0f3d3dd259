"""Row groups of Parquet files, put into one file without being read: their bytes are copied, and a footer is written.

A footer is a structure of Thrift's compact protocol (https://github.com/apache/parquet-format).  Of a row group it says
where in the file its pages and its indexes stand.  Those numbers alone are looked for; what else it holds (types,
codecs, statistics) is copied with the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, NamedTuple

PAGE, COLUMN_INDEX, OFFSET_INDEX, INDEX_SIZE, ORDINAL, ROWS, SIZE, COLUMN_INDEX_SIZE = "pcoinrsl"
"""What a number says: where pages are, or a column's indexes, how long the second is, which row group of the file it is.

The other three are read, and stay as they are: rows of a row group, bytes of its pages, bytes of a column index.
"""
_MOVING = frozenset((PAGE, COLUMN_INDEX, OFFSET_INDEX, INDEX_SIZE, ORDINAL))
_MAGIC = b"PAR1"
_TAIL = 8  # bytes: the footer's length, and the magic

_Fields = Mapping[int, Any]
"""Fields by their number in the format: what their number says, or the fields of the structures that they hold."""
_META: _Fields = {9: PAGE, 10: PAGE, 11: PAGE}
_CHUNK: _Fields = {3: _META, 4: OFFSET_INDEX, 5: INDEX_SIZE, 6: COLUMN_INDEX, 7: COLUMN_INDEX_SIZE}
_ROW_GROUP: _Fields = {1: _CHUNK, 3: ROWS, 5: PAGE, 6: SIZE, 7: ORDINAL}
_OFFSET_INDEX: _Fields = {1: {1: PAGE}}
_ROWS_OF_FILE, _ROW_GROUPS_OF_FILE = 3, 4

_BYTE, _INTEGERS, _DOUBLE, _BINARY, _LIST, _STRUCTURE = 3, (4, 5, 6), 7, 8, 9, 12
"""Kinds of values.  True and false, 1 and 2, are told by the kind alone."""


class Movable(NamedTuple):
    """A structure without its numbers that move: what stands before, between and after them (a character a byte)."""

    texts: list[str]
    kinds: str
    numbers: list[int]

    def told(self, bases: Mapping[str, int], listed: Mapping[str, Sequence[int]]) -> str:
        """Return the structure with its numbers: what is listed of the kind, or so much after the kind's base."""
        parts = [self.texts[0]]
        for kind, number, text in zip(self.kinds, self.numbers, self.texts[1:], strict=True):
            parts += (_number(listed[kind][number] if kind in listed else bases[kind] + number), text)
        return "".join(parts)


class RowGroup(NamedTuple):
    """A row group that may be put elsewhere: its pages, `size` bytes from `start`, and what files say of it."""

    start: int
    size: int
    rows: int
    about: Movable
    column_indexes: str
    offset_indexes: list[Movable]


class Joining:
    """A Parquet file in work: it takes row groups of other files, all of one schema, one after another."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._at = self._file.write(_MAGIC)
        self._taken: list[tuple[int, RowGroup]] = []

    def add(self, source: BinaryIO, group: RowGroup) -> None:
        """Copy the pages of a row group from the file that it was found in."""
        source.seek(group.start)
        self._taken.append((self._at, group))
        self._at += self._file.write(source.read(group.size))

    def done(self, empty: bytes) -> None:
        """Write indexes and footer: that of `empty`, a file without rows, with the row groups that were taken."""
        column_indexes = [self._write(group.column_indexes) for _, group in self._taken]
        told = []
        for number, (begin, group) in enumerate(self._taken):
            bases = {PAGE: begin, COLUMN_INDEX: column_indexes[number], ORDINAL: number}
            indexes = [index.told(bases, {}) for index in group.offset_indexes]
            listed = {OFFSET_INDEX: [self._write(index) for index in indexes], INDEX_SIZE: [*map(len, indexes)]}
            told.append(group.about.told(bases, listed))
        footer = _with_row_groups(_footer(empty), sum(group.rows for _, group in self._taken), told)
        self._file.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)

    def _write(self, text: str) -> int:
        """Write, and return where."""
        at = self._at
        self._at += self._file.write(text.encode("latin-1"))
        return at


def row_groups(data: bytes) -> Iterator[RowGroup]:
    """Yield the row groups of a file, whose bytes these are.

    Row groups are understood as Arrow writes them: of every column both indexes or none, no bloom filters, no
    encryption.
    """
    footer = _footer(data)
    count, at = _list_of(footer, _place_of(footer, _ROW_GROUPS_OF_FILE))
    for _ in range(count):
        found: list[_Number] = []
        end = _walk(footer, at, _ROW_GROUP, found)
        yield _row_group(data, footer[at:end], [(kind, first - at, last - at, n) for kind, first, last, n in found])
        at = end


_Number = tuple[str, int, int, int]
"""What a number says, where it begins and ends, and the number."""


def _row_group(data: bytes, about: bytes, found: list[_Number]) -> RowGroup:
    told = {kind: [number for other, *_, number in found if other == kind] for kind in set("".join(f[0] for f in found))}
    start = min(told[PAGE])
    columns = [data[at : at + n] for at, n in zip(told.get(COLUMN_INDEX, ()), told.get(COLUMN_INDEX_SIZE, ()), strict=True)]
    offsets = [data[at : at + n] for at, n in zip(told.get(OFFSET_INDEX, ()), told.get(INDEX_SIZE, ()), strict=True)]
    return RowGroup(
        start,
        told[SIZE][0],
        told[ROWS][0],
        _movable(about, found, start, [len(column) for column in columns]),
        b"".join(columns).decode("latin-1"),
        [_offset_index(index, start) for index in offsets],
    )


def _offset_index(index: bytes, start: int) -> Movable:
    found: list[_Number] = []
    _walk(index, 0, _OFFSET_INDEX, found)
    return _movable(index, found, start, [])


def _movable(data: bytes, found: list[_Number], start: int, column_indexes: list[int]) -> Movable:
    """Return the structure without the numbers that move, each of which is told from where its kind is counted."""
    moving = [one for one in found if one[0] in _MOVING]
    text, ends = data.decode("latin-1"), [0, *(end for _, _, end, _ in moving)]
    texts = [text[end:first] for end, (_, first, _, _) in zip(ends, moving, strict=False)]
    counted = {OFFSET_INDEX: iter(range(len(moving))), INDEX_SIZE: iter(range(len(moving)))}
    before = iter([sum(column_indexes[:number]) for number in range(len(column_indexes))])
    numbers = {
        PAGE: lambda number: number - start,
        ORDINAL: lambda _: 0,
        COLUMN_INDEX: lambda _: next(before),
        OFFSET_INDEX: lambda _: next(counted[OFFSET_INDEX]),
        INDEX_SIZE: lambda _: next(counted[INDEX_SIZE]),
    }
    return Movable([*texts, text[ends[-1] :]], "".join(one[0] for one in moving), [numbers[k](n) for k, _, _, n in moving])


# --- Thrift's compact protocol ----------------------------------------------------------------------------------------


def _footer(data: bytes) -> bytes:
    length = int.from_bytes(data[-_TAIL : -len(_MAGIC)], "little")
    return data[len(data) - _TAIL - length : len(data) - _TAIL]


def _with_row_groups(footer: bytes, rows: int, row_groups: list[str]) -> bytes:
    """Return the footer of a file without rows, with row groups."""
    at_rows, at_groups = (_place_of(footer, field) for field in (_ROWS_OF_FILE, _ROW_GROUPS_OF_FILE))
    count = len(row_groups)
    head = chr(count << 4 | _STRUCTURE) if count < 15 else chr(0xF0 | _STRUCTURE) + _varint(count)
    told = f"{_number(rows)}{footer[at_rows + 1 : at_groups].decode('latin-1')}{head}{''.join(row_groups)}"
    return footer[:at_rows] + told.encode("latin-1") + footer[at_groups + 1 :]


def _walk(data: bytes, at: int, fields: _Fields, found: list[_Number]) -> int:
    """Find the numbers of a structure that begins at a place, and return where it ends."""
    number = 0
    while head := data[at]:
        number, kind, at = _head(data, at, number, head)
        told = fields.get(number)
        if told is None:
            at = _skipped(data, at, kind)
        elif kind == _LIST:
            count, at = _list_of(data, at)
            for _ in range(count):
                at = _walk(data, at, told, found)
        elif kind == _STRUCTURE:
            at = _walk(data, at, told, found)
        else:
            value, end = _read(data, at)
            found.append((told, at, end, (value >> 1) ^ -(value & 1)))
            at = end
    return at + 1


def _head(data: bytes, at: int, number: int, head: int) -> tuple[int, int, int]:
    """Return number and kind of the field at a place, and where its value begins; `number` is that of the last one."""
    if head >> 4:
        return number + (head >> 4), head & 15, at + 1
    value, at = _read(data, at + 1)
    return value >> 1, head & 15, at


def _place_of(data: bytes, field: int) -> int:
    """Return where the value of a field of a structure begins."""
    number, at = 0, 0
    while head := data[at]:
        number, kind, at = _head(data, at, number, head)
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
        of, (count, at) = data[at] & 15, _list_of(data, at)
        for _ in range(count):
            at = _skipped(data, at, of) if of > 2 else at + 1
        return at
    if kind == _STRUCTURE:
        return _walk(data, at, {}, [])
    return at + {_BYTE: 1, _DOUBLE: 8}.get(kind, 0)


def _list_of(data: bytes, at: int) -> tuple[int, int]:
    """Return how many values a list has, and where the first begins."""
    count = data[at] >> 4
    return (count, at + 1) if count < 15 else _read(data, at + 1)


def _read(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while (byte := data[at]) & 0x80:
        value |= (byte & 0x7F) << shift
        shift += 7
        at += 1
    return value | byte << shift, at + 1


def _number(value: int) -> str:
    return _varint(value << 1)  # zigzag: none is negative


def _varint(value: int) -> str:
    text = ""
    while value > 0x7F:
        text += chr(value & 0x7F | 0x80)
        value >>= 7
    return text + chr(value)
