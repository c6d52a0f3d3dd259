"""The inputs of a run as a table: what there is, and what of it an earlier run has not yet understood."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

import pyarrow as pa

from cleaner.reading.splits import Split, split_schema, splits_to_batch, values_of

ITEMS = split_schema().append(pa.field("item_key", pa.string())).append(pa.field("place", pa.int64()))
"""One row an input (a file, or a range of one); `item_key` changes when its path, size or time of change does.

`place` numbers the inputs in the order of the plan."""

TASK_ITEMS = 256
TASK_BYTES = 4 << 20
_CHUNK = 1024


def item_batches(splits: Iterable[Split]) -> Iterator[pa.RecordBatch]:
    """Yield all inputs as batches of `ITEMS`, as they are found: there may be millions."""
    rest = iter(splits)
    place = 0
    while chunk := list(islice(rest, _CHUNK)):
        keys = pa.array([item_key(split) for split in chunk], pa.string())
        places = pa.array(range(place, place + len(chunk)), pa.int64())
        columns = [*splits_to_batch(chunk).columns, keys, places]
        yield pa.RecordBatch.from_arrays(columns, schema=ITEMS)
        place += len(chunk)


def task_groups(batches: Iterable[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    """Yield the rows of batches of `ITEMS` in groups that make one task each, by number and by size."""
    group: list[pa.RecordBatch] = []
    count = size = 0
    for batch in batches:
        first = 0
        for at, num_bytes in enumerate(batch.column("size_bytes").to_pylist(), 1):
            count += 1
            size += num_bytes
            if count == TASK_ITEMS or size >= TASK_BYTES:
                yield [*group, batch.slice(first, at - first)]
                group, count, size, first = [], 0, 0, at
        if first < batch.num_rows:
            group.append(batch.slice(first))
    if group:
        yield group


def item_key(split: Split) -> str:
    """Return the key of an input: it changes with all that could change what is read."""
    return hashlib.blake2b(repr(values_of(split)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
