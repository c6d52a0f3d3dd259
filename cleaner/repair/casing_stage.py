"""Casing in the pipeline: every document's facts and questions, and the corpus's answers to them."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Any

import pyarrow as pa

from cleaner.documents import Documents, told
from cleaner.engine.base import Engine, Query
from cleaner.identity import paragraph_id
from cleaner.records import Document, Kind
from cleaner.repair.casing_capitals import lede_keys
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import facts_of, speaks_of_case
from cleaner.repair.casing_parts import written_with_capital
from cleaner.repair.casing_records import Answer
from cleaner.repair.dictionary import is_lower_word
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


def casing_column(documents: Sequence[Document], settings: RepairSettings) -> pa.ListArray:
    """Return what each document tells of case: a list of rows of `FACTS`, less the columns of `IDENTITY`."""
    return told([_facts_of(document, settings) for document in documents], FACTS)


def _facts_of(document: Document, settings: RepairSettings) -> list[tuple[Any, ...]]:
    if settings.mode == "off" or not speaks_of_case(document.language):
        return []
    shown = [p for p in document.paragraphs if p.kind is not Kind.BLANK]
    read = CasingDocument(mend([p.source_text for p in shown], document.language, settings).texts)
    names = [paragraph_id(document.doc_id, p.position) for p in shown]
    facts = list(facts_of(read))
    written = {fact.key for fact in facts if fact.capital}
    ledes = frozenset(lede_keys(read))
    return [
        (key, surface, capital, asks, None, *_question(key, written, ledes))
        if asks
        else (key, surface, capital, asks, names[paragraph], None, False, False)
        for key, surface, capital, asks, paragraph in facts
    ]


def _question(key: str, written: Container[str], ledes: Container[str]) -> tuple[str, bool, bool]:
    """Return what a question is about, whether its document gives a reason for it, and whether others could."""
    pair = key[0] in "<>"
    word = key.rpartition(" ")[2] if key[0] == "<" else key[1:].partition(" ")[0] if pair else key
    known = is_lower_word(word)
    named = not known and bool(written_with_capital(word))
    return word, key in written or named or (word in ledes and not known), pair or not known
