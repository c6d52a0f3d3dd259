"""How the rest of the corpus writes the words that a document asks about.

The same aggregation twice: as SQL for the pipeline (portable, it spills to disk) and in memory for `Repairer`.  Both
leave the document's own rows out: what it says itself is weighed apart, and first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from cleaner.identity import paragraph_id
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_facts import asked_keys, written_small
from cleaner.repair.casing_records import Answer
from cleaner.repair.dictionary import capital_forms

_SHOWN = 3  # paragraphs that are remembered for a writing: two to cite, and one that may be the reader's own


class Writing(NamedTuple):
    """Where a writing stands: the numbers of its documents, ascending, and the paragraphs in the first of them."""

    documents: list[int]
    paragraphs: list[int]


_NOBODY: dict[str, Writing] = {}

DECIDE_CASING = """
WITH questions AS (
  SELECT doc_id, outlet, key FROM facts WHERE asks
), by_outlet AS (
  SELECT f.key, f.surface, f.capital, f.outlet, CAST(count(*) AS BIGINT) AS documents, min(f.paragraph_id) AS example
  FROM facts f JOIN (SELECT DISTINCT key FROM questions) k ON k.key = f.key
  WHERE f.surface <> '' GROUP BY f.key, f.surface, f.capital, f.outlet
), totals AS (
  SELECT key, surface, capital, CAST(sum(documents) AS BIGINT) AS documents, CAST(count(*) AS BIGINT) AS outlets,
    min(example) AS example, max(example) AS other_example
  FROM by_outlet GROUP BY key, surface, capital
), own AS (
  SELECT f.doc_id, f.key, f.surface, f.capital
  FROM facts f JOIN questions q ON q.doc_id = f.doc_id AND q.key = f.key WHERE f.surface <> ''
), compared AS (
  SELECT q.doc_id, q.key, t.surface, t.capital, t.example, t.other_example,
    t.documents - CASE WHEN o.doc_id IS NULL THEN 0 ELSE 1 END AS documents,
    t.outlets - CASE WHEN o.doc_id IS NOT NULL AND h.documents = 1 THEN 1 ELSE 0 END AS outlets,
    CASE WHEN h.documents IS NULL THEN 0 ELSE h.documents END
      - CASE WHEN o.doc_id IS NULL THEN 0 ELSE 1 END AS here
  FROM questions q
  JOIN totals t ON t.key = q.key
  LEFT JOIN by_outlet h
    ON h.key = q.key AND h.surface = t.surface AND h.capital = t.capital AND h.outlet = q.outlet
  LEFT JOIN own o
    ON o.doc_id = q.doc_id AND o.key = q.key AND o.surface = t.surface AND o.capital = t.capital
)
SELECT doc_id, key, surface, capital, documents, outlets, here, example, other_example
FROM compared WHERE documents > 0
"""
"""The answers to every question: rows of (doc_id, key, surface, capital, documents, outlets, here, example,
other_example).  Input: `facts` of (doc_id STRING, outlet STRING not null, key STRING, surface STRING, capital BOOLEAN,
asks BOOLEAN, paragraph_id STRING)."""


class CorpusEvidence:
    """The facts of a corpus in memory: the answers are those of `DECIDE_CASING` to the questions that can matter."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._names: list[str] = []
        self._homes: list[str] = []
        self._in_outlet: Counter[str] = Counter()
        self._small: dict[str, list[int]] = {}  # key -> documents, ascending
        self._capital: dict[str, dict[str, Writing]] = {}  # by key and surface
        self._outlets: dict[tuple[str, str], int] = {}  # (key, surface) -> outlets, worked out when first asked

    def add(self, doc_id: str, outlet: str | None, document: CasingDocument) -> None:
        """Take in one document; a null outlet stands for the document alone."""
        number = len(self._homes)
        if self._ids.setdefault(doc_id, number) != number:
            raise ValueError(f"document {doc_id!r} was given twice; ids must differ")
        home = outlet or f"\0{doc_id}"
        self._names.append(doc_id)
        self._homes.append(home)
        self._outlets.clear()
        self._in_outlet[home] += 1
        places = document.counts.places
        shown = document.paragraphs_of(places.values())
        for (key, surface), paragraph in zip(places, shown, strict=True):
            writing = self._capital.setdefault(key, {}).setdefault(surface, Writing([], []))
            writing.documents.append(number)
            if len(writing.paragraphs) < _SHOWN:
                writing.paragraphs.append(paragraph)
        for key in written_small(document):
            self._small.setdefault(key, []).append(number)

    def answers(self, doc_id: str, outlet: str | None, document: CasingDocument) -> Iterator[Answer]:
        """Yield how the other documents write what `document` asks about, where that can matter to it."""
        own = self._ids.get(doc_id, -1)
        home = self._homes[own] if own >= 0 else outlet or f"\0{doc_id}"
        for key in self.questions(document):
            documents = self._small.get(key)
            if documents is not None:
                mine = _holds(documents, own)
                if len(documents) > mine:
                    spread = self._spread((key, ""), documents, mine, home)
                    yield Answer(key, word_of(key), False, len(documents) - mine, *spread)  # noqa: FBT003 - a row
            for surface, (documents, paragraphs) in self._capital.get(key, _NOBODY).items():
                mine = _holds(documents, own)
                if len(documents) > mine:
                    spread = self._spread((key, surface), documents, mine, home)
                    shown = self._examples(documents, paragraphs, own)
                    yield Answer(key, surface, True, len(documents) - mine, *spread, shown)  # noqa: FBT003

    def questions(self, document: CasingDocument) -> list[str]:
        """Return what a document asks about words that somebody writes with a capital, or the dictionary does."""
        asked = asked_keys(document)
        forms, known, capital = capital_forms(), document.counts.capital, self._capital
        live = {word for key, word in asked.items() if key in capital or word in known or word in forms}
        return [key for key, word in asked.items() if word in live]

    def _spread(self, writing: tuple[str, str], documents: list[int], mine: int, home: str) -> tuple[int, int]:
        """Return how many outlets the other documents are of, and how many of those documents are of `home`."""
        outlets = self._outlets.get(writing)
        if outlets is None:
            outlets = self._outlets[writing] = len({self._homes[n] for n in documents})
        here = 0
        if self._in_outlet[home] > mine:
            here = sum(self._homes[n] == home for n in documents) - mine
        return outlets - int(mine == 1 and here == 0), here

    def _examples(self, documents: list[int], paragraphs: list[int], own: int) -> tuple[str, ...]:
        others = [(n, at) for n, at in zip(documents, paragraphs, strict=False) if n != own]
        return tuple(paragraph_id(self._names[n], at) for n, at in others[: _SHOWN - 1])


def _holds(documents: list[int], own: int) -> int:
    at = bisect_left(documents, own)
    return int(at < len(documents) and documents[at] == own)


def word_of(key: str) -> str:
    """Return the word of a key, in small letters."""
    if key[0] == "<":
        return key.rpartition(" ")[2]
    return key[1:].partition(" ")[0] if key[0] == ">" else key
