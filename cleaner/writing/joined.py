"""Row groups of a table: each is written as a file of its own, and put with others into the file of the table."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.writing.parquet import (
    DIGEST_BYTES,
    Order,
    Part,
    column_digests,
    digest_of,
    options_of,
    shaped,
    stamped,
)
from cleaner.writing.parquet_joining import Joining, RowGroup, row_groups
from cleaner.writing.parquet_weaving import woven


class Stored(NamedTuple):
    """What was written: the number of rows, the hashes of the columns, one after another, and the one row group."""

    rows: int
    digests: bytes
    row_group: RowGroup | None


def write_row_group(path: Path, schema: pa.Schema, rows: pa.RecordBatch, order: tuple[str, ...]) -> Stored:
    """Write rows as a file of one row group (of none, where there are no rows), which gets its name at once.

    Raises UnsortedError where the rows go back.
    """
    Order(order).check(rows)
    table = shaped(pa.Table.from_batches([rows]), schema)
    return _stored(path, _file_of(table), column_digests(table))


def write_anew(path: Path, base: Path, digests: bytes, schema: pa.Schema, columns: pa.RecordBatch) -> Stored:
    """Write the row group of the file `base`, whose columns have these hashes, with some columns in place of its own.

    The file is the one that `write_row_group` would write.
    """
    of_columns = pa.schema([field for field in schema if field.name in columns.schema.names])
    table = shaped(pa.Table.from_batches([columns]), of_columns)
    known = {name: digests[at * DIGEST_BYTES :][:DIGEST_BYTES] for at, name in enumerate(schema.names)}
    return _stored(path, woven(base.read_bytes(), _file_of(table)), {**known, **column_digests(table)})


def _file_of(table: pa.Table) -> bytes:
    file = io.BytesIO()
    with pq.ParquetWriter(file, table.schema, **options_of(table.schema)) as writer:
        if table.num_rows:
            writer.write_table(table, row_group_size=table.num_rows)
    return file.getvalue()


def _stored(path: Path, data: bytes, digests: Mapping[str, bytes]) -> Stored:
    """Write a file, which gets its name at once, and return what it holds."""
    temporary = path.with_suffix(f".{uuid4().hex}.tmp")
    temporary.write_bytes(data)
    temporary.replace(path)
    group = next(row_groups(data), None)
    return Stored(group.rows if group else 0, b"".join(digests.values()), group)


class JoinedWriter:
    """A file in work that takes the row groups in the files of a folder, which are named by key: `queries.PIECES`."""

    def __init__(self, schema: pa.Schema, folder: Path, path: Path, metadata: dict[str, object]) -> None:
        self._schema = schema
        self._folder = folder
        self._metadata = metadata
        self._file = path.open("wb")
        self._joining = Joining(self._file)
        self._rows = 0
        self._digests = b""

    def add(self, rows: pa.RecordBatch) -> None:
        """Take the files that rows name."""
        for row in rows.to_pylist():
            if row["row_count"]:
                group = RowGroup.stored(row["row_group"])
                with (self._folder / f"{row['key']}.parquet").open("rb") as file:
                    file.seek(group.start)
                    self._joining.take(group, file.read(group.size))
                self._rows += row["row_count"]
                self._digests += digest_of(row["digests"])

    def done(self) -> Part:
        """Write the footer, and return what was written."""
        content_sha256 = hashlib.sha256(self._digests).hexdigest()
        with self._file:
            self._joining.done(empty_file(self._schema, self._metadata, self._rows, content_sha256))
            return Part(self._rows, self._digests, self._file.tell(), None, None)


def add_file(joining: Joining, path: Path) -> None:
    """Add the row groups of a file, however large it is."""
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as data:
        joining.add(data)


def empty_file(schema: pa.Schema, metadata: dict[str, object], rows: int, content_sha256: str) -> bytes:
    """Return a table without rows, whose footer says all but row groups of one that has so many, with that hash."""
    file = io.BytesIO()
    with pq.ParquetWriter(file, schema.with_metadata(stamped(metadata)), **options_of(schema)) as writer:
        writer.add_key_value_metadata(stamped({"content_sha256": content_sha256, "row_count": rows}))
    return file.getvalue()
