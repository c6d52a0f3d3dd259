"""Hashes that depend on content alone: the same on every machine, in every order, for any number of workers."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.arrays import Codes, Hashes, Ints

_BASE = 0x9E3779B97F4A7C01
"""1 modulo 256: the last byte of a polynomial is the plain sum of its values, whatever their order."""
LETTERS = 0xFF
"""This part of a word hash is the sum of its letters: the same for transposed ones, and words joined add theirs up."""
_WORD = (1 << 64) - 1

_tables: list[tuple[Hashes, Hashes]] = []


def powers(count: int) -> tuple[Hashes, Hashes]:
    """Return powers 0 to `count` of an odd base modulo 2**64, and their inverses (arrays may be longer)."""
    if not _tables or len(_tables[0][0]) <= count:
        size = max(count + 1, 1 << 16)
        size = 1 << (size - 1).bit_length()
        _tables[:] = [(_power_table(_BASE, size), _power_table(pow(_BASE, -1, 1 << 64), size))]
    return _tables[0]


def _power_table(base: int, size: int) -> Hashes:
    table = np.full(size, base, np.uint64)
    table[0] = 1
    return np.multiply.accumulate(table)


def scrambled(values: Hashes) -> Hashes:
    """Return the values, each spread over all 64 bits (the finaliser of MurmurHash3)."""
    x = values ^ (values >> np.uint64(33))
    x *= np.uint64(0xFF51AFD7ED558CCD)
    x ^= x >> np.uint64(33)
    x *= np.uint64(0xC4CEB9FE1A85EC53)
    x ^= x >> np.uint64(33)
    return x


def letter_values(codes: Codes) -> Codes:
    """Return what characters count for in a word's polynomial: their code points, and in the last byte a weight."""
    return (codes << np.uint32(8)) | ((codes * np.uint32(0x9E3779B1)) >> np.uint32(24))


def mixed(sums: Hashes) -> Codes:
    """Return 32-bit word hashes of polynomial sums, with `LETTERS`; 0 and 1 are kept free for padding."""
    high, letters = scrambled(sums) >> np.uint64(40), sums & np.uint64(LETTERS)
    found: Codes = np.maximum((high << np.uint64(8)) | letters, np.uint64(2)).astype(np.uint32)
    return found


@cache
def word_hash(word: str) -> int:
    """Return the hash that `words_of` gives to this lower-case word.

    >>> word_hash("percent") == word_hash("percent") != word_hash("per")
    True
    """
    values = letter_values(np.array([ord(char) for char in word], np.uint32)).tolist()
    total = sum(value * pow(_BASE, place, 1 << 64) for place, value in enumerate(values)) & _WORD
    return int(mixed(np.array([total], np.uint64))[0])


def sequence_hashes(values: NDArray[np.unsignedinteger], offsets: Ints) -> Hashes:
    """Return one 64-bit hash for each run `values[offsets[i]:offsets[i + 1]]`, of its values and their order.

    Values are best hashes themselves.

    >>> row = np.array([3, 1, 4, 3, 1, 4, 4, 1, 3], np.uint64)
    >>> a, b, c = sequence_hashes(row, np.array([0, 3, 6, 9]))
    >>> bool(a == b), bool(a == c)
    (True, False)
    """
    hashes = np.empty(len(offsets) - 1, np.uint64)
    step = 1 << 12
    for first in range(0, len(hashes), step):
        bounds = offsets[first : first + step + 1]
        chosen = values[bounds[0] : bounds[-1]].astype(np.uint64)
        hashes[first : first + step] = _run_sums(chosen, bounds - bounds[0])
    return scrambled(hashes)


def _run_sums(values: Hashes, offsets: Ints) -> Hashes:
    power, inverse = powers(len(values))
    running = np.empty(len(values) + 1, np.uint64)
    running[0] = 0
    np.cumsum(values * power[: len(values)], out=running[1:])
    return (running[offsets[1:]] - running[offsets[:-1]]) * inverse[offsets[:-1]]
