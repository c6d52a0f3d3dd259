"""How the rest of the corpus writes the words that a document asks about.

The same aggregation twice: as SQL for the pipeline (portable, it spills to disk) and in memory for `Repairer`.  Both
leave the document's own rows out: what it says itself is weighed apart, and first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from cleaner.identity import paragraph_id
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_facts import asked_keys, written_small
from cleaner.repair.casing_parts import Others
from cleaner.repair.casing_records import Answer
from cleaner.repair.dictionary import capital_forms

_SHOWN = 3  # paragraphs that are remembered for a writing: two to cite, and one that may be the reader's own


class Writing(NamedTuple):
    """Where a writing stands: the numbers of its documents, ascending, and the paragraphs in the first of them."""

    documents: list[int]
    paragraphs: list[int]


_NOWHERE: list[int] = []

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
        self._small: dict[str, list[int]] = defaultdict(list)  # key -> documents, ascending
        self._capital: dict[str, dict[str, Writing]] = defaultdict(dict)  # by key and surface
        self._outlets: dict[tuple[str, str], Counter[str]] = {}  # (key, surface), worked out when first asked

    def add(self, doc_id: str, outlet: str | None, document: CasingDocument) -> None:
        """Take in one document; a null outlet stands for the document alone."""
        number = len(self._homes)
        if self._ids.setdefault(doc_id, number) != number:
            raise ValueError(f"document {doc_id!r} was given twice; ids must differ")
        home = outlet or f"\0{doc_id}"
        self._names.append(doc_id)
        self._homes.append(home)
        self._outlets.clear()
        for (key, surface), paragraph in document.places().items():
            writing = self._capital[key].get(surface)
            if writing is None:
                writing = self._capital[key][surface] = Writing([], [])
            writing.documents.append(number)
            if len(writing.paragraphs) < _SHOWN:
                writing.paragraphs.append(paragraph)
        for key in written_small(document):
            self._small[key].append(number)

    def heard(self, doc_id: str, outlet: str | None, document: CasingDocument) -> Heard:
        """Return how the other documents write what `document` asks about, worked out key by key when it is looked up.

        What cannot matter to it is not answered.
        """
        own = self._ids.get(doc_id, -1)
        home = self._homes[own] if own >= 0 else outlet or f"\0{doc_id}"
        return Heard(self, own, home, self.questions(document, own))

    def others(self, key: str, own: int, home: str) -> Others:
        """Return how documents but number `own`, which is of outlet `home`, write a key."""
        documents = self._small.get(key, _NOWHERE)
        mine = _holds(documents, own)
        small = len(documents) - mine
        here_small = self._outlets_of(key, "", documents)[home] - mine if small else 0
        surfaces = tuple(self._surfaces(key, own, home)) if key in self._capital else ()
        return Others(
            sum(answer.documents for answer in surfaces),
            small,
            sum(answer.outlets for answer in surfaces),
            sum(answer.here for answer in surfaces),
            here_small,
            surfaces,
        )

    def _surfaces(self, key: str, own: int, home: str) -> Iterator[Answer]:
        """Yield how they write it with a capital."""
        for surface, (documents, paragraphs) in self._capital[key].items():
            mine = _holds(documents, own)
            if len(documents) > mine:
                outlets = self._outlets_of(key, surface, documents)
                here = outlets[home] - mine
                count = len(outlets) - int(mine == 1 and here == 0)
                shown = self._examples(documents, paragraphs, own)
                yield Answer(key, surface, True, len(documents) - mine, count, here, shown)  # noqa: FBT003 - a row

    def questions(self, document: CasingDocument, own: int) -> set[str]:
        """Return what document number `own` asks and others can answer.

        It asks about words that somebody writes with a capital, or the dictionary does.
        """
        asked = asked_keys(document)
        forms, known, capital, small = capital_forms(), document.counts.capital, self._capital, self._small
        live = {word for key, word in asked.items() if key in capital or word in known or word in forms}
        mine = int(own >= 0)
        return {k for k, word in asked.items() if word in live and (k in capital or len(small.get(k, ())) > mine)}

    def _outlets_of(self, key: str, surface: str, documents: list[int]) -> Counter[str]:
        """Return how many of the documents are of each outlet; `surface` is empty for small letters."""
        outlets = self._outlets.get((key, surface))
        if outlets is None:
            outlets = self._outlets[key, surface] = Counter(map(self._homes.__getitem__, documents))
        return outlets

    def _examples(self, documents: list[int], paragraphs: list[int], own: int) -> tuple[str, ...]:
        others = [(n, at) for n, at in zip(documents, paragraphs, strict=False) if n != own]
        return tuple(paragraph_id(self._names[n], at) for n, at in others[: _SHOWN - 1])


class Heard(Mapping[str, Others]):
    """What one document hears of others, by key."""

    def __init__(self, evidence: CorpusEvidence, own: int, home: str, asked: set[str]) -> None:
        self._evidence = evidence
        self._reader = own, home
        self._asked = asked
        self._known: dict[str, Others] = {}

    def __getitem__(self, key: str) -> Others:
        """Return how others write a key; raise KeyError where it was not asked."""
        if key not in self._asked:
            raise KeyError(key)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._evidence.others(key, *self._reader)
        return found

    def get(self, key: str, default: Any = None) -> Any:
        """Return the same, or `default` where the key was not asked."""
        return self[key] if key in self._asked else default

    def __iter__(self) -> Iterator[str]:
        """Yield the keys that were asked."""
        return iter(sorted(self._asked))

    def __len__(self) -> int:
        """Return how many were asked."""
        return len(self._asked)


def _holds(documents: list[int], own: int) -> int:
    at = bisect_left(documents, own)
    return int(at < len(documents) and documents[at] == own)
