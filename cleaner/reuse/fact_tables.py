"""What the corpus knows of reuse, as tables: filled in memory or by SQL at scale, with equal rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from cleaner.engine.base import Engine, Table
from cleaner.reuse.arrays import Ints, Ratios
from cleaner.reuse.names import soundly_cased
from cleaner.reuse.texts import keys_of, voices_of
from cleaner.reuse.ties import Clustered, Ties
from cleaner.reuse.words import Words

STRING, INT = pa.string(), pa.int64()
PARAGRAPHS = pa.schema(
    [
        ("paragraph_id", STRING),
        ("doc_id", STRING),
        ("outlet", STRING),
        ("position", INT),
        ("role", STRING),
        ("text", STRING),
        ("published_at", INT),
        ("damage", INT),
        ("is_repeat", pa.bool_()),
    ]
)
"""What reuse reads: one row a paragraph; `published_at` in microseconds, `damage` counts edits.

A null outlet or date is not known; `is_repeat`: the same unit again in its document, linked but never counted."""

VOICES = pa.schema([("paragraph_id", STRING), ("text_key", INT), ("words", INT), ("unsound", INT), ("voice", INT)])
"""One row a paragraph with words: its comparison key and how it is cased (`unsound`: 0 or 1, `voice`: a hash)."""

SPOKEN = pa.schema(
    [
        ("paragraph_id", STRING),
        ("text_key", INT),
        ("words", INT),
        *(PARAGRAPHS.field(name) for name in ("doc_id", "outlet", "role", "published_at", "damage", "is_repeat")),
        ("source", INT),
        ("place", INT),
    ]
)
"""One row a paragraph with words; those of one text are placed, from 1 on, by the canonical policy.

`source`: where it was read; an id that comes from one source is the same paragraph in every run.  0: not known."""

LENGTHS = pa.schema([("doc_id", STRING), ("words", INT)])
"""Words of documents, those that recur in one counted once; a document may have several rows."""

TIES = pa.schema(
    [
        ("shorter_key", INT),
        ("longer_key", INT),
        ("verdict", INT),
        ("similarity_ppm", INT),
        ("shorter_start", INT),
        ("shorter_end", INT),
        ("longer_start", INT),
        ("longer_end", INT),
        ("matched", INT),
    ]
)
"""One row a verified pair of texts; ranges are words, half-open; similarity in millionths."""

FOUND = pa.schema([*TIES, *((name, INT) for name in ("head", "tail", "other_head", "other_tail"))])
"""Ties as maps find them, with the keys of what is unmatched at either end of either text."""

CANONICALS = pa.schema([("text_key", INT), ("canonical_key", INT), ("similarity_ppm", INT)])
"""One row a text whose canonical is another; similarity in millionths."""

_BATCH_ROWS = 8192
GATHERED_ROWS = 10_000

Batches: TypeAlias = Iterator[pa.RecordBatch]


class ReuseFacts(NamedTuple):
    """The tables, of `SPOKEN` (of texts that recur or are tied to others, at least), `LENGTHS` and so on."""

    spoken: Table
    lengths: Table
    ties: Table
    canonicals: Table


def voices_batch(ids: pa.Array, words: Words) -> pa.RecordBatch:
    """Return the rows of `VOICES` for these paragraphs."""
    some = np.flatnonzero(words.counts)
    columns = (keys_of(words), words.counts, (~soundly_cased(words)).astype(np.int64), voices_of(words))
    return _batch([ids.take(pa.array(some)), *(column[some] for column in columns)], VOICES)


def ties_batch(ties: Ties, keys: Ints) -> pa.RecordBatch:
    """Return the rows of `TIES`; `keys` are those of the texts, by number."""
    verdict, similarity = ties.verdict.astype(np.int64), _millionths(ties.similarity)
    return _batch([keys[ties.shorter], keys[ties.longer], verdict, similarity, *ties[4:]], TIES)


def found_batch(ties: Ties, ends: tuple[Ints, ...], keys: Ints) -> pa.RecordBatch:
    """Return the rows of `FOUND`."""
    return _batch([*ties_batch(ties, keys).columns, *ends], FOUND)


def canonicals_batch(clusters: Clustered, keys: Ints) -> pa.RecordBatch:
    """Return the rows of `CANONICALS`."""
    member = np.flatnonzero(clusters.canonical != np.arange(len(keys)))
    similarity = _millionths(clusters.similarity[member])
    return _batch([keys[member], keys[clusters.canonical[member]], similarity], CANONICALS)


def _millionths(ratio: Ratios) -> Ints:
    return np.rint(ratio.astype(np.float64) * 1_000_000).astype(np.int64)


def _batch(columns: list[Ints | pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def store(engine: Engine, name: str, batch: pa.RecordBatch) -> Table:
    """Return the table `name`, holding this batch."""
    return engine.table(name, batch.schema, _pieces(batch))


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    for first in range(0, batch.num_rows, _BATCH_ROWS):
        yield batch.slice(first, _BATCH_ROWS)


def read(engine: Engine, table: Table, schema: pa.Schema, order: str) -> pa.Table:
    """Return the rows of a table, sorted, in memory."""

    def gathered(batches: Iterator[pa.RecordBatch]) -> pa.Table:
        every = list(batches)
        return pa.Table.from_batches(every) if every else schema.empty_table()

    return engine.export(table, order, gathered)


def gathered(batches: Batches) -> Iterator[pa.Table]:
    """Yield tables of some ten thousand rows: what a numpy operation costs is shared by them."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(one.num_rows for one in waiting) >= GATHERED_ROWS:
            yield pa.Table.from_batches(waiting)
            waiting = []
    if waiting:
        yield pa.Table.from_batches(waiting)
