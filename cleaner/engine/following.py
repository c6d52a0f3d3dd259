"""Rows of a sorted stream, handed out as the values of their first column come in another one of the same order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]


class Following:
    """The rows of batches, which are sorted by the column `key`."""

    def __init__(self, batches: Iterator[pa.RecordBatch], schema: pa.Schema, key: str) -> None:
        self._batches = batches
        self._schema = schema
        self._key = key
        self._next = next(batches, None)

    def of(self, values: pa.Array) -> pa.Table:
        """Return the rows up to the first whose key is none of these."""
        found: list[pa.RecordBatch] = []
        while self._next is not None:
            others = pc.index(pc.is_in(self._next.column(self._key), values), value=False).as_py()
            if others >= 0:
                found.append(self._next.slice(0, others))
                self._next = self._next.slice(others)
                break
            found.append(self._next)
            self._next = next(self._batches, None)
        return pa.Table.from_batches(found, self._schema).combine_chunks()


def together(batches: Iterator[pa.RecordBatch], key: str) -> Iterator[pa.RecordBatch]:
    """Yield the rows of sorted batches, all rows of one value of the column `key` in one batch."""
    held: list[pa.RecordBatch] = []
    for batch in filter(len, batches):
        values = batch.column(key)
        last = pc.index(values, values[-1]).as_py()
        if last or (held and held[-1].column(key)[0] != values[0]):
            held.append(batch.slice(0, last))
            yield from pa.Table.from_batches(held).combine_chunks().to_batches()
            held = []
        held.append(batch.slice(last))
    if held:
        yield from pa.Table.from_batches(held).combine_chunks().to_batches()


def with_beside(
    batches: Iterator[pa.RecordBatch], beside: pa.RecordBatchReader, order: tuple[str, ...]
) -> Iterator[pa.RecordBatch]:
    """Yield the batches with the columns of `beside`, both sorted by the two columns of `order`.

    A row gets the values of the row beside it that has the same key, which no two have; else nulls.  All rows of one
    value of the first column come in one batch; the second holds integers from -1.
    """
    first, second = order
    following = Following(iter(beside), beside.schema, first)
    added = [name for name in beside.schema.names if name not in order]
    for batch in batches:
        runs = pc.run_end_encode(batch.column(first))
        some = following.of(runs.values)
        numbers = np.repeat(np.arange(len(runs.values)), np.diff(runs.run_ends.to_numpy(), prepend=0))
        keys = _keys(numbers, batch.column(second))
        at = np.full(batch.num_rows, -1)
        others = _keys(pc.index_in(some[first], runs.values).to_numpy(), some[second])
        at[np.searchsorted(keys, others)] = np.arange(some.num_rows)
        place = pa.array(at, mask=at < 0)
        columns = {name: _chunk(some[name]).take(place) for name in added}
        yield pa.RecordBatch.from_arrays([*batch.columns, *columns.values()], [*batch.schema.names, *columns])


def _keys(numbers: Ints, second: pa.Array | pa.ChunkedArray) -> Ints:
    keys: Ints = (numbers.astype(np.int64) << 32) + second.to_numpy() + 1
    return keys


def _chunk(column: pa.ChunkedArray) -> pa.Array:
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)
