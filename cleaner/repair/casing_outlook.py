"""Which paragraphs of a document must be read again when the corpus has spoken: noted once, when all were read.

What becomes of a word depends on the lines that hold it, on how the corpus writes it, and on how many words of the
document have capitals.  So it is noted of every word that may change where it stands; the rest need not be read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.columnar import listed
from cleaner.repair.casing_capitals import may_be_headings
from cleaner.repair.casing_columns import Keys
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.cutting import Ints
from cleaner.repair.ledes import may_be_ledes
from cleaner.repair.running_text import Reading

_PARTS = "|"  # words are letters, and positions figures


class Outlook(NamedTuple):
    """What may change in one document, by the positions of its paragraphs.

    `words` tells of each word in question the paragraphs that hold it.  `capitals` counts the capitalised words of
    running text in paragraphs that have any.  Where one of those in `whole` stays, more than words may change, and all
    that stay must be read.
    """

    words: dict[str, list[int]]
    capitals: dict[int, int]
    whole: list[int]

    @classmethod
    def unpacked(cls, packed: str) -> Outlook:
        """Return the outlook that a string holds: words, each with its positions; capitals; what is read as a whole.

        >>> outlook = Outlook.unpacked("oslo 2 5 berg 3|2 7 3 1|")
        >>> outlook.words, outlook.capitals, outlook.whole
        ({'oslo': [2, 5], 'berg': [3]}, {2: 7, 3: 1}, [])
        >>> outlook.places({2, 3}, {"oslo"})
        {2}
        """
        words, capitals, whole = (part.split() for part in packed.split(_PARTS))
        found: dict[str, list[int]] = {}
        at: list[int] = []
        for token in words:
            if token.isdecimal():
                at.append(int(token))
            else:
                at = found[token] = []
        counts = list(map(int, capitals))
        return cls(found, dict(zip(counts[::2], counts[1::2], strict=True)), list(map(int, whole)))

    @staticmethod
    def concerns(packed: str, words: Collection[str]) -> bool:
        """Return False where nothing changes if no words but `words` may: told without unpacking.

        >>> Outlook.concerns("oslo 2 5|2 7|", []), Outlook.concerns("oslo 2 5|2 7|2", [])
        (False, True)
        """
        return bool(words) or not packed.endswith(_PARTS)

    def words_alone(self, positions: Iterable[int]) -> bool:
        """Return whether nothing but single words of the paragraphs at `positions` may change."""
        return set(positions).isdisjoint(self.whole)

    def places(self, positions: Collection[int], words: Collection[str]) -> set[int]:
        """Return the paragraphs at `positions` that hold words that may change."""
        return set(positions).intersection(p for word in words for p in self.words.get(word, ()))

    def capital_total(self, positions: Collection[int]) -> int:
        """Return how many words in running text of the paragraphs at `positions` have capitals."""
        return sum(self.capitals.get(position, 0) for position in positions)


def outlooks(keys: Keys, paragraphs: Paragraphs, more: Ints) -> pa.StringArray:
    """Return the outlook of every document, packed; `more` are words where more than words may change."""
    finder, count = keys.finder, len(keys.finder.starts) - 1
    capitals = np.bincount(paragraphs.of(finder.capitalised()), minlength=len(paragraphs.positions))
    some, whole = np.flatnonzero(capitals), np.unique(paragraphs.of(more))
    of_capitals = np.stack([paragraphs.positions[some], capitals[some]], axis=1).ravel()
    parts = (
        _words(keys, paragraphs),
        _joined(_figures(of_capitals), np.repeat(paragraphs.documents[some], 2), count),
        _joined(_figures(paragraphs.positions[whole]), paragraphs.documents[whole], count),
    )
    return pc.binary_join_element_wise(*parts, _PARTS)


def _words(keys: Keys, paragraphs: Paragraphs) -> pa.StringArray:
    """Return for each document the words in question, each with the positions of the paragraphs that hold it."""
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
    words, documents = np.zeros((2, keys.size), np.int64)
    words[alone], documents[alone] = keys.word, keys.document
    rows = pairs[np.argsort(documents[pairs // count], kind="stable")]
    numbers, found = rows // count, paragraphs.positions[rows % count]
    begins = np.flatnonzero(np.diff(numbers, prepend=-1))  # of the words: each stands before its positions
    forms, which = np.unique(words[numbers[begins]], return_inverse=True)
    texts = pa.concat_arrays([_figures(found), pa.array([finder.words[form] for form in forms.tolist()], pa.string())])
    tokens = texts.take(pa.array(np.insert(np.arange(len(found)), begins, len(found) + which)))
    return _joined(tokens, np.insert(documents[numbers], begins, documents[numbers[begins]]), len(finder.starts) - 1)


def _figures(numbers: Ints) -> pa.StringArray:
    return pa.array(numbers).cast(pa.string())


def _joined(tokens: pa.StringArray, documents: Ints, count: int) -> pa.StringArray:
    """Return the tokens of each of so many documents in one text; they come by document."""
    return pc.binary_join(listed(np.bincount(documents, minlength=count), tokens), " ")


def more_than_words(reading: Reading, starts: Ints) -> Ints:
    """Return a word of each line that may show damage beyond single words; sentences may begin small with `starts`."""
    lines = [*may_be_ledes(reading), *may_be_headings(reading)]
    return np.concatenate([starts, reading.firsts[np.array(lines, np.int64)] + 1])
