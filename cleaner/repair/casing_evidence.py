"""How the rest of the corpus writes the words that a document asks about.

The same aggregation twice: as SQL for the pipeline (portable, it spills to disk) and in memory for `Repairer`.  Both
leave the document's own rows out: what it says itself is weighed apart, and first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from cleaner.repair.casing_records import Answer, Fact

DECIDE_CASING = """
WITH by_outlet AS (
  SELECT key, surface, capital, outlet, CAST(count(*) AS BIGINT) AS documents, min(paragraph_id) AS example
  FROM facts WHERE surface <> '' GROUP BY key, surface, capital, outlet
), totals AS (
  SELECT key, surface, capital, CAST(sum(documents) AS BIGINT) AS documents, CAST(count(*) AS BIGINT) AS outlets,
    min(example) AS example, max(example) AS other_example
  FROM by_outlet GROUP BY key, surface, capital
), questions AS (
  SELECT doc_id, outlet, key FROM facts WHERE asks
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
  LEFT JOIN facts o
    ON o.doc_id = q.doc_id AND o.key = q.key AND o.surface = t.surface AND o.capital = t.capital
)
SELECT doc_id, key, surface, capital, documents, outlets, here, example, other_example
FROM compared WHERE documents > 0
"""
"""The answers to every question: rows of (doc_id, key, surface, capital, documents, outlets, here, example,
other_example).  Input: `facts` of (doc_id STRING, outlet STRING not null, key STRING, surface STRING, capital BOOLEAN,
asks BOOLEAN, paragraph_id STRING)."""


class _Writing(NamedTuple):
    """Who writes a key with one surface."""

    documents: list[int]
    outlets: Counter[str]
    examples: list[str]


class CorpusEvidence:
    """The facts of a corpus in memory: the answers are those of `DECIDE_CASING`."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._outlets: list[str] = []
        self._writings: dict[str, dict[tuple[str, bool], _Writing]] = defaultdict(dict)

    def add(self, doc_id: str, outlet: str | None, facts: Iterable[Fact]) -> None:
        """Take in one document; a null outlet stands for the document alone."""
        number = self._numbers.setdefault(doc_id, len(self._numbers))
        if number < len(self._outlets):
            raise ValueError(f"document {doc_id!r} was given twice; ids must differ")
        home = outlet or f"\0{doc_id}"
        self._outlets.append(home)
        for fact in facts:
            if not fact.surface:
                continue
            at = self._writings[fact.key].setdefault((fact.surface, fact.capital), _Writing([], Counter(), []))
            at.documents.append(number)
            at.outlets[home] += 1
            if fact.capital and len(at.examples) < 3:
                at.examples.append(f"{doc_id}:{fact.paragraph:05d}")

    def answers(self, doc_id: str, outlet: str | None, keys: Iterable[str]) -> Iterator[Answer]:
        """Yield how the other documents write each of `keys`."""
        own = self._numbers.get(doc_id, -1)
        home = self._outlets[own] if own >= 0 else outlet or f"\0{doc_id}"
        for key in keys:
            for (surface, capital), writing in self._writings.get(key, {}).items():
                answer = _answer(key, surface, writing, own, home, capital=capital)
                if answer.documents:
                    yield answer

    def __len__(self) -> int:
        return len(self._outlets)


def _answer(key: str, surface: str, writing: _Writing, own: int, home: str, *, capital: bool) -> Answer:
    at = bisect_left(writing.documents, own)
    mine = int(own >= 0 and at < len(writing.documents) and writing.documents[at] == own)
    here = writing.outlets.get(home, 0)
    return Answer(
        key,
        surface,
        capital,
        len(writing.documents) - mine,
        len(writing.outlets) - int(mine == 1 and here == 1),
        here - mine,
        tuple(writing.examples[:2]),
    )
