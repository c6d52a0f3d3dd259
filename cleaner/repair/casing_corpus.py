"""How the rest of a corpus in memory writes the words that a document asks about: `DECIDE_CASING` for `Repairer`.

What documents write is kept in columns, and put in order when the first of them asks.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import chain, compress, count

import numpy as np

from cleaner.identity import paragraph_id
from cleaner.repair.casing_document import CasingDocument, Writings
from cleaner.repair.casing_facts import word_of
from cleaner.repair.casing_parts import NOBODY, Heard, Others
from cleaner.repair.casing_records import Answer
from cleaner.repair.cutting import Ints
from cleaner.repair.dictionary import capital_forms

_SHOWN = 2  # paragraphs of others that are cited


class CorpusEvidence:
    """What the documents of a corpus write: the answers are those of `DECIDE_CASING` to questions that can matter."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._homes: list[str] = []
        self._written: list[Writings] = []
        self._index: _Index | None = None

    def add(self, doc_id: str, outlet: str | None, document: CasingDocument) -> None:
        """Take in one document; a null outlet stands for the document alone."""
        number = len(self._homes)
        if self._ids.setdefault(doc_id, number) != number:
            raise ValueError(f"document {doc_id!r} was given twice; ids must differ")
        self._homes.append(_home(doc_id, outlet))
        self._written.append(document.writings())
        self._index = None

    def heard(self, doc_id: str, outlet: str | None, document: CasingDocument) -> Heard:
        """Return how the other documents write what `document` asks about, worked out key by key when it is looked up.

        What cannot matter to it is not answered.
        """
        if self._index is None:
            self._index = _Index(list(self._ids), self._homes, self._written)
        own = self._ids.get(doc_id, -1)
        home = self._homes[own] if own >= 0 else _home(doc_id, outlet)
        return _HeardOfCorpus(self._index, document, own, home)


def _home(doc_id: str, outlet: str | None) -> str:
    return outlet or f"\0{doc_id}"


class _HeardOfCorpus(Heard):
    """What document number `own`, of outlet `home`, hears of the others, of words that somebody writes with a capital.

    Others here are documents, or the dictionary.
    """

    capitalised: frozenset[str]

    def __init__(self, index: _Index, document: CasingDocument, own: int, home: str) -> None:
        super().__init__()
        self._index = index
        self._reader = own, home
        self.capitalised = index.capitalised.intersection(document.candidates.distinct())
        self._live = set(map(word_of, self.capitalised))
        self._own = document.counts.capital.keys()

    def __missing__(self, key: str) -> Others:
        """Return how others write a key."""
        word = word_of(key)
        matters = word in self._live or word in self._own or word in capital_forms() or word in self._index.capitalised
        found = self[key] = self._index.others(key, *self._reader) if matters else NOBODY
        return found

    def cited(self, key: str) -> Others:
        """Return how others write a key, with outlets and examples."""
        return self._index.others(key, *self._reader, cited=True) if self[key] is not NOBODY else NOBODY


class _Index:
    """What documents write, in order: `capitalised` are the keys that some write with a capital.

    Writings are pairs of key and surface, empty for small letters; those of a key stand together, in the order in which
    they were met.  The documents of each ascend, with their outlets and the paragraph of each that shows it first.
    """

    def __init__(self, names: list[str], homes: list[str], written: list[Writings]) -> None:
        self._names = names
        keys, numbers = _numbered(list(chain.from_iterable(some.keys for some in written)))
        surface, surfaces = _numbered(list(chain.from_iterable(some.surfaces for some in written)))
        document = np.repeat(np.arange(len(written)), [len(some.keys) for some in written])
        _, first, writing = np.unique(keys * len(surfaces) + surface, return_index=True, return_inverse=True)
        order = np.lexsort((first, keys[first]))
        self._keys, first = numbers, first[order]
        self._of_keys = np.searchsorted(keys[first], np.arange(len(numbers) + 1)).tolist()
        self._surfaces = list(map(list(surfaces).__getitem__, surface[first].tolist()))
        place = np.empty_like(order)
        place[order] = np.arange(len(order))
        rows, shown = np.unique(place[writing] * len(written) + document, return_index=True)
        self._of_writings = np.searchsorted(rows, np.arange(len(order) + 1) * len(written)).tolist()
        self._documents = (rows % len(written)).tolist()
        self._homes = list(map(homes.__getitem__, self._documents))
        paragraphs = np.fromiter(chain.from_iterable(some.paragraphs for some in written), np.int64)
        self._paragraphs = paragraphs[shown].tolist()
        capital = np.zeros(len(numbers), np.bool_)
        capital[keys[paragraphs >= 0]] = True
        self.capitalised = frozenset(compress(numbers, capital.tolist()))

    def others(self, key: str, own: int, home: str, *, cited: bool = False) -> Others:
        """Return how documents but number `own`, which is of outlet `home`, write a key.

        Other outlets are counted, and examples given, where they are to be `cited`.
        """
        number = self._keys.get(key)
        if number is None:
            return NOBODY
        capital = small = outlets = here_capital = here_small = 0
        told: list[Answer] = []
        for writing in range(self._of_keys[number], self._of_keys[number + 1]):
            first, last = self._of_writings[writing], self._of_writings[writing + 1]
            at = bisect_left(self._documents, own, first, last)
            mine = int(at < last and self._documents[at] == own)
            count = last - first - mine
            if count:
                homes, surface = self._homes[first:last], self._surfaces[writing]
                here = homes.count(home) - mine
                if not surface:
                    small, here_small = count, here
                    continue
                others = len(set(homes)) - int(mine > here) if cited else 0
                shown = self._examples(first, last, own) if cited else ()
                told.append(Answer(key, surface, True, count, others, here, shown))  # noqa: FBT003 - a row
                capital, outlets, here_capital = capital + count, outlets + others, here_capital + here
        if told or small:
            return Others(capital, small, outlets, here_capital, here_small, tuple(told))
        return NOBODY

    def _examples(self, first: int, last: int, own: int) -> tuple[str, ...]:
        """Return the first paragraphs of other documents than `own` among rows."""
        rows = [row for row in range(first, min(last, first + _SHOWN + 1)) if self._documents[row] != own]
        found = ((self._names[self._documents[row]], self._paragraphs[row]) for row in rows[:_SHOWN])
        return tuple(paragraph_id(*place) for place in found)


def _numbered(words: list[str]) -> tuple[Ints, dict[str, int]]:
    """Return the numbers of words, and those of the distinct ones, in the order in which they are met."""
    numbers = dict(zip(dict.fromkeys(words), count()))
    return np.fromiter(map(numbers.__getitem__, words), np.int64, len(words)), numbers
