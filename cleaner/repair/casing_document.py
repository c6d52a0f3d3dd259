"""One document read for case: its text in parts, what it writes with capitals and without, which words are in question.

Words are named by their place among the parts of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from cleaner.repair.dictionary import english_words
from cleaner.repair.ledes import lede_length
from cleaner.repair.running_text import Line, LineKind, Position, Text, is_whole_word, position, read_text
from cleaner.repair.signs import CAPITALS, NAMES, SMALL
from cleaner.repair.words import DETERMINERS, FUNCTION_WORDS, MONTHS_AND_VERBS, PARTICLES

_INNER_CAPITAL = re.compile(f"(?<=[ ,-])[{CAPITALS}]")
_IN_QUESTION = re.compile("[xuke](?:(?<=[xu])|(?<=[ih].[ke]))")
"""No dictionary word, or a word that may also be a name; a function word of that sort only after `the` and the like."""
_NAME_BEFORE = re.compile(f"[{NAMES}](?=[ -][cd])")
_NAME_AFTER = re.compile(f"[{NAMES}](?<=[cdy][ -].)")
"""A name beside a content word: they may belong together."""
_BESIDE = frozenset(" -")
_INNER = frozenset(" ,-")
_SMALL = frozenset(SMALL)


class Candidate(NamedTuple):
    """A word whose case is in question; the keys name it beside its neighbours, or are empty where it has none."""

    at: int
    word: str
    left_key: str
    right_key: str
    position: Position


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
        found = list(_candidates(self.text, self.counts, self.vocabulary))
        self.candidates = [candidate for candidate in found if _speaks(self.counts, candidate)]

    @property
    def capital_total(self) -> int:
        """How many words in running text have capitals, wherever they stand."""
        return sum(map(self.text.signs.count, CAPITALS))

    @property
    def sentence_total(self) -> int:
        """How many sentences of running text there are, about."""
        return self.text.signs.count(".") + sum(line.kind is LineKind.RUNNING for line in self.text.lines)

    def line_of(self, at: int) -> Line:
        """Return the line that holds a word."""
        return self.text.lines[bisect_right(self.text.lines, at, key=attrgetter("first")) - 1]

    def place_of(self, at: int) -> Place:
        """Return where a word stands."""
        char = self._part_ends[at - 1] - 1  # less the line break that the parts begin with
        paragraph = bisect_right(self._paragraph_starts, char) - 1
        return Place(paragraph, char - self._paragraph_starts[paragraph])

    @cached_property
    def _part_ends(self) -> list[int]:
        return list(accumulate(map(len, self.text.parts)))

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [0, *accumulate(len(paragraph) + 1 for paragraph in self.paragraphs)][:-1]


def left_key(parts: list[str], at: int) -> str:
    """Return the name of a word beside the word before it."""
    return f"<{_neighbour(parts[at - 2])} {parts[at].lower()}"


def right_key(parts: list[str], at: int) -> str:
    """Return the name of a word beside the word after it."""
    return f">{parts[at].lower()} {_neighbour(parts[at + 2])}"


def _neighbour(word: str) -> str:
    """Return the word as a key names it: the capital of `The` at the start of a sentence is not its own."""
    small = word.lower()
    return small if small in FUNCTION_WORDS else word


def _capitals(text: Text) -> list[int]:
    signs = text.signs
    ledes = set[int]()
    for line in text.lines:
        if line.kind is LineKind.RUNNING and signs[line.first + 1] in "ABJE":
            ledes.update(range(line.first + 1, line.first + 1 + 2 * lede_length(text, line), 2))
    found = [match.start() for match in _INNER_CAPITAL.finditer(signs)]
    return [at for at in found if at not in ledes and (signs[at + 1] in " ,-._" or is_whole_word(text, at))]


def _count_capitals(counts: Counts, text: Text, capitals: list[int]) -> None:
    """Count the capitalised words in the middle of sentences, by themselves and beside their neighbours."""
    parts, signs = text.parts, text.signs
    words: list[tuple[str, str]] = []
    pairs: list[str] = []
    note = counts.places.setdefault
    for at in capitals:
        word = parts[at]
        words.append((word.lower(), word))
        note(words[-1], at)
        if signs[at - 1] in _BESIDE:
            pairs.append(left_key(parts, at))
            note((pairs[-1], word), at)
        if signs[at + 1] in _BESIDE:
            pairs.append(right_key(parts, at))
            note((pairs[-1], word), at)
    for (small, word), count in Counter(words).items():
        counts.capital[small][word] = count
    counts.pair_capital.update(pairs)


def _candidates(text: Text, counts: Counts, vocabulary: frozenset[str]) -> Iterator[Candidate]:
    """Yield the small words in question, and count those in the middle of sentences."""
    words: list[str] = []
    pairs: list[str] = []
    for at in _in_question(text, counts, vocabulary):
        candidate = _candidate(text, at)
        if candidate is not None:
            if text.signs[at - 1] in _INNER:
                words.append(candidate.word)
                pairs += (candidate.left_key, candidate.right_key)
            yield candidate
    counts.small.update(words)
    counts.pair_small.update(pairs)


def _in_question(text: Text, counts: Counts, vocabulary: frozenset[str]) -> list[int]:
    """Return where words stand that may be names, and words that the document also capitalises."""
    found = {match.start() for match in _IN_QUESTION.finditer(text.signs)}
    found.update([match.start() + 2 for match in _NAME_BEFORE.finditer(text.signs)])
    found.update([match.start() - 2 for match in _NAME_AFTER.finditer(text.signs)])
    asked = {word for word in counts.capital.keys() & vocabulary if len(word) > 1 and word not in PARTICLES}
    also = [2 * i + 1 for i, word in enumerate(text.parts[1::2]) if word in asked] if asked else ()
    found.update([at for at in also if text.signs[at] in _SMALL and _is_open(text, at)])
    return sorted(found)


def _candidate(text: Text, at: int) -> Candidate | None:
    """Return a small word as a candidate, or None where its place or its company settles what it is."""
    parts, signs = text.parts, text.signs
    before, after, word = signs[at - 1], signs[at + 1], parts[at]
    where = Position.INNER if before in _INNER else position(text, at)
    if where is Position.AFTER_END or ((before not in _INNER or after not in _INNER) and not is_whole_word(text, at)):
        return None
    if word in MONTHS_AND_VERBS and after in _BESIDE and not _may_follow_month(parts[at + 2]):
        return None
    left = left_key(parts, at) if before in _BESIDE else ""
    right = right_key(parts, at) if after in _BESIDE else ""
    return Candidate(at, word, left, right, where)


def _is_open(text: Text, at: int) -> bool:
    """Return False for function words, but after a determiner."""
    return text.parts[at] not in FUNCTION_WORDS or (at > 2 and text.parts[at - 2].lower() in DETERMINERS)


def _may_follow_month(word: str) -> bool:
    """Return False for a content word: `in march time` and `they may go` name no month."""
    return word in FUNCTION_WORDS or word[0].isupper()


def _speaks(counts: Counts, candidate: Candidate) -> bool:
    """Return False where the document itself writes the word small more often than not, alone and in this company."""
    found = counts.capital.get(candidate.word)
    if not found or candidate.word not in english_words().lower:
        return True
    if candidate.left_key in counts.pair_capital or candidate.right_key in counts.pair_capital:
        return True
    return sum(found.values()) > 2 * (counts.small[candidate.word] - 1)
