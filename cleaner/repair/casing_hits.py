"""The words of each document whose case tells something, or is in question, as strings."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

import numpy as np

from cleaner.repair.casing_finder import Finder, Flags
from cleaner.repair.cutting import Ints
from cleaner.repair.ledes import lede_words
from cleaner.repair.running_text import Reading
from cleaner.repair.signs import KNOWN


class Words(NamedTuple):
    """Words of one document, as columns: the part where each stands, what it is in small letters, and as written.

    The keys name it beside its neighbours, and are empty where they do not belong together.
    """

    at: list[int]
    small: list[str]
    words: list[str]
    left_keys: list[str]
    right_keys: list[str]


class Hits(NamedTuple):
    """The capitalised words in the middle of sentences, the small words in question, and which of those stand there.

    `lines` are the numbers of the lines that hold the capitalised words; `odd` are those that are common and stand
    alone: their parts, and what they are in small letters.
    """

    capitals: Words
    lines: list[int]
    odd: tuple[list[int], list[str]]
    small: Words
    inner: list[bool]


def find_hits(reading: Reading, ledes: Sequence[Sequence[range]], elsewhere: Sequence[set[str]] | None) -> list[Hits]:
    """Return the hits of every document; words of `ledes` are none.

    `elsewhere` are the words, for each document, that others write with a capital.  Where they are known, words are
    left out that are common, and that neither their document nor another capitalises; keys of capitalised words are
    empty where no small word and no lede asks for them.
    """
    finder = Finder(reading, ledes)
    small, named = finder.small, np.ones(len(finder.capitals), np.bool_)
    if elsewhere is not None:
        leading = (lede_words(reading, number, found) for number, found in enumerate(ledes))
        small, named = _live(finder, [words.union(own) for words, own in zip(elsewhere, leading, strict=True)])
    lines = finder.lines_of(finder.capitals).tolist()
    inner, odd = finder.are_inner(small).tolist(), finder.are_odd().tolist()
    words = _by_document(finder, finder.capitals, named), _by_document(finder, small, np.ones(len(small), np.bool_))
    bounds = finder.bounds(finder.capitals), finder.bounds(small)
    return [
        Hits(
            upper,
            lines[a:b],
            (list(compress(upper.at, odd[a:b])), list(compress(upper.small, odd[a:b]))),
            lower,
            inner[c:d],
        )
        for upper, lower, (a, b), (c, d) in zip(*words, *bounds, strict=True)
    ]


def _live(finder: Finder, asked_of: Sequence[set[str]]) -> tuple[Ints, Flags]:
    """Return the small words that may get a capital, and the capitalised words whose neighbours tell something.

    `asked_of` are words of each document whose neighbours always do.
    """
    small, forms = finder.small, finder.reading.cut.codes[finder.small]
    live = ~finder.traits(small, KNOWN)
    named = np.zeros(len(finder.capitals), np.bool_)
    asked = np.zeros(len(finder.words), np.bool_)
    bounds = zip(finder.bounds(finder.capitals), finder.bounds(small), asked_of, strict=True)
    for (a, b), (c, d), words in bounds:
        others = finder.numbers_of(words)
        asked[finder.lowered[a:b]] = asked[others] = True
        live[c:d] |= asked[forms[c:d]]
        asked[finder.lowered[a:b]] = False
        asked[forms[c:d][live[c:d]]] = asked[others] = True
        named[a:b] = asked[finder.lowered[a:b]]
        asked[forms[c:d]] = asked[others] = False
    return small[live], named


def _by_document(finder: Finder, at: Ints, named: Flags) -> list[Words]:
    """Return words by document, with keys where they are `named`."""
    written: list[str] = finder.reading.forms[finder.reading.cut.codes[at]].tolist()
    small = [word.lower() for word in written]
    left, right = finder.beside(at, named)
    left_keys = [f"<{name} {word}" if name else "" for name, word in zip(finder.lefts(left), small, strict=True)]
    right_keys = [f">{word} {name}" if name else "" for name, word in zip(finder.rights(right), small, strict=True)]
    bounds = finder.bounds(at)
    places = at - np.repeat(finder.starts[:-1], [b - a for a, b in bounds])
    every = Words(places.tolist(), small, written, left_keys, right_keys)
    return [Words._make(column[a:b] for column in every) for a, b in bounds]
