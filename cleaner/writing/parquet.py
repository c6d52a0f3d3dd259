"""The sink: sorted record batches become one Parquet file whose bytes depend on the rows alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW_GROUP_ROWS = 8_192
PART_ROW_GROUPS = 16
"""Row groups of a part, where a table is written as several: whole ones, so that parts hash as the one file does."""
FEW_VALUES = ("status", "kind", "role", "language", "doc_id", "outlet", "source_uri", "title", "url", "stage", "op")
"""Columns that are stored as dictionaries: a dictionary of what hardly recurs costs time and room."""
METADATA_PREFIX = "cleaner."
DIGEST_BYTES = 32
"""Bytes of the hash of a column, or of rows."""


_OF_FILE = frozenset({"content_sha256", "part", "row_count"})


class Written(NamedTuple):
    """What was written: the number of rows, the logical hash of them, and the number of bytes on disk."""

    rows: int
    content_sha256: str
    num_bytes: int


class Part(NamedTuple):
    """A stretch of a table, written: its rows, the hashes of its row groups, its bytes, its first and last sort key."""

    rows: int
    digests: bytes
    num_bytes: int
    first: tuple[object, ...] | None
    last: tuple[object, ...] | None


class UnsortedError(RuntimeError):
    """A stream that was promised in order went back."""


class PartWriter:
    """A part of a table in work: takes its rows as they come."""

    def __init__(self, schema: pa.Schema, order: tuple[str, ...], path: Path, metadata: dict[str, object]) -> None:
        self._path = path
        self._schema = schema.with_metadata(stamped(metadata))
        self._order = Order(order)
        self._held: list[pa.RecordBatch] = []
        self._rows = self._held_rows = 0
        self._digests = b""
        self._writer = pq.ParquetWriter(path, self._schema, **options_of(schema))

    def add(self, rows: pa.RecordBatch) -> None:
        """Take rows; raise UnsortedError where they go back."""
        self._order.check(rows)
        self._held.append(rows)
        self._held_rows += rows.num_rows
        while self._held_rows >= ROW_GROUP_ROWS:
            table = pa.Table.from_batches(self._held)
            self._write(table.slice(0, ROW_GROUP_ROWS))
            self._held = table.slice(ROW_GROUP_ROWS).to_batches()
            self._held_rows -= ROW_GROUP_ROWS

    def done(self) -> Part:
        """Write what is left and the footer, and return what was written."""
        if self._held_rows:
            self._write(pa.Table.from_batches(self._held))
        content_sha256 = hashlib.sha256(self._digests).hexdigest()
        self._writer.add_key_value_metadata(stamped({"content_sha256": content_sha256, "row_count": self._rows}))
        self._writer.close()
        return Part(self._rows, self._digests, self._path.stat().st_size, self._order.first, self._order.last)

    def _write(self, rows: pa.Table) -> None:
        table = shaped(rows, self._schema)
        self._digests += content_digest(table)
        self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        self._rows += table.num_rows


def options_of(schema: pa.Schema) -> dict[str, Any]:
    """Return how the tables are stored, as keywords of Arrow's writer."""
    few = [name for name in FEW_VALUES if name in schema.names]
    return {"compression": "zstd", "use_dictionary": few, "write_page_index": True, "version": "2.6"}


def joined(parts: Sequence[Part]) -> Written:
    """Return what the parts are together; raise UnsortedError where one does not come after the one before it."""
    edges = [(part.first, part.last) for part in parts if part.first is not None and part.last is not None]
    for (_, last), (first, _) in pairwise(edges):
        if not last < first:
            raise _unsorted(last, first)
    digest = hashlib.sha256(b"".join(part.digests for part in parts))
    return Written(sum(p.rows for p in parts), digest.hexdigest(), sum(p.num_bytes for p in parts))


def stamped(metadata: dict[str, object]) -> dict[str, str]:
    """Return key-value metadata as Parquet stores it: prefixed names, sorted; plain strings, else JSON."""
    return {f"{METADATA_PREFIX}{k}": _plain(v) for k, v in sorted(metadata.items())}


def stamp_of(path: Path) -> dict[str, object]:
    """Return the metadata that a file of a table was written with; not what tells its part from the whole."""
    found = pq.read_metadata(path).metadata or {}
    names = {key.decode().removeprefix(METADATA_PREFIX): value.decode() for key, value in found.items()}
    return {
        name: names[name] for name in names if f"{METADATA_PREFIX}{name}".encode() in found and name not in _OF_FILE
    }


def content_digest(table: pa.Table) -> bytes:
    """Return a hash of the rows, the same whatever codec, page size or library version stored them."""
    return digest_of(b"".join(column_digests(table).values()))


def column_digests(table: pa.Table) -> dict[str, bytes]:
    """Return a hash of each column's values and name."""
    return {name: _column_digest(name, _whole(table[name])) for name in table.column_names}


def digest_of(columns: bytes) -> bytes:
    """Return the hash of rows whose columns have these hashes, one after another."""
    return hashlib.sha256(columns).digest()


def _column_digest(name: str, column: pa.Array) -> bytes:
    digest = hashlib.sha256(name.encode())
    _feed(digest, column)
    return digest.digest()


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def shaped(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return the table with the columns and types of the contract, in one chunk a column."""
    columns = [_column(table.column(field.name), field) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(column: pa.ChunkedArray, field: pa.Field) -> pa.Array:
    """Return one column as its field wants it; a null where none may be is an error, not a zero."""
    if not field.nullable and column.null_count:
        raise ValueError(f"column {field.name} holds {column.null_count} nulls and may hold none")
    return _whole(column.cast(field.type))


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


class Order:
    """The first and the last key seen; without columns to order by, none is looked at."""

    def __init__(self, order: tuple[str, ...]) -> None:
        self._order = order
        self.first: tuple[object, ...] | None = None
        self.last: tuple[object, ...] | None = None

    def check(self, batch: pa.RecordBatch) -> None:
        """Raise UnsortedError where a row is not after the last."""
        if not batch.num_rows or not self._order:
            return
        keys = batch.select(list(self._order))
        first, last = _row(keys, 0), _row(keys, keys.num_rows - 1)
        if self.last is not None and not self.last < first:
            raise _unsorted(self.last, first)
        back = pc.index(_rises(keys), pa.scalar(value=False)).as_py()
        if back >= 0:
            raise _unsorted(_row(keys, back), _row(keys, back + 1))
        self.first = self.first or first
        self.last = last


def _row(keys: pa.RecordBatch, at: int) -> tuple[object, ...]:
    return tuple(column[at].as_py() for column in keys.columns)


def _rises(keys: pa.RecordBatch) -> pa.BooleanArray:
    """Tell of each row but the last whether it comes before the next one."""
    rises = pa.scalar(value=False)
    for column in reversed(keys.columns):
        here, following = column.slice(0, keys.num_rows - 1), column.slice(1)
        rises = pc.or_(pc.less(here, following), pc.and_(pc.equal(here, following), rises))
    return rises


def _unsorted(earlier: object, later: object) -> UnsortedError:
    return UnsortedError(f"{later} came after {earlier}: the stream is not sorted")


def _feed(digest: hashlib._Hash, array: pa.Array) -> None:
    """Feed a column to the digest: which rows are null, then lengths, then values."""
    if array.null_count:
        digest.update(b"nulls")
        digest.update(np.packbits(array.is_null().to_numpy(zero_copy_only=False)).tobytes())
    kind = array.type
    if pa.types.is_struct(kind):
        for child in array.flatten():
            _feed(digest, child)
    elif pa.types.is_list(kind):
        digest.update(_lengths(pc.list_value_length(array)))
        _feed(digest, array.flatten())
    elif pa.types.is_string(kind) or pa.types.is_binary(kind):
        digest.update(_lengths(pc.binary_length(array)))
        digest.update(_bytes(array.drop_null()))
    else:
        digest.update(_numbers(array))


def _lengths(lengths: pa.Array) -> bytes:
    return lengths.fill_null(-1).to_numpy(zero_copy_only=False).astype("<i8").tobytes()  # type: ignore[no-any-return]


def _bytes(array: pa.Array) -> memoryview:
    """Return the values of strings or binaries without nulls, which lie one after another."""
    _, places, values = array.buffers()
    if values is None or places is None:
        return memoryview(b"")
    bounds = np.frombuffer(places, np.int32)
    return memoryview(values)[bounds[array.offset] : bounds[array.offset + len(array)]]


def _numbers(array: pa.Array) -> bytes:
    if pa.types.is_timestamp(array.type):
        array = array.cast(pa.int64())
    values = array.drop_null().to_numpy(zero_copy_only=False)
    return np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
