"""The block elements of a page as arrays: what they are, what stands under them, which of them belong together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, compress
from operator import or_
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.class_words import ClassScores, NameReader, load_class_words
from cleaner.extraction.html_page import Elements, Page
from cleaner.extraction.page_walk import Attributes

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

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
# A menu is a container below one of these landmarks, or below names of such a score (log-odds) and none of a text's,
# most of whose characters are links, without a block that is as long as a paragraph (characters).
_MENUS = reduce(or_, (_BIT[name] for name in ("nav", "footer", "select", "aside", "dialog", "button")))
_FURNITURE_BELOW, _TEXT_FROM = -3.5, 1.0
_PARAGRAPH = 150
_REMEMBERED = 200_000


class Containers(NamedTuple):
    """The containers of a page as columns: the body first, then every element that holds blocks, in document order.

    What stands below a *menu* is not looked at: such elements are no containers.  `place` gives for each element of
    the page its container, for one in a menu the menu.  `is_read` tells for each block of the page whether it
    stands outside of menus; `blocks` are the numbers of these, which are what is counted from here on, `texts` and
    `owners` (containers) theirs.

    `first` and `end` are the half-open range of blocks below a container; `wider` is the nearest ancestor with more
    blocks (the body is its own); `signature` is equal where tags and classes are, all the way up.
    Bits: `landmarks` and `words` of the container and all above, `near_words` of it and the two above it.
    Scores are learned ones of class names: the lowest and the highest of the whole path, and of the last three.
    """

    place: Ints
    is_read: Flags
    blocks: Ints
    texts: list[str]
    owners: Ints
    tags: list[str]
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


_Said = tuple[int, int, float, float]
"""What one element says by itself: category bits of its names, landmark bits, its lowest and highest score."""


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
        parts = " ".join(filter(None, names)).split()
        if not parts:
            return 0, marks, 0.0, 0.0
        known = self._parts
        bits, lowest, highest = zip(*[known.get(part) or self._part(part) for part in parts], strict=True)
        return reduce(or_, bits), marks, min(lowest), max(highest)

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


class _Row(NamedTuple):
    """One container: its number in the page, the one above it, and what is said here and above (see `Containers`)."""

    element: int
    up: int
    depth: int
    landmarks: int
    words: int
    own: int
    low: float
    high: float
    own_low: float
    own_high: float
    signature: int


def read_containers(page: Page, names: Names) -> Containers:
    """Return the containers of a page; `names` remembers what they are called."""
    elements = page.elements
    first, end = elements.first_block, block_ranges(elements, page.owners)
    rows, place, menus = _find(page, first, end, names)
    table = np.array(rows)
    element, up, depth, landmarks, words, own = table[:, :6].T.astype(np.int64)
    low, high, own_low, own_high = table[:, 6:10].T
    at = np.array(place, np.int64)
    owners = at[page.owners]
    is_menu = np.zeros(len(rows), np.bool_)
    is_menu[menus] = True
    is_read = ~is_menu[owners]
    read_before = np.concatenate(([0], np.cumsum(is_read)))
    first_block, end_block = read_before[np.array([first, end])[:, element]]
    tags = elements.tags
    return Containers(
        place=at,
        is_read=is_read,
        blocks=np.flatnonzero(is_read),
        texts=list(compress(page.texts, is_read.tolist())),
        owners=owners[is_read],
        tags=[tags[row.element] for row in rows],
        parents=up,
        depth=depth,
        first=first_block,
        end=end_block,
        wider=_wider(up.tolist(), (end_block - first_block).tolist()),
        landmarks=landmarks,
        words=words,
        near_words=_near(own, up, np.bitwise_or),
        path_low=low,
        path_high=high,
        near_low=_near(own_low, up, np.minimum),
        near_high=_near(own_high, up, np.maximum),
        signature=table[:, 10].astype(np.int64),
    )


def _find(page: Page, first: list[int], end: list[int], names: Names) -> tuple[list[_Row], list[int], list[int]]:
    """Return the containers, the container of each element, and which of them are menus."""
    elements, links, said = page.elements, _Links(page), names.said
    # What else the body says is true of every block.
    rows = [_Row(0, 0, 0, said("body", elements.attributes[0])[1], 0, 0, 0.0, 0.0, 0.0, 0.0, 0)]
    place, menus = [0] * len(first), {-1}
    signatures: dict[tuple[str, str | None, int], int] = {}
    columns = zip(elements.parents, first, end, elements.tags, elements.attributes, strict=True)
    next(columns)
    for i, (parent, begin, stop, tag, attributes) in enumerate(columns, 1):
        up = place[parent]
        if begin == stop or up in menus:
            place[i] = up
            continue
        _, _, depth, marks, words, _, low, high, _, _, above = rows[up]
        own, own_marks, own_low, own_high = said(tag, attributes)
        marks |= own_marks
        if "style" in attributes or "aria-hidden" in attributes or "itemprop" in attributes:
            marks |= _own_landmarks(attributes)
        low, high = min(low, own_low), max(high, own_high)
        signature = signatures.setdefault((tag, attributes.get("class"), above), len(signatures) + 1)
        here = place[i] = len(rows)
        rows.append(_Row(i, up, depth + 1, marks, words | own, own, low, high, own_low, own_high, signature))
        if (marks & _MENUS or (low < _FURNITURE_BELOW and high < _TEXT_FROM)) and links.are_most(begin, stop):
            menus.add(here)
    return rows, place, sorted(menus)[1:]


class _Links:
    """Sums over the blocks of a page that tell a menu."""

    def __init__(self, page: Page) -> None:
        chars = list(map(len, page.texts))
        self._chars = [0, *accumulate(chars)]
        self._linked = [0, *accumulate(page.link_chars)]
        long = [size >= _PARAGRAPH and 2 * linked < size for size, linked in zip(chars, page.link_chars, strict=True)]
        self._long = [0, *accumulate(long)]

    def are_most(self, first: int, end: int) -> bool:
        """Tell whether most characters of some blocks are links, and none is a paragraph."""
        if self._long[end] > self._long[first]:
            return False
        return 2 * (self._linked[end] - self._linked[first]) > self._chars[end] - self._chars[first]


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


def _wider(parents: list[int], width: list[int]) -> Ints:
    wider = [0] * len(parents)
    for i in range(1, len(parents)):
        parent = parents[i]
        wider[i] = parent if width[parent] > width[i] else wider[parent]
    return np.array(wider, np.int64)
