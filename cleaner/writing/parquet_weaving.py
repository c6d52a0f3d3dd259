"""Columns of a row group, put in the place of those of another: the rest is copied without being read.

The bytes that come are those that Arrow would have written with the new columns in the first place.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.writing.parquet_footer import (
    COLUMN_INDEX,
    COLUMN_INDEX_SIZE,
    INDEX_SIZE,
    MAGIC,
    OF_OFFSET_INDEX,
    OFFSET_INDEX,
    PAGE,
    RAW_SIZE,
    SIZE,
    Fields,
    Structure,
    footer_of,
    list_of,
    place_of,
    row_groups_at,
    structure,
)

_META: Fields = {6: RAW_SIZE, 7: SIZE, 9: PAGE, 10: PAGE, 11: PAGE}
_COLUMN: Fields = {3: _META, 4: OFFSET_INDEX, 5: INDEX_SIZE, 6: COLUMN_INDEX, 7: COLUMN_INDEX_SIZE}
_ROW_GROUP: Fields = {2: RAW_SIZE, 5: PAGE, 6: SIZE}
_COLUMNS_OF_ROW_GROUP = 1


class _Column(NamedTuple):
    """A column of a row group: the file that holds it, and what its footer says of it."""

    data: bytes
    about: Structure

    def first(self, kind: str) -> int:
        """Return the least number of a kind; nought where there is none."""
        return min((number.value for number in self.about.numbers if number.kind == kind), default=0)

    def part(self, begin: str, size: str) -> bytes:
        """Return the bytes of which these numbers say where they begin and how many they are."""
        return self.data[self.first(begin) : self.first(begin) + self.first(size)]

    def offset_index(self, begin: int) -> bytes:
        """Return the offset index of the column, if it has one, its pages being written at a place."""
        data = self.part(OFFSET_INDEX, INDEX_SIZE)
        if not data:
            return data
        index = structure(data, 0, OF_OFFSET_INDEX)
        return index.told([number.value - self.first(PAGE) + begin for number in index.numbers])

    def told(self, begin: int, others: Mapping[str, int]) -> bytes:
        """Return what a footer says of the column where its pages are written at a place; `others` are its indexes."""
        moved = begin - self.first(PAGE)
        numbers = ((n.value + moved if n.kind == PAGE else others.get(n.kind, n.value)) for n in self.about.numbers)
        return self.about.told(list(numbers))


def woven(base: bytes, other: bytes) -> bytes:
    """Return the file `base` with the columns that `other` has, both of one row group with as many rows."""
    footer = footer_of(base)
    count, at = row_groups_at(footer)
    if not count:
        return base
    columns = list({**_columns(base), **_columns(other)}.values())
    file = io.BytesIO(MAGIC)
    file.seek(0, io.SEEK_END)
    begins = _written(file, [column.part(PAGE, SIZE) for column in columns])
    column_indexes = _written(file, [column.part(COLUMN_INDEX, COLUMN_INDEX_SIZE) for column in columns])
    indexes = [column.offset_index(begin) for column, begin in zip(columns, begins, strict=True)]
    places = zip(begins, column_indexes, _written(file, indexes), map(len, indexes), strict=True)
    told = [
        column.told(begin, {COLUMN_INDEX: column_index, OFFSET_INDEX: offset_index, INDEX_SIZE: size})
        for column, (begin, column_index, offset_index, size) in zip(columns, places, strict=True)
    ]
    sizes = {kind: sum(column.first(kind) for column in columns) for kind in (RAW_SIZE, SIZE)}
    group, end = _row_group(footer[at:], told, sizes)
    footer = footer[:at] + group + footer[at + end :]
    file.write(footer + len(footer).to_bytes(4, "little") + MAGIC)
    return file.getvalue()


def _columns(data: bytes) -> dict[str, _Column]:
    footer = footer_of(data)
    _, group = row_groups_at(footer)
    paths = pq.ParquetFile(pa.BufferReader(data)).schema
    found, at = {}, _first_column(footer[group:]) + group
    for number in range(len(paths)):
        about = structure(footer, at, _COLUMN)
        found[paths.column(number).path] = _Column(data, about)
        at = about.end
    return found


def _first_column(group: bytes) -> int:
    return list_of(group, place_of(group, _COLUMNS_OF_ROW_GROUP))[1]


def _written(file: io.BytesIO, every: Sequence[bytes]) -> list[int]:
    """Write all, and return where each begins."""
    places = []
    for data in every:
        places.append(file.tell())
        file.write(data)
    return places


def _row_group(group: bytes, columns: Sequence[bytes], sizes: Mapping[str, int]) -> tuple[bytes, int]:
    """Return what is said of a row group, whose own begins `group`, with other columns; and where its own ends."""
    whole = structure(group, 0, _ROW_GROUP)
    first = _first_column(group)
    end_of_columns = min(number.first for number in whole.numbers) - 1  # a byte tells that the first field follows
    rest = whole._replace(first=end_of_columns)
    return group[:first] + b"".join(columns) + rest.told([sizes.get(n.kind, n.value) for n in whole.numbers]), whole.end
