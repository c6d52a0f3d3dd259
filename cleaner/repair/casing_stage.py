"""Casing in the pipeline: every document's facts and questions, and the corpus's answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, compress
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.columnar import listed, nested, stored
from cleaner.documents import Documents, fact_type
from cleaner.engine.base import Engine, Query
from cleaner.identity import paragraph_id
from cleaner.records import Document, Paragraph
from cleaner.repair.casing_columns import Keys, facts, questions
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import speaks_of_case
from cleaner.repair.casing_hits import Finder
from cleaner.repair.casing_records import Answer
from cleaner.repair.cutting import Ints
from cleaner.repair.ledes import find_ledes, lede_words
from cleaner.repair.plan import mend
from cleaner.repair.running_text import read_texts
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


def repair_columns(
    documents: Sequence[Document], shown: Sequence[Sequence[Paragraph]], settings: RepairSettings
) -> dict[str, pa.ListArray]:
    """Return what each document tells of repairs, from those of its paragraphs that may stay.

    `casing_facts`: a list of rows of `FACTS`, less the columns of `IDENTITY`; `mended`: the positions of the paragraphs
    whose encoding or spacing is repaired, so that settling need not look for them.
    """
    texts = [stored([p.source_text for p in paragraphs]) for paragraphs in shown]
    mended = [mend(own, document.language, settings) for own, document in zip(texts, documents, strict=True)]
    positions = [[found[n].position for n in one.layers] for found, one in zip(shown, mended, strict=True)]
    english = [settings.mode != "off" and speaks_of_case(document.language) for document in documents]
    named = [
        [paragraph_id(document.doc_id, paragraph.position) for paragraph in found]
        for document, found in compress(zip(documents, shown, strict=True), english)
    ]
    counts = np.zeros(len(documents), np.int64)
    counts[english], facts = _casing_facts([one.texts for one in compress(mended, english)], named)
    return {"casing_facts": listed(counts, facts), "mended": nested(positions, pa.int64())}


def _casing_facts(documents: Sequence[Sequence[str]], named: Sequence[Sequence[str]]) -> tuple[Ints, pa.StructArray]:
    """Return how many facts each document tells, and all of them; `named` are the ids of its paragraphs."""
    reading = read_texts(["\n".join(paragraphs) for paragraphs in documents])
    ledes = find_ledes(reading)
    finder = Finder(reading, ledes)
    keys = Keys(finder, [lede_words(reading, number, found) for number, found in enumerate(ledes)])
    written, asked = facts(keys, _paragraphs_of(finder, documents)), questions(keys)
    ids = pa.array(list(chain.from_iterable(named)), pa.string())
    examples = pa.chunked_array([ids.take(pa.array(written.paragraphs)), pa.nulls(len(asked.keys), pa.string())])
    asks = pa.array([False] * len(written.keys) + [True] * len(asked.keys), pa.bool_())
    columns = [
        pa.array(written.keys + asked.keys, pa.string()),
        pa.array(written.surfaces + asked.surfaces, pa.string()),
        pc.invert(asks),
        asks,
        examples.combine_chunks(),
        pa.array(written.words + asked.words, pa.string()),
        pa.array(written.weighs + asked.weighs, pa.bool_()),
        pa.array(written.movable + asked.movable, pa.bool_()),
    ]
    of_documents = np.concatenate([written.documents, asked.documents])
    order = pa.array(np.argsort(of_documents, kind="stable"))
    rows = pa.StructArray.from_arrays(columns, fields=list(fact_type(FACTS).value_type)).take(order)
    return np.bincount(of_documents, minlength=len(documents)), rows


def _paragraphs_of(finder: Finder, documents: Sequence[Sequence[str]]) -> Ints:
    """Return which paragraph holds each capitalised word, numbered through all documents."""
    sizes = [text.count("\n") + 1 for paragraphs in documents for text in paragraphs]
    of_line = np.repeat(np.arange(len(sizes)), sizes)
    ends = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    firsts = ends[np.concatenate([[0], np.cumsum([len(paragraphs) for paragraphs in documents], dtype=np.int64)])]
    found: Ints = of_line[firsts[finder.documents_of(finder.capitals)] + finder.lines_of(finder.capitals)]
    return found
