"""Reuse in the pipeline: facts of texts, and what follows from them for paragraphs and documents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from cleaner.engine.base import Engine, Table
from cleaner.reuse import sql
from cleaner.reuse.fact_tables import ReuseFacts
from cleaner.reuse.settings import Settings

if TYPE_CHECKING:
    from cleaner.config import Config

WHOLE_COPY_PERCENT = 80
"""A document is a copy of another when so much of it stands in clusters whose canonical is there."""

MEMBERS = pa.schema(
    [
        ("paragraph_id", pa.string()),
        ("doc_id", pa.string()),
        ("words", pa.int64()),
        ("cluster_id", pa.string()),
        ("cluster_doc_id", pa.string()),
        ("is_canonical", pa.bool_()),
        ("collapsed", pa.bool_()),
        ("canonical_similarity", pa.float32()),
        ("cluster_size", pa.int64()),
        ("cluster_outlet_count", pa.int64()),
    ]
)
"""One row a paragraph of a cluster; `collapsed` says that it leaves the corpus for its canonical."""

COPIES = pa.schema([("doc_id", pa.string()), ("copy_of", pa.string()), ("copied_share", pa.float32())])
"""One row a document of which something stands elsewhere, and the document that it is a copy of, if any."""


class ReuseTables(NamedTuple):
    """`links` waits for those of paragraphs (`link_rows.LINKS`); `members` of clusters, `copies` among documents."""

    links: Callable[[], Table]
    members: Table
    copies: Table


def decide_reuse(engine: Engine, paragraphs: Table, config: Config) -> ReuseTables:
    """Return what the paragraphs of a run copy and quote from one another, under the run's configuration."""
    settings = replace(Settings(), near_share=config.reuse.similarity, collapse=config.reuse.collapse)
    return run(engine, paragraphs, settings, config.run.memory_bytes, config.run.workers)


def run(
    engine: Engine, paragraphs: Table, settings: Settings, memory_bytes: int = 2 << 30, threads: int = 1
) -> ReuseTables:
    """Return what the paragraphs copy and quote from one another.

    `paragraphs` has the columns of `fact_tables.PARAGRAPHS`.  Whether the facts are found with the help of files or
    by the engine depends on `memory_bytes`; neither that nor the number of `threads` changes a row.
    """
    facts = _facts(engine, paragraphs, settings, memory_bytes, threads)
    spoken = facts.spoken
    links = engine.meanwhile(partial(_links, engine, facts, paragraphs))
    members = engine.sql("reuse_counted", sql.MEMBERS, spoken=spoken, canonicals=facts.canonicals)
    copied = engine.sql("reuse_copied", sql.COPIED, lengths=facts.lengths, members=members)
    return ReuseTables(
        links,
        engine.map("members", partial(member_rows, collapse=settings.collapse), members, MEMBERS),
        engine.map("copies", copy_rows, copied, COPIES),
    )


def _links(engine: Engine, facts: ReuseFacts, paragraphs: Table) -> Table:
    """Return the links of paragraphs: those that an earlier run told stand as they are."""
    from cleaner.reuse.link_rows import LINKS, link_rows

    pairs = engine.sql("reuse_linked", sql.PAIRS, ties=facts.ties, spoken=facts.spoken)
    before = engine.made("reuse_links", LINKS)
    if engine.rows("SELECT count(*) FROM links", links=before) == [(0,)]:
        return engine.map("reuse_links", link_rows, _shown(engine, pairs, paragraphs), LINKS)
    known = engine.sql("reuse_known", sql.KNOWN, links=before, pairs=pairs)
    unknown = engine.sql("reuse_unknown", sql.UNKNOWN, pairs=pairs, known=known)
    fresh = engine.map("reuse_fresh", link_rows, _shown(engine, unknown, paragraphs), LINKS)
    return engine.united("reuse_links", known, fresh)


def _shown(engine: Engine, pairs: Table, paragraphs: Table) -> Table:
    return engine.sql("reuse_shown", sql.LINKED, pairs=pairs, paragraphs=paragraphs)


def _facts(engine: Engine, paragraphs: Table, settings: Settings, memory_bytes: int, threads: int) -> ReuseFacts:
    from cleaner.reuse.at_scale import facts_at_scale
    from cleaner.reuse.in_memory import IN_FILES_BYTES, facts_in_files

    ((size,),) = engine.rows("SELECT count(*) FROM paragraphs", paragraphs=paragraphs)
    assert isinstance(size, int)
    if size * IN_FILES_BYTES <= memory_bytes:
        return facts_in_files(engine, paragraphs, settings, threads)
    return facts_at_scale(engine, paragraphs, settings)


def member_rows(batches: Iterator[pa.RecordBatch], collapse: str) -> Iterator[pa.RecordBatch]:
    """Yield rows of `MEMBERS`: which of a cluster's paragraphs are collapsed, and how alike they are."""
    for batch in batches:
        similarity = pc.divide(batch.column("similarity_ppm").cast(pa.float64()), 1_000_000.0)
        copies = pc.invert(batch.column("is_canonical"))
        alike = {"near_copies": copies, "exact": batch.column("is_exact")}.get(collapse, batch.column("is_canonical"))
        collapsed = pc.and_(copies, alike)
        yield _filled(batch, MEMBERS, canonical_similarity=similarity.cast(pa.float32()), collapsed=collapsed)


def copy_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield rows of `COPIES`."""
    for batch in batches:
        words = batch.column("words")
        share = pc.divide(batch.column("copied").cast(pa.float64()), words.cast(pa.float64()))
        whole = pc.greater_equal(pc.multiply(batch.column("from_one"), 100), pc.multiply(words, WHOLE_COPY_PERCENT))
        copied = pc.if_else(whole, batch.column("cluster_doc_id"), None)
        yield _filled(batch, COPIES, copied_share=share.cast(pa.float32()), copy_of=copied)


def _filled(batch: pa.RecordBatch, schema: pa.Schema, **made: pa.Array) -> pa.RecordBatch:
    """Return the columns of the schema, those that were made and the batch's own."""
    columns = [made[name] if name in made else batch.column(name) for name in schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
