"""Paragraphs run together: what one side has more of at an end may be another paragraph, whole.

A dateline or an outlet's line at an end makes no other text.  But where the unmatched end is, word for word, a
paragraph of its own somewhere in the corpus, two paragraphs stand in one: that contains the copy, and is none.
"""

from __future__ import annotations

import numpy as np

from cleaner.reuse.arrays import Flags, Ints
from cleaner.reuse.hashing import sequence_hashes
from cleaner.reuse.passages import Texts
from cleaner.reuse.ties import Ties
from cleaner.reuse.verdicts import LEFT_IN_RIGHT, NEAR_COPY, SHARED
from cleaner.reuse.words import offsets_of

END_WORDS = 4
"""Shorter ends are told from datelines by nothing."""
NO_END = -1


def end_keys(texts: Texts, ties: Ties) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the comparison keys of the unmatched head and tail of the shorter and of the longer text.

    `NO_END` where there is none, and for ties that are no near copies.
    """
    a, b = texts.begins[ties.shorter], texts.begins[ties.longer]
    return (
        _keys_between(texts, ties.near, a, a + ties.shorter_start),
        _keys_between(texts, ties.near, a + ties.shorter_end, texts.ends[ties.shorter]),
        _keys_between(texts, ties.near, b, b + ties.longer_start),
        _keys_between(texts, ties.near, b + ties.longer_end, texts.ends[ties.longer]),
    )


def _keys_between(texts: Texts, chosen: Flags, start: Ints, end: Ints) -> Ints:
    keys = np.full(len(start), NO_END, np.int64)
    some = np.flatnonzero(chosen & (end - start >= END_WORDS))
    length = (end - start)[some]
    bounds = offsets_of(length)
    place = np.repeat(start[some] - bounds[:-1], length) + np.arange(bounds[-1])
    keys[some] = (sequence_hashes(texts.hashes[place], bounds) >> np.uint64(1)).astype(np.int64)
    return keys


def parted(ties: Ties, ends: tuple[Ints, ...], known: Ints) -> Ties:
    """Return the ties, those of run-on paragraphs no longer near copies; `known`: the sorted keys of all texts."""
    run_on = np.zeros(len(ties.shorter), np.bool_)
    for keys in ends:
        some = np.flatnonzero(keys != NO_END)
        place = np.minimum(np.searchsorted(known, keys[some]), len(known) - 1)
        run_on[some] |= known[place] == keys[some]
    inside = (ties.verdict & LEFT_IN_RIGHT) != 0
    other = np.where(inside, np.uint8(LEFT_IN_RIGHT), np.uint8(SHARED))
    return ties._replace(verdict=np.where(run_on & ((ties.verdict & NEAR_COPY) != 0), other, ties.verdict))
