"""Verified pairs of texts, and the clusters that their near copies make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.settings import Settings
from cleaner.reuse.stars import MemberCheck, stars
from cleaner.reuse.verdicts import NEAR_COPY, Verdicts


class Ties(NamedTuple):
    """Pairs of texts that have to do with each other, `shorter < longer` by number, sorted; words are half-open ranges."""

    shorter: NDArray[np.int64]
    longer: NDArray[np.int64]
    verdict: NDArray[np.uint8]
    similarity: NDArray[np.float32]
    shorter_start: NDArray[np.int64]
    shorter_end: NDArray[np.int64]
    longer_start: NDArray[np.int64]
    longer_end: NDArray[np.int64]
    matched: NDArray[np.int64]

    def take(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Ties:
        """Return the chosen ties."""
        return Ties._make(column[chosen] for column in self)

    @property
    def near(self) -> NDArray[np.bool_]:
        """Tell which are near copies."""
        copies: NDArray[np.bool_] = (self.verdict & NEAR_COPY) != 0
        return copies


Verify = Callable[[NDArray[np.int64], NDArray[np.int64], Settings], Ties]
"""Aligns pairs (shorter, longer) under the settings and returns those that have to do with each other."""


def ties_of(shorter: NDArray[np.int64], longer: NDArray[np.int64], verdicts: Verdicts) -> Ties:
    """Return verdicts on pairs, with the pairs."""
    return Ties(shorter[verdicts.pair], longer[verdicts.pair], *verdicts[1:])


class Clustered(NamedTuple):
    """Ties, with those that stars asked for, and the canonical of every text with the similarity to it (itself: 1)."""

    ties: Ties
    canonical: NDArray[np.int64]
    similarity: NDArray[np.float32]


def clustered(ties: Ties, rank: NDArray[np.int64], verify: Verify, settings: Settings) -> Clustered:
    """Return the clusters of near copies; `rank` orders the texts by the canonical policy, lowest best."""
    linked = replace(settings, near_share=settings.member_share, loose_run_share=settings.member_run_share)
    vouched = replace(linked, other_end_words=settings.free_end_words + 1)
    near = ties.take(ties.near)
    canonical = stars(near.shorter, near.longer, rank, _check(verify, linked), _check(verify, vouched))
    ties = _with_members(ties, canonical, verify, vouched)
    return Clustered(ties, canonical, _similarities(ties, canonical))


def _check(verify: Verify, settings: Settings) -> MemberCheck:
    def is_member(members: NDArray[np.int64], canonicals: NDArray[np.int64]) -> NDArray[np.bool_]:
        # texts are numbered by length: the lower number is the shorter text
        shorter, longer = np.minimum(members, canonicals), np.maximum(members, canonicals)
        found = verify(shorter, longer, settings)
        near = found.take(found.near)
        return np.isin(_keys(shorter, longer), _keys(near.shorter, near.longer))

    return is_member


def pair_keys(ties: Ties) -> NDArray[np.int64]:
    """Return one number for each pair."""
    return _keys(ties.shorter, ties.longer)


def _keys(shorter: NDArray[np.int64], longer: NDArray[np.int64]) -> NDArray[np.int64]:
    return (shorter << 32) | longer


def _with_members(ties: Ties, canonical: NDArray[np.int64], verify: Verify, vouched: Settings) -> Ties:
    """Add the tie of each member with its canonical where links through others brought them together."""
    members = np.flatnonzero(canonical != np.arange(len(canonical)))
    shorter, longer = np.minimum(members, canonical[members]), np.maximum(members, canonical[members])
    near = ties.take(ties.near)
    new = ~np.isin(_keys(shorter, longer), _keys(near.shorter, near.longer))
    found = verify(shorter[new], longer[new], vouched)
    old = ties.take(~np.isin(_keys(ties.shorter, ties.longer), _keys(shorter[new], longer[new])))
    both = Ties._make(np.concatenate(columns) for columns in zip(old, found, strict=True))
    return both.take(np.lexsort((both.longer, both.shorter)))


def _similarities(ties: Ties, canonical: NDArray[np.int64]) -> NDArray[np.float32]:
    similarity = np.ones(len(canonical), np.float32)
    near = ties.take(ties.near)
    for member, other in ((near.shorter, near.longer), (near.longer, near.shorter)):
        own = canonical[member] == other
        similarity[member[own]] = near.similarity[own]
    return similarity
