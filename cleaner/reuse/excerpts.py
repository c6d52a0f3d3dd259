"""Some of many paragraphs' words: stretches one after the other, or chosen paragraphs put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TypeVar

import numpy as np

from cleaner.engine.threads import in_order
from cleaner.reuse.arrays import Hashes, Ints, Marks, offsets_of
from cleaner.reuse.columns import Numbers, rest
from cleaner.reuse.words import Words

Made = TypeVar("Made")

STRETCH_WORDS = 1 << 20
"""Words looked at together: what is made of them takes some tens of megabytes at most."""
MAPPED_WORDS = 1 << 22
"""Packed words in 32 MB, which is about what a process holds of a mapped file."""
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


def of_rows(words: Words, rows: Ints) -> Words:
    """Return the words of chosen paragraphs (sorted), without their places in the texts."""
    begins, ends = words.offsets[rows], words.offsets[rows + 1]
    hashes, marks = (excerpted(column, begins, ends) for column in (words.hashes, words.marks))
    return Words(hashes, marks, hashes[:0], hashes[:0], offsets_of(ends - begins))


def packed(words: Words, classes: Marks) -> Hashes:
    """Return one number for each word that holds all that verification reads of it: its hash, marks and class."""
    values = words.hashes.astype(np.uint64)
    values |= words.marks.astype(np.uint64) << _MARKS
    values |= classes.astype(np.uint64) << _CLASS
    return values


def excerpt(values: Hashes, begins: Ints, ends: Ints) -> tuple[Words, Marks]:
    """Return the packed words of some texts, without their places in these, and their classes; `begins` is sorted."""
    chosen = excerpted(values, begins, ends)
    none = np.zeros(0, np.uint32)
    marks, classes = (chosen >> _MARKS).astype(np.uint8), (chosen >> _CLASS).astype(np.uint8)
    return Words(chosen.astype(np.uint32), marks, none, none, offsets_of(ends - begins)), classes


def excerpted(values: Numbers, begins: Ints, ends: Ints) -> Numbers:
    """Return what a column of words says of some texts.

    `begins` is sorted, so that what was mapped of `values` can be let go behind the reader.
    """
    offsets = offsets_of(ends - begins)
    chosen = np.empty(offsets[-1], values.dtype)
    borders = np.flatnonzero(np.diff(begins // MAPPED_WORDS)) + 1
    for first, last in pairwise([0, *borders.tolist(), len(begins)]):
        place = np.arange(offsets[first], offsets[last])
        shift = np.repeat(begins[first:last] - offsets[first:last], ends[first:last] - begins[first:last])
        chosen[offsets[first] : offsets[last]] = values[place + shift]
        rest(values)
    return chosen
