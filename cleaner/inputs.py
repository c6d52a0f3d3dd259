"""The inputs of a run as a table: what there is, and what of it an earlier run has not yet understood."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from itertools import islice

import pyarrow as pa

from cleaner import queries
from cleaner.engine.base import Engine, Table
from cleaner.reading.splits import Split, split_schema, splits_to_batch

ITEMS = split_schema().append(pa.field("item_key", pa.string())).append(pa.field("place", pa.int64()))
"""One row an input (a file, or a range of one); `item_key` changes when its path, size or time of change does.

`place` numbers the inputs in the order of the plan."""

TASK_ITEMS, LEAST_ITEMS = 256, 64
TASK_BYTES, LEAST_BYTES = 4 << 20, 1 << 20
"""How much makes a task, and how little: towards the end tasks get smaller, so that all workers end together."""
_OF_THE_REST = 4
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


def in_tasks(engine: Engine, name: str, inputs: Table) -> Table:
    """Return the table `name`: the inputs in their order, each row group a task."""
    ((items, num_bytes),) = engine.rows(queries.HOW_MUCH, inputs=inputs)
    assert isinstance(items, int)
    assert isinstance(num_bytes, int)
    return engine.export(inputs, "place", lambda rows: engine.groups(name, ITEMS, task_groups(rows, items, num_bytes)))


def task_groups(batches: Iterable[pa.RecordBatch], items: int, num_bytes: int) -> Iterator[list[pa.RecordBatch]]:
    """Yield the rows of batches of `ITEMS` in groups that make one task each, by number and by size.

    `items`, `num_bytes`: how many there are and how large they are in all.
    """
    group: list[pa.RecordBatch] = []
    count = size = 0
    for batch in batches:
        first = 0
        for at, more in enumerate(batch.column("size_bytes").to_pylist(), 1):
            count += 1
            size += more
            if count >= _share(items, LEAST_ITEMS, TASK_ITEMS) or size >= _share(num_bytes, LEAST_BYTES, TASK_BYTES):
                yield [*group, batch.slice(first, at - first)]
                items, num_bytes = items - count, num_bytes - size
                group, count, size, first = [], 0, 0, at
        if first < batch.num_rows:
            group.append(batch.slice(first))
    if group:
        yield group


def _share(rest: int, least: int, most: int) -> int:
    return min(max(rest // _OF_THE_REST, least), most)


def item_key(split: Split) -> str:
    """Return the key of an input: it changes with all that could change what is read."""
    return hashlib.blake2b(repr(tuple(split)).encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
