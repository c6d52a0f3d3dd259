"""Splits: what a driver lists and a worker reads, small enough to be a row of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, get_type_hints

if TYPE_CHECKING:
    import pyarrow as pa


class InputError(ValueError):
    """Arguments that make no sense together; a usage error, its message says what to write instead."""


class Split(NamedTuple):
    """A file, or a range of one, that one worker reads.

    `range_start` and `range_end` are half-open; they count bytes of JSONL and WARC files, row groups of Parquet files
    and members of zip archives; `range_end` is -1 for "to the end".  `first_number` is the number of lines or rows
    before the range.  `about` is the file's row of the manifest, as JSON; `manifest_sha256` is set for archives, whose
    members look theirs up when they are read, so that a split changes with all that changes its documents.  A split
    of format `refused` stands for an input that cannot be read, with its `reason`.
    """

    path: str
    source_uri: str
    format: str
    compression: str = ""
    range_start: int = 0
    range_end: int = -1
    first_number: int = 0
    folder: str | None = None
    about: str = ""
    size_bytes: int = 0
    mtime_ns: int = 0
    reason: str = ""
    manifest_sha256: str = ""


def split_schema() -> pa.Schema:
    """Return the Arrow schema of a table of splits, one column a field."""
    import pyarrow as pa

    kinds = {str: pa.string(), int: pa.int64(), str | None: pa.string()}
    return pa.schema([pa.field(name, kinds[kind]) for name, kind in get_type_hints(Split).items()])


def splits_to_batch(splits: Iterable[Split]) -> pa.RecordBatch:
    """Return splits as a record batch of `split_schema()`."""
    import pyarrow as pa

    schema = split_schema()
    rows = list(splits)
    columns = [pa.array([row[i] for row in rows], field.type) for i, field in enumerate(schema)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def splits_of_batch(batch: pa.RecordBatch) -> Iterator[Split]:
    """Yield the splits of a record batch of `split_schema()`."""
    for row in batch.to_pylist():
        yield Split(**row)
