"""Casing in the pipeline: every document's facts and questions, and the corpus's answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from cleaner.columnar import listed, nested, stored
from cleaner.documents import Documents, fact_type
from cleaner.engine.base import Engine, Query
from cleaner.identity import paragraph_id
from cleaner.records import Document, Kind
from cleaner.repair.casing_capitals import lede_keys
from cleaner.repair.casing_document import CasingDocument, read_documents
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import asked_keys, speaks_of_case, written_small
from cleaner.repair.casing_records import Answer
from cleaner.repair.dictionary import capital_forms, is_lower_word
from cleaner.repair.plan import mend
from cleaner.repair.settings import RepairSettings

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
_OUTLET_STEPS = (2, 64)  # they are told and weigh nothing


def _stepped(column: str, steps: tuple[int, ...]) -> str:
    cases = " ".join(f"WHEN {column} >= {step} THEN {step}" for step in reversed(steps))
    return f"CASE {cases} ELSE {column} END"


STEADY = f"""
    SELECT doc_id, key, surface, capital, {_stepped("documents", _STEPS)} AS documents,
        {_stepped("outlets", _OUTLET_STEPS)} AS outlets,
        CASE WHEN here > {EXACT} THEN {EXACT} ELSE here END AS here,
        CASE WHEN documents <= {EXACT} THEN example END AS example,
        CASE WHEN documents <= {EXACT} THEN other_example END AS other_example
    FROM answers
"""  # noqa: S608  the only values are constants of this file
"""Answers in steps (1, 2, 3, 4, 8, 16 …: at least so many; outlets 1, 2, 64), so that one more document in a hundred
seldom changes what was decided of the others; examples where so few documents write a word that they are worth a look.
"""

ANSWER_COLUMNS = ("key", "surface", "capital", "documents", "outlets", "here", "example", "other_example")


def decide_casing(engine: Engine, documents: Documents) -> tuple[Query, tuple[str, ...]]:
    """Return the rows that answer every document's questions about case, and the columns that sort them."""
    facts = documents.facts("casing_facts", FACTS)
    asked = engine.sql("casing_asked", ASKED, facts=facts)
    answers = engine.sql("casing_answers", ANSWERS, facts=facts, asked=asked)
    return Query(STEADY, {"answers": answers}), ANSWER_COLUMNS


def casing_answers(rows: Sequence[Sequence[Any]]) -> tuple[Answer, ...]:
    """Return the answers that rows of `ANSWER_COLUMNS` hold."""
    return tuple(
        Answer(key, surface, capital, documents, outlets, here, tuple(dict.fromkeys(e for e in examples if e)))
        for key, surface, capital, documents, outlets, here, *examples in rows
    )


def repair_columns(documents: Sequence[Document], settings: RepairSettings) -> dict[str, pa.ListArray]:
    """Return what each document tells of repairs.

    `casing_facts`: a list of rows of `FACTS`, less the columns of `IDENTITY`; `mended`: the positions of the paragraphs
    whose encoding or spacing is repaired, so that settling need not look for them.
    """
    shown = [[p for p in document.paragraphs if p.kind is not Kind.BLANK] for document in documents]
    texts = [stored([p.source_text for p in paragraphs]) for paragraphs in shown]
    mended = [mend(own, document.language, settings) for own, document in zip(texts, documents, strict=True)]
    positions = [[found[n].position for n in one.layers] for found, one in zip(shown, mended, strict=True)]
    english = [settings.mode != "off" and speaks_of_case(document.language) for document in documents]
    read = iter(read_documents([one.texts for one in compress(mended, english)]))
    rows = _Rows()
    for document, found, speaks in zip(documents, shown, english, strict=True):
        if speaks:
            rows.add([paragraph_id(document.doc_id, p.position) for p in found], next(read))
        else:
            rows.counts.append(0)
    return {"casing_facts": rows.column(), "mended": nested(positions, pa.int64())}


@dataclass(slots=True)
class _Rows:
    """Columns of facts that grow document by document: what each writes with capitals, then what it asks."""

    counts: list[int] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    surfaces: list[str] = field(default_factory=list)
    asks: list[bool] = field(default_factory=list)
    examples: list[str | None] = field(default_factory=list)
    words: list[str | None] = field(default_factory=list)
    weighs: list[bool] = field(default_factory=list)
    movable: list[bool] = field(default_factory=list)

    def add(self, ids: Sequence[str], document: CasingDocument) -> None:
        """Take in one document; `ids` are those of its paragraphs that are not blank."""
        places = document.places()
        small, asked = written_small(document), asked_keys(document)
        written = {key for key, _ in places}
        named = {word for word in asked.values() if not is_lower_word(word)}
        expected = named & {*capital_forms().keys() & named, *lede_keys(document)}
        self.counts.append(len(places) + len(asked))
        self.keys += [*(key for key, _ in places), *asked]
        self.surfaces += [*(surface for _, surface in places), *(small.get(key, "") for key in asked)]
        self.asks += [False] * len(places) + [True] * len(asked)
        self.examples += [*map(ids.__getitem__, places.values()), *[None] * len(asked)]
        self.words += [*[None] * len(places), *asked.values()]
        self.weighs += [False] * len(places) + [key in written or word in expected for key, word in asked.items()]
        self.movable += [False] * len(places) + [key != word or word in named for key, word in asked.items()]

    def column(self) -> pa.ListArray:
        """Return the facts of all documents."""
        asks = pa.array(self.asks, pa.bool_())
        kind = fact_type(FACTS).value_type
        told = (self.examples, self.words, self.weighs, self.movable)
        columns = [
            pa.array(self.keys, pa.string()),
            pa.array(self.surfaces, pa.string()),
            pc.invert(asks),
            asks,
            *map(pa.array, told, FACTS.types[-len(told) :]),
        ]
        return listed(self.counts, pa.StructArray.from_arrays(columns, fields=list(kind)))
