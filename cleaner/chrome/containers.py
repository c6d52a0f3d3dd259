"""The block elements of a page as arrays: what they are, what stands under them, which of them belong together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.class_words import ClassScores, NameReader, load_class_words
from cleaner.extraction.html_page import Elements
from cleaner.extraction.page_walk import Attributes

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LANDMARKS = (
    "article", "main", "aside", "nav", "header", "footer", "form", "figure", "list", "table", "blockquote", "pre",
    "button", "dialog", "details", "section", "select", "article_body", "styled_away", "video",
)  # fmt: skip
_BIT = {name: 1 << place for place, name in enumerate(LANDMARKS)}
_TAG_LANDMARK = {
    **{name: _BIT[name] for name in LANDMARKS[:17]},
    **dict.fromkeys(("ul", "ol", "dl", "menu"), _BIT["list"]),
    **dict.fromkeys(("video", "audio", "object", "canvas"), _BIT["video"]),
    "textarea": _BIT["button"],
}
_ROLE_LANDMARK = {
    "navigation": "nav", "menu": "nav", "menubar": "nav", "main": "main", "complementary": "aside",
    "contentinfo": "footer", "banner": "header", "dialog": "dialog", "alertdialog": "dialog", "search": "form",
    "article": "article", "tablist": "nav",
}  # fmt: skip
_ROLE_BIT = {role: _BIT[name] for role, name in _ROLE_LANDMARK.items()}
# A group is at least this many neighbours with the same tag and classes under one parent.
_GROUP = 3
_REMEMBERED = 200_000


class Containers(NamedTuple):
    """One item an element, in document order; element 0 is the body.

    `first` and `end` are the half-open range of blocks below an element; `wider` is the nearest ancestor with more
    blocks (the body is its own); `group` is the nearest element, itself included, that has at least two brothers of
    its kind, or -1; `group_first` and `group_end` are the range of blocks of such brothers, `group_size` their number.
    Bits: `landmarks` and `words` of the element and all above, `near_words` of it and the two above it.
    Scores are learned ones of class names: the lowest and the highest of the whole path, and of the last three.
    """

    parents: Ints
    depth: Ints
    first: Ints
    end: Ints
    wider: Ints
    landmarks: Ints
    words: Ints
    near_words: Ints
    path_low: Floats
    path_high: Floats
    near_low: Floats
    near_high: Floats
    signature: Ints
    group: Ints
    group_size: Ints
    group_first: Ints
    group_end: Ints
    group_place: Ints


class _Said(NamedTuple):
    """What one element says by itself: category bits of its names, landmark bits, its lowest and highest score."""

    words: int
    landmarks: int
    low: float
    high: float


class Names:
    """What names say, remembered: pages use the same ones again and again.

    Whole attributes and their parts are remembered both: utility classes come in ever new combinations.
    """

    def __init__(self, scores: ClassScores) -> None:
        self._reader = NameReader(load_class_words(), scores)
        self._parts: dict[str, tuple[int, float, float]] = {}
        self._known: dict[tuple[str | None, ...], _Said] = {}

    def said(self, tag: str, attributes: Attributes) -> _Said:
        """Return what an element says by itself; its place changes nothing of it."""
        get = attributes.get
        key = tag, get("class"), get("id"), get("role")
        found = self._known.get(key)
        if found is None:
            found = self._say(*key)
            if len(self._known) < _REMEMBERED:
                self._known[key] = found
        return found

    def _say(self, tag: str, *names: str | None) -> _Said:
        marks = _TAG_LANDMARK.get(tag, 0)
        for word in (names[-1] or "").split():
            marks |= _ROLE_BIT.get(word, 0)
        words, low, high = 0, 0.0, 0.0
        for part in " ".join(filter(None, names)).split():
            bits, lowest, highest = self._parts.get(part) or self._part(part)
            words |= bits
            low = min(low, lowest)
            high = max(high, highest)
        return _Said(words, marks, low, high)

    def _part(self, part: str) -> tuple[int, float, float]:
        found = self._reader.read(part)
        if len(self._parts) < _REMEMBERED:
            self._parts[part] = found
        return found


def _own_landmarks(attributes: Attributes) -> int:
    """Return the landmarks that neither tag nor name tell."""
    bits = 0
    if "articlebody" in (attributes.get("itemprop") or "").lower():
        bits |= _BIT["article_body"]
    if attributes.get("aria-hidden") == "true" or _is_hidden(attributes.get("style") or ""):
        bits |= _BIT["styled_away"]
    return bits


def _is_hidden(style: str) -> bool:
    flat = style.replace(" ", "").lower()
    return "display:none" in flat or "visibility:hidden" in flat


def read_containers(elements: Elements, owners: Sequence[int], names: Names) -> Containers:
    """Return the arrays of a page's elements; `owners` is the element of each block.

    Of elements without blocks nothing but the tree is told.
    """
    parents, first, end = elements.parents, elements.first_block, block_ranges(elements, owners)
    size = len(parents)
    depth, landmarks, words, own, signature = [0] * size, [0] * size, [0] * size, [0] * size, [0] * size
    low, high, own_low, own_high = [0.0] * size, [0.0] * size, [0.0] * size, [0.0] * size
    signatures: dict[tuple[str, str | None, int], int] = {}
    said = names.said
    rows = zip(parents, first, end, elements.tags, elements.attributes, strict=True)
    for i, (parent, begin, stop, tag, attributes) in enumerate(rows):
        if begin == stop:
            continue
        own[i], marks, lowest, highest = said(tag, attributes)
        if "style" in attributes or "aria-hidden" in attributes or "itemprop" in attributes:
            marks |= _own_landmarks(attributes)
        signature[i] = signatures.setdefault((tag, attributes.get("class"), signature[parent]), len(signatures))
        landmarks[i] = marks | landmarks[parent]
        if i:  # what the body says is true of every block
            depth[i] = depth[parent] + 1
            words[i] = words[parent] | own[i]
            own_low[i], own_high[i] = lowest, highest
            low[i], high[i] = min(low[parent], lowest), max(high[parent], highest)
    up = np.array(parents, np.int64)
    first_block, end_block = np.array(first, np.int64), np.array(end, np.int64)
    signatures_of = np.array(signature, np.int64)
    return Containers(
        up,
        np.array(depth),
        first_block,
        end_block,
        _wider(parents, first, end),
        np.array(landmarks),
        np.array(words),
        _near(np.array(own), up, np.bitwise_or),
        np.array(low),
        np.array(high),
        _near(np.array(own_low), up, np.minimum),
        _near(np.array(own_high), up, np.maximum),
        signatures_of,
        *_groups(up, first_block, end_block, signatures_of),
    )


def _near(own: npt.NDArray[Any], up: Ints, join: np.ufunc) -> npt.NDArray[Any]:
    """Join what an element says with what the two above it say, the body left out."""
    own[0] = 0
    joined: npt.NDArray[Any] = join(join(own, own[up]), own[up[up]])
    return joined


def block_ranges(elements: Elements, owners: Sequence[int]) -> list[int]:
    """Return where the blocks below each element end (half-open; they begin at `first_block`).

    `owners` is the element of each block.  Elements follow those they stand in, so one pass from the last to the
    first hands ends upwards.
    """
    end = list(elements.first_block)
    for at, owner in enumerate(owners, 1):
        end[owner] = at
    parents = elements.parents
    for i in range(len(end) - 1, 0, -1):
        if end[i] > end[parents[i]]:  # noqa: PLR1730 - `max` takes twice as long
            end[parents[i]] = end[i]
    return end


def _wider(parents: list[int], first: list[int], end: list[int]) -> Ints:
    wider = [0] * len(parents)
    for i in range(1, len(parents)):
        parent = parents[i]
        wider[i] = parent if end[parent] - first[parent] > end[i] - first[i] else wider[parent]
    return np.array(wider, np.int64)


def _groups(up: Ints, first: Ints, end: Ints, signature: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Return group, size, range of blocks and place of each element; brothers have one parent and one signature."""
    size = len(up)
    shown = np.flatnonzero(end[1:] > first[1:]) + 1
    _, at, brothers, count = np.unique(
        up[shown] * (size + 1) + signature[shown], return_index=True, return_inverse=True, return_counts=True
    )
    # The last one that is written stays: brothers come in document order.
    last_end = np.zeros(len(at), np.int64)
    last_end[brothers] = end[shown]
    order = np.argsort(brothers, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - (np.cumsum(count) - count)[brothers[order]]
    many = count[brothers] >= _GROUP
    members, brothers = shown[many], brothers[many]
    group, group_size, group_first, group_end, place = (np.zeros(size, np.int64) for _ in range(5))
    group_size[members], place[members] = count[brothers], rank[many]
    group_first[members], group_end[members] = first[shown[at[brothers]]], last_end[brothers]
    group[:] = -1
    group[members] = members
    return _inherited(group, up), group_size, group_first, group_end, place


def _inherited(group: Ints, up: Ints) -> Ints:
    found, parents = group.tolist(), up.tolist()
    for i in range(1, len(found)):
        if found[i] < 0:
            found[i] = found[parents[i]]
    return np.array(found, np.int64)
