"""The best common passage of two aligned texts: where it runs, how much of it matches, what was put in whose place.

A local alignment in the sense of Smith and Waterman (1981) over the matches that are already chained: a match earns
10, a mismatch costs 6, opening a gap 9, each further word 1 (Gotoh 1982).  Running sums find the best run of matches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.alignment import Block
from cleaner.reuse.arrays import Codes, Counts, Flags, Ints, Marks
from cleaner.reuse.names import NAME_WORD, NUMBER_WORD
from cleaner.reuse.words import CAPITAL, NUMBER, QUOTED, Words

MATCH, MISMATCH, GAP_OPEN, GAP_MORE = 10, 6, 9, 1
_APART, _TORN = 1 << 40, 1 << 24
SMALL_GAP = 4
"""Words of a gap that may hold a text's own number or name, rather than a sentence of its own."""
STRETCH = 16
"""Words that a passage may run on at either end."""


class Texts(NamedTuple):
    """What verification reads: words, their marks and classes, and sums of them before each word."""

    hashes: Codes
    marks: Marks
    begins: Ints
    ends: Ints
    classes: Marks
    numbers_before: Counts
    names_before: Counts
    quoted_before: Counts
    capitals_before: Counts
    letters_before: Marks

    def number_at(self, place: Ints, valid: Flags) -> Flags:
        """Tell whether the word there is a number; not where `valid` says that there is none."""
        safe = np.where(valid, place, 0)
        return valid & (self.classes[safe] == NUMBER_WORD) if len(self.classes) else valid

    def marked(self, place: Ints, marks: int) -> Flags:
        """Tell which words have any of these marks."""
        found: Flags = (self.marks.take(place, mode="clip") & np.uint8(marks)) != 0
        return found

    def same_letters(self, left_start: Ints, left_end: Ints, right_start: Ints, right_end: Ints) -> Flags:
        """Tell which stretches hold the same letters, transposed or otherwise spaced: a slip of the pen."""
        left = self.letters_before[left_end] - self.letters_before[left_start]
        same: Flags = left == self.letters_before[right_end] - self.letters_before[right_start]
        return same


def texts_for_verifying(words: Words, rows: Ints, classes: Marks) -> Texts:
    """Return the chosen paragraphs as texts, with the sums; `classes` are those of all words."""
    begins, ends = words.offsets[rows], words.offsets[rows + 1]
    name, capital = classes == NAME_WORD, (words.marks & (CAPITAL | NUMBER)) == CAPITAL
    flags = (classes == NUMBER_WORD, name, (words.marks & QUOTED) != 0, name | capital)
    numbers, names, quoted, capitals = map(running_count, flags)
    letters = np.zeros(len(words.hashes) + 1, np.uint8)
    np.cumsum(words.hashes.astype(np.uint8), dtype=np.uint8, out=letters[1:])
    return Texts(words.hashes, words.marks, begins, ends, classes, numbers, names, quoted, capitals, letters)


def running_count(flags: Flags) -> Counts:
    """Return how many flags are set before each place, modulo 65,536: differences of nearby places are exact."""
    sums = np.zeros(len(flags) + 1, np.uint16)
    np.cumsum(flags, dtype=np.uint16, out=sums[1:])
    return sums


class Passages(NamedTuple):
    """For each pair: the passage in words of either text (half-open), its matches, and what was substituted in it."""

    left_start: Ints
    left_end: Ints
    right_start: Ints
    right_end: Ints
    matched: Ints
    numbers: Ints
    names: Ints
    capitals: Ints


def passages(texts: Texts, left: Ints, right: Ints, block: Block, widest_gap: int | None = None) -> Passages:
    """Return the best passage of each pair of the block; `left` and `right` are its text numbers.

    No passage runs over a gap of more than `widest_gap` words on either side.
    """
    pair, i, j = block.matches
    count = len(left)
    if not len(pair):
        none = np.zeros(count, np.int64)
        return Passages._make([none] * len(Passages._fields))
    border = np.diff(pair, prepend=-1) != 0
    left_gap, right_gap = np.diff(i, prepend=0) - 1, np.diff(j, prepend=0) - 1
    earned = MATCH - np.where(border, 0, gap_cost(left_gap, right_gap))
    if widest_gap is not None:
        earned[~border & (np.maximum(left_gap, right_gap) > widest_gap)] = -_TORN
    start, end = _best_runs(earned, pair, border, count)
    place = np.arange(len(pair))
    inside = (place > start[pair]) & (place <= end[pair])
    substituted = _substituted(texts, left, right, block, np.flatnonzero(inside & ((left_gap > 0) | (right_gap > 0))))
    some = end >= 0
    first, last = np.maximum(start, 0), np.maximum(end, 0)
    bounds = [np.where(some, x, 0) for x in (i[first], i[last] + 1, j[first], j[last] + 1)]
    found = Passages._make([*bounds, np.where(some, last - first + 1, 0), *substituted])
    return _stretched(texts, left, right, found)


def _stretched(texts: Texts, left: Ints, right: Ints, found: Passages) -> Passages:
    """Let passages run on over equal words at either end: a chain may have matched those with others farther off."""
    i0, i1, j0, j1, matched = (column.copy() for column in found[:5])
    a0, a1, b0, b1 = texts.begins[left], texts.ends[left], texts.begins[right], texts.ends[right]
    for _ in range(STRETCH):
        before, after = _equal_at(texts, a0 + i0 - 1, b0 + j0 - 1), _equal_at(texts, a0 + i1, b0 + j1)
        head = (matched > 0) & (i0 > 0) & (j0 > 0) & before
        tail = (matched > 0) & (a0 + i1 < a1) & (b0 + j1 < b1) & after
        if not (head.any() or tail.any()):
            break
        i0, j0, i1, j1 = i0 - head, j0 - head, i1 + tail, j1 + tail
        matched += head.astype(np.int64) + tail
    return found._replace(left_start=i0, left_end=i1, right_start=j0, right_end=j1, matched=matched)


def _equal_at(texts: Texts, x: Ints, y: Ints) -> Flags:
    equal: Flags = texts.hashes.take(x, mode="clip") == texts.hashes.take(y, mode="clip")
    return equal


def gap_cost(left: Ints, right: Ints) -> Ints:
    """Return what so many unmatched words on either side cost: replaced one for one, or left out and put in."""

    def one_sided(words: Ints) -> Ints:
        return np.where(words > 0, GAP_OPEN + GAP_MORE * (words - 1), 0)

    replaced = MISMATCH * np.minimum(left, right) + one_sided(np.abs(left - right))
    found: Ints = np.minimum(replaced, one_sided(left) + one_sided(right))
    return found


def _best_runs(earned: Ints, pair: Ints, border: Flags, count: int) -> tuple[Ints, Ints]:
    """Return the first and last match of the run that earns most, for each pair; -1 for pairs without matches."""
    total = np.cumsum(np.where(border, earned - _APART, earned))
    before = total - earned
    lowest = np.minimum.accumulate(before)
    score = total - lowest
    first_of = np.maximum.accumulate(np.where(before == lowest, np.arange(len(before)), 0))
    starts = np.flatnonzero(border)
    best = np.maximum.reduceat(score, starts)
    hits = np.flatnonzero(score == np.repeat(best, np.diff(np.append(starts, len(pair)))))
    hits = hits[np.diff(pair[hits], prepend=-1) != 0]
    end = np.full(count, -1, np.int64)
    end[pair[hits]] = hits
    start = np.full(count, -1, np.int64)
    start[pair[hits]] = first_of[hits]
    return start, end


def _substituted(texts: Texts, left: Ints, right: Ints, block: Block, gaps: Ints) -> list[Ints]:
    """Count numbers, names and capitals that stand against others in the gaps before these matches.

    Those of which either text has some of its own, each in a small gap, stand against one another, too.
    """
    pair, i, j = block.matches
    home = pair[gaps]
    a, b = texts.begins[left[home]], texts.begins[right[home]]
    bounds = (a + i[gaps - 1] + 1, a + i[gaps], b + j[gaps - 1] + 1, b + j[gaps])
    small = np.maximum(bounds[1] - bounds[0], bounds[3] - bounds[2]) <= SMALL_GAP
    another = ~texts.same_letters(*bounds)
    found = []
    for sums in (texts.numbers_before, texts.names_before, texts.capitals_before):
        counts = another if sums is not texts.numbers_before else np.ones_like(another)
        own, other = sums[bounds[1]] - sums[bounds[0]], sums[bounds[3]] - sums[bounds[2]]
        against = np.minimum(own, other)
        rest = (np.bincount(home, (some - against) * (small & counts), len(left)) for some in (own, other))
        found.append((np.bincount(home, against * counts, len(left)) + np.minimum(*rest)).astype(np.int64))
    return found


def in_both(
    sums: Counts,
    left_start: Ints,
    left_end: Ints,
    right_start: Ints,
    right_end: Ints,
) -> Counts:
    """Return the lesser count of words of a class in two stretches, from the sums before each word."""
    found: Counts = np.minimum(sums[left_end] - sums[left_start], sums[right_end] - sums[right_start])
    return found
