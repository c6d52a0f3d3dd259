"""The stand-alone door for tables that do not fit in memory: the same rows, by way of files or of SQL that spills."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import Table
from cleaner.engine.embedded import Embedded, EmbeddedSettings
from cleaner.reuse import sql
from cleaner.reuse.at_scale import facts_at_scale
from cleaner.reuse.columns import Scratch
from cleaner.reuse.fact_tables import PARAGRAPHS, read
from cleaner.reuse.find import Reuse, find_reuse_in, open_paragraphs
from cleaner.reuse.in_memory import IN_FILES_BYTES
from cleaner.reuse.link_rows import match_rows
from cleaner.reuse.settings import Settings
from cleaner.writing.schema import MATCHES

_ROWS = 10_000
_ZERO = 1 << 63
_EDGE = ["a_paragraph_id", "b_paragraph_id", "kind", "similarity"]
_EDGE += [f"{side}_char_{end}" for side in "ab" for end in ("start", "end")]


def find_reuse_within(path: Path, settings: Settings, memory_bytes: int, folder: Path | None = None) -> Reuse:
    """Return what `find_reuse_in` returns, in bounded memory; what is in work goes below `folder`, if one is given.

    Raises what `find_reuse_in` raises.
    """
    rows = sum(file.metadata.num_rows for file in open_paragraphs(path))
    if rows * IN_FILES_BYTES > memory_bytes:
        return find_reuse_at_scale(path, settings, memory_bytes, folder)
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as work:
        return find_reuse_in(path, settings, Scratch(Path(work)))


def find_reuse_at_scale(path: Path, settings: Settings, memory_bytes: int, folder: Path | None = None) -> Reuse:
    """Return the same by SQL: slower, and bounded for any number of paragraphs."""
    files = open_paragraphs(path)
    kind = files[0].schema_arrow.field("id").type if files else pa.int64()
    with (
        tempfile.TemporaryDirectory(dir=folder) as work,
        Embedded(Path(work), EmbeddedSettings(memory_bytes=memory_bytes)) as engine,
    ):
        paragraphs = engine.groups("paragraphs", PARAGRAPHS, ([batch] for batch in _batches(files)))
        ((rows, ids),) = engine.rows("SELECT count(*), count(DISTINCT paragraph_id) FROM p", p=paragraphs)
        if rows != ids:
            raise ValueError("every paragraph needs an id of its own: some are null or stand twice")
        return _found(engine, paragraphs, settings, kind)


def _found(engine: Embedded, paragraphs: Table, settings: Settings, kind: pa.DataType) -> Reuse:
    facts = facts_at_scale(engine, paragraphs, settings)
    clusters = engine.sql("clusters", sql.LED, paragraphs=paragraphs, spoken=facts.spoken, canonicals=facts.canonicals)
    contained = engine.sql("contained", sql.CONTAINED, ties=facts.ties, spoken=facts.spoken)
    pairs = engine.sql("pairs", sql.ALL_PAIRS, ties=facts.ties, spoken=facts.spoken)
    linked = engine.sql("linked", sql.LINKED, pairs=pairs, paragraphs=paragraphs)
    every = engine.map("links", match_rows, linked, MATCHES)
    edges = engine.sql("edges", sql.EDGES, links=every)
    return Reuse(
        _named(read(engine, clusters, _pair("id", "cluster"), "id"), kind),
        _named(read(engine, contained, _pair("inner", "outer"), '"inner", "outer"'), kind),
        _named(_edges(engine, edges), kind),
    )


def _edges(engine: Embedded, edges: Table) -> pa.Table:
    schema = pa.schema([MATCHES.field(name) for name in _EDGE])
    rows = read(engine, edges, schema, "a_paragraph_id, b_paragraph_id")
    return rows.rename_columns(["a", "b", *_EDGE[2:]]).replace_schema_metadata(None)


def _pair(*names: str) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in names])


def _batches(files: list[pq.ParquetFile]) -> Iterator[pa.RecordBatch]:
    for file in files:
        for batch in file.iter_batches(columns=["id", "text"], batch_size=_ROWS):
            ids, count = _as_text(batch.column("id")), batch.num_rows
            plain = {"outlet": pa.nulls(count, pa.string()), "published_at": pa.nulls(count, pa.int64())}
            zero = pa.array(np.zeros(count, np.int64))
            columns = {
                **plain,
                "paragraph_id": ids,
                "doc_id": ids,
                "position": zero,
                "role": pa.array(["body"] * count),
                "text": batch.column("text").cast(pa.string()),
                "damage": zero,
                "is_repeat": pa.array(np.zeros(count, np.bool_)),
            }
            yield pa.RecordBatch.from_arrays([columns[name] for name in PARAGRAPHS.names], schema=PARAGRAPHS)


def _as_text(ids: pa.Array) -> pa.Array:
    """Return ids as texts in the same order: numbers get leading noughts."""
    if ids.null_count:
        raise ValueError("every paragraph needs an id of its own: some are null or stand twice")
    if pa.types.is_integer(ids.type):
        return pa.array([f"{number + _ZERO:020d}" for number in ids.to_pylist()], pa.string())
    return ids.cast(pa.string())


def _named(table: pa.Table, kind: pa.DataType) -> pa.Table:
    """Give the ids in the first two columns their own type back."""
    for place in (0, 1):
        column = table.column(place)
        if pa.types.is_integer(kind):
            # two's complement: taking half the range away from unsigned numbers is turning their highest bit
            turned = pc.bit_wise_xor(pc.cast(column, pa.uint64()), pa.scalar(_ZERO, pa.uint64()))
            column = turned.cast(pa.int64(), safe=False)
        table = table.set_column(place, table.column_names[place], pc.cast(column, kind))
    return table
