"""Rivals: members of one cluster that have other numbers or names than each other.

"12 dead" and "14 dead" both match a copy that gives no number, yet they are not copies of each other.  Of two rivals
the one leaves that fewer of the others side with, so that one mistaken verdict among many parts nobody.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Flags, Ints


class Pairs(NamedTuple):
    """Pairs of texts by number."""

    a: Ints
    b: Ints

    def within(self, canonical: Ints) -> Pairs:
        """Return the pairs that share a cluster."""
        return self.take(canonical[self.a] == canonical[self.b])

    def take(self, chosen: Flags) -> Pairs:
        """Return the chosen pairs."""
        return Pairs(self.a[chosen], self.b[chosen])

    def degrees(self, size: int) -> Ints:
        """Return in how many pairs each text stands."""
        return np.bincount(self.a, minlength=size) + np.bincount(self.b, minlength=size)


def outvoted(canonical: Ints, rank: Ints, near: Pairs, rivals: Pairs) -> Flags:
    """Tell which members must leave their cluster: those with no fewer rivals in it than near copies, the worst first.

    Text 1 matches both others, which are rivals; the one that the policy ranks last leaves:

    >>> near, rivals = Pairs(np.array([0, 1]), np.array([1, 2])), Pairs(np.array([0]), np.array([2]))
    >>> outvoted(np.array([1, 1, 1]), np.array([1, 0, 2]), near, rivals).tolist()
    [False, False, True]
    """
    size = len(canonical)
    leaves = np.zeros(size, np.bool_)
    rivals = rivals.within(canonical)
    if not len(rivals.a):
        return leaves
    friends = near.within(canonical).degrees(size)
    member = canonical != np.arange(size)
    while len(rivals.a):
        excess = rivals.degrees(size) - friends
        standing = np.where(member & (excess >= 0), excess * size + rank, -1)
        a, b = standing[rivals.a], standing[rivals.b]
        loses = np.zeros(size, np.bool_)
        loses[rivals.a[a > b]] = loses[rivals.b[b > a]] = True
        loses[rivals.a[a < b]] = loses[rivals.b[b < a]] = False
        if not loses.any():
            break
        leaves |= loses
        rivals = rivals.take(~(loses[rivals.a] | loses[rivals.b]))
    return leaves
