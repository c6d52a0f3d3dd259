"""The stand-alone door: reuse in any table of `id, outlet, doc, text`."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.reuse.canonical import ranks_by_id, policy_rank
from cleaner.reuse.finding import Found, find_among
from cleaner.reuse.links import KINDS, Links, containments, links_of
from cleaner.reuse.settings import Settings
from cleaner.reuse.words import words_of


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
    ids = _checked_ids(table)
    words = words_of(table["text"])
    by_id = ranks_by_id(ids)
    found = find_among(words, policy_rank(by_id, words.counts), settings or Settings())
    inner, outer = containments(found, by_id)
    return Reuse(
        _clusters(ids, found, by_id),
        pa.table({"inner": ids.take(pa.array(inner)), "outer": ids.take(pa.array(outer))}),
        _edges(ids, links_of(found, words, by_id)),
    )


def _checked_ids(table: pa.Table) -> pa.Array:
    import pyarrow.compute as pc

    missing = [name for name in ("id", "text") if name not in table.column_names]
    if missing:
        raise ValueError(f"reuse: the table has no column {missing[0]!r}; it has {', '.join(table.column_names)}")
    ids = table["id"].combine_chunks()
    if isinstance(ids, pa.ChunkedArray):
        ids = pa.concat_arrays(ids.chunks) if ids.num_chunks else pa.array([], ids.type)
    if pc.count_distinct(ids, mode="all").as_py() != len(ids) or ids.null_count:
        raise ValueError("reuse: every paragraph needs an `id` of its own; some are null or stand twice")
    return ids


def _clusters(ids: pa.Array, found: Found, by_id: NDArray[np.int64]) -> pa.Table:
    text = found.distinct.text_of
    leader = np.arange(len(text))
    some = text >= 0
    leader[some] = found.best[found.clustered.canonical[text[some]]]
    order = np.argsort(by_id)
    return pa.table({"id": ids.take(pa.array(order)), "cluster": ids.take(pa.array(leader[order]))})


def _edges(ids: pa.Array, links: Links) -> pa.Table:
    return pa.table(
        {
            "a": ids.take(pa.array(links.a)),
            "b": ids.take(pa.array(links.b)),
            "kind": pa.DictionaryArray.from_arrays(pa.array(links.kind.astype(np.int8)), list(KINDS)).cast(pa.string()),
            "similarity": links.similarity,
            "a_char_start": links.a_char_start,
            "a_char_end": links.a_char_end,
            "b_char_start": links.b_char_start,
            "b_char_end": links.b_char_end,
        }
    )
