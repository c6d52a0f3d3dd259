"""The facts of case as tables: what documents write with a capital, and what they ask.

Keys and words are numbers (`casing_numbers`), and so are documents (`KNOWN`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cleaner.engine.table_file import HASH
from cleaner.repair.casing_around import Floats
from cleaner.repair.casing_chances import Chances
from cleaner.repair.casing_columns import Asked, Told, Written
from cleaner.repair.casing_damage import LEAST
from cleaner.repair.casing_finder import Finder, Flags
from cleaner.repair.casing_gate import UNIT
from cleaner.repair.casing_numbers import Hashes, key_numbers, word_numbers
from cleaner.repair.cutting import Ints
from cleaner.repair.dictionary import is_lower_word

_INT, _STRING, _FLAG = pa.int64(), pa.string(), pa.bool_()


def _hashes(*names: str) -> list[pa.Field]:
    return [pa.field(name, _INT, metadata=HASH) for name in names]


CAPITALS = pa.schema([("document", _INT), *_hashes("key", "surface"), ("loud", _FLAG), ("place", _STRING)])
"""One row for each key that a document writes with a capital, and each way in which it writes it (`surface`, a word).

`loud` is capitals throughout, `place` how the id of the first paragraph ends that shows it.
"""

QUESTIONS = pa.schema(
    [
        ("document", _INT),
        *_hashes("key"),
        *((name, _FLAG) for name in ("small", "asks", "known", "writes", "weighs")),
        *((name, _INT) for name in ("raises", "lowers", "times")),
    ]
)
"""One row for each word that a document writes small, or asks about.

The document may write it `small`, and `asks` where others can matter; the dictionary knows the word, or not; the
document also `writes` it with a capital, or not.  `raises` and `lowers` are its chances above `LEAST`, null where there
are none.
"""

PAIRS = pa.schema(
    [
        ("document", _INT),
        *_hashes("key", "word", "near"),
        *((name, _INT) for name in ("further", "side")),
        *((name, _FLAG) for name in ("asks", "writes")),
    ]
)
"""One row for each such word and what stands beside it, where the word is written small.

It stands after a name (`side` 1) or before one (2): `near`, and `further` where that is linked to a second.
"""

WORDS = pa.schema([*_hashes("number"), ("text", _STRING)])
"""Words and names of questions, and surfaces, by their numbers; a word has a row for each batch that has it."""

CASING = {
    "casing_capitals": CAPITALS,
    "casing_questions": QUESTIONS,
    "casing_pairs": PAIRS,
    "casing_words": WORDS,
}
"""The tables by their names."""


class Facts(NamedTuple):
    """What a batch of documents tells; `places` are positions of paragraphs, one for each row of what is written."""

    finder: Finder
    written: Written
    asked: Asked
    chances: Chances
    places: Ints


def casing_tables(documents: Ints, told: Facts) -> dict[str, pa.RecordBatch]:
    """Return the rows of the tables of `CASING`, of documents with these numbers."""
    words = _Words(told)
    columns = {
        "casing_capitals": _capitals(told, documents, words),
        **_questions(told, documents, words),
        "casing_words": words.rows(told),
    }
    return {
        name: pa.RecordBatch.from_arrays([pa.array(columns[name][f.name], f.type) for f in schema], schema=schema)
        for name, schema in CASING.items()
    }


def rooms(found: Chances) -> pa.Array:
    """Return the rooms of documents in parts of `casing_gate.UNIT`."""
    return pa.array(np.floor(found.rooms * UNIT).astype(np.int64))


Columns = dict[str, npt.NDArray[np.generic] | pa.Array]


class _Words:
    """The numbers of words and keys, by their places in `Finder.words`."""

    def __init__(self, told: Facts) -> None:
        self._words = told.finder.words
        self._numbers: Hashes = np.zeros(len(self._words) + 1, np.uint64)  # the last for none
        used = self._distinct(*_named(told.written.told), *_named(told.asked.told), told.written.surfaces)
        self._numbers[used] = word_numbers(pa.array(self._texts(used), _STRING))

    def of(self, words: Ints) -> Ints:
        """Return the numbers of words, 0 for none."""
        return self._numbers[words].view(np.int64)

    def keys(self, told: Told) -> Ints:
        """Return the numbers of keys."""
        words, near, further = (self._numbers[column] for column in _named(told))
        return key_numbers(words, near, further, told.sides).view(np.int64)

    def each(self, words: Ints, tell: Callable[[str], bool]) -> Flags:
        """Return what is told of words; none is asked about twice."""
        distinct = self._distinct(words)
        found = np.zeros(len(self._words), np.bool_)
        found[distinct] = list(map(tell, self._texts(distinct)))
        return found[words]

    def rows(self, told: Facts) -> Columns:
        """Return the columns of `WORDS`."""
        used = self._distinct(*_named(told.asked.told), told.written.surfaces)
        return {"number": self.of(used), "text": pa.array(self._texts(used), _STRING)}

    def _distinct(self, *words: Ints) -> Ints:
        return np.flatnonzero(np.bincount(np.concatenate(words) + 1, minlength=len(self._words) + 1)[1:])

    def _texts(self, words: Ints) -> list[str]:
        return list(map(self._words.__getitem__, words.tolist()))


def _named(told: Told) -> tuple[Ints, Ints, Ints]:
    return told.words, told.beside.near, told.beside.further


def _capitals(told: Facts, documents: Ints, words: _Words) -> Columns:
    written = told.written
    positions, which = np.unique(told.places, return_inverse=True)
    return {
        "document": documents[written.told.documents],
        "key": words.keys(written.told),
        "surface": words.of(written.surfaces),
        "loud": words.each(written.surfaces, str.isupper),
        "place": pa.array([f":{position:05d}" for position in positions.tolist()], _STRING).take(pa.array(which)),
    }


def _questions(told: Facts, documents: Ints, words: _Words) -> dict[str, Columns]:
    asked, found = told.asked, told.chances
    own, near, further = (words.of(column) for column in _named(asked.told))
    raised, lowered = found.raised[asked.alone], found.lowered[asked.alone]
    columns: Columns = {
        "document": documents[asked.told.documents],
        "key": words.keys(asked.told),
        "word": own,
        "near": near,
        "further": further,
        "side": asked.told.sides,
        "small": asked.small,
        "asks": (raised > -np.inf) | ((asked.told.sides == 0) & (lowered > -np.inf)),
        "known": words.each(asked.told.words, is_lower_word),
        "writes": asked.written,
        "weighs": found.weighs[asked.alone],
        "raises": _in_units(raised),
        "lowers": _in_units(lowered),
        "times": found.times[asked.alone],
    }
    words_alone = int(np.searchsorted(asked.told.sides, 1))  # sides ascend
    return {
        "casing_questions": {field.name: columns[field.name][:words_alone] for field in QUESTIONS},
        "casing_pairs": {field.name: columns[field.name][words_alone:] for field in PAIRS},
    }


def _in_units(log_odds: Floats) -> pa.Array:
    """Return log odds above those of suspects, where there are any."""
    none = log_odds == -np.inf
    return pa.array(np.ceil((np.where(none, 0, log_odds) - LEAST) * UNIT).astype(np.int64), mask=none)
