"""One document read for case: its text in parts, what it writes with capitals and without, which words are in question.

Words are named by their place among the parts of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from cleaner.repair.dictionary import english_words
from cleaner.repair.ledes import ledes_of
from cleaner.repair.running_text import LineKind, Position, Text, is_whole_word, position, read_text
from cleaner.repair.signs import CAPITALS, NAMES, SMALL
from cleaner.repair.words import FUNCTION_WORDS, MONTHS_AND_VERBS, PARTICLES

_INNER_CAPITAL = re.compile(f"(?<=[ ,-])[{CAPITALS}]")
_IN_QUESTION = re.compile("[xuke](?:(?<=[xu])|(?<=[ih].[ke]))")
"""No dictionary word, or a word that may also be a name; a function word of that sort only after `the` and the like."""
_NAME_BEFORE = re.compile(f"[{NAMES}](?=[ -][cd])")
_NAME_AFTER = re.compile(f"[{NAMES}](?<=[cdy][ -].)")
"""A name beside a content word: they may belong together."""
_BESIDE = frozenset(" -")
_LINKS = frozenset("fge")
"""Signs of words that may link the parts of a name: `of`, `and`."""
_INNER = frozenset(" ,-")
_NAMES = frozenset(NAMES)
_PLAIN = frozenset(CAPITALS + SMALL + "Mm") - _LINKS - frozenset("EF")
"""Signs of words that a key names as they stand."""
_SMALL = frozenset(SMALL)
_WHOLE = frozenset(" ,-._")


class Candidate(NamedTuple):
    """A word whose case is in question; the keys name it beside its neighbours, or are empty where it has none."""

    at: int
    word: str
    left_key: str
    right_key: str


class Place(NamedTuple):
    """Where a word stands: the paragraph's number, and the offset in that paragraph."""

    paragraph: int
    char_start: int


@dataclass(slots=True)
class Counts:
    """How a document writes words, counted in the middle of sentences of running text only.

    `capital[word][surface]` and `small[word]` count words (keys in small letters), `pair_capital[key]` and
    `pair_small[key]` words beside a neighbour.  Small words are counted only where they are in question.
    `places` tells where each (key, surface) with a capital stands first.
    """

    capital: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    small: Counter[str] = field(default_factory=Counter)
    pair_capital: Counter[str] = field(default_factory=Counter)
    pair_small: Counter[str] = field(default_factory=Counter)
    places: dict[tuple[str, str], int] = field(default_factory=dict)


class CasingDocument:
    """A document read for case: `capitals` are the places of capitalised words in the middle of sentences."""

    def __init__(self, paragraphs: Sequence[str]) -> None:
        self.paragraphs = paragraphs
        self.text = read_text("\n".join(paragraphs))
        self.vocabulary = frozenset(self.text.parts)
        self.capitals = _capitals(self.text)
        self.counts = Counts()
        _count_capitals(self.counts, self.text, self.capitals)
        self.candidates = _candidates(self.text, self.counts, self.vocabulary)

    @property
    def capital_total(self) -> int:
        """How many words in running text have capitals, wherever they stand."""
        return sum(map(self.text.signs.count, CAPITALS))

    @property
    def sentence_total(self) -> int:
        """How many sentences of running text there are, about."""
        return self.text.signs.count(".") + sum(line.kind is LineKind.RUNNING for line in self.text.lines)

    def paragraphs_of(self, places: Iterable[int]) -> Iterator[int]:
        """Yield the number of the paragraph that holds each of `places`, which ascend."""
        lines = iter(self.text.lines)
        last, number = 0, 0
        for at in places:
            while at > last:
                _, number, _, last = next(lines)
            yield self._paragraph_of_line[number]

    def place_of(self, at: int) -> Place:
        """Return where a word stands."""
        char = self._part_ends[at - 1] - 1  # less the line break that the parts begin with
        paragraph = bisect_right(self._paragraph_starts, char) - 1
        return Place(paragraph, char - self._paragraph_starts[paragraph])

    @cached_property
    def _paragraph_of_line(self) -> list[int]:
        return [number for number, text in enumerate(self.paragraphs) for _ in range(text.count("\n") + 1)]

    @cached_property
    def _part_ends(self) -> list[int]:
        return list(accumulate(map(len, self.text.parts)))

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [0, *accumulate(len(paragraph) + 1 for paragraph in self.paragraphs)][:-1]


def keys_beside(text: Text, at: int, small: str) -> tuple[str, str]:
    """Return the names of a word beside the words before and after it, empty where they do not belong together.

    A word that no dictionary knows speaks for itself, but after a name: `Tomas Reyne`.  `small` is the word in small
    letters.
    """
    parts, signs = text.parts, text.signs
    known = small in english_words().lower
    left = right = ""
    if signs[at - 1] in _BESIDE and (known or signs[at - 2] in _NAMES):
        neighbour = parts[at - 2] if signs[at - 2] in _PLAIN else _neighbour(text, at, -2)
        left = f"<{neighbour} {small}"
    if known and signs[at + 1] in _BESIDE:
        neighbour = parts[at + 2] if signs[at + 2] in _PLAIN else _neighbour(text, at, 2)
        right = f">{small} {neighbour}"
    return left, right


def _neighbour(text: Text, at: int, step: int) -> str:
    """Return what stands beside a word as a key names it: `House+of` before `Lords`.

    The capital of `The` at the start of a sentence is not its own.
    """
    word, sign = text.parts[at + step], text.signs[at + step]
    if sign in "EF":
        return word.lower()
    if sign in _LINKS and text.signs[at + step + step // 2] == " " and text.signs[at + 2 * step] in _NAMES:
        first, second = (2 * step, step) if step < 0 else (step, 2 * step)
        return f"{text.parts[at + first]}+{text.parts[at + second]}"
    return word


def _capitals(text: Text) -> list[int]:
    """Return where capitalised words stand in the middle of sentences, but for those of ledes."""
    signs = text.signs
    ledes = {at for lede in ledes_of(text) for at in lede}
    found = [match.start() for match in _INNER_CAPITAL.finditer(signs)]
    return [at for at in found if (signs[at + 1] in _WHOLE or is_whole_word(text, at)) and at not in ledes]


def _count_capitals(counts: Counts, text: Text, capitals: list[int]) -> None:
    """Count the capitalised words in the middle of sentences, by themselves and beside their neighbours."""
    words: list[tuple[str, str]] = []
    pairs: list[str] = []
    note = counts.places.setdefault
    for at in capitals:
        word = text.parts[at]
        small = word.lower()
        words.append((small, word))
        note(words[-1], at)
        for key in keys_beside(text, at, small):
            if key:
                pairs.append(key)
                note((key, word), at)
    for (small, word), count in Counter(words).items():
        counts.capital[small][word] = count
    counts.pair_capital.update(pairs)


def _candidates(text: Text, counts: Counts, vocabulary: frozenset[str]) -> list[Candidate]:
    """Return the small words in question; the document itself may settle what a word is."""
    parts, signs = text.parts, text.signs
    hits = [at for at in _in_question(text, counts, vocabulary) if _is_free(text, at)]
    counts.small.update([parts[at] for at in hits if signs[at - 1] in _INNER])
    every = [Candidate(at, parts[at], *keys_beside(text, at, parts[at])) for at in hits]
    inner = [candidate for candidate in every if signs[candidate.at - 1] in _INNER]
    counts.pair_small.update([key for candidate in inner for key in (candidate.left_key, candidate.right_key)])
    settled, capital = _settled(counts), counts.pair_capital
    return [c for c in every if c.word not in settled or c.left_key in capital or c.right_key in capital]


def _in_question(text: Text, counts: Counts, vocabulary: frozenset[str]) -> list[int]:
    """Return where words stand that may be names, and words that the document also capitalises."""
    found = {match.start() for match in _IN_QUESTION.finditer(text.signs)}
    found.update([match.start() + 2 for match in _NAME_BEFORE.finditer(text.signs)])
    found.update([match.start() - 2 for match in _NAME_AFTER.finditer(text.signs)])
    asked = {word for word in counts.capital.keys() & vocabulary if len(word) > 1 and word not in PARTICLES}
    also = [2 * i + 1 for i, word in enumerate(text.parts[1::2]) if word in asked] if asked else ()
    found.update([at for at in also if text.signs[at] in _SMALL and _is_open(text, at)])
    return sorted(found)


def _is_free(text: Text, at: int) -> bool:
    """Return False for a small word whose place or company settles what it is."""
    before, after, word = text.signs[at - 1], text.signs[at + 1], text.parts[at]
    if word in MONTHS_AND_VERBS and after in _BESIDE and not _may_follow_month(text.parts[at + 2]):
        return False
    if before in _INNER and after in _INNER:
        return True
    return is_whole_word(text, at) and (before in _INNER or position(text, at) is not Position.AFTER_END)


def _is_open(text: Text, at: int) -> bool:
    """Return False for function words, but after a determiner."""
    return text.parts[at] not in FUNCTION_WORDS or (at > 2 and text.signs[at - 2] in "ih")


def _may_follow_month(word: str) -> bool:
    """Return False for a content word: `in march time` and `they may go` name no month."""
    return word in FUNCTION_WORDS or word[0].isupper()


def _settled(counts: Counts) -> set[str]:
    """Return the dictionary words that the document writes small more often than not."""
    both = counts.capital.keys() & counts.small.keys() & english_words().lower
    return {word for word in both if sum(counts.capital[word].values()) <= 2 * (counts.small[word] - 1)}
