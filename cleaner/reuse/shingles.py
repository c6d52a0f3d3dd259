"""Fingerprints of paragraphs: hashes of three consecutive words, sampled by their value.

A gram is kept when its hash is below a limit that depends on the length of its paragraph: short ones keep all, long
ones one in two.  As all limits cut one scale, a short text's sample of a shared passage contains the long one's, so
containment comes out of the same fingerprints (Manber 1994, "Finding similar files"; Broder 1997).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Hashes, Ints
from cleaner.reuse.hashing import scrambled
from cleaner.reuse.words import Words

GRAM_WORDS = 3
GRAM_BITS = 38
"""Bits of a gram: with 26 bits for a paragraph they make one sortable word."""
KEEP_ALL_WORDS, KEEP_HALF_WORDS = 16, 32
_BLOCK = 1 << 13


class Fingerprints(NamedTuple):
    """Sampled grams, and how many each paragraph kept (repeated grams counted)."""

    grams: Hashes
    counts: Ints


def fingerprints_of(words: Words) -> Fingerprints:
    """Return the sampled grams of every paragraph, paragraph by paragraph."""
    grams, counts = [], []
    for first in range(0, len(words.offsets) - 1, _BLOCK):
        bounds = words.offsets[first : first + _BLOCK + 1]
        found, each = _sample(words.hashes[bounds[0] : bounds[-1]].astype(np.uint64), bounds - bounds[0])
        grams.append(found)
        counts.append(each)
    if not grams:
        return Fingerprints(np.zeros(0, np.uint64), np.zeros(0, np.int64))
    return Fingerprints(np.concatenate(grams), np.concatenate(counts))


def _sample(hashes: Hashes, offsets: Ints) -> tuple[Hashes, Ints]:
    counts = np.diff(offsets)
    if len(hashes) < GRAM_WORDS:
        return np.zeros(0, np.uint64), np.zeros(len(counts), np.int64)
    gram = scrambled(_three(hashes))
    keep = gram <= np.repeat(_limits(counts), counts)[: len(gram)]
    ends = offsets[1:][counts > 0]
    for back in range(1, GRAM_WORDS):  # grams that would run over the end of their paragraph
        over = ends - back
        keep[over[(over >= 0) & (over < len(keep))]] = False
    kept = np.flatnonzero(keep)
    each = np.diff(np.searchsorted(kept, offsets))
    return (gram[kept] * np.uint64(0xD1342543DE82EF95)) >> np.uint64(64 - GRAM_BITS), each


def _three(hashes: Hashes) -> Hashes:
    """Mix each word with the two after it; their order counts."""
    x = hashes[:-2] * np.uint64(0x9E3779B185EBCA87) + hashes[1:-1]
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xC2B2AE3D27D4EB4F)
    x += hashes[2:]
    return x


def _limits(counts: Ints) -> Hashes:
    length = np.clip(counts, KEEP_ALL_WORDS, KEEP_HALF_WORDS).astype(np.uint64)
    return np.uint64((1 << 64) - 1) // length * np.uint64(KEEP_ALL_WORDS)
