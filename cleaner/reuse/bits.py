"""Rows of bits for many pairs at once: arrays of shape (…, words, pairs), least significant word first."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bits: TypeAlias = NDArray[np.uint32] | NDArray[np.uint64]
"""One row of bits a column; a word has 32 or 64 of them, as the dtype says.  Only one word where it has 32."""


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

    The exponent of a float tells it; the bit below the highest is cleared first, or rounding could reach the next
    power.
    """
    top = _power(x & ~(x >> x.dtype.type(1)))
    for word in range(x.shape[-2] - 2, -1, -1):
        top[..., word, :][(x[..., word + 1 :, :] != 0).any(axis=-2)] = 0
    return top


def _power(x: Bits) -> Bits:
    """Return the greatest power of two below or at each value; nought for nought."""
    floating, fraction, bias = (np.float32, 23, 127) if width(x) == 32 else (np.float64, 52, 1023)
    exponent: Bits = x.astype(floating).view(x.dtype)
    exponent >>= x.dtype.type(fraction)
    exponent -= x.dtype.type(bias)  # wraps round for nought, and a shift as wide as that leaves nothing
    return x.dtype.type(1) << exponent


def places(bits: Bits) -> NDArray[np.int64]:
    """Return the place of the single bit of each value."""
    return (bits.astype(np.float64).view(np.int64) >> 52) - 1023


def width(x: Bits) -> int:
    """Return the bits of a word."""
    return x.dtype.itemsize * 8


def below(bit: Bits) -> Bits:
    """Return all bits below the single one set; every bit where none is."""
    out = bit - bit.dtype.type(1)
    for word in range(1, bit.shape[-2]):
        out[..., word, :][(bit[..., :word, :] != 0).any(axis=-2)] = 0
    return out


def up_to(bit: Bits) -> Bits:
    """Return all bits up to and including the single one set; none where none is."""
    one = bit.dtype.type(1)
    out = (bit << one) - np.minimum(bit, one)
    for word in range(bit.shape[-2] - 2, -1, -1):
        out[..., word, :][(bit[..., word + 1 :, :] != 0).any(axis=-2)] = full(bit.dtype)
    return out


def any_set(x: Bits) -> NDArray[np.bool_]:
    """Tell which rows of bits are not empty."""
    found: NDArray[np.bool_] = x[..., 0, :] != 0 if x.shape[-2] == 1 else (x != 0).any(axis=-2)
    return found


def bytes_of_bits(x: Bits) -> NDArray[np.uint8]:
    """Return the bits of rows of shape (words, pairs), each as a byte: shape (bits, pairs)."""
    rows = np.ascontiguousarray(x.T).view(np.uint8)
    return np.ascontiguousarray(np.unpackbits(rows, axis=1, bitorder="little").T)
