"""Pairs of texts worth a look: those that share fingerprints, in numbers linear in the fingerprints.

Texts are numbered by (length, content), so the members of a gram's group come in one order whatever the input's.
Groups of up to six give all pairs; in larger ones everybody meets the two shortest members and the two next in order.
A phrase in every tenth paragraph thus costs four pairs a paragraph, and no gram is dropped for being frequent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.shingles import Fingerprints

SMALL_GROUP = 6
NEIGHBOURS = 2
ROW_BITS = 26


class Pairs(NamedTuple):
    """Pairs of text numbers, `shorter < longer`, and the number of fingerprints they were seen to share."""

    shorter: NDArray[np.int64]
    longer: NDArray[np.int64]
    shared: NDArray[np.int64]

    def take(self, chosen: NDArray[np.int64] | NDArray[np.bool_]) -> Pairs:
        """Return the chosen pairs."""
        return Pairs(self.shorter[chosen], self.longer[chosen], self.shared[chosen])


def candidates(prints: Fingerprints, numbers: NDArray[np.int64]) -> Pairs:
    """Return the pairs of texts that share enough fingerprints.

    `numbers`: the text that each paragraph stands for, counted by (length, content); -1 where it stands for none.

    >>> grams = np.array([1, 2, 1, 2, 9], np.uint64)
    >>> candidates(Fingerprints(grams, np.array([2, 2, 1])), np.array([0, 1, 2]))
    Pairs(shorter=array([0]), longer=array([1]), shared=array([2]))
    """
    sample = np.zeros(numbers.max(initial=-1) + 1, np.int64)
    sample[numbers[numbers >= 0]] = prints.counts[numbers >= 0]
    rows = np.repeat(numbers, prints.counts)
    stands = rows >= 0
    keys = prints.grams[stands] << np.uint64(ROW_BITS)
    keys |= rows[stands].astype(np.uint64)
    keys.sort()
    keys = keys[_first_of_runs(keys)]
    pairs = np.concatenate(_meetings(keys))
    pairs.sort()
    first = np.flatnonzero(_first_of_runs(pairs))
    shared = np.diff(np.append(first, len(pairs)))
    pairs = pairs[first]
    shorter = (pairs >> np.uint64(32)).astype(np.int64)
    longer = (pairs & np.uint64(0xFFFFFFFF)).astype(np.int64)
    found = Pairs(shorter, longer, shared)
    return found.take(promising(found, np.minimum(sample[shorter], sample[longer])))


def promising(pairs: Pairs, smaller_sample: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which pairs share two fingerprints, or three in ten of the smaller sample, or have next to none to share."""
    return (pairs.shared >= 2) | (smaller_sample <= 4) | (pairs.shared * 10 >= smaller_sample * 3)


def _first_of_runs(ordered: NDArray[np.uint64]) -> NDArray[np.bool_]:
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _meetings(keys: NDArray[np.uint64]) -> list[NDArray[np.uint64]]:
    """Pairs as `shorter << 32 | longer`, once for each gram that brings them together."""
    gram = keys >> np.uint64(ROW_BITS)
    row = keys & np.uint64((1 << ROW_BITS) - 1)
    first = np.flatnonzero(_first_of_runs(gram))
    size = np.diff(np.append(first, len(gram)))
    met = [np.zeros(0, np.uint64)]
    small = np.repeat(size <= SMALL_GROUP, size)
    for step in range(1, SMALL_GROUP):
        near = gram[step:] == gram[:-step]
        if step > NEIGHBOURS:
            near &= small[step:]
        left = np.flatnonzero(near)
        met.append((row[left] << np.uint64(32)) | row[left + step])
    for anchor in range(NEIGHBOURS):
        head = first[size > SMALL_GROUP] + anchor
        count = size[size > SMALL_GROUP] - anchor - NEIGHBOURS - 1
        others = np.repeat(head + NEIGHBOURS + 1 - offsets_before(count), count) + np.arange(count.sum())
        met.append((np.repeat(row[head], count) << np.uint64(32)) | row[others])
    return met


def offsets_before(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of the counts before each."""
    return np.cumsum(counts) - counts
