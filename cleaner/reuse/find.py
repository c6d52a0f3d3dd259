"""The stand-alone door: reuse in any table of `id, outlet, doc, text`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from cleaner.engine.freed import give_back
from cleaner.reuse.arrays import Ints, arrow_of, strings_of
from cleaner.reuse.canonical import policy_rank, ranks_by_id
from cleaner.reuse.columns import Scratch
from cleaner.reuse.finding import Found, find_among
from cleaner.reuse.links import KINDS, Links, containments, links_of
from cleaner.reuse.settings import Settings
from cleaner.reuse.told import told_by
from cleaner.reuse.words import Words, words_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_BATCH_ROWS = 1 << 15


class Reuse(NamedTuple):
    """Tables of what was found, each sorted by its first columns.

    `clusters`: id, cluster (the canonical's id; every id once).  `contained`: inner, outer.  `edges`: a, b, kind,
    similarity (ratio), a_char_start, a_char_end, b_char_start, b_char_end (code points of `text`, half-open).
    """

    clusters: pa.Table
    contained: pa.Table
    edges: pa.Table


def find_reuse(table: pa.Table, settings: Settings | None = None) -> Reuse:
    """Return clusters of near copies, contained paragraphs and all verified links of a table with `id` and `text`.

    Other columns are not looked at: whatever the outlet, copies share a cluster.  The canonical of a cluster is its
    longest paragraph, then the first by id.  Raises ValueError when a column is missing or an id stands twice.

    >>> rows = {"id": [1, 2, 3], "text": [
    ...     "Officials said on Monday that the old bridge across the river will be closed until spring.",
    ...     "OFFICIALS said on Monday that the old bridge across the river will be closed until spring – Wire",
    ...     "The council met late at night and nobody could say what had been decided there."]}
    >>> find_reuse(pa.table(rows)).clusters["cluster"].to_pylist()
    [2, 2, 3]
    """
    return find_reuse_among(_checked_ids(table), words_of(table["text"]), settings)


def find_reuse_in(path: Path, settings: Settings | None = None, scratch: Scratch | None = None) -> Reuse:
    """Return the same for a Parquet file, or a folder of them, without holding all texts in memory at once.

    `scratch`: where what is told of their words stands.

    Raises ValueError for a missing column, a null id or one that stands twice, and OSError for an unreadable file.
    """
    files = open_paragraphs(path)
    ids: list[pa.Array] = []

    def texts() -> Iterator[pa.Array]:
        for file in files:
            for batch in file.iter_batches(columns=["id", "text"], batch_size=_BATCH_ROWS):
                ids.append(batch.column("id"))
                yield batch.column("text")

    words = words_of(texts(), scratch)
    give_back()
    return find_reuse_among(checked_ids(ids, pa.int64()), words, settings, scratch)


def open_paragraphs(path: Path) -> list[pq.ParquetFile]:
    """Return the Parquet files of a path, each found to have the columns `id` and `text`."""
    import pyarrow.parquet as pq

    paths = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    files = [pq.ParquetFile(file, pre_buffer=False) for file in paths]
    for file in files:
        _require_columns(file.schema_arrow.names)
    return files


def find_reuse_among(
    ids: pa.Array, words: Words, settings: Settings | None = None, scratch: Scratch | None = None
) -> Reuse:
    """Return the same from words in hand: texts need not stay in memory."""
    by_id = ranks_by_id(ids)
    told = told_by(words, scratch.threads if scratch else 1)
    found = find_among(told, policy_rank(by_id, words.counts), settings or Settings(), scratch=scratch)
    inner, outer = containments(found, by_id)
    return Reuse(
        _clusters(ids, found, by_id),
        pa.Table.from_arrays([ids.take(arrow_of(inner)), ids.take(arrow_of(outer))], ["inner", "outer"]),
        _edges(ids, links_of(found, words, by_id, scratch)),
    )


def _checked_ids(table: pa.Table) -> pa.Array:
    _require_columns(table.column_names)
    return checked_ids(table["id"].chunks, table["id"].type)


def _require_columns(names: list[str]) -> None:
    missing = [name for name in ("id", "text") if name not in names]
    if missing:
        raise ValueError(f"the table has no column {missing[0]!r}; it has {', '.join(names) or 'none'}")


def checked_ids(parts: list[pa.Array], kind: pa.DataType) -> pa.Array:
    """Return the ids as one array; raise ValueError when one is null or stands twice."""
    import pyarrow.compute as pc

    ids = pa.concat_arrays(parts) if parts else pa.nulls(0, kind)
    if ids.null_count or (len(ids) and pc.count_distinct(ids).as_py() != len(ids)):
        raise ValueError("every paragraph needs an id of its own: some are null or stand twice")
    return ids


def _clusters(ids: pa.Array, found: Found, by_id: Ints) -> pa.Table:
    text = found.distinct.text_of
    leader = np.arange(len(text))
    some = text >= 0
    leader[some] = found.best[found.clustered.canonical[text[some]]]
    order = np.argsort(by_id)
    return pa.Table.from_arrays([ids.take(arrow_of(order)), ids.take(arrow_of(leader[order]))], ["id", "cluster"])


def _edges(ids: pa.Array, links: Links) -> pa.Table:
    kinds = pa.DictionaryArray.from_arrays(arrow_of(links.kind.astype(np.int8)), strings_of(list(KINDS)))
    similarity = np.rint(links.similarity.astype(np.float64) * 1_000_000) / 1_000_000
    columns = {
        "a": ids.take(arrow_of(links.a)),
        "b": ids.take(arrow_of(links.b)),
        "kind": kinds.cast(pa.string()),
        "similarity": arrow_of(similarity.astype(np.float32)),
    }
    for name in ("a_char_start", "a_char_end", "b_char_start", "b_char_end"):
        columns[name] = arrow_of(getattr(links, name).astype(np.int64))
    return pa.Table.from_arrays(list(columns.values()), list(columns))
