"""Python's cyclic garbage collector, held back where thousands of records are made and no cycle among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector away, which would walk all that is kept again and again; afterwards it is as it was.

    >>> with uncollected():
    ...     gc.isenabled()
    False
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def lasting() -> Iterator[None]:
    """Keep the collector away, for good from all that is there afterwards: for a command's imports, which stay.

    >>> with lasting():
    ...     import cleaner.config
    >>> gc.get_freeze_count() > 1000
    True
    >>> gc.unfreeze()
    """
    with uncollected():
        yield
    gc.freeze()
