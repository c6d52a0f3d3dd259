"""Which words of two texts may stand in the other one: told from a set of the words of each, before any alignment.

A set is a row of flags, one for each of some hundred codes that a word's hash may have (Bloom 1970, "Space/time
trade-offs in hash coding", with one hash).  Whose code is not in it is not among the words; so pairs that would be
hopeless even if all others were, and those are most, are hopeless.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.alignment import Sequences
from cleaner.reuse.arrays import Counts, Flags, Ints, Marks
from cleaner.reuse.bits import Bits, bits_of
from cleaner.reuse.bounds import hopeful_by_sides
from cleaner.reuse.settings import Settings

CODE_BITS = 9
_NONE = (1 << CODE_BITS) - 1
"""A code of no word, for what lies behind the end of a text."""
SIZES = np.array([16, 32, 48, *(half << power for power in range(5, 12) for half in (2, 3)), 1 << 13])
"""Texts are padded to lengths of these, up to as many words as are compared at once."""
WORTH_CELLS = 1 << 21
"""Comparisons of words that cost as much as the numpy calls that might spare them."""
BLOCK_CELLS = 1 << 20
"""Words looked up at once: few enough that they stay in the cache."""


class WordSets(NamedTuple):
    """Codes of the words of many texts, and for each text which codes it has."""

    codes: Counts
    begins: Ints
    counts: Ints
    has: Marks


def word_sets(texts: Sequences) -> WordSets:
    """Return the sets of words of all texts, of which each begins where the one before it ends."""
    counts = texts.ends - texts.begins
    codes = np.minimum(texts.hashes >> np.uint32(32 - CODE_BITS), np.uint32(_NONE - 1)).astype(np.uint16)
    has = np.zeros(len(counts) << CODE_BITS, np.uint8)
    has[np.repeat(np.arange(len(counts)) << CODE_BITS, counts) + codes] = 1
    padding = np.full(SIZES[-1], _NONE, np.uint16)
    return WordSets(np.concatenate([codes, padding]), texts.begins, counts, has)


def hopeful_by_sets(sets: WordSets, left: Ints, right: Ints, settings: Settings) -> Flags:
    """Tell which pairs of texts, of up to `SIZES[-1]` words, may have anything to do with each other."""
    found = np.ones(len(left), np.bool_)
    sizes = np.searchsorted(SIZES, np.stack([sets.counts[left], sets.counts[right]]))
    order = np.lexsort(sizes)
    borders = np.flatnonzero(np.diff(sizes[:, order]).any(axis=0)) + 1
    for alike in np.split(order, borders) if len(order) else ():
        width, height = SIZES[sizes[:, alike[0]]].tolist()
        rows = max(1, BLOCK_CELLS // (width + height))
        for first in range(0, len(alike) if len(alike) * width * height >= WORTH_CELLS else 0, rows):
            some = alike[first : first + rows]
            a, b = left[some], right[some]
            sides = _shared(sets, a, b), _shared(sets, b, a)
            found[some] = hopeful_by_sides(*sides, sets.counts[a], sets.counts[b], settings)
    return found


def _shared(sets: WordSets, of: Ints, among: Ints) -> Bits:
    """Return which words of texts of like length may stand in others."""
    count = sets.counts[of]
    place = int(np.searchsorted(SIZES, count[0]))
    size, least = int(SIZES[place]), int(SIZES[place - 1]) if place else 0
    codes = np.lib.stride_tricks.sliding_window_view(sets.codes, size)[sets.begins[of]]
    np.copyto(codes[:, least:], np.uint16(_NONE), where=np.arange(least, size) >= count[:, None])
    return bits_of(sets.has.take(np.add(codes, (among << CODE_BITS)[:, None], dtype=np.int64)))
