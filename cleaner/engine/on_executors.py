"""What an executor's Python process does for the distributed engine: its tasks, each guarded as on one machine."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar

import pyarrow as pa

import cleaner
from cleaner.engine.base import Batches, Writing
from cleaner.engine.following import together
from cleaner.engine.guard import GuardedMap
from cleaner.engine.slices import Slice, rows_of
from cleaner.engine.task import Task
from cleaner.engine.workers import ChildLimits, TaskError, Workers, run_task

T = TypeVar("T")
S = TypeVar("S")

Environment = tuple[tuple[str, str], ...]
"""Names and versions of what a result depends on."""
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
    environment: Environment

    def __call__(self, task: Task) -> int:
        """Return the number of rows written; a guarded map runs in this process's one child.

        Raises TaskError where this executor has other versions than the driver: their results might differ.
        """
        _require(self.environment)
        if isinstance(self.fn, GuardedMap):
            return sum(_guarded(self.limits).run(self.fn, self.schema, [task]))
        return run_task(self.fn, self.schema, task, _unseen)


@dataclass(frozen=True, slots=True)
class Shaped:
    """The map that draws a table from sorted rows: all those of one value of `first` are shaped at once."""

    shape: Callable[[pa.RecordBatch], pa.RecordBatch]
    first: str

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of the table."""
        return map(self.shape, together(batches, self.first))


@dataclass(frozen=True, slots=True)
class PartTask(Generic[T]):
    """The work on a part of a table: write its rows."""

    begin: Callable[[int | None], Writing[T]]

    def __call__(self, part: tuple[int, tuple[Slice, ...]]) -> T:
        """Return what came of the part."""
        number, slices = part
        writing = self.begin(number)
        for rows in rows_of(slices):
            writing.add(rows)
        return writing.done()


def environment() -> Environment:
    """Return the versions of this process that a result depends on, sorted by name."""
    from cleaner.writing.provenance import rules_sha256, tool_versions

    own = {"cleaner": cleaner.__version__, "rules": rules_sha256()[:16]}
    return tuple(sorted({**tool_versions(), **own}.items()))


@cache
def _require(expected: Environment) -> None:
    found = dict(environment())
    other = [f"{name} {found.get(name)} (driver: {value})" for name, value in expected if found.get(name) != value]
    if other:
        raise TaskError(f"an executor has {', '.join(other)}; ship the driver's environment to all")


@cache
def _guarded(limits: ChildLimits) -> Workers:
    """Return the child of this process.  It stays for later tasks, since Spark keeps the process too."""
    return Workers(1, limits)


def _unseen(_first: int, _count: int) -> Any:
    return None
