"""Some of many paragraphs' words: stretches one after the other, or chosen paragraphs put together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cleaner.reuse.arrays import Ints, Marks, offsets_of
from cleaner.reuse.columns import Numbers, rest
from cleaner.reuse.words import Words

STRETCH_WORDS = 1 << 20
"""Words looked at together: what is made of them takes some tens of megabytes at most."""


def stretches(words: Words) -> Iterator[Words]:
    """Yield all paragraphs, some at a time; what was mapped of the earlier ones is let go."""
    first = 0
    while first < len(words.counts):
        wanted = words.offsets[first] + STRETCH_WORDS
        last = max(first + 1, int(np.searchsorted(words.offsets, wanted, "right")) - 1)
        yield _stretch(words, first, last)
        rest(*words[:4])
        first = last


def _stretch(words: Words, first: int, last: int) -> Words:
    bounds = words.offsets[first : last + 1]
    some = slice(bounds[0], bounds[-1])
    return Words(words.hashes[some], words.marks[some], words.starts[some], words.ends[some], bounds - bounds[0])


def excerpt(words: Words, classes: Marks, rows: Ints) -> tuple[Words, Marks]:
    """Return the words of the chosen paragraphs, without their places in the text, and the classes of these words."""
    counts = words.offsets[rows + 1] - words.offsets[rows]
    offsets = offsets_of(counts)
    place = np.repeat(words.offsets[rows] - offsets[:-1], counts) + np.arange(offsets[-1])
    hashes, marks, chosen = (_gathered(column, place) for column in (words.hashes, words.marks, classes))
    none = np.zeros(0, np.uint32)
    return Words(hashes, marks, none, none, offsets), chosen


def _gathered(column: Numbers, place: Ints) -> Numbers:
    """Return the numbers at these places; what was mapped of the column is let go."""
    found: Numbers = column[place]
    rest(column)
    return found
