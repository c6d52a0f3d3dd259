"""Rows of bits for many pairs at once: arrays of shape (…, words, pairs), least significant word first."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bits: TypeAlias = NDArray[np.uint32] | NDArray[np.uint64]
"""One row of bits a column; a word has 32 or 64 of them, as the dtype says.  Only one word where it has 32."""

_EXPONENT_BITS, _EXPONENT_BIAS = np.uint64(52), np.uint64(1023)


def full(dtype: np.dtype[np.unsignedinteger]) -> np.unsignedinteger:
    """Return a word with every bit set."""
    return dtype.type(np.iinfo(dtype).max)


def added(x: Bits, y: Bits) -> Bits:
    """Return sums, with carries from word to word; the last carry is lost."""
    total = x + y
    if len(x) == 1:
        return total
    carry = total[0] < x[0]
    for word in range(1, len(x)):
        over = total[word] < x[word]
        total[word] += carry
        carry = over | (carry & (total[word] == 0))
    return total


def raised(x: Bits) -> Bits:
    """Return every bit one place higher."""
    out = x << x.dtype.type(1)
    if x.shape[-2] > 1:
        out[..., 1:, :] |= x[..., :-1, :] >> x.dtype.type(63)
    return out


def lowered(x: Bits) -> Bits:
    """Return every bit one place lower."""
    out = x >> x.dtype.type(1)
    if x.shape[-2] > 1:
        out[..., :-1, :] |= x[..., 1:, :] << x.dtype.type(63)
    return out


def highest(x: Bits) -> Bits:
    """Return the highest bit set alone, or none.

    The exponent of a float tells it; the bit below the highest is cleared first, or rounding could reach the next power.
    """
    spread = (x & ~(x >> x.dtype.type(1))).astype(np.float64).view(np.uint64)
    spread >>= _EXPONENT_BITS
    spread -= _EXPONENT_BIAS  # wraps round for zero, and a shift as wide as that leaves nothing
    top = (np.uint64(1) << spread).astype(x.dtype, copy=False)
    for word in range(x.shape[-2] - 2, -1, -1):
        top[..., word, :][(x[..., word + 1 :, :] != 0).any(axis=-2)] = 0
    return top


def up_to(bit: Bits) -> Bits:
    """Return all bits up to and including the single one set; none where none is."""
    one = bit.dtype.type(1)
    out = (bit << one) - np.minimum(bit, one)
    for word in range(bit.shape[-2] - 2, -1, -1):
        out[..., word, :][(bit[..., word + 1 :, :] != 0).any(axis=-2)] = full(bit.dtype)
    return out


def any_set(x: Bits) -> NDArray[np.bool_]:
    """Tell which rows of bits are not empty."""
    return x[..., 0, :] != 0 if x.shape[-2] == 1 else (x != 0).any(axis=-2)
