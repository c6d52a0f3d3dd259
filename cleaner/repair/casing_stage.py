"""Casing in the pipeline: every document's facts and questions, and the corpus's answers to them."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.documents import Documents
from cleaner.engine.base import Engine, Table
from cleaner.identity import paragraph_id
from cleaner.records import Kind
from cleaner.repair.casing_capitals import lede_keys
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import asked_keys, speaks_of_case, written_small
from cleaner.repair.casing_records import Answer
from cleaner.repair.dictionary import capital_forms, is_lower_word
from cleaner.repair.plan import mend
from cleaner.repair.settings import RepairSettings

if TYPE_CHECKING:
    from cleaner.config import Config

FACTS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("outlet", pa.string()),
        ("key", pa.string()),
        ("surface", pa.string()),
        ("capital", pa.bool_()),
        ("asks", pa.bool_()),
        ("paragraph_id", pa.string()),
        ("word", pa.string()),
        ("weighs", pa.bool_()),
        ("movable", pa.bool_()),
    ]
)
"""One row a fact or question; a document without an outlet is an outlet of its own.

Questions also tell the `word` that they are about, whether the document itself gives a reason to ask (`weighs`: it
writes the key with a capital, or the dictionary does), and whether a capital elsewhere would be one
(`movable`: always but for a dictionary word by itself).
"""

ASKED = """
    SELECT f.doc_id AS doc_id, f.outlet AS outlet, f.key AS key FROM facts f
    JOIN (SELECT DISTINCT q.doc_id AS doc_id, q.word AS word FROM facts q
        LEFT JOIN (SELECT DISTINCT key FROM facts WHERE capital) c ON c.key = q.key
        WHERE q.asks AND (q.weighs OR (q.movable AND c.key IS NOT NULL))) w
    ON w.doc_id = f.doc_id AND w.word = f.word WHERE f.asks
"""
"""The questions whose answers can matter: no word gets a capital that nobody writes with one.

Leaving the others out changes no repair.  It keeps what is decided of a document apart from what it never asked."""

_QUESTIONS = "FROM facts WHERE asks"
ANSWERS = DECIDE_CASING.replace(_QUESTIONS, "FROM asked")

EXACT = 4
_STEPS = tuple(1 << n for n in range(2, 32))


def _stepped(column: str) -> str:
    cases = " ".join(f"WHEN {column} >= {step} THEN {step}" for step in reversed(_STEPS))
    return f"CASE {cases} ELSE {column} END"


STEADY = f"""
    SELECT doc_id, key, surface, capital, {_stepped("documents")} AS documents, {_stepped("outlets")} AS outlets,
        CASE WHEN here > {EXACT} THEN {EXACT} ELSE here END AS here,
        CASE WHEN documents <= {EXACT} THEN example END AS example,
        CASE WHEN documents <= {EXACT} THEN other_example END AS other_example
    FROM answers
"""  # noqa: S608  the only values are constants of this file
"""Answers in steps (1, 2, 3, 4, 8, 16 …: at least so many), so that one more document in a hundred seldom
changes what was decided of the others; examples where so few documents write a word that they are worth a look."""

ANSWER_COLUMNS = ("key", "surface", "capital", "documents", "outlets", "here", "example", "other_example")


def decide_casing(engine: Engine, documents: Documents, config: Config) -> tuple[Table, tuple[str, ...]]:
    """Return the rows that answer every document's questions about case, and the columns that sort them."""
    facts = documents.facts("casing_facts", partial(fact_rows, settings=config.repair), FACTS)
    asked = engine.sql("casing_asked", ASKED, facts=facts)
    answers = engine.sql("casing_answers", ANSWERS, facts=facts, asked=asked)
    return engine.sql("casing_rows", STEADY, answers=answers), ANSWER_COLUMNS


def casing_answers(rows: Sequence[Sequence[Any]]) -> tuple[Answer, ...]:
    """Return the answers that rows of `ANSWER_COLUMNS` hold."""
    return tuple(
        Answer(key, surface, capital, documents, outlets, here, tuple(dict.fromkeys(e for e in examples if e)))
        for key, surface, capital, documents, outlets, here, *examples in rows
    )


def fact_rows(batches: Iterator[pa.RecordBatch], settings: RepairSettings) -> Iterator[pa.RecordBatch]:
    """Yield rows of `FACTS` for the documents of batches of understood ones."""
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in ("doc_id", "outlet", "language", "kinds", "texts"))
        rows = _Rows()
        for doc_id, outlet, language, kinds, texts in zip(*columns, strict=True):
            if settings.mode != "off" and speaks_of_case(language):
                positions = [i for i, kind in enumerate(kinds) if kind != Kind.BLANK]
                mended = mend([texts[i] for i in positions], language, settings)
                rows.add(doc_id, outlet or f"\0{doc_id}", CasingDocument(mended.texts), positions)
        yield rows.batch()


@dataclass(slots=True)
class _Rows:
    """Columns of `FACTS` that grow document by document: what each writes with capitals, then what it asks."""

    doc_ids: list[str] = field(default_factory=list)
    outlets: list[str] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    surfaces: list[str] = field(default_factory=list)
    asks: list[bool] = field(default_factory=list)
    examples: list[str | None] = field(default_factory=list)
    words: list[str | None] = field(default_factory=list)
    weighs: list[bool] = field(default_factory=list)
    movable: list[bool] = field(default_factory=list)

    def add(self, doc_id: str, outlet: str, document: CasingDocument, positions: Sequence[int]) -> None:
        """Take in one document; `positions` are those of its paragraphs that are not blank."""
        places = document.counts.places
        small, asked = written_small(document), asked_keys(document)
        written = {key for key, _ in places}
        ledes = frozenset(lede_keys(document))
        ids = [paragraph_id(doc_id, position) for position in positions]
        self.doc_ids.append(doc_id)
        self.outlets.append(outlet)
        self.counts.append(len(places) + len(asked))
        self.keys += [*(key for key, _ in places), *asked]
        self.surfaces += [*(surface for _, surface in places), *(small.get(key, "") for key in asked)]
        self.asks += [False] * len(places) + [True] * len(asked)
        self.examples += [*(ids[number] for number in document.paragraphs_of(places.values())), *[None] * len(asked)]
        self.words += [*[None] * len(places), *asked.values()]
        questions = [_question(key, word, written, ledes) for key, word in asked.items()]
        self.weighs += [False] * len(places) + [weighs for weighs, _ in questions]
        self.movable += [False] * len(places) + [movable for _, movable in questions]

    def batch(self) -> pa.RecordBatch:
        """Return the rows."""
        of_row = pa.array(np.repeat(np.arange(len(self.counts)), self.counts))
        asks = pa.array(self.asks, pa.bool_())
        columns = [
            pa.array(self.doc_ids, pa.string()).take(of_row),
            pa.array(self.outlets, pa.string()).take(of_row),
            pa.array(self.keys, pa.string()),
            pa.array(self.surfaces, pa.string()),
            pc.invert(asks),
            asks,
            *map(pa.array, (self.examples, self.words, self.weighs, self.movable), FACTS.types[6:]),
        ]
        return pa.RecordBatch.from_arrays(columns, schema=FACTS)


def _question(key: str, word: str, written: Container[str], ledes: Container[str]) -> tuple[bool, bool]:
    """Return whether a document gives a reason for what it asks, and whether others could."""
    known = is_lower_word(word)
    return key in written or (not known and (word in capital_forms() or word in ledes)), key != word or not known
