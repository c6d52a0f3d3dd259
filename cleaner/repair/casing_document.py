"""One document read for case: its text in parts, what it writes with capitals and without, which words are in question.

Words are named by their place among the parts of the text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, chain, compress, repeat
from typing import NamedTuple

from cleaner.repair.casing_hits import Hits, Words, find_hits
from cleaner.repair.dictionary import english_words
from cleaner.repair.ledes import find_ledes
from cleaner.repair.running_text import LineKind, Text, read_texts
from cleaner.repair.signs import CAPITALS, NAMES

RARE = 3
"""Capitals of a common word that its document writes less often may be accidents."""


class Candidate(NamedTuple):
    """A word whose case is in question; the keys name it beside its neighbours, or are empty where it has none."""

    at: int
    word: str
    left_key: str
    right_key: str


class Candidates(NamedTuple):
    """Words in question as columns, each a field of `Candidate`."""

    at: list[int]
    words: list[str]
    left_keys: list[str]
    right_keys: list[str]

    def where(self, open_: Iterable[bool]) -> Candidates:
        """Return some of the words."""
        found = list(open_)
        return Candidates._make(list(compress(column, found)) for column in self)

    def distinct(self) -> list[str]:
        """Return the distinct keys."""
        return list(filter(None, dict.fromkeys(chain(self.words, self.left_keys, self.right_keys))))


class Writings(NamedTuple):
    """How a document writes keys, as columns.

    Small letters have an empty surface, and -1 as the number of the paragraph that shows them.
    """

    keys: list[str]
    surfaces: list[str]
    paragraphs: list[int]


class Place(NamedTuple):
    """Where a word stands: the paragraph's number, and the offset in that paragraph."""

    paragraph: int
    char_start: int


@dataclass(slots=True)
class Counts:
    """How a document writes words, counted in the middle of sentences of running text only.

    `capital[word][surface]` and `small[word]` count words (keys in small letters), `pair_capital[key]` and
    `pair_small[key]` words beside a neighbour.  Small words are counted only where they are in question.
    """

    capital: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    small: Counter[str] = field(default_factory=Counter)
    pair_capital: Counter[str] = field(default_factory=Counter)
    pair_small: Counter[str] = field(default_factory=Counter)


class CasingDocument:
    """A document read for case.

    `candidates` are the small words in question, `odd` the places of common words whose capital may be an accident;
    `counts` tells how words are written.
    """

    def __init__(self, paragraphs: Sequence[str], text: Text, ledes: list[range], hits: Hits) -> None:
        self.paragraphs = paragraphs
        self.text = text
        self.ledes = ledes
        self._capitals = hits.capitals
        self._lines = hits.lines
        self.counts = Counts()
        _count_capitals(self.counts, hits.capitals)
        self.candidates = _candidates(self.counts, hits)
        self.odd = [at for at, word in zip(*hits.odd, strict=True) if sum(self.counts.capital[word].values()) < RARE]

    def narrow(self, words: Collection[str]) -> None:
        """Let no word be in question but these; what the document tells of itself stays."""
        self.candidates = self.candidates.where(word in words for word in self.candidates.words)
        self.odd = [at for at in self.odd if self.text.parts[at].lower() in words]

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of the document, as it writes them."""
        return frozenset(self.text.parts[1::2])

    @cached_property
    def apart(self) -> Counter[str]:
        """How often words in question have a capital where they are no part of a longer name, in small letters."""
        asked = set(self.candidates.words)
        found = zip(self._capitals.at, self._capitals.small, strict=True)
        return Counter(word for at, word in found if word in asked and stands_apart(self.text.signs, at))

    @cached_property
    def capital_total(self) -> int:
        """How many words in running text have capitals, wherever they stand."""
        return sum(map(self.text.signs.count, CAPITALS))

    @property
    def sentence_total(self) -> int:
        """How many sentences of running text there are, about."""
        return self.text.signs.count(".") + self.text.lines.kinds.count(LineKind.RUNNING)

    def writings(self) -> Writings:
        """Return what has a capital in the middle of sentences, in the order of the text for each key.

        What is in question follows.
        """
        _, small, words, left_keys, right_keys = self._capitals
        paragraphs = list(map(self._paragraph_of_line.__getitem__, self._lines))
        sides = small, left_keys, right_keys
        asked = self.candidates.distinct()
        return Writings(
            [*filter(None, chain(*sides)), *asked],
            [*chain.from_iterable(compress(words, keys) for keys in sides), *repeat("", len(asked))],
            [*chain.from_iterable(compress(paragraphs, keys) for keys in sides), *repeat(-1, len(asked))],
        )

    def places(self) -> dict[tuple[str, str], int]:
        """Return the number of the first paragraph that shows each word with a capital, as (key, surface)."""
        _, small, words, left_keys, right_keys = self._capitals
        paragraphs = list(map(self._paragraph_of_line.__getitem__, self._lines)) * 3
        shown = list(zip([*small, *left_keys, *right_keys], words * 3, strict=True))
        first = dict(zip(reversed(shown), reversed(paragraphs), strict=True))
        return {place: first[place] for place in dict.fromkeys(shown) if place[0]}

    def places_of(self, words: Sequence[int]) -> Iterator[Place]:
        """Yield where words stand, which ascend."""
        char, last = -1, 0  # the line break that the parts begin with does not count
        for at in words:
            char += sum(map(len, self.text.parts[last:at]))
            last = at
            paragraph = bisect_right(self._paragraph_starts, char) - 1
            yield Place(paragraph, char - self._paragraph_starts[paragraph])

    @cached_property
    def _paragraph_of_line(self) -> list[int]:
        return [number for number, text in enumerate(self.paragraphs) for _ in range(text.count("\n") + 1)]

    @cached_property
    def _paragraph_starts(self) -> list[int]:
        return [0, *accumulate(len(paragraph) + 1 for paragraph in self.paragraphs)][:-1]


def stands_apart(signs: str, at: int) -> bool:
    """Return whether no neighbour of a word makes a longer name of it, as in `Lake Vann` or `Bank of Vann`."""
    if signs[at - 1] in _TIED and signs[at - 2] in _NAMES:
        return False
    if signs[at + 1] not in _TIED:
        return True
    if signs[at + 2] in _NAMES:
        return False
    return not (signs[at + 2] == _LINK and signs[at + 3] in _TIED and signs[at + 4] in _NAMES)


_TIED, _NAMES, _LINK = frozenset(" -"), frozenset(NAMES), "f"


def _count_capitals(counts: Counts, hits: Words) -> None:
    """Count the capitalised words in the middle of sentences, by themselves and beside their neighbours."""
    for (small, word), count in Counter(zip(hits.small, hits.words, strict=True)).items():
        counts.capital[small][word] = count
    counts.pair_capital.update(filter(None, hits.left_keys))
    counts.pair_capital.update(filter(None, hits.right_keys))


def _candidates(counts: Counts, hits: Hits) -> Candidates:
    """Return the small words in question; the document itself may settle what a word is."""
    inner = hits.inner
    at, words, _, left_keys, right_keys = hits.small
    counts.small.update(compress(words, inner))
    counts.pair_small.update(compress(left_keys, inner))
    counts.pair_small.update(compress(right_keys, inner))
    every = Candidates(at, words, left_keys, right_keys)
    settled, capital = _settled(counts), counts.pair_capital
    if not settled:
        return every
    return every.where(
        word not in settled or left in capital or right in capital
        for word, left, right in zip(words, left_keys, right_keys, strict=True)
    )


def _settled(counts: Counts) -> set[str]:
    """Return the dictionary words that the document writes small more often than not."""
    both = counts.capital.keys() & counts.small.keys() & english_words().lower
    return {word for word in both if sum(counts.capital[word].values()) <= 2 * (counts.small[word] - 1)}


def read_document(paragraphs: Sequence[str]) -> CasingDocument:
    """Return one document read for case: `read_documents` of one."""
    return read_documents([paragraphs])[0]


def read_documents(
    documents: Sequence[Sequence[str]], elsewhere: Sequence[set[str]] | None = None
) -> list[CasingDocument]:
    """Return documents, given as paragraphs, read for case together.

    `elsewhere` are the words, for each document, that others write with a capital: where they are known, less is
    counted, but all that repairs are made of.
    """
    reading = read_texts(["\n".join(paragraphs) for paragraphs in documents])
    texts = [reading.text(number) for number in range(len(documents))]
    ledes = find_ledes(reading)
    hits = find_hits(reading, ledes, elsewhere)
    return list(map(CasingDocument, documents, texts, ledes, hits))
