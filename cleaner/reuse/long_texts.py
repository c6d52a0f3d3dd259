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
BLOCK_PAIRS = 256
"""Pairs that are handed on together: what a numpy operation costs is shared by them."""


def long_alignments(texts: Sequences, left: Ints, right: Ints) -> Iterator[Block]:
    """Yield alignments of `left[k]` with `right[k]`, in time linear in their words but for a logarithm."""
    grams = {text: _single_grams(_words(texts, text)) for text in np.union1d(left, right).tolist()}
    for first in range(0, len(left), BLOCK_PAIRS):
        pairs = np.arange(first, min(first + BLOCK_PAIRS, len(left)))
        matched = [
            _chained(_words(texts, a), _words(texts, b), *_in_both(grams[a], grams[b]))
            for a, b in zip(left[pairs].tolist(), right[pairs].tolist(), strict=True)
        ]
        counts = np.array([len(i) for i, _ in matched], np.int64)
        i, j = map(np.concatenate, zip(*matched, strict=True))
        lengths = (texts.ends - texts.begins)[right[pairs]].tolist()
        bare = [_bare(places, length) for (_, places), length in zip(matched, lengths, strict=True)]
        yield Block(pairs, Matches(np.repeat(np.arange(len(pairs)), counts), i, j), counts, np.array(bare, np.int64))


def _words(texts: Sequences, text: int) -> Codes:
    return texts.hashes[texts.begins[text] : texts.ends[text]]


def _chained(a: Codes, b: Codes, i: Ints, j: Ints) -> tuple[Ints, Ints]:
    """Return places of matched words: every word of those grams, single in both texts, that stand in one order."""
    if not len(i):
        return i, j
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


def _bare(matched: Ints, count: int) -> int:
    """Return the longest run of words without a match."""
    return int(np.diff(matched, prepend=-1, append=count).max()) - 1


def _single_grams(words: Codes) -> tuple[Hashes, Ints]:
    """Return the grams that stand once in a text, sorted, and where."""
    grams, first, count = np.unique(_grams(words), return_index=True, return_counts=True)
    return grams[count == 1], first[count == 1]


def _in_both(a: tuple[Hashes, Ints], b: tuple[Hashes, Ints]) -> tuple[Ints, Ints]:
    """Return where the grams stand that are single in both texts, in the order of the first one."""
    place = np.searchsorted(b[0], a[0])
    both = np.flatnonzero(b[0].take(place, mode="clip") == a[0]) if len(b[0]) else place[:0]
    left, right = a[1][both], b[1][place[both]]
    order = np.argsort(left)
    return left[order], right[order]


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
