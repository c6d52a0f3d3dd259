"""Clusters of paragraphs, as the corpus tells of them beside the one that stands for all."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pyarrow as pa

from cleaner import queries
from cleaner.engine.base import Engine, Query, Table
from cleaner.writing.schema import STRINGS, TIME

_CHUNK = 1024

CLUSTERS = pa.schema(
    [
        ("cluster_id", pa.string()),
        ("copy_count", pa.int64()),
        ("outlet_count", pa.int64()),
        ("outlets", STRINGS),
        ("copy_ids", STRINGS),
        ("first_outlet", pa.string()),
        ("first_published_at", TIME),
    ]
)
"""One row a cluster of two or more: how many other paragraphs say the same, where, and who was first by date."""


def clusters(engine: Engine, documents: Table, members: Table) -> Table:
    """Return the table of `CLUSTERS`: those that paragraphs are members of."""
    rows = Query(queries.CLUSTER_MEMBERS, {"documents": documents, "members": members})
    return engine.sink("clusters", rows, "cluster_id, source_uri, paragraph_id", _gathered, CLUSTERS)


def _gathered(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    names = ("cluster_id", "paragraph_id", "doc_id", "outlet", "published_us", "cluster_outlet_count")
    rows = (row for b in batches for row in zip(*(b.column(n).to_pylist() for n in names), strict=True))
    done: list[dict[str, Any]] = []
    for cluster_id, group in groupby(rows, key=lambda row: row[0]):
        done.append(_cluster(cluster_id, list(group)))
        if len(done) == _CHUNK:
            yield pa.RecordBatch.from_pylist(done, CLUSTERS)
            done = []
    yield pa.RecordBatch.from_pylist(done, CLUSTERS)


def _cluster(cluster_id: str, members: list[tuple[Any, ...]]) -> dict[str, Any]:
    dated = [(published, outlet or "") for _, _, _, outlet, published, _ in members if published is not None]
    first = min(dated, default=(None, ""))
    return {
        "cluster_id": cluster_id,
        "copy_count": len(members) - 1,
        "outlet_count": members[0][5],
        "outlets": sorted({outlet for _, _, _, outlet, _, _ in members if outlet}),
        "copy_ids": [paragraph for _, paragraph, *_ in members if paragraph != cluster_id],
        "first_outlet": first[1] or None,
        "first_published_at": first[0],
    }
