"""Memory that was freed, and that the allocators keep for later: how much of it, and when the system has it back."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pyarrow as pa

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES, _USUAL_BYTES = 64 << 20, 128 << 10


def give_back() -> None:
    """Let the system have what was freed: where others are to work beside, it is not to be kept."""
    pa.default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)


def keep_freed(size: int = _KEPT_BYTES) -> None:
    """Keep up to so many bytes that are freed: arrays of some 100 kB else go to the system and come at every use."""
    with suppress(OSError, AttributeError):
        allocator = ctypes.CDLL(None)
        for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD):
            allocator.mallopt(option, size)


@contextmanager
def freed_kept() -> Iterator[None]:
    """Keep what is freed while arrays are at work; then the system has it."""
    keep_freed()
    try:
        yield
    finally:
        keep_freed(_USUAL_BYTES)
        give_back()
