"""The words of documents whose case tells something, or is in question: found among the signs of many texts at once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.repair.cutting import Ints
from cleaner.repair.running_text import Position, Reading, position
from cleaner.repair.signs import CAPITALS, FUNCTION, GLUED, KNOWN, MONTH, NAMES, PARTICLE, SMALL, STOPS, TIES
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
_PAD = 4  # neighbours that are looked at on either side


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

    `lines` are the numbers of the lines that hold the capitalised words.
    """

    capitals: Words
    lines: list[int]
    small: Words
    inner: list[bool]


def find_hits(reading: Reading, ledes: Sequence[Sequence[range]], elsewhere: Sequence[set[str]] | None) -> list[Hits]:
    """Return the hits of every document; words of `ledes` are none.

    `elsewhere` are the words, for each document, that others write with a capital.  Where they are known, words are
    left out that are common, and that neither their document nor another capitalises; keys of capitalised words are
    empty where no small word asks for them.
    """
    return _Finder(reading).hits(ledes, elsewhere)


class _Finder:
    """The signs of all documents as classes, with room on both sides."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        cut = reading.cut
        self.starts = cut.starts
        self.forms = np.array(cut.forms, np.object_)
        self.code_of = {form: code for code, form in enumerate(cut.forms)}
        self.classes = np.zeros(len(cut.codes) + 2 * _PAD, np.int16)
        self.classes[_PAD:-_PAD] = _CLASS_OF[reading.signs]

    def hits(self, ledes: Sequence[Sequence[range]], elsewhere: Sequence[set[str]] | None) -> list[Hits]:
        capitals = self._capitals(ledes)
        small_forms = self._small_forms(capitals)
        small = self._in_question(capitals, small_forms)
        named = np.ones(len(capitals), np.bool_)
        if elsewhere is not None:
            small, named = self._live(small, capitals, small_forms, elsewhere)
        lines = self.reading.numbers[np.searchsorted(self.reading.lasts, capitals)].tolist()
        inner = self._are(small, -1, _INNER).tolist()
        words = self._by_document(capitals, named), self._by_document(small, np.ones(len(small), np.bool_))
        bounds = self._bounds(capitals), self._bounds(small)
        return [
            Hits(upper, lines[a:b], lower, inner[c:d])
            for upper, lower, (a, b), (c, d) in zip(*words, *bounds, strict=True)
        ]

    def _are(self, at: Ints, step: int, of: int) -> Flags:
        """Return whether the part `step` parts from each of `at` is of a class."""
        return _is_any(self.classes[at + (step + _PAD)], of)

    def _every(self, step: int, of: int) -> Flags:
        """Return the same of every part."""
        return _is_any(self.classes[_PAD + step : len(self.classes) - _PAD + step], of)

    def _traits(self, at: Ints, of: int) -> Flags:
        return _is_any(self.reading.cut.traits[self.reading.cut.codes[at]], of)

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
        return inner | ~(self._traits(at - 1, TIES | STOPS) | self._traits(at + 1, GLUED))

    def _in_question(self, capitals: Ints, small_forms: Ints) -> Ints:
        """Return where small words stand that may be names, and words that their document also capitalises."""
        every = self._every
        after_name = every(-1, _BESIDE) & every(-2, _NAME)
        before_name = every(1, _BESIDE) & every(2, _NAME)
        after_determiner = every(-2, _DETERMINER)
        found = every(0, _UNKNOWN)
        found |= every(0, _CONTESTED) & after_determiner & ~every(-1, _BREAK)
        found |= (every(0, _PLAIN) & after_name) | (every(0, _PLAIN_OR_VERB) & before_name)
        also = np.flatnonzero(self._also_capitalised(capitals, small_forms) & every(0, _LOWER))
        found[also[~self._traits(also, FUNCTION) | after_determiner[also]]] = True
        at = np.flatnonzero(found)
        return at[self._free(at)]

    def _small_forms(self, capitals: Ints) -> Ints:
        """Return the forms of capitalised words in small letters, one past the last where no text has it."""
        cut = self.reading.cut
        small = np.full(len(cut.forms), len(cut.forms), np.int64)
        for code in np.unique(cut.codes[capitals]).tolist():
            small[code] = self.code_of.get(cut.forms[code].lower(), len(cut.forms))
        return small[cut.codes[capitals]]

    def _also_capitalised(self, capitals: Ints, small_forms: Ints) -> Flags:
        """Return which parts are words in small letters that their document also writes with a capital."""
        cut = self.reading.cut
        found = np.zeros(len(cut.codes), np.bool_)
        asked = np.zeros(len(cut.forms) + 1, np.bool_)
        for (first, last), (a, b) in zip(pairwise(self.starts.tolist()), self._bounds(capitals), strict=True):
            asked[small_forms[a:b]] = True
            found[first:last] = asked[cut.codes[first:last]]
            asked[small_forms[a:b]] = False
        return found & ~_is_any(cut.traits[cut.codes], PARTICLE)

    def _live(
        self, small: Ints, capitals: Ints, small_forms: Ints, elsewhere: Sequence[set[str]]
    ) -> tuple[Ints, Flags]:
        """Return the small words that may get a capital, and which of the capitalised words are also among those."""
        forms = self.reading.cut.codes[small]
        live = ~self._traits(small, KNOWN)
        named = np.zeros(len(capitals), np.bool_)
        asked = np.zeros(len(self.forms) + 1, np.bool_)
        bounds = zip(self._bounds(capitals), self._bounds(small), elsewhere, strict=True)
        for (a, b), (c, d), words in bounds:
            others = [self.code_of[word] for word in words if word in self.code_of]
            asked[small_forms[a:b]] = asked[others] = True
            live[c:d] |= asked[forms[c:d]]
            asked[small_forms[a:b]] = asked[others] = False
            asked[forms[c:d][live[c:d]]] = True
            named[a:b] = asked[small_forms[a:b]]
            asked[forms[c:d]] = False
        return small[live], named

    def _free(self, at: Ints) -> Flags:
        """Return False for small words whose place or company settles what they are."""
        before, after = self._are(at, -1, _INNER), self._are(at, 1, _INNER)
        free = (before & after) | self._whole(at)
        for i in np.flatnonzero(free & ~before).tolist():
            free[i] = self._ask(int(at[i]))
        month = self._traits(at, MONTH) & self._are(at, 1, _BESIDE)
        for i in np.flatnonzero(free & month).tolist():
            free[i] = _may_follow_month(self.forms[self.reading.cut.codes[at[i] + 2]])
        return free

    def _ask(self, at: int) -> bool:
        """Return False for a word that certainly begins a sentence."""
        number = int(np.searchsorted(self.starts, at, "right")) - 1
        return position(self.reading.texts[number], at - int(self.starts[number])) is not Position.AFTER_END

    def _bounds(self, at: Ints) -> list[tuple[int, int]]:
        """Return from where to where the places of each document go."""
        return list(pairwise(np.searchsorted(at, self.starts).tolist()))

    def _by_document(self, at: Ints, named: Flags) -> list[Words]:
        """Return words by document, with keys where they are `named`."""
        written = self.forms[self.reading.cut.codes[at]].tolist()
        small = [word.lower() for word in written]
        known, beside_name = named & self._traits(at, KNOWN), named & self._are(at, -2, _NAME)
        left = self._neighbours(at, -2, self._are(at, -1, _BESIDE) & (known | beside_name))
        right = self._neighbours(at, 2, self._are(at, 1, _BESIDE) & known)
        left_keys = [f"<{name} {word}" if name else "" for name, word in zip(left, small, strict=True)]
        right_keys = [f">{word} {name}" if name else "" for name, word in zip(right, small, strict=True)]
        bounds = self._bounds(at)
        places = at - np.repeat(self.starts[:-1], [b - a for a, b in bounds])
        every = Words(places.tolist(), small, written, left_keys, right_keys)
        return [Words._make(column[a:b] for column in every) for a, b in bounds]

    def _neighbours(self, at: Ints, step: int, named: Flags) -> list[str]:
        """Return what stands beside words as keys name it, where it belongs to them: `House+of` before `Lords`.

        The capital of `The` at the start of a sentence is not its own.
        """
        names = np.full(len(at), "", np.object_)
        beside = at[named] + step
        names[named] = self.forms[self.reading.cut.codes[beside]]
        opening = named & self._are(at, step, _OPENING)
        names[opening] = [name.lower() for name in names[opening]]
        linked = named & self._are(at, step, _LINK) & self._are(at, 2 * step, _NAME)
        linked &= self._are(at, step + step // 2, _BLANK)
        further = self.forms[self.reading.cut.codes[at[linked] + 2 * step]]
        pairs = zip(further, names[linked], strict=True) if step < 0 else zip(names[linked], further, strict=True)
        names[linked] = [f"{first}+{second}" for first, second in pairs]
        return names.tolist()


def _is_any(values: NDArray[np.integer[Any]], bits: int) -> Flags:
    found: Flags = (values & bits) != 0
    return found


def _may_follow_month(word: str) -> bool:
    """Return False for a content word: `in march time` and `they may go` name no month."""
    return word in FUNCTION_WORDS or word[0].isupper()
