"""Casing in the pipeline: every document's facts and questions, and the corpus's answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from cleaner.coded import Ints
from cleaner.columnar import stored
from cleaner.documents import Documents
from cleaner.engine.base import Engine, Query
from cleaner.records import Document
from cleaner.repair.casing_chances import chances
from cleaner.repair.casing_columns import Keys, facts, questions
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import speaks_of_case
from cleaner.repair.casing_finder import Finder
from cleaner.repair.casing_gate import ASKED, STEPS, WITHIN_REACH, WRITTEN, stepped
from cleaner.repair.casing_outlook import more_than_words, outlooks
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.casing_records import Answer
from cleaner.repair.casing_starts import may_be_starts
from cleaner.repair.casing_tables import CASING, Facts, casing_tables, rooms
from cleaner.repair.code_text import shows_code
from cleaner.repair.ledes import find_ledes, lede_words
from cleaner.repair.mended_once import packed
from cleaner.repair.mending import Mended, Unmended, mend
from cleaner.repair.running_text import read_texts
from cleaner.repair.settings import RepairSettings

EXACT = STEPS[0]
_OUTLET_STEPS = (2, 64)  # they are told and weigh nothing

STEADY = f"""
    WITH spelled AS (
        SELECT number, min(text) AS text FROM words w JOIN (
            SELECT word AS wanted FROM asked UNION SELECT near FROM asked UNION SELECT further FROM asked
            UNION SELECT surface FROM answers
        ) n ON n.wanted = w.number GROUP BY number
    ), named AS (
        SELECT d.doc_id, q.document, q.key, q.side, CASE
            WHEN q.side = 0 THEN w.text
            WHEN q.side = 1 THEN concat('<',
                CASE WHEN f.text IS NULL THEN '' ELSE concat(f.text, '+') END, n.text, ' ', w.text)
            ELSE concat('>', w.text, ' ', n.text,
                CASE WHEN f.text IS NULL THEN '' ELSE concat('+', f.text) END) END AS name
        FROM asked q JOIN documents d ON d.document = q.document JOIN spelled w ON w.number = q.word
        LEFT JOIN spelled n ON n.number = q.near LEFT JOIN spelled f ON f.number = q.further
    )
    SELECT n.doc_id AS doc_id, n.name AS key, s.text AS surface, a.capital AS capital,
        {stepped("a.documents")} AS documents, {stepped("a.outlets", _OUTLET_STEPS)} AS outlets,
        CASE WHEN a.here > {EXACT} THEN {EXACT} ELSE a.here END AS here,
        CASE WHEN a.documents <= {EXACT} THEN a.example END AS example,
        CASE WHEN a.documents <= {EXACT} THEN a.other_example END AS other_example
    FROM answers a JOIN named n ON n.document = a.document AND n.key = a.key JOIN spelled s ON s.number = a.surface
    UNION ALL SELECT doc_id, name AS key, '' AS surface, FALSE AS capital, 0 AS documents, 0 AS outlets, 0 AS here,
        NULL AS example, NULL AS other_example
    FROM named WHERE side = 0
"""  # noqa: S608  the only values are constants of this file
"""Answers in steps (1, 2, 3, 4, 8, 16 …: at least so many; outlets 1, 2, 64), so that one more document in a hundred
seldom changes what was decided of the others; examples where so few documents write a word that they are worth a look.
And a row for every word that is asked about, whoever writes it: no other may change.
"""

ANSWER_COLUMNS = ("key", "surface", "capital", "documents", "outlets", "here", "example", "other_example")


def decide_casing(engine: Engine, documents: Documents) -> tuple[Query, tuple[str, ...]]:
    """Return the rows that answer every document's questions about case, and the columns that sort them."""
    every = {name.removeprefix("casing_"): engine.made(name, schema) for name, schema in CASING.items()}
    words, told = every.pop("words"), every | {"documents": documents.live}
    written = engine.sql("casing_written", WRITTEN, **told)
    reached = engine.sql("casing_reached", WITHIN_REACH, written=written, **told)
    asked = engine.sql("casing_asked", ASKED, reached=reached, pairs=told["pairs"])
    answers = engine.sql("casing_answers", DECIDE_CASING, asked=asked, **told)
    named = {"documents": documents.live, "words": words}
    return Query(STEADY, {"answers": answers, "asked": asked, **named}), ANSWER_COLUMNS


def casing_answers(rows: Sequence[Sequence[Any]]) -> tuple[Answer, ...]:
    """Return the answers that rows of `ANSWER_COLUMNS` hold."""
    return tuple(
        Answer(key, surface, capital, documents, outlets, here, tuple(dict.fromkeys(e for e in examples if e)))
        for key, surface, capital, documents, outlets, here, *examples in rows
    )


class Repairs(NamedTuple):
    """What documents tell of repairs: columns of `UNDERSTOOD` and of `KNOWN`, and rows of the tables of `CASING`.

    `case`: its packed `Outlook`, null where all must be read again; `mended`: the packed edits of the paragraphs whose
    encoding or spacing is repaired, so that settling need not find them.
    """

    columns: dict[str, pa.Array]
    known: dict[str, pa.Array]
    facts: dict[str, pa.RecordBatch]


def repair_columns(
    documents: Sequence[Document], numbers: Ints, shown: Sequence[Sequence[int]], settings: RepairSettings
) -> Repairs:
    """Return what documents with these numbers tell of repairs.

    They are read from those of their paragraphs that may stay: `shown` are their positions.
    """
    texts = [stored([d.paragraphs.texts[at] for at in found]) for d, found in zip(documents, shown, strict=True)]
    mended = mend([Unmended(own, d.language) for own, d in zip(texts, documents, strict=True)], settings)
    english = np.array([settings.mode != "off" and speaks_of_case(d.language) for d in documents], np.bool_)
    told, found = _told(list(compress(shown, english)), list(compress(mended, english)))
    anew = [_may_be_mended_anew(own, one) for own, one in zip(texts, mended, strict=True)]
    places = np.cumsum(english) - 1
    columns = {
        "case": found.take(pa.array(places, mask=~english | np.array(anew, np.bool_))),
        "mended": pa.array(list(map(_remembered, shown, mended, anew)), pa.string()),
    }
    of_english = {"room": rooms(told.chances), "whole": pa.array(told.chances.whole)}
    known = {name: column.take(pa.array(places, mask=~english)) for name, column in of_english.items()}
    return Repairs(columns, known, casing_tables(numbers[english], told))


def _may_be_mended_anew(texts: Sequence[str], mended: Mended) -> bool:
    """Return whether spaces depend on what else of the document stays: where code is shown, names hold full stops."""
    return bool(mended.layers) and shows_code("\n".join(texts))


def _remembered(positions: Sequence[int], mended: Mended, anew: bool) -> str | None:
    return packed({positions[number]: None if anew else found for number, found in mended.layers.items()})


def _told(shown: Sequence[Sequence[int]], mended: Sequence[Mended]) -> tuple[Facts, pa.StringArray]:
    """Return what documents tell of case, and their outlooks: by the positions of paragraphs, and what they say."""
    texts = [one.texts for one in mended]
    reading = read_texts(["\n".join(paragraphs) for paragraphs in texts])
    ledes = find_ledes(reading)
    finder = Finder(reading, ledes)
    paragraphs = Paragraphs(finder, texts, shown)
    keys = Keys(finder, [lede_words(reading, number, found) for number, found in enumerate(ledes)])
    starts = may_be_starts(reading)
    more = more_than_words(reading, starts)
    written, asked = facts(keys), questions(keys)
    places = paragraphs.positions[paragraphs.of(finder.capitals[written.shown_by])]
    told = Facts(finder, written, asked, chances(keys, paragraphs, starts, more), places)
    return told, outlooks(keys, paragraphs, more)
