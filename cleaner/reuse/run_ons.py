"""Paragraphs run together: what one side has more of at an end may be another paragraph, whole.

A dateline, an outlet's line or a sentence at an end makes no other text.  But where the unmatched end is, word for
word, a paragraph of its own somewhere in the corpus, or one is a guest there, two paragraphs stand in one: that
contains the copy, and is none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Flags, Ints, Places, offsets_of
from cleaner.reuse.hashing import sequence_hashes
from cleaner.reuse.passages import Texts
from cleaner.reuse.ties import Ties
from cleaner.reuse.verdicts import LEFT_IN_RIGHT, NEAR_COPY, SHARED
from cleaner.reuse.words import STARTS_SENTENCE

END_WORDS = 4
"""Shorter ends are told from datelines by nothing."""
NO_END = -1
ENDS = 4


class Guests(NamedTuple):
    """Texts that stand inside others and are no copies of them: the host (sorted), and where, in its words."""

    host: Ints
    start: Places
    end: Places


def guests_of(ties: Ties) -> Guests:
    """Return who stands inside whom."""
    inside = ties.take((ties.verdict & (LEFT_IN_RIGHT | NEAR_COPY)) == LEFT_IN_RIGHT)
    order = np.lexsort((inside.longer_end, inside.longer_start, inside.longer))
    return Guests(inside.longer[order], inside.longer_start[order], inside.longer_end[order])


def end_keys(texts: Texts, ties: Ties) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the comparison keys of the unmatched head and tail of the shorter and of the longer text.

    `NO_END` where there is none, and for ties that are no near copies.
    """
    a, b = texts.begins[ties.shorter], texts.begins[ties.longer]
    a_end, b_end = texts.ends[ties.shorter], texts.ends[ties.longer]
    head, tail = a + ties.shorter_start, a + ties.shorter_end
    other_head, other_tail = b + ties.longer_start, b + ties.longer_end
    return (
        _keys_between(texts, ties.near, a, _border(texts, head, -1, ties.longer_start)),
        _keys_between(texts, ties.near, _border(texts, tail, 1, b_end - other_tail), a_end),
        _keys_between(texts, ties.near, b, _border(texts, other_head, -1, ties.shorter_start)),
        _keys_between(texts, ties.near, _border(texts, other_tail, 1, a_end - tail), b_end),
    )


def _border(texts: Texts, place: Ints, step: int, changed: Ints | Places) -> Ints:
    """Return the nearest start of a sentence as far on as words at the copy's own end may have been changed."""
    border = place.copy()
    for words in range(END_WORDS, -1, -1):
        there = place + step * words
        starts = (texts.marks.take(there, mode="clip") & STARTS_SENTENCE) != 0
        starts &= words <= changed
        border[starts] = there[starts]
    return border


def _keys_between(texts: Texts, chosen: Flags, start: Ints, end: Ints) -> Ints:
    keys = np.full(len(start), NO_END, np.int64)
    some = np.flatnonzero(chosen & (end - start >= END_WORDS))
    length = (end - start)[some]
    bounds = offsets_of(length)
    place = np.repeat(start[some] - bounds[:-1], length) + np.arange(bounds[-1])
    keys[some] = (sequence_hashes(texts.hashes[place], bounds) >> np.uint64(1)).astype(np.int64)
    return keys


def whole_ends(ends: tuple[Ints, ...], known: Ints) -> Flags:
    """Tell of which ties an end is a text of its own; `known`: the sorted keys of all texts."""
    whole = np.zeros(len(ends[0]), np.bool_)
    for keys in ends:
        some = np.flatnonzero(keys != NO_END)
        place = np.minimum(np.searchsorted(known, keys[some]), len(known) - 1)
        whole[some] |= known[place] == keys[some]
    return whole


def parted(ties: Ties, whole: Flags, guests: Guests) -> Ties:
    """Return the ties, those of run-on paragraphs no longer near copies; `whole`: an end is a text of its own."""
    run_on = whole.copy()
    near = np.flatnonzero(ties.near & ~run_on)
    left = (ties.shorter, ties.shorter_start, ties.shorter_end)
    right = (ties.longer, ties.longer_start, ties.longer_end)
    for text, start, end in (left, right):
        run_on[near] |= _inhabited(guests, text[near], start[near], end[near])
    inside = (ties.verdict & LEFT_IN_RIGHT) != 0
    other = np.where(inside, np.uint8(LEFT_IN_RIGHT), np.uint8(SHARED))
    return ties._replace(verdict=np.where(run_on & ties.near, other, ties.verdict))


def _inhabited(guests: Guests, host: Ints, start: Places, end: Places) -> Flags:
    """Tell where a guest stands, three quarters of it, before the start or after the end of a passage of its host."""
    first, last = np.searchsorted(guests.host, host, "left"), np.searchsorted(guests.host, host, "right")
    count = last - first
    row = np.repeat(np.arange(len(host)), count)
    guest = np.repeat(first - offsets_of(count)[:-1], count) + np.arange(len(row))
    begins, ends = guests.start[guest], guests.end[guest]
    outside = np.maximum(np.minimum(ends, start[row]) - begins, ends - np.maximum(begins, end[row]))
    found = np.zeros(len(host), np.bool_)
    found[row[outside * 4 >= 3 * (ends - begins)]] = True
    return found
