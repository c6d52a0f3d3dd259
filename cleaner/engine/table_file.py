"""Files of tables: Parquet in row groups of bounded rows and bytes, put in place when they are complete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.engine.base import NOTHING, Several

ROW_GROUP_ROWS = 10_240
ROW_GROUP_BYTES = 8 << 20

HASH = {b"content": b"hash"}
"""Metadata of a column whose values look like chance."""


class TableFile:
    """A Parquet file in the making: batches are gathered until a row group is full, the knob that bounds memory.

    What is read once or twice is packed quickly, not tightly: zstd takes half as long again for a third less room, and
    snappy twice as long to read.
    Values that recur (in the columns `recurring`) stand in dictionaries, which SQL reads in half the time; others would
    gain nothing.  Nor would statistics, since all row groups are read.  Columns of `HASH` are not packed at all: hardly
    smaller by it, they would be read more slowly.
    """

    def __init__(self, path: str, schema: pa.Schema, recurring: Sequence[str] = ()) -> None:
        self.rows = 0
        hashes = [field.name for field in schema if field.metadata == HASH]
        packing = {name: "none" if name in hashes else "lz4" for name in schema.names} if hashes else "lz4"
        options = {"compression": packing, "use_dictionary": list(recurring), "write_statistics": False}
        self._schema = schema
        self._writer = pq.ParquetWriter(path, schema, **options)
        self._chunk: list[pa.RecordBatch] = []
        self._rows = self._size = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take rows."""
        self._chunk.append(batch)
        self._rows += batch.num_rows
        self._size += batch.nbytes
        if self._rows >= ROW_GROUP_ROWS or self._size >= ROW_GROUP_BYTES:
            self._write()

    def close(self) -> None:
        """Write what is held, and end the file."""
        try:
            self._write()
        finally:
            self._writer.close()

    def _write(self) -> None:
        if self._chunk:
            self._writer.write_table(pa.Table.from_batches(self._chunk, self._schema), row_group_size=ROW_GROUP_ROWS)
        self.rows += self._rows
        self._chunk, self._rows, self._size = [], 0, 0


def write_batches(path: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> int:
    """Write batches as one Parquet file; return the number of rows."""
    with closing(TableFile(path, schema)) as file:
        for batch in batches:
            file.add(batch)
    return file.rows


def write_file(
    path: str,
    schema: pa.Schema,
    batches: Iterator[pa.RecordBatch],
    beside: Mapping[str, pa.Schema] = NOTHING,
) -> int:
    """Write batches as a file of a table, under its final name in one step; return the number of rows.

    With `beside` they are `Several`: the files of the other tables come first, and the table's own tells that all are
    complete.
    """
    files = [*(beside_of(path, name) for name in beside), Path(path)]
    suffix = f".{uuid4().hex}.tmp"  # two machines may try one task at once
    try:
        with ExitStack() as stack:
            others = {
                name: stack.enter_context(closing(TableFile(f"{file}{suffix}", schema, _texts(schema))))
                for (name, schema), file in zip(beside.items(), files, strict=False)
            }
            own = _parted(batches, others) if beside else batches
            rows = write_batches(f"{path}{suffix}", schema, own)
        for file in files:
            Path(f"{file}{suffix}").replace(file)
    finally:
        for file in files:
            Path(f"{file}{suffix}").unlink(missing_ok=True)
    return rows


def beside_of(path: str, name: str) -> Path:
    """Return the file of the table `name` that stands beside a file of another one.

    >>> str(beside_of("state/understood/7.parquet", "site_facts"))
    'state/site_facts/7.parquet'
    """
    own = Path(path)
    return own.parents[1] / name / own.name


def _texts(schema: pa.Schema) -> list[str]:
    return [field.name for field in schema if pa.types.is_string(field.type)]


def _parted(batches: Iterator[Several], others: Mapping[str, TableFile]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for name, file in others.items():
            file.add(batch.beside[name])
        yield batch.rows
