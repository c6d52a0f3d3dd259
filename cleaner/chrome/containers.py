"""The block elements of a page as arrays: what they are, what stands under them, which of them belong together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.class_words import ClassScores, load_class_words
from cleaner.extraction.html_page import Elements

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
_NAMING = ("id", "role", "data-testid", "data-component")
# A group is at least this many neighbours with the same tag and classes under one parent.
_GROUP = 3
_REMEMBERED = 200_000


class Containers(NamedTuple):
    """One item an element, in document order; element 0 is the body.

    `first` and `end` are the half-open range of blocks below an element; `wider` is the nearest ancestor with more
    blocks (the body is its own); `group` is the nearest element, itself included, that has at least two brothers of
    its kind, or -1; `group_first` and `group_end` are the range of blocks of such brothers, `group_size` their number.
    Bits: `landmarks` and `words` of the element and all above, `near_words` of it and the two above it.
    Scores are learned ones of class names: the element's own, and the lowest and highest of the path above it.
    """

    parents: Ints
    depth: Ints
    first: Ints
    end: Ints
    wider: Ints
    landmarks: Ints
    words: Ints
    near_words: Ints
    own_words: Ints
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


class Names:
    """What names say, remembered: pages of a site use the same ones again and again."""

    def __init__(self, scores: ClassScores) -> None:
        self._scores = scores
        self._words = load_class_words()
        self._known: dict[str, tuple[int, float, float]] = {}

    def __getitem__(self, name: str) -> tuple[int, float, float]:
        found = self._known.get(name)
        if found is None:
            found = (self._words.bits(name), *self._scores.strongest(name))
            if len(self._known) < _REMEMBERED:
                self._known[name] = found
        return found


def _landmark(tag: str, attributes: dict[str, str | None]) -> int:
    bits = _TAG_LANDMARK.get(tag, 0)
    role = attributes.get("role")
    if role:
        bits |= _BIT.get(_ROLE_LANDMARK.get(role, ""), 0)
    if "articlebody" in (attributes.get("itemprop") or "").lower():
        bits |= _BIT["article_body"]
    style = attributes.get("style")
    if attributes.get("aria-hidden") == "true" or (style and _is_hidden(style)):
        bits |= _BIT["styled_away"]
    return bits


def full_name(attributes: dict[str, str | None]) -> str:
    """Return class, id and role of an element in one string."""
    full = attributes.get("class") or ""
    for key in _NAMING:
        value = attributes.get(key)
        if value:
            full = f"{full} {value}"
    return full


def _is_hidden(style: str) -> bool:
    flat = style.replace(" ", "").lower()
    return "display:none" in flat or "visibility:hidden" in flat


def read_containers(elements: Elements, block_count: int, names: Names) -> Containers:
    """Return the arrays of a page's elements; `block_count` is the number of its blocks."""
    size = len(elements.parents)
    parents = elements.parents
    depth = [0] * size
    landmarks, words, own_words = [0] * size, [0] * size, [0] * size
    low, high, own_low, own_high = [0.0] * size, [0.0] * size, [0.0] * size, [0.0] * size
    signature = [0] * size
    signatures: dict[tuple[str, str, int], int] = {}
    for i, (parent, tag, attributes) in enumerate(zip(parents, elements.tags, elements.attributes, strict=True)):
        name = attributes.get("class") or ""
        full = full_name(attributes) if attributes else ""
        bits, lowest, highest = names[full] if full else (0, 0.0, 0.0)
        own_words[i], own_low[i], own_high[i] = bits, lowest, highest
        landmarks[i] = _landmark(tag, attributes) if attributes else _TAG_LANDMARK.get(tag, 0)
        signature[i] = signatures.setdefault((tag, name, signature[parent] if i else -1), len(signatures))
        if i:
            depth[i] = depth[parent] + 1
            landmarks[i] |= landmarks[parent]
            words[i] = words[parent] | bits
            low[i], high[i] = min(low[parent], lowest), max(high[parent], highest)
    up = np.array(parents, np.int64)
    own, own_l, own_h = (np.array(column) for column in (own_words, own_low, own_high))
    up2 = up[up]
    first = np.array(elements.first_block, np.int64)
    ends = block_ranges(elements, block_count)
    end, wider = np.array(ends, np.int64), _wider(parents, elements.first_block, ends)
    return Containers(
        up,
        np.array(depth),
        first,
        end,
        wider,
        np.array(landmarks),
        np.array(words),
        own | np.where(up > 0, own[up], 0) | np.where(up2 > 0, own[up2], 0),
        own,
        np.array(low),
        np.array(high),
        np.minimum(np.minimum(own_l, own_l[up]), own_l[up2]),
        np.maximum(np.maximum(own_h, own_h[up]), own_h[up2]),
        np.array(signature),
        *_groups(parents, elements, first, end),
    )


def block_ranges(elements: Elements, block_count: int) -> list[int]:
    """Return where the blocks below each element end (half-open; they begin at `first_block`).

    Elements are in document order, so what is below one follows it: its blocks end where the next element that is
    not below it begins.
    """
    parents, first = elements.parents, elements.first_block
    size = len(parents)
    following = [size] * size
    open_elements: list[int] = []
    for i in range(size):
        while open_elements and open_elements[-1] != parents[i]:
            following[open_elements.pop()] = i
        open_elements.append(i)
    return [first[after] if after < size else block_count for after in following]


def _wider(parents: list[int], first: list[int], end: list[int]) -> Ints:
    wider = [0] * len(parents)
    for i in range(1, len(parents)):
        parent = parents[i]
        wider[i] = parent if end[parent] - first[parent] > end[i] - first[i] else wider[parent]
    return np.array(wider, np.int64)


def _groups(parents: list[int], elements: Elements, first: Ints, end: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    members: dict[tuple[int, str, str], list[int]] = {}
    for i in range(1, len(parents)):
        if end[i] > first[i]:
            key = (parents[i], elements.tags[i], elements.attributes[i].get("class") or "")
            members.setdefault(key, []).append(i)
    size = len(parents)
    group_size, group_first, group_end, place = (np.zeros(size, np.int64) for _ in range(4))
    group = [-1] * size
    for brothers in members.values():
        if len(brothers) >= _GROUP:
            group_size[brothers] = len(brothers)
            group_first[brothers] = first[brothers[0]]
            group_end[brothers] = end[brothers[-1]]
            place[brothers] = range(len(brothers))
            for i in brothers:
                group[i] = i
    for i in range(1, size):
        if group[i] < 0:
            group[i] = group[parents[i]]
    return np.array(group), group_size, group_first, group_end, place
