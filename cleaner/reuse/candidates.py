"""Pairs of texts worth a look: those that share fingerprints, in numbers linear in the fingerprints.

Texts are numbered by (length, content), so the members of a gram's group come in one order whatever the input's.
Groups of up to six give all pairs; in larger ones everybody meets the two shortest members and the two next in order.
A phrase in every tenth paragraph thus costs four pairs a paragraph, and no gram is dropped for being frequent.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Flags, Hashes, Ints, offsets_of
from cleaner.reuse.shingles import Fingerprints

SMALL_GROUP = 6
NEIGHBOURS = 2
ROW_BITS = 26
_ROW_MASK = np.uint64((1 << ROW_BITS) - 1)
_PART_ROWS, _PART_KEYS = 1 << 16, 1 << 20


class Pairs(NamedTuple):
    """Pairs of text numbers, `shorter < longer`, and the number of fingerprints they were seen to share."""

    shorter: Ints
    longer: Ints
    shared: Ints

    def take(self, chosen: Ints | Flags) -> Pairs:
        """Return the chosen pairs."""
        return Pairs(self.shorter[chosen], self.longer[chosen], self.shared[chosen])


def candidates(prints: Fingerprints, numbers: Ints) -> Pairs:
    """Return the pairs of texts that share enough fingerprints.

    `numbers`: the text that each paragraph stands for, counted by (length, content); -1 where it stands for none.

    >>> grams = np.array([1, 2, 1, 2, 9], np.uint64)
    >>> candidates(Fingerprints(grams, np.array([2, 2, 1])), np.array([0, 1, 2]))
    Pairs(shorter=array([0]), longer=array([1]), shared=array([2]))
    """
    sample = np.zeros(numbers.max(initial=-1) + 1, np.int64)
    sample[numbers[numbers >= 0]] = prints.counts[numbers >= 0]
    counted = [_counted(pairs, sample) for pairs in _meetings(_sorted_keys(prints, numbers))]
    return Pairs._make(np.concatenate(columns) for columns in zip(*counted, strict=True))


def _counted(parts: list[Hashes], sample: Ints) -> Pairs:
    """Return the promising pairs among meetings."""
    pairs = _together(parts)
    pairs.sort()
    first = np.flatnonzero(_first_of_runs(pairs))
    shared = np.diff(np.append(first, len(pairs)))
    pairs = pairs[first]
    shorter, longer = (pairs >> np.uint64(32)).view(np.int64), (pairs & np.uint64(0xFFFFFFFF)).view(np.int64)
    found = Pairs(shorter, longer, shared)
    return found.take(promising(found, np.minimum(sample[shorter], sample[longer])))


def _sorted_keys(prints: Fingerprints, numbers: Ints) -> Hashes:
    """Return `gram << 26 | text` for every gram of every text, once each."""
    parts = []
    bounds = offsets_of(prints.counts)
    for first in range(0, len(numbers), _PART_ROWS):
        chosen = slice(first, first + _PART_ROWS)
        rows = np.repeat(numbers[chosen], prints.counts[chosen])
        grams = prints.grams[bounds[first] : bounds[min(first + _PART_ROWS, len(numbers))]]
        stands = rows >= 0
        parts.append((grams[stands] << np.uint64(ROW_BITS)) | rows[stands].view(np.uint64))
    keys = _together(parts)
    keys.sort()
    return keys[_first_of_runs(keys)]


def _together(parts: list[Hashes]) -> Hashes:
    """Return the parts as one array, letting go of each as it is copied."""
    whole = np.empty(sum(map(len, parts)), np.uint64)
    end = len(whole)
    while parts:
        part = parts.pop()
        whole[end - len(part) : end] = part
        end -= len(part)
        del part
    return whole


def promising(pairs: Pairs, smaller_sample: Ints) -> Flags:
    """Tell which pairs share two fingerprints, or three in ten of the smaller sample, or have next to none to share."""
    return (pairs.shared >= 2) | (smaller_sample <= 4) | (pairs.shared * 10 >= smaller_sample * 3)


def _first_of_runs(ordered: Hashes) -> Flags:
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def _meetings(keys: Hashes) -> list[list[Hashes]]:
    """Return pairs as `shorter << 32 | longer`, once for each gram that brings them together, in ranges of `shorter`.

    Keys are looked at a part at a time; a part ends where a group does.
    """
    texts = int((keys & _ROW_MASK).max(initial=0)) + 1
    ranges = 1 + len(keys) // _PART_KEYS
    borders = (np.arange(1, ranges, dtype=np.uint64) * np.uint64(-(-texts // ranges))) << np.uint64(32)
    met: list[list[Hashes]] = [[] for _ in range(ranges)]
    first = 0
    while first < len(keys):
        last = _part_end(keys, first)
        pairs = np.concatenate(_meetings_of(keys[first:last]))
        pairs.sort()
        cuts = [0, *np.searchsorted(pairs, borders).tolist(), len(pairs)]
        for bucket, start, end in zip(met, cuts, cuts[1:], strict=False):
            bucket.append(pairs[start:end].copy())
        first = last
    return met


def _part_end(keys: Hashes, first: int) -> int:
    last = first + _PART_KEYS
    if last >= len(keys):
        return len(keys)
    gram = keys[last] >> np.uint64(ROW_BITS)
    end = int(np.searchsorted(keys, gram << np.uint64(ROW_BITS)))
    # one group may fill the part: it is taken whole
    return end if end > first else int(np.searchsorted(keys, (gram + np.uint64(1)) << np.uint64(ROW_BITS)))


def _meetings_of(keys: Hashes) -> list[Hashes]:
    gram = keys >> np.uint64(ROW_BITS)
    row = keys & _ROW_MASK
    first = np.flatnonzero(_first_of_runs(gram))
    size = np.diff(np.append(first, len(gram)))
    small = np.repeat(size <= SMALL_GROUP, size)
    met = [np.zeros(0, np.uint64)]
    for step in range(1, min(SMALL_GROUP, len(gram))):
        near = gram[step:] == gram[:-step]
        if step > NEIGHBOURS:
            near &= small[step:]
        left = np.flatnonzero(near)
        met.append((row[left] << np.uint64(32)) | row[left + step])
    for anchor in range(NEIGHBOURS):
        head = first[size > SMALL_GROUP] + anchor
        count = size[size > SMALL_GROUP] - anchor - NEIGHBOURS - 1
        others = np.repeat(head + NEIGHBOURS + 1 - (np.cumsum(count) - count), count) + np.arange(count.sum())
        met.append((np.repeat(row[head], count) << np.uint64(32)) | row[others])
    return met
