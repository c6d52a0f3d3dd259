"""The inputs of a run as a table: what there is, and what of it an earlier run has not yet understood."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import astuple

import pyarrow as pa

from cleaner.reading.splits import Split, split_schema, splits_to_batch

ITEMS = split_schema().append(pa.field("item_key", pa.string()))
"""One row an input (a file, or a range of one); `item_key` changes when its path, size or time of change does."""

TASK_ITEMS = 64
TASK_BYTES = 4 << 20


class Inputs:
    """The splits of a run with their keys."""

    def __init__(self, splits: Sequence[Split]) -> None:
        self.splits = splits
        self.keys = [item_key(split) for split in splits]

    def every(self) -> Iterator[pa.RecordBatch]:
        """Yield all inputs."""
        yield from _batches(list(zip(self.splits, self.keys, strict=True)))

    def not_yet(self, done: Collection[object]) -> Iterator[list[pa.RecordBatch]]:
        """Yield the inputs whose key is not among `done`, in groups that make one task each."""
        group: list[tuple[Split, str]] = []
        size = 0
        for split, key in zip(self.splits, self.keys, strict=True):
            if key in done:
                continue
            group.append((split, key))
            size += split.size_bytes
            if len(group) == TASK_ITEMS or size >= TASK_BYTES:
                yield list(_batches(group))
                group, size = [], 0
        if group:
            yield list(_batches(group))


def item_key(split: Split) -> str:
    """Return the key of an input: it changes with all that could change what is read."""
    return hashlib.blake2b(repr(astuple(split)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _batches(rows: Sequence[tuple[Split, str]]) -> Iterator[pa.RecordBatch]:
    for at in range(0, len(rows), 1024):
        chunk = rows[at : at + 1024]
        batch = splits_to_batch([split for split, _ in chunk])
        yield batch.append_column("item_key", pa.array([key for _, key in chunk], pa.string()))
