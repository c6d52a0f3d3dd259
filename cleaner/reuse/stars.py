"""Clusters of near copies: stars round a canonical, never chains.

Links are united only so far as every member is itself verified.  In each connected component the text with most links
gathers those that match it; of these the first by the stated policy that nearly all match becomes the canonical: an odd
one speaks for nobody else.  Whoever matches it belongs to it; whoever does not is set free and looks again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cleaner.reuse.arrays import Flags, Ints, once

SPEAKERS, MOST = 3, 0.95
"""So many are asked to speak for a group; whom so large a share of it matches does."""
MemberCheck = Callable[[Ints, Ints], Flags]
"""Tells which texts are near copies of a canonical: (members, canonicals) -> truth of each."""


def stars(a: Ints, b: Ints, rank: Ints, gathers: MemberCheck, stays: MemberCheck) -> Ints:
    """Return the canonical of every text (itself when alone), from near links `a[k]`, `b[k]`.

    `rank`: the policy's order of texts, lowest best, all different.  `gathers` and `stays` are asked where no link is
    known: may this text join the star of the most linked one, may it stay under that canonical?

    Links are not chained:

    >>> nobody = lambda members, canonicals: np.zeros(len(members), bool)
    >>> stars(np.array([0, 1, 2]), np.array([1, 2, 3]), np.arange(4), nobody, nobody).tolist()
    [1, 1, 1, 3]
    """
    canonical = np.arange(len(rank))
    known = np.sort(_pair_keys(a, b, len(rank)))

    def matched(members: Ints, centres: Ints, check: MemberCheck) -> Flags:
        linked = (members == centres) | _among(_pair_keys(members, centres, len(rank)), known)
        linked[~linked] = check(members[~linked], centres[~linked])
        found: Flags = linked
        return found

    while len(a):
        nodes, label = _components(a, b)
        popular = np.lexsort((rank[nodes], -_degrees(nodes, a, b)))
        hub = _first_of(popular, nodes, label)
        near = matched(nodes, hub, gathers)
        speaker = _speakers(nodes[near], label[near], hub[near], rank, lambda some, one: matched(some, one, stays))
        best = hub.copy()
        best[label[near]] = speaker
        best = best[label]
        inside = np.zeros(len(nodes), bool)
        inside[near] = matched(nodes[near], best[near], stays)
        inside[~near] = matched(nodes[~near], best[~near], gathers)
        canonical[nodes[inside]] = best[inside]
        settled = np.zeros(len(rank), bool)
        settled[nodes[inside]] = True
        open_links = ~settled[a] & ~settled[b]
        a, b = a[open_links], b[open_links]
    return canonical


def _speakers(nodes: Ints, label: Ints, hub: Ints, rank: Ints, matched: MemberCheck) -> Ints:
    """Return for each node the text that speaks for its group: the first by policy that nearly all of it match.

    After a few that too many do not match, it is the hub, which everybody matches.
    """
    best = hub.copy()
    order = np.lexsort((rank[nodes], label))
    first = np.flatnonzero(np.diff(label[order], prepend=-1))
    size = np.diff(np.append(first, len(order)))
    group = np.repeat(np.arange(len(first)), size)
    open_groups = np.ones(len(first), bool)
    for place in range(SPEAKERS):
        open_groups &= size > place
        asked = np.flatnonzero(open_groups[group])
        if not len(asked):
            break
        members = order[asked]
        speaker = nodes[order[first[group[asked]] + place]]
        agree = np.bincount(group[asked], weights=matched(nodes[members], speaker), minlength=len(first))
        accepted = open_groups & (agree >= MOST * size)
        chosen = accepted[group[asked]]
        best[members[chosen]] = speaker[chosen]
        open_groups &= ~accepted
    return best


def _degrees(nodes: Ints, a: Ints, b: Ints) -> Ints:
    return np.bincount(np.searchsorted(nodes, np.concatenate([a, b])), minlength=len(nodes))


def _pair_keys(a: Ints, b: Ints, size: int) -> Ints:
    return np.minimum(a, b) * size + np.maximum(a, b)


def _among(keys: Ints, known: Ints) -> Flags:
    place = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: Flags = known[place] == keys
    return found


def _components(a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Return the texts that have links, and for each a number that its component shares."""
    nodes = once(np.concatenate([a, b]))
    x, y = np.searchsorted(nodes, a), np.searchsorted(nodes, b)
    label = np.arange(len(nodes))
    while True:
        low, high = np.minimum(label[x], label[y]), np.maximum(label[x], label[y])
        apart = low != high
        if not apart.any():
            return nodes, label
        x, y = x[apart], y[apart]
        np.minimum.at(label, high[apart], low[apart])
        while (label != label[label]).any():
            label = label[label]


def _first_of(order: Ints, nodes: Ints, label: Ints) -> Ints:
    """Return for each node the node of its component that comes first in this order."""
    order = order[np.argsort(label[order], kind="stable")]
    first = np.diff(label[order], prepend=-1) != 0
    best = np.empty(label.max(initial=-1) + 1, np.int64)
    best[label[order][first]] = nodes[order][first]
    return best[label]
