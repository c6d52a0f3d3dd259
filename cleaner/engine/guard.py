"""A map whose items may raise, hang or kill their process, and cost nothing but themselves.

The child that runs a task publishes the slice of items it works on.  When it dies or overruns, the parent starts the
task again with that slice taken one item at a time, and then without the culprit, which becomes an error row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pyarrow as pa

Publish = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Findings:
    """What earlier tries of a task taught: slices (first item, count) to take singly, and items to give up on."""

    singly: tuple[tuple[int, int], ...] = ()
    given_up: dict[int, str] = field(default_factory=dict)

    def after_stop(self, first: int, count: int, reason: str) -> Findings:
        """Return the findings after the child stopped within a slice."""
        if count > 1:
            return Findings((*self.singly, (first, count)), self.given_up)
        return Findings(self.singly, {**self.given_up, first: reason})

    def alone(self, first: int, count: int) -> bool:
        """True where a slice shares an item with one that must be taken singly."""
        return any(first < at + size and at < first + count for at, size in self.singly)


@dataclass(frozen=True, slots=True)
class GuardedMap:
    """A map in three parts, so that one bad item can be told from the rest.

    `items` cuts the input batches into items, `work` turns up to `size` items into one batch, and `failed` turns an
    item and the reason it failed into its error row; `columns` are those that are read, if not all.  Calling it without
    a parent's help still turns exceptions into error rows.
    """

    items: Callable[[Iterator[pa.RecordBatch]], Iterator[Any]]
    work: Callable[[list[Any]], pa.RecordBatch]
    failed: Callable[[Any, str], pa.RecordBatch]
    size: int = 16
    columns: tuple[str, ...] | None = None

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the batches of `work`, and an error row for every item that raised."""
        return self.run(batches, Findings(), lambda _first, _count: None)

    def run(self, batches: Iterator[pa.RecordBatch], findings: Findings, publish: Publish) -> Iterator[pa.RecordBatch]:
        """Do the same, publishing each slice before it is worked on and heeding what earlier tries found."""
        items = iter(self.items(batches))
        first = 0
        while True:
            publish(first, 0)
            chunk = list(islice(items, self.size))
            if not chunk:
                return
            last = first + len(chunk)
            if findings.alone(first, len(chunk)) or any(first <= at < last for at in findings.given_up):
                yield from self._singly(chunk, first, findings, publish)
            else:
                publish(first, len(chunk))
                yield from self._together(chunk, first, findings, publish)
            first = last

    def _together(self, chunk: list[Any], first: int, findings: Findings, publish: Publish) -> Iterator[pa.RecordBatch]:
        try:
            batch = self.work(chunk)
        except Exception:  # noqa: BLE001  whatever it was, one item of the slice is to blame: find out which
            yield from self._singly(chunk, first, findings, publish)
        else:
            yield batch

    def _singly(self, chunk: list[Any], first: int, findings: Findings, publish: Publish) -> Iterator[pa.RecordBatch]:
        for at, item in enumerate(chunk, first):
            reason = findings.given_up.get(at)
            if reason is None:
                publish(at, 1)
                try:
                    yield self.work([item])
                    continue
                except Exception as error:  # noqa: BLE001  the item's fault, told in its own row
                    reason = f"{type(error).__name__}: {error}"
            yield self.failed(item, reason)
