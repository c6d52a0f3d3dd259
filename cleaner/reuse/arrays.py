"""Names for the arrays that this package hands around, and the one layout of runs in them."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
"""Numbers of texts, places, counts."""

Flags: TypeAlias = NDArray[np.bool_]

Codes: TypeAlias = NDArray[np.uint32]
"""Code points, or hashes of words."""

Hashes: TypeAlias = NDArray[np.uint64]

Marks: TypeAlias = NDArray[np.uint8]
"""Bits or classes, one byte each."""

Ratios: TypeAlias = NDArray[np.float32]

Counts: TypeAlias = NDArray[np.uint16]
"""Running counts modulo 65,536."""


def offsets_of(counts: NDArray[np.signedinteger[Any]]) -> Ints:
    """Return where each of consecutive runs begins, and where the last ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])
