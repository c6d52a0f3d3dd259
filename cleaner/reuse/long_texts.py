"""Alignments of long texts, pair by pair: their rare grams, chained (patience differencing, Cohen 2003)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.alignment import Block, Matches, Sequences
from cleaner.reuse.shingles import GRAM_WORDS, grams_of


def long_alignments(texts: Sequences, left: NDArray[np.int64], right: NDArray[np.int64]) -> Iterator[Block]:
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


def _chained(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return places of matched words: every word of grams that are single in both and stand in one order."""
    i, j = _single_in_both(grams_of(a), grams_of(b))
    kept = _longest_rise(j.tolist())
    i, j = i[kept], j[kept]
    words = np.arange(GRAM_WORDS)
    left, right = (i[:, None] + words).ravel(), (j[:, None] + words).ravel()
    order = np.lexsort((right, left))
    left, right = left[order], right[order]
    rising = np.ones(len(left), bool)
    rising[1:] = (left[1:] > np.maximum.accumulate(left)[:-1]) & (right[1:] > np.maximum.accumulate(right)[:-1])
    return left[rising], right[rising]


def _bare(matched: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the longest run of words without a match."""
    bounds = np.concatenate([[-1], matched, [count]])
    return np.diff(bounds).max(keepdims=True) - 1


def _single_in_both(a: NDArray[np.uint64], b: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    left, right = _single(a), _single(b)
    _, x, y = np.intersect1d(a[left], b[right], assume_unique=True, return_indices=True)
    order = np.argsort(left[x])
    return left[x][order], right[y][order]


def _single(grams: NDArray[np.uint64]) -> NDArray[np.int64]:
    _, first, count = np.unique(grams, return_index=True, return_counts=True)
    return first[count == 1]


def _longest_rise(values: list[int]) -> NDArray[np.int64]:
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
