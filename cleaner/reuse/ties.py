"""Verified pairs of texts, and the clusters that their near copies make."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.arrays import Flags, Ints, Marks, Places, Ratios
from cleaner.reuse.rivals import Pairs, outvoted
from cleaner.reuse.settings import Settings
from cleaner.reuse.stars import MemberCheck, stars
from cleaner.reuse.verdicts import NEAR_COPY, REVISION, Verdicts, no_verdicts

RIVAL_SHARE = 0.8
"""Revisions that are so much alike are rivals; less alike ones may lack different sentences of one text."""


class Ties(NamedTuple):
    """Pairs of texts that have to do with each other, sorted, `shorter < longer` by number; ranges count words."""

    shorter: Ints
    longer: Ints
    verdict: Marks
    similarity: Ratios
    shorter_start: Places
    shorter_end: Places
    longer_start: Places
    longer_end: Places
    matched: Places

    def take(self, chosen: Flags | Ints) -> Ties:
        """Return the chosen ties."""
        return Ties._make(column[chosen] for column in self)

    @property
    def near(self) -> Flags:
        """Tell which are near copies."""
        copies: Flags = (self.verdict & NEAR_COPY) != 0
        return copies

    def rivals(self) -> Pairs:
        """Return the revisions of which the rest is the same: each excludes the other."""
        found = ((self.verdict & REVISION) != 0) & (self.similarity >= RIVAL_SHARE)
        return Pairs(self.shorter[found], self.longer[found])


Verify = Callable[[Ints, Ints, Settings], Ties]
"""Aligns pairs (shorter, longer) under the settings and returns those that have to do with each other."""


def ties_of(shorter: Ints, longer: Ints, verdicts: Verdicts) -> Ties:
    """Return verdicts on pairs, with the pairs."""
    places = (column.astype(np.int32) for column in verdicts[3:])
    return Ties(shorter[verdicts.pair], longer[verdicts.pair], *verdicts[1:3], *places)


def no_ties() -> Ties:
    """Return nothing, in columns of the right types."""
    return ties_of(np.zeros(0, np.int64), np.zeros(0, np.int64), no_verdicts())


class Clustered(NamedTuple):
    """Ties, with those that stars asked for, and the canonical of every text with the similarity to it (itself: 1)."""

    ties: Ties
    canonical: Ints
    similarity: Ratios


def clustered(ties: Ties, rivals: Pairs, rank: Ints, verify: Verify, settings: Settings) -> Clustered:
    """Return the clusters of near copies; `rank` orders the texts by the canonical policy, lowest best.

    `rivals`: texts that are revisions of each other; whom they outvote leaves and looks for a cluster anew.
    """
    linked = replace(settings, near_share=settings.member_share, loose_run_share=settings.member_run_share)
    end = settings.free_end_words
    vouched = replace(linked, other_end_words=end + 1, short_free_end_words=end)
    links = near = Pairs(ties.shorter[ties.near], ties.longer[ties.near])
    canonical = np.arange(len(rank))
    free = np.ones(len(rank), np.bool_)
    while len(links.a):
        found = stars(links.a, links.b, rank, _check(verify, linked), _check(verify, vouched))
        canonical[free] = found[free]
        free = outvoted(canonical, rank, near, rivals)
        canonical[free] = np.flatnonzero(free)
        links = links.take(free[links.a] & free[links.b])
    ties = _with_members(ties, canonical, verify, vouched)
    return Clustered(ties, canonical, _similarities(ties, canonical))


def _check(verify: Verify, settings: Settings) -> MemberCheck:
    def is_member(members: Ints, canonicals: Ints) -> Flags:
        # texts are numbered by length: the lower number is the shorter text
        shorter, longer = np.minimum(members, canonicals), np.maximum(members, canonicals)
        found = verify(shorter, longer, settings)
        near = found.take(found.near)
        return np.isin(_keys(shorter, longer), _keys(near.shorter, near.longer))

    return is_member


def pair_keys(ties: Ties) -> Ints:
    """Return one number for each pair."""
    return _keys(ties.shorter, ties.longer)


def _keys(shorter: Ints, longer: Ints) -> Ints:
    return (shorter << 32) | longer


def _with_members(ties: Ties, canonical: Ints, verify: Verify, vouched: Settings) -> Ties:
    """Add the tie of each member with its canonical where links through others brought them together."""
    members = np.flatnonzero(canonical != np.arange(len(canonical)))
    shorter, longer = np.minimum(members, canonical[members]), np.maximum(members, canonical[members])
    new = ~np.isin(_keys(shorter, longer), pair_keys(ties)[ties.near])
    found = verify(shorter[new], longer[new], vouched)
    old = ~np.isin(pair_keys(ties), _keys(shorter[new], longer[new]))
    order = np.argsort(np.concatenate([pair_keys(ties)[old], pair_keys(found)]), kind="stable")
    # a column at a time: there may be millions of rows
    columns: Iterator[tuple[NDArray[Any], NDArray[Any]]] = zip(ties, found, strict=True)
    return Ties._make(np.concatenate([a[old], b])[order] for a, b in columns)


def _similarities(ties: Ties, canonical: Ints) -> Ratios:
    similarity = np.ones(len(canonical), np.float32)
    near = ties.take(ties.near)
    for member, other in ((near.shorter, near.longer), (near.longer, near.shorter)):
        own = canonical[member] == other
        similarity[member[own]] = near.similarity[own]
    return similarity
