"""The sink: a sorted stream of record batches becomes one Parquet file whose bytes depend on the rows alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROW_GROUP_ROWS = 8_192
PART_ROWS = 16 * ROW_GROUP_ROWS
"""Rows of a part, where a table is written as several: whole row groups, so that parts hash as the one file does."""
FEW_VALUES = ("status", "kind", "role", "language", "doc_id", "outlet", "source_uri", "title", "url", "stage", "op")
"""Columns that are stored as dictionaries: a dictionary of what hardly recurs costs time and room."""
METADATA_PREFIX = "cleaner."


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


def write_sorted(
    path: Path,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    order: tuple[str, ...],
    metadata: dict[str, object],
) -> Written:
    """Write the stream as the file `path` and return what was written; raise UnsortedError where it goes back.

    Columns of `order` that the schema lacks are used for the check and dropped.  Row groups hold a fixed number of
    rows whatever the batches, so that neither workers nor memory change a byte.
    """
    return joined([write_part(path, schema, batches, order, metadata)])


def write_part(
    path: Path,
    schema: pa.Schema,
    batches: Iterable[pa.RecordBatch],
    order: tuple[str, ...],
    metadata: dict[str, object],
) -> Part:
    """Do the same for a part of a table, and return what its neighbours and the whole are checked by."""
    ordered = _Ordered(batches, order)
    digests = b""
    rows = 0
    full = schema.with_metadata(stamped(metadata))
    few = [name for name in FEW_VALUES if name in schema.names]
    options = {"compression": "zstd", "use_dictionary": few, "write_page_index": True, "version": "2.6"}
    with pq.ParquetWriter(path, full, **options) as writer:
        for table in _fixed_groups(iter(ordered), full):
            digests += content_digest(table)
            writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
            rows += table.num_rows
        content_sha256 = hashlib.sha256(digests).hexdigest()
        writer.add_key_value_metadata(stamped({"content_sha256": content_sha256, "row_count": rows}))
    return Part(rows, digests, path.stat().st_size, ordered.first, ordered.last)


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
    digest = hashlib.sha256()
    for name, column in zip(table.column_names, table.columns, strict=True):
        digest.update(name.encode())
        _feed(digest, column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks))
    return digest.digest()


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _fixed_groups(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        while rows >= ROW_GROUP_ROWS:
            table = pa.Table.from_batches(held)
            yield _shaped(table.slice(0, ROW_GROUP_ROWS), schema)
            held = table.slice(ROW_GROUP_ROWS).to_batches()
            rows -= ROW_GROUP_ROWS
    if rows:
        yield _shaped(pa.Table.from_batches(held), schema)


def _shaped(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """Return the table with the columns and types of the contract, in one chunk a column."""
    columns = [_column(table.column(field.name), field) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _column(column: pa.ChunkedArray, field: pa.Field) -> pa.Array:
    """Return one column as its field wants it; a null where none may be is an error, not a zero."""
    if not field.nullable and column.null_count:
        raise ValueError(f"column {field.name} holds {column.null_count} nulls and may hold none")
    array = column.cast(field.type).combine_chunks()
    return pa.concat_arrays(array.chunks) if isinstance(array, pa.ChunkedArray) else array


class _Ordered:
    """Batches passed on, with the first and the last key seen; raises UnsortedError where a row is not after the last.

    Without columns to order by, nothing is checked.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch], order: tuple[str, ...]) -> None:
        self._batches = batches
        self._order = order
        self.first: tuple[object, ...] | None = None
        self.last: tuple[object, ...] | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        for batch in self._batches:
            keys = batch.select(list(self._order))
            if keys.num_rows and self._order:
                self._check(keys)
            yield batch

    def _check(self, keys: pa.RecordBatch) -> None:
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
