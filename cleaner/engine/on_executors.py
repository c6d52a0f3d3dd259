"""What an executor's Python process does for the distributed engine: its tasks, each guarded as on one machine."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import pyarrow as pa

from cleaner.engine.base import Batches
from cleaner.engine.guard import GuardedMap
from cleaner.engine.slices import Slice, rows_of
from cleaner.engine.workers import ChildLimits, Task, Workers, run_task

T = TypeVar("T")
S = TypeVar("S")

ANSWERS = pa.schema([("number", pa.int64()), ("answer", pa.binary())])


@dataclass(frozen=True, slots=True)
class Calls(Generic[S, T]):
    """A map over numbers: `work` on the item of each number, its answer pickled.  The number is the row's only column.

    Rows of tables never take this way: tasks read and write them themselves.
    """

    work: Callable[[S], T]
    items: Sequence[S]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the answer to each number."""
        for batch in batches:
            for number in batch.column(0).to_pylist():
                answer = pickle.dumps(self.work(self.items[number]))
                yield pa.RecordBatch.from_pydict({"number": [number], "answer": [answer]}, ANSWERS)


@dataclass(frozen=True, slots=True)
class MapTask:
    """The work of a map's task: read its rows, write what `fn` makes of them under its final name at once."""

    fn: Batches
    schema: pa.Schema
    limits: ChildLimits

    def __call__(self, task: Task) -> int:
        """Return the number of rows written; a guarded map runs in this process's one child."""
        if isinstance(self.fn, GuardedMap):
            return sum(_guarded(self.limits).run(self.fn, self.schema, [task]))
        return run_task(self.fn, self.schema, task, _unseen)


@dataclass(frozen=True, slots=True)
class PartTask(Generic[T]):
    """The work on a part of a sorted table: hand its rows to `write`."""

    write: Callable[[int | None, Iterator[pa.RecordBatch]], T]

    def __call__(self, part: tuple[int, tuple[Slice, ...]]) -> T:
        """Return what `write` returns."""
        number, slices = part
        return self.write(number, rows_of(slices))


@cache
def _guarded(limits: ChildLimits) -> Workers:
    """Return the child of this process.  It stays for later tasks, since Spark keeps the process too."""
    return Workers(1, limits)


def _unseen(_first: int, _count: int) -> Any:
    return None
