"""Casing in the pipeline: every document's facts and questions, and the corpus's answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from cleaner.columnar import listed, stored
from cleaner.documents import Documents, fact_type
from cleaner.engine.base import Engine, Query
from cleaner.identity import paragraph_id
from cleaner.records import Document
from cleaner.repair.casing_around import Floats
from cleaner.repair.casing_chances import Chances, chances
from cleaner.repair.casing_columns import Asked, Keys, Told, facts, questions
from cleaner.repair.casing_damage import LEAST
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import speaks_of_case
from cleaner.repair.casing_finder import Finder, Flags
from cleaner.repair.casing_gate import ALL_CAPITALS, ASKED, STEPS, UNIT, stepped
from cleaner.repair.casing_outlook import more_than_words, outlooks
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.casing_records import Answer
from cleaner.repair.casing_starts import may_be_starts
from cleaner.repair.cutting import Ints
from cleaner.repair.ledes import find_ledes, lede_words
from cleaner.repair.mended_once import packed
from cleaner.repair.mending import Mended, Unmended, mend
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
        ("side", pa.int64()),
        ("known", pa.bool_()),
        ("writes", pa.bool_()),
        ("weighs", pa.bool_()),
        ("raises", pa.int64()),
        ("lowers", pa.int64()),
        ("times", pa.int64()),
        ("room", pa.int64()),
        ("whole", pa.bool_()),
    ]
)
"""One row a fact or question; a document without an outlet is an outlet of its own.

Questions also tell the `word` that they are about and whether it stands alone (`side` 0), after a name (1) or before
one (2); whether the dictionary knows it, and whether the document itself `writes` the key with a capital.  Of words
alone they tell the chances (`casing_chances`) in parts of `casing_gate.UNIT`: `raises` and `lowers` as far as they are
above `LEAST`, null where there are none.  Of what is written with a capital `raises` tells what its shape adds.
"""

_QUESTIONS = "FROM facts WHERE asks"
ANSWERS = DECIDE_CASING.replace(_QUESTIONS, "FROM asked")

EXACT = STEPS[0]
_OUTLET_STEPS = (2, 64)  # they are told and weigh nothing


STEADY = f"""
    SELECT doc_id, key, surface, capital, {stepped("documents")} AS documents,
        {stepped("outlets", _OUTLET_STEPS)} AS outlets,
        CASE WHEN here > {EXACT} THEN {EXACT} ELSE here END AS here,
        CASE WHEN documents <= {EXACT} THEN example END AS example,
        CASE WHEN documents <= {EXACT} THEN other_example END AS other_example
    FROM answers
    UNION ALL SELECT doc_id, key, '' AS surface, FALSE AS capital, 0 AS documents, 0 AS outlets, 0 AS here,
        NULL AS example, NULL AS other_example
    FROM asked WHERE alone
"""  # noqa: S608  the only values are constants of this file
"""Answers in steps (1, 2, 3, 4, 8, 16 …: at least so many; outlets 1, 2, 64), so that one more document in a hundred
seldom changes what was decided of the others; examples where so few documents write a word that they are worth a look.
And a row for every word that is asked about, whoever writes it: no other may change.
"""

ANSWER_COLUMNS = ("key", "surface", "capital", "documents", "outlets", "here", "example", "other_example")


def decide_casing(engine: Engine, documents: Documents) -> tuple[Query, tuple[str, ...]]:
    """Return the rows that answer every document's questions about case, and the columns that sort them."""
    facts = documents.facts("casing_facts", FACTS)
    asked = engine.sql("casing_asked", ASKED, facts=facts)
    answers = engine.sql("casing_answers", ANSWERS, facts=facts, asked=asked)
    return Query(STEADY, {"answers": answers, "asked": asked}), ANSWER_COLUMNS


def casing_answers(rows: Sequence[Sequence[Any]]) -> tuple[Answer, ...]:
    """Return the answers that rows of `ANSWER_COLUMNS` hold."""
    return tuple(
        Answer(key, surface, capital, documents, outlets, here, tuple(dict.fromkeys(e for e in examples if e)))
        for key, surface, capital, documents, outlets, here, *examples in rows
    )


def repair_columns(
    documents: Sequence[Document], shown: Sequence[Sequence[int]], settings: RepairSettings
) -> dict[str, pa.Array]:
    """Return what each document tells of repairs, from those of its paragraphs that may stay: their positions.

    `casing_facts`: a list of rows of `FACTS`, less the columns of `IDENTITY`; `case`: its packed `Outlook`, null where
    all must be read again; `mended`: the packed edits of the paragraphs whose encoding or spacing is repaired, so that
    settling need not find them.
    """
    texts = [stored([d.paragraphs.texts[at] for at in found]) for d, found in zip(documents, shown, strict=True)]
    mended = mend([Unmended(own, d.language) for own, d in zip(texts, documents, strict=True)], settings)
    english = [settings.mode != "off" and speaks_of_case(document.language) for document in documents]
    spoken = (list(compress(documents, english)), list(compress(shown, english)), list(compress(mended, english)))
    told = _told(*spoken)
    counts = np.zeros(len(documents), np.int64)
    counts[english] = told.counts
    noted = iter(told.outlooks)
    cases = [next(noted) if speaks else None for speaks in english]
    anew = [_may_be_mended_anew(own, one) for own, one in zip(texts, mended, strict=True)]
    return {
        "casing_facts": listed(counts, told.facts),
        "case": pa.array(cases, pa.string(), mask=np.array(anew, np.bool_)),
        "mended": pa.array(list(map(_remembered, shown, mended, anew)), pa.string()),
    }


def _may_be_mended_anew(texts: Sequence[str], mended: Mended) -> bool:
    """Return whether spaces depend on what else of the document stays: where code is shown, names hold full stops."""
    return bool(mended.layers) and shows_code("\n".join(texts))


def _remembered(positions: Sequence[int], mended: Mended, anew: bool) -> str | None:
    return packed({positions[number]: None if anew else found for number, found in mended.layers.items()})


class _Told(NamedTuple):
    """What documents tell of case: the numbers of their facts, the facts, their outlooks."""

    counts: Ints
    facts: pa.StructArray
    outlooks: list[str]


def _told(documents: Sequence[Document], shown: Sequence[Sequence[int]], mended: Sequence[Mended]) -> _Told:
    texts = [one.texts for one in mended]
    reading = read_texts(["\n".join(paragraphs) for paragraphs in texts])
    ledes = find_ledes(reading)
    finder = Finder(reading, ledes)
    paragraphs = Paragraphs(finder, texts, shown)
    keys = Keys(finder, [lede_words(reading, number, found) for number, found in enumerate(ledes)])
    starts = may_be_starts(reading)
    more = more_than_words(reading, starts)
    (written, shown_by), asked = facts(keys), questions(keys)
    shows, examples = np.unique(paragraphs.of(finder.capitals[shown_by]), return_inverse=True)
    places = zip(paragraphs.documents[shows].tolist(), paragraphs.positions[shows].tolist(), strict=True)
    names = pa.array([paragraph_id(documents[number].doc_id, position) for number, position in places], pa.string())
    rows = _rows(written, asked, chances(keys, paragraphs, starts, more), names.take(pa.array(examples)))
    of_documents = np.concatenate([written.documents, asked.told.documents])
    order = pa.array(np.argsort(of_documents, kind="stable"))
    told = np.bincount(of_documents, minlength=len(texts))
    return _Told(told, rows.take(order), outlooks(keys, paragraphs, more))


def _rows(written: Told, asked: Asked, found: Chances, examples: pa.Array) -> pa.StructArray:
    """Return the columns of `FACTS` but for `IDENTITY`; `examples` are the ids of the paragraphs of what is written."""
    count, told = len(written.keys), asked.told
    raised, lowered = found.raised[asked.alone], found.lowered[asked.alone]
    asks = (raised > -np.inf) | ((asked.sides == 0) & (lowered > -np.inf))
    alone = asked.sides == 0
    none = np.zeros(count, np.int64)
    loud = np.array([ALL_CAPITALS * surface.isupper() for surface in written.surfaces], np.int64)
    columns = [
        pa.array(written.keys + told.keys, pa.string()),
        pa.array(written.surfaces + told.surfaces, pa.string()),
        pa.array(np.arange(count + len(told.keys)) < count),
        pa.array(np.concatenate([none > 0, asks])),
        pa.concat_arrays([examples, pa.nulls(len(told.keys), pa.string())]),
        pa.array(written.words + told.words, pa.string()),
        pa.array(np.concatenate([none, asked.sides])),
        pa.array(np.concatenate([none > 0, asked.known])),
        pa.array(np.concatenate([none > 0, asked.written])),
        pa.array(np.concatenate([none > 0, found.weighs[asked.alone]])),
        pa.concat_arrays([pa.array(loud), _in_units(raised, alone)]),
        pa.concat_arrays([pa.nulls(count, pa.int64()), _in_units(lowered, alone)]),
        pa.array(np.concatenate([none, found.times[asked.alone]])),
        pa.concat_arrays([pa.nulls(count, pa.int64()), _units(found.rooms[told.documents])]),
        pa.array(np.concatenate([none > 0, found.whole[told.documents]])),
    ]
    return pa.StructArray.from_arrays(columns, fields=list(fact_type(FACTS).value_type))


def _in_units(log_odds: Floats, told: Flags) -> pa.Array:
    """Return log odds above those of suspects as `FACTS` has them, where there are any and they are told."""
    none = ~told | (log_odds == -np.inf)
    return pa.array(np.ceil((np.where(none, 0, log_odds) - LEAST) * UNIT).astype(np.int64), mask=none)


def _units(log_odds: Floats) -> pa.Array:
    return pa.array(np.floor(log_odds * UNIT).astype(np.int64))
