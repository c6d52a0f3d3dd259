"""What the documents of a batch tell the corpus about case: rows told apart as numbers, and written at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from cleaner.repair.casing_document import RARE
from cleaner.repair.casing_finder import Finder, Flags, Names
from cleaner.repair.cutting import Ints
from cleaner.repair.signs import KNOWN


class Keys:
    """The keys of the words that matter in all documents of a batch: small words in question, capitals, ledes.

    Rows are words, in this order; `small`, `capital` and `lede` say from where to where.  `numbers` has a line for the
    keys of words by themselves, one for those beside the name before, and one for those beside the name after; `there`
    says where there is such a name.
    """

    def __init__(self, finder: Finder, ledes: Sequence[Sequence[str]]) -> None:
        self.finder = finder
        self.leading = [(document, finder.number_of(word)) for document, words in enumerate(ledes) for word in words]
        of_ledes = np.array(self.leading, np.int64).reshape(-1, 2)
        codes = finder.reading.cut.codes
        at = np.concatenate([finder.small, finder.capitals])
        self.small = slice(0, len(finder.small))
        self.capital = slice(len(finder.small), len(at))
        self.lede = slice(len(at), None)
        self.surface = codes[at]
        self.document = np.concatenate([finder.documents_of(at), of_ledes[:, 0]])
        self.word = np.concatenate([codes[finder.small], finder.lowered, of_ledes[:, 1]])
        nobody = np.full(len(of_ledes), -1)
        beside = finder.beside(at, np.ones(len(at), np.bool_))
        self.beside = [Names(*(np.concatenate([column, nobody]) for column in names)) for names in beside]
        self.there = np.stack([self.word >= 0, *(names.near >= 0 for names in self.beside)])
        self.numbers = self._numbers()
        self.size = int(self.numbers.max(initial=-1)) + 1
        self.written = np.zeros(self.size, np.bool_)  # with a capital
        self.written[self.numbers[:, self.capital][self.there[:, self.capital]]] = True

    def _numbers(self) -> Ints:
        """Return the keys as numbers, -1 where there is none."""
        words, beside = len(self.finder.words), self.there[1:]
        near, further = (np.stack([names[i] for names in self.beside])[beside] for i in range(2))
        names = _numbered(near * (words + 1) + further + 1)
        values = np.stack([self.document * words + self.word] * 3) * (1 + 2 * len(names))
        values[1:][beside] += 1 + names
        values[2] += len(names)
        numbers = np.full(self.there.shape, -1)
        numbers[self.there] = _numbered(values[self.there])
        return numbers

    def places(self) -> tuple[Ints, Ints]:
        """Return side and row of all that is written with a capital, each key and surface once, sides ascending."""
        sides, rows = np.nonzero(self.there[:, self.capital])
        rows += self.capital.start
        writings = self.numbers[sides, rows] * len(self.finder.words) + self.surface[rows]
        first = _first_of_each(_numbered(writings))
        return sides[first], rows[first]

    def asked(self) -> tuple[Ints, Ints]:
        """Return side and row of all that is asked about, each key once, sides ascending."""
        asked = np.zeros_like(self.there)
        asked[:, self.small] = self.there[:, self.small] & self.in_question()
        asked[0, self.capital] = self.odd()
        asked[0, self.lede] = True
        sides, rows = np.nonzero(asked)
        first = _first_of_each(_numbered(self.numbers[sides, rows]))
        return sides[first], rows[first]

    def capitals(self, rows: slice) -> Ints:
        """Return how often documents write words with a capital."""
        alone = self.numbers[0]
        counts: Ints = np.bincount(alone[self.capital], minlength=self.size)[alone[rows]]
        return counts

    def in_question(self) -> Flags:
        """Return which small words are in question; the document itself may settle what a word is."""
        finder, alone = self.finder, self.numbers[0, self.small]
        small = np.bincount(alone[finder.are_inner(finder.small)], minlength=self.size)[alone]
        capital = self.capitals(self.small)
        settled = finder.traits(finder.small, KNOWN) & (small > 0) & (capital > 0) & (capital <= 2 * (small - 1))
        beside = self.written[self.numbers[1:, self.small]] & self.there[1:, self.small]
        found: Flags = ~settled | beside[0] | beside[1]
        return found

    def odd(self) -> Flags:
        """Return which capitalised words may have their capital by accident."""
        return self.finder.are_odd() & (self.capitals(self.capital) < RARE)

    def beside_of(self, sides: Ints, rows: Ints) -> Names:
        """Return the names that keys name beside their words: sides 1 and 2 stand for those before and after."""
        near, further = np.full((2, len(rows)), -1)
        for side, names in enumerate(self.beside, 1):
            here = sides == side
            near[here], further[here] = names.near[rows[here]], names.further[rows[here]]
        return Names(near, further)


class Told(NamedTuple):
    """Facts or questions as columns of numbers: of documents, and of words in `Finder.words`, -1 for none.

    `sides` say whether a key is a word alone (0), one after a name (1) or before one (2), `beside` what the name is.
    """

    documents: Ints
    words: Ints
    sides: Ints
    beside: Names


class Written(NamedTuple):
    """What documents write with a capital: numbers of the forms, and which of the capitalised words shows each."""

    told: Told
    surfaces: Ints
    shown_by: Ints


class Asked(NamedTuple):
    """Questions with what the document itself tells of each; `alone` are the numbers of the keys of their words.

    `small` says whether the document writes the word in small letters, `written` whether it writes the key with a
    capital.
    """

    told: Told
    alone: Ints
    small: Flags
    written: Flags


def facts(keys: Keys) -> Written:
    """Return what the documents write with a capital."""
    sides, rows = keys.places()
    return Written(_told(keys, sides, rows), keys.surface[rows], rows - keys.capital.start)


def questions(keys: Keys) -> Asked:
    """Return what the documents ask."""
    sides, rows = keys.asked()
    written = keys.written[keys.numbers[sides, rows]]
    return Asked(_told(keys, sides, rows), keys.numbers[0, rows], rows < keys.small.stop, written)


def _told(keys: Keys, sides: Ints, rows: Ints) -> Told:
    return Told(keys.document[rows], keys.word[rows], sides, keys.beside_of(sides, rows))


def _numbered(values: Ints) -> Ints:
    """Return the values numbered in the order in which they are met."""
    array = pa.Array.from_buffers(pa.int64(), len(values), [None, pa.py_buffer(np.ascontiguousarray(values, np.int64))])
    codes = array.dictionary_encode().indices
    return np.frombuffer(codes.buffers()[1], np.int32)[: len(codes)].astype(np.int64)


def _first_of_each(numbers: Ints) -> Ints:
    """Return where each number is first met, of numbers that were given in the order in which they are met."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(numbers), prepend=-1) > 0)
