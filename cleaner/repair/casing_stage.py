"""Casing in the pipeline: every document's facts and questions, and the corpus's answers to them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from cleaner.engine.base import Engine, Table
from cleaner.identity import paragraph_id
from cleaner.records import Kind
from cleaner.repair.casing_evidence import DECIDE_CASING
from cleaner.repair.casing_facts import casing_facts, speaks_of_case
from cleaner.repair.casing_records import Answer
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
    ]
)
"""One row a fact or question; a document without an outlet is an outlet of its own."""

ANSWER_COLUMNS = ("key", "surface", "capital", "documents", "outlets", "here", "example", "other_example")


def decide_casing(engine: Engine, live: Table, config: Config) -> tuple[Table, tuple[str, ...]]:
    """Return the rows that answer every document's questions about case, and the columns that sort them."""
    facts = engine.map("casing_facts", partial(fact_rows, settings=config.repair), live, FACTS)
    return engine.sql("casing_rows", DECIDE_CASING, facts=facts), ANSWER_COLUMNS


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
        rows: list[tuple[Any, ...]] = []
        for doc_id, outlet, language, kinds, texts in zip(*columns, strict=True):
            if settings.mode != "off" and speaks_of_case(language):
                rows += _facts_of(doc_id, outlet or f"\0{doc_id}", language, kinds, texts, settings)
        yield pa.RecordBatch.from_arrays(
            [pa.array(values, field.type) for values, field in zip(_columns(rows), FACTS, strict=True)], schema=FACTS
        )


def _columns(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * len(FACTS)


def _facts_of(
    doc_id: str, outlet: str, language: str, kinds: list[str], texts: list[str], settings: RepairSettings
) -> Iterator[tuple[Any, ...]]:
    positions = [i for i, kind in enumerate(kinds) if kind != Kind.BLANK]
    mended = [mend(texts[i], language, settings).text for i in positions]
    for fact in casing_facts(mended, language):
        example = paragraph_id(doc_id, positions[fact.paragraph]) if fact.paragraph >= 0 else None
        yield (doc_id, outlet, fact.key, fact.surface, fact.capital, fact.asks, example)
