"""Which paragraphs of a document must be read again when the corpus has spoken: noted once, when all were read.

What becomes of a word depends on the lines that hold it, on how the corpus writes it, and on how many words of the
document have capitals.  So it is noted of every word that may change where it stands; the rest need not be read.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from cleaner.repair.casing_capitals import may_be_headings
from cleaner.repair.casing_columns import Keys
from cleaner.repair.casing_finder import Finder
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.cutting import Ints
from cleaner.repair.ledes import may_be_ledes
from cleaner.repair.running_text import Reading

_WORDS_ALONE = ",[]]"  # how an outlook ends, packed, where `whole` is empty


class Outlook(NamedTuple):
    """What may change in one document, by the positions of its paragraphs.

    `words` has a row for each word in question, with the paragraphs that hold it.  `capitals` counts the capitalised
    words of running text in paragraphs that have any.  Where one of those in `whole` stays, more than words may change,
    and all that stay must be read.
    """

    words: list[tuple[str, list[int]]]
    capitals: dict[int, int]
    whole: list[int]

    def packed(self) -> str:
        """Return the outlook as one string."""
        capitals = list(self.capitals), list(self.capitals.values())
        return json.dumps((self.words, capitals, self.whole), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def unpacked(cls, packed: str) -> Outlook:
        """Return the outlook that a string holds.

        >>> outlook = Outlook([("oslo", [2, 5])], {2: 7}, [])
        >>> Outlook.unpacked(outlook.packed()).places({2, 3}, {"oslo"})
        {2}
        """
        words, capitals, whole = json.loads(packed)
        return cls(words, dict(zip(*capitals, strict=True)), whole)

    @staticmethod
    def concerns(packed: str, words: Collection[str]) -> bool:
        """Return False where nothing changes if no words but `words` may: told without unpacking.

        >>> Outlook.concerns(Outlook([("oslo", [2, 5])], {2: 7}, []).packed(), [])
        False
        """
        return bool(words) or not packed.endswith(_WORDS_ALONE)

    def words_alone(self, positions: Iterable[int]) -> bool:
        """Return whether nothing but single words of the paragraphs at `positions` may change."""
        return set(positions).isdisjoint(self.whole)

    def places(self, positions: Collection[int], words: Collection[str]) -> set[int]:
        """Return the paragraphs at `positions` that hold words that may change."""
        return set(positions).intersection(p for word, at in self.words if word in words for p in at)

    def capital_total(self, positions: Collection[int]) -> int:
        """Return how many words in running text of the paragraphs at `positions` have capitals."""
        return sum(self.capitals.get(position, 0) for position in positions)


def outlooks(keys: Keys, paragraphs: Paragraphs, more: Ints) -> list[str]:
    """Return the outlook of every document, packed; `more` are words where more than words may change."""
    finder = keys.finder
    found = [Outlook([], {}, []) for _ in finder.starts[1:]]
    for (document, word), rows in groupby(_words(keys, paragraphs), itemgetter(0, 1)):
        found[document].words.append((word, [position for *_, position in rows]))
    for document, position, count in _capitals(finder, paragraphs):
        found[document].capitals[position] = count
    for document, position in _whole(paragraphs, more):
        found[document].whole.append(position)
    return [outlook.packed() for outlook in found]


def _words(keys: Keys, paragraphs: Paragraphs) -> list[tuple[int, str, int]]:
    """Return rows of document, word and position; those of a word together."""
    finder, alone = keys.finder, keys.numbers[0]
    odd = np.flatnonzero(finder.are_odd()) + keys.capital.start
    told = np.zeros(keys.size, np.bool_)
    told[alone[keys.small]] = told[alone[odd]] = True
    here = np.flatnonzero(told[alone[: keys.lede.start]])
    numbers, at = alone[here], np.concatenate([finder.small, finder.capitals])[here]
    small, where = finder.occurrences(keys.document[odd], keys.word[odd])
    numbers, at = np.concatenate([numbers, alone[odd[small]]]), np.concatenate([at, where])
    count = len(paragraphs.positions)
    pairs = np.unique(numbers * count + paragraphs.of(at))
    words, document = np.zeros((2, keys.size), np.int64)
    words[alone], document[alone] = keys.word, keys.document
    numbers, found = pairs // count, paragraphs.positions[pairs % count]
    texts = [finder.words[word] for word in words[numbers].tolist()]
    return list(zip(document[numbers].tolist(), texts, found.tolist(), strict=True))


def _capitals(finder: Finder, paragraphs: Paragraphs) -> list[tuple[int, int, int]]:
    """Return rows of document, position, and how many words in running text have capitals there."""
    counts = np.bincount(paragraphs.of(finder.capitalised()), minlength=len(paragraphs.positions))
    some = np.flatnonzero(counts)
    columns = paragraphs.documents[some], paragraphs.positions[some], counts[some]
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _whole(paragraphs: Paragraphs, at: Ints) -> list[tuple[int, int]]:
    """Return rows of document and position of the paragraphs that hold words."""
    found = np.unique(paragraphs.of(at))
    return list(zip(paragraphs.documents[found].tolist(), paragraphs.positions[found].tolist(), strict=True))


def more_than_words(reading: Reading, starts: Ints) -> Ints:
    """Return a word of each line that may show damage beyond single words; sentences may begin small with `starts`."""
    lines = [*may_be_ledes(reading), *may_be_headings(reading)]
    return np.concatenate([starts, reading.firsts[np.array(lines, np.int64)] + 1])
