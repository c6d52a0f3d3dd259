"""Alignments of long texts, pair by pair: their rare grams, chained (patience differencing, Cohen 2003)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np

from cleaner.reuse.alignment import Block, Matches, Sequences
from cleaner.reuse.arrays import Codes, Hashes, Ints
from cleaner.reuse.hashing import powers, scrambled

RARE_WORDS = 6
"""Words of a gram: so many in a row seldom come twice in one text."""


def long_alignments(texts: Sequences, left: Ints, right: Ints) -> Iterator[Block]:
    """Yield the alignment of each pair, in time linear in its words but for a logarithm."""
    for number, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        first = texts.hashes[texts.begins[a] : texts.ends[a]]
        second = texts.hashes[texts.begins[b] : texts.ends[b]]
        i, j = _chained(first, second)
        yield Block(
            np.array([number]),
            Matches(np.zeros(len(i), np.int64), i, j),
            np.array([len(i)], np.int64),
            _bare(j, len(second)),
        )


def _chained(a: Codes, b: Codes) -> tuple[Ints, Ints]:
    """Return places of matched words: every word of grams that are single in both and stand in one order."""
    i, j = _single_in_both(_grams(a), _grams(b))
    kept = _longest_rise(j.tolist())
    i, j = i[kept], j[kept]
    words = np.arange(RARE_WORDS)
    left, right = (i[:, None] + words).ravel(), (j[:, None] + words).ravel()
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    rising = np.ones(len(left), bool)
    rising[1:] = (left[1:] > np.maximum.accumulate(left)[:-1]) & (right[1:] > np.maximum.accumulate(right)[:-1])
    return _filled(a, b, left[rising], right[rising])


def _filled(a: Codes, b: Codes, left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Add equal words between matches that are as far apart in both texts, before the first and after the last."""
    if not len(left):
        return left, right
    shift = right - left
    place = np.arange(len(a))
    after = np.searchsorted(left, place)
    following = shift[np.minimum(after, len(left) - 1)]
    matched = left[np.minimum(after, len(left) - 1)] == place
    preceding = np.where(after > 0, shift[after - 1], following)
    there = place + following
    inside = (there >= 0) & (there < len(b))
    equal = inside & (b[np.where(inside, there, 0)] == a)
    chosen = np.flatnonzero(matched | (equal & (preceding == following)))
    return chosen, there[chosen]


def _grams(hashes: Codes) -> Hashes:
    power, _ = powers(RARE_WORDS)
    count = len(hashes) - RARE_WORDS + 1
    if count < 1:
        return np.zeros(0, np.uint64)
    words = hashes.astype(np.uint64)
    return scrambled(sum((words[k : k + count] * power[k] for k in range(1, RARE_WORDS)), words[:count]))


def _bare(matched: Ints, count: int) -> Ints:
    """Return the longest run of words without a match."""
    bounds = np.concatenate([[-1], matched, [count]])
    found: Ints = np.diff(bounds).max(keepdims=True) - 1
    return found


def _single_in_both(a: Hashes, b: Hashes) -> tuple[Ints, Ints]:
    left, right = _single(a), _single(b)
    _, x, y = np.intersect1d(a[left], b[right], assume_unique=True, return_indices=True)
    order = np.argsort(left[x])
    return left[x][order], right[y][order]


def _single(grams: Hashes) -> Ints:
    _, first, count = np.unique(grams, return_index=True, return_counts=True)
    found: Ints = first[count == 1]
    return found


def _longest_rise(values: list[int]) -> Ints:
    """Return places of a longest rising subsequence (Schensted 1961)."""
    tops: list[int] = []
    places: list[int] = []
    previous = [-1] * len(values)
    for place, value in enumerate(values):
        pile = bisect_left(tops, value)
        tops[pile : pile + 1] = [value]
        places[pile : pile + 1] = [place]
        previous[place] = places[pile - 1] if pile else -1
    chain = []
    place = places[-1] if places else -1
    while place >= 0:
        chain.append(place)
        place = previous[place]
    return np.array(chain[::-1], np.int64)
