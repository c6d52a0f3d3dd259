"""Where words stand whose case tells something, or is in question: found among the signs of many texts at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.repair.cutting import Ints
from cleaner.repair.running_text import Position, Reading, position
from cleaner.repair.signs import CAPITALS, FUNCTION, GLUED, KNOWN, MONTH, NAMES, ODD, PARTICLE, SMALL, STOPS, TIES
from cleaner.repair.vocabulary import grown
from cleaner.repair.words import FUNCTION_WORDS

Flags = NDArray[np.bool_]

_WORDS = (CAPITALS, NAMES, SMALL, "EF", "fge", "xu", "ke", "ih", "cd", "cdy")
_GAPS = (" ", " -", " ,-", " ,-._", "\n")
_BITS = [1 << bit for bit in range(len(_WORDS) + len(_GAPS))]
_CAPITAL, _NAME, _LOWER, _OPENING, _LINK, _UNKNOWN, _CONTESTED, _DETERMINER, _PLAIN, _PLAIN_OR_VERB = _BITS[
    : len(_WORDS)
]
_BLANK, _BESIDE, _INNER, _WHOLE, _BREAK = _BITS[len(_WORDS) :]
_CLASS_OF = np.array(
    [sum(bit for bit, signs in zip(_BITS, _WORDS + _GAPS, strict=True) if chr(sign) in signs) for sign in range(128)],
    np.int16,
)
_NOWHERE = np.zeros(0, np.int64)
_PAD = 4  # neighbours that are looked at on either side


class Names(NamedTuple):
    """What stands beside words as keys name it: the number of a word, and of a second that is linked to it, else -1.

    `House+of` before `Lords`: the first of the two is the nearer.
    """

    near: Ints
    further: Ints


class Beside(NamedTuple):
    """The names before and after some words."""

    left: Names
    right: Names


class Finder:
    """The words of all documents whose case tells something (`capitals`) or is in question (`small`).

    Both are places among the parts of all texts; `lowered` are the numbers in `words` of the capitals in small letters.
    """

    def __init__(self, reading: Reading, ledes: Sequence[Sequence[range]]) -> None:
        self.reading = reading
        cut = reading.cut
        self.starts = cut.starts
        self.words = list(cut.forms)  # what is needed besides follows
        self._numbers = np.full(len(cut.vocabulary.texts), -1)  # of forms of the vocabulary, in `words`
        self._numbers[cut.numbers] = np.arange(len(cut.forms))
        self._classes = np.zeros(len(cut.codes) + 2 * _PAD, np.int16)
        self._classes[_PAD:-_PAD] = _CLASS_OF[reading.signs]
        self.capitals = self._capitals(ledes)
        self.lowered = self._lowered(cut.codes[self.capitals])
        self.small = self._in_question()

    def number_of(self, word: str) -> int:
        """Return the number of a word in `words`, where it is put if need be."""
        return int(self._numbered(self._known([word]))[0])

    def numbers_of(self, words: Collection[str]) -> Ints:
        """Return the numbers in `words` of words that differ, of those that are there."""
        known = self._known(words)
        found = self._numbers[known[known < len(self._numbers)]]
        return found[found >= 0]

    def _known(self, words: Collection[str]) -> Ints:
        return self.reading.cut.vocabulary.numbers([word.encode() for word in words])

    def _numbered(self, known: Ints) -> Ints:
        """Return the numbers in `words` of forms of the vocabulary, which are put there if need be."""
        texts = self.reading.cut.vocabulary.texts
        self._numbers = grown(self._numbers, len(texts), -1)
        new = known[self._numbers[known] < 0]
        if len(new):
            _, first = np.unique(new, return_index=True)
            new = new[np.sort(first)]
            self._numbers[new] = np.arange(len(self.words), len(self.words) + len(new))
            self.words += map(texts.__getitem__, new.tolist())
        return self._numbers[known]

    def beside(self, at: Ints, named: Flags) -> Beside:
        """Return the names beside words, where they are `named`."""
        known, beside_name = named & self.traits(at, KNOWN), named & self._are(at, -2, _NAME)
        left = self._names(at, -2, self._are(at, -1, _BESIDE) & (known | beside_name))
        return Beside(left, self._names(at, 2, self._are(at, 1, _BESIDE) & known))

    def are_inner(self, at: Ints) -> Flags:
        """Return which words stand in the middle of a sentence."""
        return self._are(at, -1, _INNER)

    def are_odd(self) -> Flags:
        """Return which capitalised words are common, and part of no name with a neighbour."""
        at = self.capitals
        alone = self._are(at, -2, _LOWER) & (~self._are(at, 1, _BESIDE) | self._are(at, 2, _LOWER))
        return self.traits(at, ODD) & alone

    def capitalised(self) -> Ints:
        """Return where running text has words with capitals, wherever they stand in a sentence."""
        return np.flatnonzero(self._every(0, _CAPITAL))

    def occurrences(self, documents: Ints, words: Ints) -> tuple[Ints, Ints]:
        """Return where documents write words as they stand in `words`: the number of each pair, and the part."""
        pair_of = np.full(len(self.words), -1)
        pairs, places = [_NOWHERE], [_NOWHERE]
        for document in np.flatnonzero(np.bincount(documents)).tolist():
            asked = np.flatnonzero(documents == document)
            pair_of[words[asked]] = asked
            found = pair_of[self.reading.cut.codes[self.starts[document] : self.starts[document + 1]]]
            places.append(np.flatnonzero(found >= 0) + self.starts[document])
            pairs.append(found[found >= 0])
            pair_of[words[asked]] = -1
        return np.concatenate(pairs), np.concatenate(places)

    def traits(self, at: Ints, of: int) -> Flags:
        """Return which parts have a trait."""
        return _is_any(self.reading.traits(at), of)

    def lines_of(self, at: Ints) -> Ints:
        """Return the numbers that the lines of words have in their documents."""
        return self.reading.numbers[np.searchsorted(self.reading.lasts, at)]

    def documents_of(self, at: Ints) -> Ints:
        """Return the numbers of the documents of parts."""
        return np.searchsorted(self.starts, at, "right") - 1

    def _are(self, at: Ints, step: int, of: int) -> Flags:
        """Return whether the part `step` parts from each of `at` is of a class."""
        return _is_any(self._classes[at + (step + _PAD)], of)

    def _every(self, step: int, of: int) -> Flags:
        """Return the same of every part."""
        return _is_any(self._classes[_PAD + step : len(self._classes) - _PAD + step], of)

    def _capitals(self, ledes: Sequence[Sequence[range]]) -> Ints:
        """Return where capitalised words stand in the middle of sentences, but for those of ledes."""
        at = np.flatnonzero(self._every(0, _CAPITAL) & self._every(-1, _INNER))
        free = self._are(at, 1, _WHOLE) | self._whole(at)
        leading = [
            at + start for start, found in zip(self.starts.tolist(), ledes, strict=False) for at in chain(*found)
        ]
        if leading:
            free &= ~np.isin(at, leading)
        return at[free]

    def _whole(self, at: Ints) -> Flags:
        """Return what `running_text.is_whole_word` says of words."""
        inner = self._are(at, -1, _INNER) & self._are(at, 1, _INNER)
        return inner | ~(self.traits(at - 1, TIES | STOPS) | self.traits(at + 1, GLUED))

    def _in_question(self) -> Ints:
        """Return where small words stand that may be names, and words that their document also capitalises."""
        every = self._every
        after_name = every(-1, _BESIDE) & every(-2, _NAME)
        before_name = every(1, _BESIDE) & every(2, _NAME)
        after_determiner = every(-2, _DETERMINER) & ~every(-1, _BREAK)
        found = every(0, _UNKNOWN)
        found |= every(0, _CONTESTED) & after_determiner
        found |= (every(0, _PLAIN) & after_name) | (every(0, _PLAIN_OR_VERB) & before_name)
        also = np.flatnonzero(self._also_capitalised() & every(0, _LOWER))
        found[also[~self.traits(also, FUNCTION) | after_determiner[also]]] = True
        at = np.flatnonzero(found)
        return at[self._free(at)]

    def _lowered(self, codes: NDArray[np.int32]) -> Ints:
        """Return the numbers of forms in small letters."""
        cut = self.reading.cut
        small = np.zeros(len(cut.forms), np.int64)
        distinct = np.flatnonzero(np.bincount(codes, minlength=len(small)))
        small[distinct] = self._numbered(cut.vocabulary.in_small_letters(cut.numbers[distinct]))
        return small[codes]

    def _also_capitalised(self) -> Flags:
        """Return which parts are words in small letters that their document also writes with a capital."""
        codes = self.reading.cut.codes
        found = np.zeros(len(codes), np.bool_)
        asked = np.zeros(len(self.words), np.bool_)
        for (first, last), (a, b) in zip(pairwise(self.starts.tolist()), self.bounds(self.capitals), strict=True):
            asked[self.lowered[a:b]] = True
            found[first:last] = asked[codes[first:last]]
            asked[self.lowered[a:b]] = False
        found &= ~_is_any(self.reading.cut.traits, PARTICLE)[codes]
        return found

    def _free(self, at: Ints) -> Flags:
        """Return False for small words whose place or company settles what they are."""
        before, after = self._are(at, -1, _INNER), self._are(at, 1, _INNER)
        free = (before & after) | self._whole(at)
        for i in np.flatnonzero(free & ~before).tolist():
            free[i] = position(*self.reading.near(int(at[i]))) is not Position.AFTER_END
        month = self.traits(at, MONTH) & self._are(at, 1, _BESIDE)
        for i in np.flatnonzero(free & month).tolist():
            free[i] = _may_follow_month(self.words[self.reading.cut.codes[at[i] + 2]])
        return free

    def bounds(self, at: Ints) -> list[tuple[int, int]]:
        """Return from where to where the places of each document go."""
        return list(pairwise(np.searchsorted(at, self.starts).tolist()))

    def lefts(self, names: Names) -> list[str]:
        """Return names that stand before words as keys write them, empty where there is none."""
        return [f"{self.words[m]}+{name}" if m >= 0 else name for name, m in self._nearest(names)]

    def rights(self, names: Names) -> list[str]:
        """Return the same of names that stand after words."""
        return [f"{name}+{self.words[m]}" if m >= 0 else name for name, m in self._nearest(names)]

    def _nearest(self, names: Names) -> Iterator[tuple[str, int]]:
        words = [*self.words, ""]  # the last for -1
        return zip(map(words.__getitem__, names.near.tolist()), names.further.tolist(), strict=True)

    def _names(self, at: Ints, step: int, named: Flags) -> Names:
        """Return what stands beside words as keys name it, where it belongs to them.

        The capital of `The` at the start of a sentence is not its own.
        """
        codes = self.reading.cut.codes
        near, further = np.full((2, len(at)), -1, np.int64)
        near[named] = codes[at[named] + step]
        opening = named & self._are(at, step, _OPENING)
        near[opening] = self._lowered(codes[at[opening] + step])
        linked = named & self._are(at, step, _LINK) & self._are(at, 2 * step, _NAME)
        linked &= self._are(at, step + step // 2, _BLANK)
        further[linked] = codes[at[linked] + 2 * step]
        return Names(near, further)


def _is_any(values: NDArray[np.integer[Any]], bits: int) -> Flags:
    found: Flags = (values & bits) != 0
    return found


def _may_follow_month(word: str) -> bool:
    """Return False for a content word: `in march time` and `they may go` name no month."""
    return word in FUNCTION_WORDS or word[0].isupper()
