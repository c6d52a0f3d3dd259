"""Rows of a sorted stream, handed out as the values of their first column come in another one of the same order."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc


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
