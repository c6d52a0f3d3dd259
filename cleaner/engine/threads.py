"""Work that is done outside the interpreter's lock for the most part, on several threads, with its results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Given = TypeVar("Given")
Made = TypeVar("Made")


def in_order(work: Callable[[Given], Made], items: Iterable[Given], threads: int = 1) -> Iterator[Made]:
    """Yield `work(item)` for each item in their order, so many at once; no more items are taken than are in work.

    >>> list(in_order(abs, [3, -1, 2], threads=2))
    [3, 1, 2]
    """
    if threads < 2:
        yield from map(work, items)
        return
    pool = ThreadPoolExecutor(threads)
    waiting: deque[Future[Made]] = deque()
    try:
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        for future in waiting:
            yield future.result()
    finally:  # where it is broken off, nobody waits for what is in work
        pool.shutdown(wait=False, cancel_futures=True)
