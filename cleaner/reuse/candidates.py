"""Pairs of texts worth a look: those that share fingerprints, in numbers linear in the fingerprints.

Texts are numbered by (length, content), so the members of a gram's group come in one order whatever the input's.
Groups of up to six give all pairs; in larger ones everybody meets the two shortest members and the two next in order.
A phrase in every tenth paragraph thus costs four pairs a paragraph, and no gram is dropped for being frequent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from cleaner.engine.threads import in_order
from cleaner.reuse.arrays import Flags, Hashes, Ints, first_of_runs
from cleaner.reuse.columns import Column, Scratch, Shelves
from cleaner.reuse.shingles import Fingerprints

SMALL_GROUP = 6
NEIGHBOURS = 2
FEW_GRAMS = 4
"""Who has no more to share is looked at for a single one."""
ROW_BITS = 26
ROW_MASK = np.uint64((1 << ROW_BITS) - 1)
_BLOCK_KEYS = 1 << 17
"""Members of groups that meet at one time: few enough that they stay in the cache."""
_SHELF_TEXTS, _MOST_SHELVES = 1 << 14, 64
"""Texts for whose grams a shelf is set up, and how many there may be: each may be an open file."""


class Pairs(NamedTuple):
    """Pairs of text numbers, `shorter < longer`."""

    shorter: Ints
    longer: Ints


class Grouped(NamedTuple):
    """Texts by the grams that they share, `gram << 26 | text` on shelves, and who has few grams."""

    grams: Shelves
    few: Flags


def grouped(prints: Iterable[Fingerprints], numbers: Ints, scratch: Scratch | None = None) -> Grouped:
    """Return the texts by their grams.

    `prints`: those of all paragraphs, some after the other.  `numbers`: the text that each paragraph stands for,
    counted by (length, content); -1 where it stands for none.  `scratch`: where grams are sorted.
    """
    texts = int(numbers.max(initial=-1)) + 1
    sample = np.zeros(texts, np.int64)
    grams = (scratch or Scratch()).shelves(min(1 + texts // _SHELF_TEXTS, _MOST_SHELVES))
    borders = np.array([(number << 64) // len(grams) for number in range(1, len(grams))], np.uint64)
    first = 0
    for block in prints:
        last = first + len(block.counts)
        numbered = numbers[first:last]
        sample[numbered[numbered >= 0]] = block.counts[numbered >= 0]
        grams.put(keys_of_grams(block, numbered), borders)
        first = last
    return Grouped(grams, sample <= FEW_GRAMS)


def candidates(texts: Grouped, scratch: Scratch | None = None, kept: Column | None = None) -> Iterator[Pairs]:
    """Yield the pairs of texts that share enough fingerprints, sorted, some at a time.

    `scratch`: where meetings are sorted.  `kept` takes the sorted grams.

    >>> grams = np.array([1, 2, 1, 2, 9], np.uint64)
    >>> next(candidates(grouped([Fingerprints(grams, np.array([2, 2, 1]))], np.array([0, 1, 2]))))
    Pairs(shorter=array([0]), longer=array([1]))
    """
    scratch = scratch or Scratch()
    met = _meetings(texts, scratch, kept)
    yield from in_order(lambda number: _counted(met.take(number)), range(len(met)), scratch.threads)


def _counted(pairs: Hashes) -> Pairs:
    """Return the pairs that stand more than once among meetings."""
    pairs.sort()
    first = first_of_runs(pairs)
    return pairs_of(pairs[1:][first[:-1] & ~first[1:]])


def pairs_of(packed: Hashes) -> Pairs:
    """Return pairs that are packed as `shorter << 32 | longer`."""
    return Pairs((packed >> np.uint64(32)).view(np.int64), (packed & np.uint64(0xFFFFFFFF)).view(np.int64))


def keys_of_grams(prints: Fingerprints, numbers: Ints) -> Hashes:
    """Return `gram << 26 | text` for every gram of every text, sorted."""
    rows = np.repeat(numbers, prints.counts)
    stands = rows >= 0
    keys: Hashes = (prints.grams[stands] << np.uint64(ROW_BITS)) | rows[stands].view(np.uint64)
    keys.sort()
    return keys


def _meetings(texts: Grouped, scratch: Scratch, kept: Column | None) -> Shelves:
    """Return pairs as `shorter << 32 | longer`, once for each gram that brings them together, in ranges.

    A pair of which a text has `few` grams meets twice, for once is enough.  Grams are looked at a shelf at a time, the
    whole group of each.  Short texts meet most others, so that ranges of equal width would not be equally full: those
    of the first grams, a fair sample, show where to cut.
    """
    grams = texts.grams

    def meetings(number: int) -> tuple[Hashes, Hashes]:
        keys = grams.take(number)
        keys.sort()
        keys = keys[first_of_runs(keys)]
        pairs = np.concatenate([keys[:0], *meetings_of(keys, texts.few)])
        pairs.sort()
        return keys, pairs

    met = scratch.shelves(len(grams))
    borders = np.zeros(0, np.uint64)
    for number, (keys, pairs) in enumerate(in_order(meetings, range(len(grams)), scratch.threads)):
        if kept is not None:
            kept.add(keys)
        if number == 0:
            borders = pairs[np.arange(1, len(met)) * len(pairs) // len(met)] if len(pairs) else borders
        met.put(pairs, borders)
    return met


def meetings_of(keys: Hashes, few: Flags) -> Iterator[Hashes]:
    """Yield the pairs that the groups of sorted keys bring together, those with a text of `few` grams twice."""
    first = np.flatnonzero(first_of_runs(keys >> np.uint64(ROW_BITS)))
    cuts = np.searchsorted(first, np.arange(0, len(keys), _BLOCK_KEYS))
    bounds = np.append(first, len(keys))
    for start, end in pairwise([*np.unique(cuts).tolist(), len(first)]):
        size = np.diff(bounds[start : end + 1])
        row = keys[bounds[start] : bounds[end]] & ROW_MASK
        for chosen, met in (((size > 1) & (size <= SMALL_GROUP), _all_met), (size > SMALL_GROUP, _some_met)):
            members = row[np.repeat(chosen, size)]
            for pairs, enough in met(members, size[chosen], few[members.view(np.int64)]):
                yield pairs
                yield pairs[enough]


def _all_met(row: Hashes, size: Ints, few: Flags) -> Iterator[tuple[Hashes, Flags]]:
    """Yield the pairs of all members of small groups, and for which of them that is enough."""
    group = np.repeat(np.arange(len(size)), size)
    for step in range(1, SMALL_GROUP):
        near = group[step:] == group[:-step]
        yield _packed(row[:-step][near], row[step:][near]), (few[:-step] | few[step:])[near]


def _some_met(row: Hashes, size: Ints, few: Flags) -> Iterator[tuple[Hashes, Flags]]:
    """Yield those of neighbours in large groups, and of their anchors with all who are no neighbours of theirs."""
    start = np.cumsum(size) - size
    left, right = np.ones((2, len(row)), np.bool_)
    for step in range(1, NEIGHBOURS + 1):
        left[start + size - step] = False
        near = left[:-step]
        yield _packed(row[:-step][near], row[step:][near]), (few[:-step] | few[step:])[near]
    right[(start[:, None] + np.arange(NEIGHBOURS)).ravel()] = False
    for anchor in range(NEIGHBOURS):
        right[start + anchor + NEIGHBOURS] = False
        others = size - anchor - NEIGHBOURS - 1
        head = start + anchor
        yield _packed(np.repeat(row[head], others), row[right]), np.repeat(few[head], others) | few[right]


def packed_pairs(shorter: Ints, longer: Ints) -> Hashes:
    """Return pairs packed into numbers that sort as they do."""
    return _packed(shorter.view(np.uint64), longer.view(np.uint64))


def _packed(shorter: Hashes, longer: Hashes) -> Hashes:
    return (shorter << np.uint64(32)) | longer
