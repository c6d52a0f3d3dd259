"""Blocks that stay or go together: the items of a list, the rows of a table, headings, lists and what leads to them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cleaner.chrome.containers import Containers, Floats, Ints

Headings = npt.NDArray[Any]

_LISTS = frozenset(("ul", "ol", "dl", "table"))
# A block further inside a list is part of an item that stands for itself.
_LEVELS = 3
# A list with a larger share of the page's words is how the page is laid out.
_LAYOUT = 0.4
# How far a heading is drawn to the less sure of its neighbours where both are surer than it is.
_DRAWN = 0.4
# How far a list is drawn to a surer block right before it, if no larger share of its words is links (out of fold:
# recall of articles .9726 to .9734, precision as before).
_LED, _LINKED = 0.2, 0.3


def list_numbers(boxes: Containers) -> Ints:
    """Return the container of the list or table that each block outside of menus stands in, -1 where there is none.

    >>> from cleaner.chrome.class_words import class_scores
    >>> from cleaner.chrome.containers import read_containers
    >>> from cleaner.chrome.names import Names
    >>> from cleaner.extraction.html_page import read_page
    >>> page = read_page("<p>Tides<ul><li>High<li>Low</ul>")
    >>> list_numbers(read_containers(page, Names(class_scores({})))).tolist()
    [-1, 2, 2]
    """
    is_list = np.array([tag in _LISTS for tag in boxes.tags])
    numbers, at = np.full(len(boxes.owners), -1), boxes.owners
    for _ in range(_LEVELS + 1):
        numbers = np.where((numbers < 0) & is_list[at], at, numbers)
        at = boxes.parents[at]
    return numbers


def joined(margins: Floats, lists: Ints, headings: Headings, words: Floats, links: Floats) -> Floats:
    """Return log-odds with one value for each list, and headings and lists drawn to their neighbours.

    `lists` are the numbers of `list_numbers`, `headings` is 1 for headings and else 0, `words` counts words, `links`
    is the share (ratio) of them in links.

    >>> alone, none = np.array([-1, -1, -1]), np.zeros(3)
    >>> joined(np.array([2.0, -1.0, 3.0]), alone, np.array([0, 1, 0]), np.array([9.0, 2.0, 9.0]), none)
    array([2. , 0.2, 3. ])
    """
    if not len(margins):
        return margins
    number = lists + 1
    weight = words + 1
    in_list = np.bincount(number, words)
    is_list = (lists >= 0) & (in_list[number] < _LAYOUT * max(1.0, float(words.sum())))
    mean = np.bincount(number, margins * weight) / np.maximum(np.bincount(number, weight), 1)
    margins = np.where(is_list, mean[number], margins)
    inner = margins.copy()
    surer = np.minimum(margins[:-2], margins[2:])
    inner[1:-1] += np.where(headings[1:-1] > 0, _DRAWN * np.maximum(surer - margins[1:-1], 0), 0)
    is_text = is_list & (np.bincount(number, words * links) <= _LINKED * in_list)[number]
    return np.where(is_text, inner + _LED * np.maximum(_before(inner, number) - inner, 0), inner)


def _before(margins: Floats, number: Ints) -> Floats:
    """Return for each block what stands before the first of the same number; where nothing does, the first of all."""
    present, first = np.unique(number, return_index=True)
    before: Floats = margins[np.maximum(first - 1, 0)][np.searchsorted(present, number)]
    return before
