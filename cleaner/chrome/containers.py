"""The block elements of a page as arrays: what they are, what stands under them, which of them are menus."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from itertools import accumulate, chain, compress
from operator import or_
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.names import MARKS, Names, own_landmarks
from cleaner.extraction.html_page import Page
from cleaner.extraction.page_walk import elements_below

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

# A menu is a container below one of these landmarks, or below names of such a score (log-odds) and none of a text's,
# most of whose characters are links, without a block that is as long as a paragraph (characters).
_MENUS = reduce(or_, (MARKS[name] for name in ("nav", "footer", "select", "aside", "dialog", "button")))
_FURNITURE_BELOW, _TEXT_FROM = -3.5, 1.0
_PARAGRAPH = 150


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


_Row = tuple[int, int, int, int, int, int, int, int, float, float, float, float]
"""One container: the one above it, its depth, its range of blocks, landmarks, words and own words, its signature, the
lowest and the highest score of its path, and its own (see `Containers`).  Ranges count the blocks outside of menus at
sight."""
_WHOLE, _WIDTH = 8, 12


def read_containers(page: Page, names: Names) -> Containers:
    """Return the containers of a page; `names` remembers what they are called."""
    found = _Finder(page, names)
    table = np.fromiter(chain.from_iterable(found.rows), np.float64, len(found.rows) * _WIDTH).reshape(-1, _WIDTH)
    up, depth, first, end, landmarks, words, own, signature = table[:, :_WHOLE].T.astype(np.int64)
    low, high, own_low, own_high = table[:, _WHOLE:].T
    place = np.array(found.place, np.int64)
    is_menu = np.zeros(len(table), np.bool_)
    is_menu[sorted(found.menus)] = True
    around = place[np.array(page.owners, np.int64)]
    is_read = ~is_menu[around]
    # Of the blocks that ranges count some stand in menus that were found since.
    read_before = np.concatenate(([0], np.cumsum(is_read[found.blocks])))
    first, end = read_before[first], read_before[end]
    tags = page.elements.tags
    return Containers(
        place=place,
        is_read=is_read,
        blocks=np.flatnonzero(is_read),
        texts=list(compress(page.texts, is_read.tolist())),
        owners=around[is_read],
        tags=[tags[i] for i in found.elements],
        parents=up,
        depth=depth,
        first=first,
        end=end,
        wider=_wider(up.tolist(), (end - first).tolist()),
        landmarks=landmarks,
        words=words,
        near_words=_near(own, up, np.bitwise_or),
        path_low=low,
        path_high=high,
        near_low=_near(own_low, up, np.minimum),
        near_high=_near(own_high, up, np.maximum),
        signature=signature,
    )


class _Finder:
    """The containers of a page one by one and their elements, the container of each element, and the menus among them.

    `blocks` are those outside of menus at sight.
    """

    def __init__(self, page: Page, names: Names) -> None:
        elements = page.elements
        self._page, self._said = elements, names.said
        below = elements_below(page.menus, elements.parents)
        self.blocks = [i for i, owner in enumerate(page.owners) if owner not in below]
        first, end = block_ranges(elements.parents, [page.owners[i] for i in self.blocks])
        # What else the body says is true of every block.
        marks = self._said("body", elements.attributes[0])[1]
        self.rows: list[_Row] = [(0, 0, 0, end[0], marks, 0, 0, 0, 0.0, 0.0, 0.0, 0.0)]
        self.elements = [0]
        self.place = [0] * len(first)
        self.menus: set[int] = set()
        self._signatures: dict[tuple[str, str | None, int], int] = {}
        self._find_all(first, end, _Links(page, self.blocks))
        if len(self.blocks) < len(page):
            self._add_menus(page.menus)

    def _find_all(self, first: list[int], end: list[int], links: _Links) -> None:
        place, menus = self.place, self.menus
        for i, parent in enumerate(self._page.parents):
            up = place[parent]
            if not i or not end[i] or up in menus:
                place[i] = up
                continue
            place[i] = len(self.rows)
            _, _, begin, stop, marks, _, _, _, low, high, _, _ = self._add(i, up, first[i], end[i])
            is_furniture = marks & _MENUS or (low < _FURNITURE_BELOW and high < _TEXT_FROM)
            if is_furniture and links.are_most(begin, stop):
                menus.add(place[i])

    def _add(self, i: int, up: int, first: int, end: int) -> _Row:
        tag, attributes = self._page.tags[i], self._page.attributes[i]
        _, depth, _, _, marks, words, _, above, low, high, _, _ = self.rows[up]
        own, own_marks, own_low, own_high = self._said(tag, attributes)
        marks |= own_marks
        if "style" in attributes or "aria-hidden" in attributes or "itemprop" in attributes:
            marks |= own_landmarks(attributes)
        low, high = min(low, own_low), max(high, own_high)
        signature = self._signatures.setdefault((tag, attributes.get("class"), above), len(self._signatures) + 1)
        row = up, depth + 1, first, end, marks, words | own, own, signature, low, high, own_low, own_high
        self.rows.append(row)
        self.elements.append(i)
        return row

    def _add_menus(self, at_sight: Sequence[int]) -> None:
        """Give menus at sight a container of their own, without blocks, for what stands in them."""
        parents = self._page.parents
        for menu in at_sight:
            here = self.place[menu]
            if here not in self.menus:
                self._add(menu, here, 0, 0)
                here = len(self.rows) - 1
                self.menus.add(here)
            for i in sorted(elements_below([menu], parents)):
                self.place[i] = here


class _Links:
    """Sums over some blocks of a page that tell a menu."""

    def __init__(self, page: Page, blocks: Sequence[int]) -> None:
        chars, linked = [len(page.texts[i]) for i in blocks], [page.link_chars[i] for i in blocks]
        self._chars, self._linked = [0, *accumulate(chars)], [0, *accumulate(linked)]
        long = [size >= _PARAGRAPH and 2 * links < size for size, links in zip(chars, linked, strict=True)]
        self._long = [0, *accumulate(long)]

    def are_most(self, first: int, end: int) -> bool:
        """Tell whether most characters of a range of them are links, and none is a paragraph."""
        if self._long[end] > self._long[first]:
            return False
        return 2 * (self._linked[end] - self._linked[first]) > self._chars[end] - self._chars[first]


def _near(own: npt.NDArray[Any], up: Ints, join: np.ufunc) -> npt.NDArray[Any]:
    """Join what an element says with what the two above it say, the body left out."""
    own[0] = 0
    joined: npt.NDArray[Any] = join(join(own, own[up]), own[up[up]])
    return joined


def block_ranges(parents: Sequence[int], owners: Sequence[int]) -> tuple[list[int], list[int]]:
    """Return the half-open range of blocks below each element, which ends at 0 where there are none.

    `owners` is the element of each block.  Elements follow those they stand in, so one pass from the last to the
    first hands ranges upwards.

    >>> block_ranges([0, 0, 1, 0], [2, 2])
    ([0, 0, 0, 2], [2, 2, 2, 0])
    """
    first, end = [len(owners)] * len(parents), [0] * len(parents)
    for at, owner in enumerate(owners):
        if not end[owner]:
            first[owner] = at
        end[owner] = at + 1
    for i in range(len(parents) - 1, 0, -1):
        if end[i]:
            parent = parents[i]
            if end[i] > end[parent]:  # noqa: PLR1730 - `max` takes twice as long
                end[parent] = end[i]
            if first[i] < first[parent]:  # noqa: PLR1730
                first[parent] = first[i]
    return first, end


def _wider(parents: list[int], width: list[int]) -> Ints:
    wider = [0] * len(parents)
    for i in range(1, len(parents)):
        parent = parents[i]
        wider[i] = parent if width[parent] > width[i] else wider[parent]
    return np.array(wider, np.int64)
