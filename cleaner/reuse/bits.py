"""Rows of bits for many pairs at once: arrays of shape (…, words, pairs), least significant word first."""

from __future__ import annotations

from collections.abc import Iterable
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


def bits_of(flags: NDArray[np.bool_] | NDArray[np.uint8]) -> Bits:
    """Return flags of shape (pairs, bits) as rows of bits, of as many words as they need."""
    rows = np.packbits(flags, axis=1, bitorder="little")
    whole = np.zeros((len(rows), -(-rows.shape[1] // 8) * 8), np.uint8)
    whole[:, : rows.shape[1]] = rows
    return np.ascontiguousarray(whole.view(np.uint64).T)


def counted(x: Bits) -> NDArray[np.int64]:
    """Return how many bits each row has set: sums of ever wider fields of a word (Hacker's Delight, 5-1)."""
    pairs, fours, eights, ones = (full(x.dtype) // x.dtype.type(divisor) for divisor in (3, 5, 17, 255))
    sums = x - ((x >> x.dtype.type(1)) & pairs)
    sums = (sums & fours) + ((sums >> x.dtype.type(2)) & fours)
    sums = (sums + (sums >> x.dtype.type(4))) & eights
    sums *= ones
    sums >>= x.dtype.type(width(x) - 8)
    found: NDArray[np.int64] = sums.sum(axis=-2, dtype=np.int64)
    return found


def in_some_window(x: Bits, windows: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    """Tell which rows have, in some stretch of so many bits, so few at most that are not set.

    `windows`: lengths and numbers of bits that may be missing, both ascending.  A stretch may reach over the end.

    >>> in_some_window(np.array([[0b11011110, 0b11011010]], np.uint64), [(6, 1)]).tolist()
    [True, False]
    """
    windows = list(windows)
    # bit p of the array for k tells whether from p on, in the stretch looked at so far, k are missing at most
    within = [np.full_like(x, full(x.dtype)) for _ in range(windows[-1][1] + 1)]
    found = np.zeros(x.shape[-1], np.bool_)
    seen = 0
    for size, missing in windows:
        for _ in range(seen, size):
            for k in range(len(within) - 1, 0, -1):
                within[k] &= x
                within[k] |= within[k - 1]
            within[0] &= x
            x = lowered(x)
        seen = size
        found |= any_set(within[missing])
    return found
