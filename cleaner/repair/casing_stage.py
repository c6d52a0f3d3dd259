"""Casing in the pipeline: every document's facts and questions, and the corpus's answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.columnar import listed, nested, stored
from cleaner.documents import Documents, fact_type
from cleaner.engine.base import Engine, Query
from cleaner.identity import paragraph_id
from cleaner.records import Document, Paragraph
from cleaner.repair.casing_columns import Keys, Told, facts, questions
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import speaks_of_case
from cleaner.repair.casing_finder import Finder
from cleaner.repair.casing_outlook import outlooks
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.casing_records import Answer
from cleaner.repair.cutting import Ints
from cleaner.repair.ledes import find_ledes, lede_words
from cleaner.repair.plan import Mended, mend
from cleaner.repair.running_text import read_texts
from cleaner.repair.settings import RepairSettings
from cleaner.repair.spacing import shows_code

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
) -> dict[str, pa.Array]:
    """Return what each document tells of repairs, from those of its paragraphs that may stay.

    `casing_facts`: a list of rows of `FACTS`, less the columns of `IDENTITY`; `case`: its packed `Outlook`, null where
    all must be read again; `mended`: the positions of the paragraphs whose encoding or spacing is repaired, so that
    settling need not look for them.
    """
    texts = [stored([p.source_text for p in paragraphs]) for paragraphs in shown]
    mended = [mend(own, document.language, settings) for own, document in zip(texts, documents, strict=True)]
    positions = [[found[n].position for n in one.layers] for found, one in zip(shown, mended, strict=True)]
    english = [settings.mode != "off" and speaks_of_case(document.language) for document in documents]
    spoken = (list(compress(documents, english)), list(compress(shown, english)), list(compress(mended, english)))
    told = _told(*spoken)
    counts = np.zeros(len(documents), np.int64)
    counts[english] = told.counts
    noted = iter(told.outlooks)
    packed = [next(noted) if speaks else None for speaks in english]
    anew = [_may_be_mended_anew(own, one) for own, one in zip(texts, mended, strict=True)]
    return {
        "casing_facts": listed(counts, told.facts),
        "case": pa.array(packed, pa.string(), mask=np.array(anew, np.bool_)),
        "mended": nested(positions, pa.int64()),
    }


def _may_be_mended_anew(texts: Sequence[str], mended: Mended) -> bool:
    """Return whether spaces depend on what else of the document stays: where code is shown, names hold full stops."""
    return bool(mended.layers) and shows_code("\n".join(texts))


class _Told(NamedTuple):
    """What documents tell of case: the numbers of their facts, the facts, their outlooks."""

    counts: Ints
    facts: pa.StructArray
    outlooks: list[str]


def _told(documents: Sequence[Document], shown: Sequence[Sequence[Paragraph]], mended: Sequence[Mended]) -> _Told:
    texts = [one.texts for one in mended]
    reading = read_texts(["\n".join(paragraphs) for paragraphs in texts])
    ledes = find_ledes(reading)
    finder = Finder(reading, ledes)
    paragraphs = Paragraphs(finder, texts, [[p.position for p in found] for found in shown])
    keys = Keys(finder, [lede_words(reading, number, found) for number, found in enumerate(ledes)])
    written, asked = facts(keys, paragraphs.of(finder.capitals)), questions(keys)
    shows, examples = np.unique(written.paragraphs, return_inverse=True)
    places = zip(paragraphs.documents[shows].tolist(), paragraphs.positions[shows].tolist(), strict=True)
    names = pa.array([paragraph_id(documents[number].doc_id, position) for number, position in places], pa.string())
    rows = _rows(written, asked, names.take(pa.array(examples)))
    of_documents = np.concatenate([written.documents, asked.documents])
    order = pa.array(np.argsort(of_documents, kind="stable"))
    return _Told(np.bincount(of_documents, minlength=len(texts)), rows.take(order), outlooks(keys, paragraphs))


def _rows(written: Told, asked: Told, examples: pa.Array) -> pa.StructArray:
    """Return the columns of `FACTS` but for `IDENTITY`; `examples` are the ids of the paragraphs of what is written."""
    asks = pa.array([False] * len(written.keys) + [True] * len(asked.keys), pa.bool_())
    columns = [
        pa.array(written.keys + asked.keys, pa.string()),
        pa.array(written.surfaces + asked.surfaces, pa.string()),
        pc.invert(asks),
        asks,
        pa.concat_arrays([examples, pa.nulls(len(asked.keys), pa.string())]),
        pa.array(written.words + asked.words, pa.string()),
        pa.array(written.weighs + asked.weighs, pa.bool_()),
        pa.array(written.movable + asked.movable, pa.bool_()),
    ]
    return pa.StructArray.from_arrays(columns, fields=list(fact_type(FACTS).value_type))
