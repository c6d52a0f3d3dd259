"""A map whose items may raise, hang or kill their process, and cost nothing but themselves.

The child that runs a task publishes the slice of items it works on.  When it dies or overruns, the parent starts the
task again with that slice taken one item at a time, and then without the culprit, which becomes an error row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
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


SLICE_BYTES = 512 << 10
"""A slice is full when its items weigh as much, whatever their number: what is held of it stays in bounds."""


def weightless(_item: Any) -> int:
    """Return that an item weighs nothing: slices go by number alone."""
    return 0


@dataclass(frozen=True, slots=True)
class GuardedMap:
    """A map in three parts, so that one bad item can be told from the rest.

    `items` cuts the input batches into items, `work` turns up to `size` items of some `SLICE_BYTES` into one batch, and
    `failed` turns an item and the reason it failed into its error row; `weigh` gives the bytes of an item.  With
    `beside` batches are `Several`.  Calling it without a parent's help still turns exceptions into error rows.
    """

    items: Callable[[Iterator[pa.RecordBatch]], Iterator[Any]]
    work: Callable[[list[Any]], pa.RecordBatch]
    failed: Callable[[Any, str], pa.RecordBatch]
    size: int = 128
    weigh: Callable[[Any], int] = weightless
    beside: Mapping[str, pa.Schema] = field(default_factory=dict)

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the batches of `work`, and an error row for every item that raised."""
        return self.run(batches, Findings(), lambda _first, _count: None)

    def run(self, batches: Iterator[pa.RecordBatch], findings: Findings, publish: Publish) -> Iterator[pa.RecordBatch]:
        """Do the same, publishing each slice before it is worked on and heeding what earlier tries found."""
        items = iter(self.items(batches))
        first = 0
        while True:
            chunk = self._slice(items, first, publish)
            if not chunk:
                return
            last = first + len(chunk)
            if findings.alone(first, len(chunk)) or any(first <= at < last for at in findings.given_up):
                yield from self._singly(chunk, first, findings, publish)
            else:
                publish(first, len(chunk))
                yield from self._together(chunk, first, findings, publish)
            first = last

    def _slice(self, items: Iterator[Any], first: int, publish: Publish) -> list[Any]:
        """Return the next items, as many as are worked on together; none at the end."""
        chunk: list[Any] = []
        weight = 0
        publish(first, 0)
        for item in items:
            chunk.append(item)
            weight += self.weigh(item)
            if len(chunk) == self.size or weight >= SLICE_BYTES:
                break
            publish(first + len(chunk), 0)  # each has its time to be read
        return chunk

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
