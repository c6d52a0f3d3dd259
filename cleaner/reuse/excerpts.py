"""Some of many paragraphs' words: stretches one after the other, or chosen paragraphs put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

import numpy as np

from cleaner.engine.threads import in_order
from cleaner.reuse.arrays import Hashes, Ints, Marks, offsets_of
from cleaner.reuse.columns import rest
from cleaner.reuse.words import Words

Made = TypeVar("Made")

STRETCH_WORDS = 1 << 20
"""Words looked at together: what is made of them takes some tens of megabytes at most."""
_MARKS, _CLASS = np.uint64(32), np.uint64(40)


def stretches(words: Words) -> Iterator[Words]:
    """Yield all paragraphs, some at a time; what was mapped of the earlier ones is let go."""
    first = 0
    while first < len(words.counts):
        wanted = words.offsets[first] + STRETCH_WORDS
        last = max(first + 1, int(np.searchsorted(words.offsets, wanted, "right")) - 1)
        yield _stretch(words, first, last)
        rest(*words[:4])
        first = last


def of_stretches(work: Callable[[Words], Made], words: Words, threads: int = 1) -> Iterator[Made]:
    """Yield what work makes of each stretch of the paragraphs, in their order."""
    return in_order(work, stretches(words), threads)


def _stretch(words: Words, first: int, last: int) -> Words:
    bounds = words.offsets[first : last + 1]
    some = slice(bounds[0], bounds[-1])
    return Words(words.hashes[some], words.marks[some], words.starts[some], words.ends[some], bounds - bounds[0])


def packed(words: Words, classes: Marks) -> Hashes:
    """Return one number for each word that holds all that verification reads of it: its hash, marks and class."""
    values = words.hashes.astype(np.uint64)
    values |= words.marks.astype(np.uint64) << _MARKS
    values |= classes.astype(np.uint64) << _CLASS
    return values


def excerpt(values: Hashes, begins: Ints, ends: Ints) -> tuple[Words, Marks]:
    """Return the packed words of some texts, without their places in these, and their classes."""
    offsets = offsets_of(ends - begins)
    chosen = values[np.repeat(begins - offsets[:-1], ends - begins) + np.arange(offsets[-1])]
    none = np.zeros(0, np.uint32)
    marks, classes = (chosen >> _MARKS).astype(np.uint8), (chosen >> _CLASS).astype(np.uint8)
    return Words(chosen.astype(np.uint32), marks, none, none, offsets), classes
