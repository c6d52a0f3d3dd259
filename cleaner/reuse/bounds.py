"""What two texts may have to do with each other at most, told from less than an alignment.

Most pairs that share a phrase share no more.  A verdict asks for so many matched words, and no more can be matched than
stand in both texts; what it asks of a shared passage, a stretch of either text must hold.  Whom these bounds exclude,
an alignment would exclude.
"""

from __future__ import annotations

import numpy as np

from cleaner.reuse.arrays import Flags, Ints, Marks
from cleaner.reuse.bits import Bits, any_set, bytes_of_bits
from cleaner.reuse.settings import Settings

SURE_WORDS = 8
SURE_SHARE = 0.8
DENSE_FIFTHS = 4
"""Of five words of a shared passage, so many stand in the other text: on that side at least on which it is shorter."""


def free_end(words: Ints, settings: Settings) -> Ints:
    """Return how long an end may be that costs nothing: short texts may not be outweighed by it."""
    return np.clip(words // 4, settings.short_free_end_words, settings.free_end_words)


def tied_by(matched: Ints, left: Ints, right: Ints, settings: Settings) -> Flags:
    """Tell which pairs may be near copies or contain one another if no more than so many words are matched.

    `left` and `right`: words of either text.
    """
    least = np.maximum(1, right - 2 * free_end(left, settings))
    near = (matched / least >= settings.near_share) & ((matched >= SURE_WORDS) | (matched >= SURE_SHARE * left))
    own = np.maximum(1, left - settings.contained_free_words)
    contained = (matched >= SURE_WORDS) & (matched / own >= settings.contained_share)
    found: Flags = near | contained | (matched >= settings.moved_share * right)
    return found


def hopeful_by_length(left: Ints, right: Ints, settings: Settings) -> Flags:
    """Tell which pairs of texts of so many words may have anything to do with each other."""
    found: Flags = tied_by(left, left, right, settings) | (left >= settings.shared_words)
    return found


def hopeful_by_words(equal: Bits, left: Ints, right: Ints, settings: Settings) -> Flags:
    """Tell the same from the words that may be matched: `equal`, those of the left text for each of the right one."""
    in_left = bytes_of_bits(np.bitwise_or.reduce(equal, axis=0))
    in_right = any_set(equal)
    matched = np.minimum(np.count_nonzero(in_left, axis=0), np.count_nonzero(in_right, axis=0))
    found = tied_by(matched, left, right, settings)
    some = np.flatnonzero(~found & (matched >= settings.shared_words))
    for side in (in_right, in_left):
        dense = _densely_shared(side[:, some], settings.shared_words)
        found[some[dense]] = True
        some = some[~dense]
    return found


def _densely_shared(shared: Flags | Marks, least: int) -> Flags:
    """Tell where `DENSE_FIFTHS` of some stretch of at least so many words are shared; arrays of (words, pairs)."""
    sums = np.zeros((len(shared) + 1, shared.shape[1]), np.int16)
    np.cumsum(shared * np.int16(5) - np.int16(DENSE_FIFTHS), axis=0, out=sums[1:])
    lowest = np.minimum.accumulate(sums, axis=0)
    reached: Flags = sums[least:] >= lowest[: max(0, len(sums) - least)]
    return np.asarray(reached.any(axis=0))
