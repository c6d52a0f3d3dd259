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
STEP = 16
"""Lengths of texts are told apart by so many words; what they are shorter is padding."""
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
    padding = np.full(int(counts.max(initial=0)) + STEP, _NONE, np.uint16)
    return WordSets(np.concatenate([codes, padding]), texts.begins, counts, has)


def hopeful_by_sets(sets: WordSets, left: Ints, right: Ints, settings: Settings) -> Flags:
    """Tell which pairs of texts may have anything to do with each other."""
    found = np.empty(len(left), np.bool_)
    left_size, right_size = _padded(sets.counts[left]), _padded(sets.counts[right])
    order = np.lexsort((right_size, left_size))
    borders = np.flatnonzero(np.diff(left_size[order]) | np.diff(right_size[order])) + 1
    for alike in np.split(order, borders):
        cells = int((left_size + right_size)[alike[:1]].sum()) or 1
        for first in range(0, len(alike), rows := max(1, BLOCK_CELLS // cells)):
            some = alike[first : first + rows]
            a, b = left[some], right[some]
            sides = _shared(sets, a, b), _shared(sets, b, a)
            found[some] = hopeful_by_sides(*sides, sets.counts[a], sets.counts[b], settings)
    return found


def _padded(counts: Ints) -> Ints:
    return np.maximum(STEP, -(-counts // STEP) * STEP)


def _shared(sets: WordSets, of: Ints, among: Ints) -> Bits:
    """Return which words of texts of like length may stand in others."""
    count = sets.counts[of]
    size = int(_padded(count[:1])[0])
    codes = np.lib.stride_tricks.sliding_window_view(sets.codes, size)[sets.begins[of]]
    np.copyto(codes[:, -STEP:], np.uint16(_NONE), where=np.arange(size - STEP, size) >= count[:, None])
    return bits_of(sets.has.take(np.add(codes, (among << CODE_BITS)[:, None], dtype=np.int64)))
