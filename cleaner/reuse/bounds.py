"""What two texts may have to do with each other at most, told from less than an alignment.

Most pairs that share a phrase share no more.  A verdict asks for so many matched words, and no more can be matched than
stand in both texts; what it asks of a shared passage, a stretch of either text must hold.  Whom these bounds exclude,
an alignment would exclude.
"""

from __future__ import annotations

import numpy as np

from cleaner.reuse.arrays import Flags, Ints
from cleaner.reuse.bits import Bits, any_set, bits_of, counted, in_some_window
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
    # of a head or tail only what one side has more of is free: both sides together have two free ends
    both = (left + right) / 2 - free_end(left, settings)
    least = np.maximum(np.maximum(1, both), right - 2 * free_end(left, settings))
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
    return hopeful_by_sides(np.bitwise_or.reduce(equal, axis=0), bits_of(any_set(equal).T), left, right, settings)


def hopeful_by_sides(in_left: Bits, in_right: Bits, left: Ints, right: Ints, settings: Settings) -> Flags:
    """Tell the same from which words of either text may be matched at all."""
    matched = np.minimum(counted(in_left), counted(in_right))
    found = tied_by(matched, left, right, settings)
    some = np.flatnonzero(~found & (matched >= settings.shared_words))
    for side in (in_left, in_right):
        dense = in_some_window(side.take(some, axis=1), shared_windows(settings.shared_words))
        found[some[dense]] = True
        some = some[~dense]
    return found


def shared_windows(least: int) -> list[tuple[int, int]]:
    """Return windows, in words, one of which a shared passage fills on the side on which it is shorter.

    With each, how many of its words may be missing.  Where there are twice `least` words, one half is itself dense
    enough; so between `least` and that many are looked for, and of those that may lack equally many the fewest.
    """
    lapses = 5 - DENSE_FIFTHS
    missing = range(least * lapses // DENSE_FIFTHS, (2 * least - 1) * lapses // DENSE_FIFTHS + 1)
    return [(max(least, -(-number * DENSE_FIFTHS // lapses)) + number, number) for number in missing]
