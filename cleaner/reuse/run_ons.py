"""Paragraphs run together: what one side has more of at an end may be another paragraph, whole.

A dateline or an outlet's line at an end makes no other text.  But where the unmatched end is, word for word, a
paragraph of its own somewhere in the corpus, two paragraphs stand in one: that contains the copy, and is none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Flags, Ints
from cleaner.reuse.hashing import sequence_hashes
from cleaner.reuse.passages import Texts
from cleaner.reuse.ties import Ties
from cleaner.reuse.verdicts import LEFT_IN_RIGHT, NEAR_COPY, SHARED
from cleaner.reuse.words import STARTS_SENTENCE, offsets_of

END_WORDS = 4
"""Shorter ends are told from datelines by nothing."""
NO_END = -1


def end_keys(texts: Texts, ties: Ties) -> tuple[Ints, Ints, Ints, Ints]:
    """Return the comparison keys of the unmatched head and tail of the shorter and of the longer text.

    `NO_END` where there is none, and for ties that are no near copies.
    """
    a, b = texts.begins[ties.shorter], texts.begins[ties.longer]
    ends, others = texts.ends[ties.shorter], texts.ends[ties.longer]
    tail, other_tail = a + ties.shorter_end, b + ties.longer_end
    heads = (_border(texts, a + ties.shorter_start, -1, ties.longer_start), a), (_border(texts, b + ties.longer_start, -1, ties.shorter_start), b)
    tails = (_border(texts, tail, 1, others - other_tail), ends), (_border(texts, other_tail, 1, ends - tail), others)
    return (
        _keys_between(texts, ties.near, a, heads[0][0]),
        _keys_between(texts, ties.near, tails[0][0], ends),
        _keys_between(texts, ties.near, b, heads[1][0]),
        _keys_between(texts, ties.near, tails[1][0], others),
    )


def _border(texts: Texts, place: Ints, step: int, other: Ints) -> Ints:
    """Return where a sentence begins, at this place or a few words on: a copy's last words may have been changed."""
    border = place.copy()
    for words in range(END_WORDS, -1, -1):
        there = place + step * words
        begins = (texts.marks.take(there, mode="clip") & STARTS_SENTENCE) != 0
        begins &= words <= other
        border[begins] = there[begins]
    return border


def _keys_between(texts: Texts, chosen: Flags, start: Ints, end: Ints) -> Ints:
    keys = np.full(len(start), NO_END, np.int64)
    some = np.flatnonzero(chosen & (end - start >= END_WORDS))
    length = (end - start)[some]
    bounds = offsets_of(length)
    place = np.repeat(start[some] - bounds[:-1], length) + np.arange(bounds[-1])
    keys[some] = (sequence_hashes(texts.hashes[place], bounds) >> np.uint64(1)).astype(np.int64)
    return keys


class Guests(NamedTuple):
    """Texts that stand inside others and are no copies of them: the host (sorted), and where, in its words."""

    host: Ints
    start: Ints
    end: Ints


def guests_of(ties: Ties) -> Guests:
    """Return who stands inside whom."""
    inside = ties.take((ties.verdict & (LEFT_IN_RIGHT | NEAR_COPY)) == LEFT_IN_RIGHT)
    order = np.lexsort((inside.longer_end, inside.longer_start, inside.longer))
    return Guests(inside.longer[order], inside.longer_start[order], inside.longer_end[order])


def parted(ties: Ties, ends: tuple[Ints, ...], known: Ints, guests: Guests, sizes: Ints) -> Ties:
    """Return the ties, those of run-on paragraphs no longer near copies; `known`: the sorted keys of all texts."""
    run_on = np.zeros(len(ties.shorter), np.bool_)
    for keys in ends:
        some = np.flatnonzero(keys != NO_END)
        place = np.minimum(np.searchsorted(known, keys[some]), len(known) - 1)
        run_on[some] |= known[place] == keys[some]
    none = np.zeros(len(run_on), np.int64)
    for text, start, end in (
        (ties.shorter, none, ties.shorter_start),
        (ties.shorter, ties.shorter_end, sizes[ties.shorter]),
        (ties.longer, none, ties.longer_start),
        (ties.longer, ties.longer_end, sizes[ties.longer]),
    ):
        some = np.flatnonzero(ties.near & ~run_on & (end - start >= END_WORDS))
        run_on[some] = _inhabited(guests, text[some], start[some], end[some])
    inside = (ties.verdict & LEFT_IN_RIGHT) != 0
    other = np.where(inside, np.uint8(LEFT_IN_RIGHT), np.uint8(SHARED))
    return ties._replace(verdict=np.where(run_on & ((ties.verdict & NEAR_COPY) != 0), other, ties.verdict))


def _inhabited(guests: Guests, host: Ints, start: Ints, end: Ints) -> Flags:
    """Tell in which stretches of their hosts a guest stands: it fills most of it, and little of it is elsewhere."""
    first, last = np.searchsorted(guests.host, host, "left"), np.searchsorted(guests.host, host, "right")
    count = last - first
    row = np.repeat(np.arange(len(host)), count)
    guest = np.repeat(first - offsets_of(count)[:-1], count) + np.arange(len(row))
    common = np.minimum(guests.end[guest], end[row]) - np.maximum(guests.start[guest], start[row])
    at_home = common * 4 >= 3 * (guests.end[guest] - guests.start[guest])
    found = np.zeros(len(host), np.bool_)
    found[row[at_home]] = True
    return found
