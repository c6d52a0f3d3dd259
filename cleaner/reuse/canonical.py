"""Who speaks for a cluster: the earliest, then the longest, then the least damaged, then the first by id."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.reuse.arrays import Ints, numbers_in

UNDATED = np.iinfo(np.int64).max


def ranks_by_id(ids: pa.Array) -> Ints:
    """Return each paragraph's place in the order of ids."""
    rank = np.empty(len(ids), np.int64)
    rank[numbers_in(pc.sort_indices(ids))] = np.arange(len(ids))
    return rank


def policy_rank(
    by_id: Ints,
    words: Ints,
    published_at: Ints | None = None,
    damage: Ints | None = None,
) -> Ints:
    """Return each paragraph's rank by the canonical policy, 0 best, all different for different ids.

    `published_at` in microseconds, `UNDATED` where it is not known; `damage` counts edits.

    >>> policy_rank(np.array([0, 1, 2]), np.array([5, 9, 9])).tolist()
    [2, 0, 1]
    """
    keys = [by_id]
    if damage is not None:
        keys.append(damage)
    keys.append(-words)
    if published_at is not None:
        keys.append(published_at)
    rank = np.empty(len(words), np.int64)
    rank[np.lexsort(keys)] = np.arange(len(words))
    return rank


def places_of(text_of: Ints, rank: Ints) -> Ints:
    """Return the place of each paragraph among those of its text, best rank first, counted from 1."""
    several = np.flatnonzero(np.bincount(text_of + 1)[text_of + 1] > 1)
    order = several[np.lexsort((rank[several], text_of[several]))]
    first = np.flatnonzero(np.diff(text_of[order], prepend=-2))
    size = np.diff(np.append(first, len(order)))
    place = np.ones(len(text_of), np.int64)
    place[order] = np.arange(1, len(order) + 1) - np.repeat(first, size)
    return place


def best_rows(text_of: Ints, places: Ints, texts: int) -> Ints:
    """Return the best-ranked paragraph of each text."""
    first = np.flatnonzero((places == 1) & (text_of >= 0))
    best = np.empty(texts, np.int64)
    best[text_of[first]] = first
    return best
