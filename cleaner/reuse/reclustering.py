"""Clusters at a higher threshold than a run's, from what the run stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.reuse.arrays import Flags, Ints
from cleaner.reuse.canonical import UNDATED, policy_rank, ranks_by_id
from cleaner.reuse.stars import stars

CLUSTERS = pa.schema(
    [
        ("paragraph_id", pa.string()),
        ("cluster_id", pa.string()),
        ("is_canonical", pa.bool_()),
        ("canonical_similarity", pa.float32()),
        ("cluster_size", pa.int64()),
        ("cluster_outlet_count", pa.int64()),
    ]
)
"""One row a paragraph of a cluster that spans documents, sorted by cluster, then paragraph."""


def recluster(out: Path, similarity: float) -> pa.Table:
    """Return the clusters (`CLUSTERS`) of an output folder at a threshold from 0 to 1, without looking at texts again.

    Members less alike than that leave their canonical, and those among them that are as alike as that cluster anew.
    Raises ValueError for a threshold below the one that the run stored matches for.
    """
    floor = json.loads((out / "run.json").read_text("utf-8"))["config"]["reuse"]["similarity"]
    if not floor <= similarity <= 1:
        raise ValueError(
            f"{out}: matches are stored from a similarity of {floor} on; {similarity} would need a new run "
            f"with `reuse.similarity = {similarity}`"
        )
    members = _members(out)
    number = {name: n for n, name in enumerate(members["paragraph_id"].to_pylist())}
    stored = np.array([number[c] for c in members["cluster_id"].to_pylist()], np.int64)
    stays = members["canonical_similarity"].to_numpy().astype(np.float64) >= similarity - 1e-6
    canonical = np.where(stays, stored, np.arange(len(stored)))
    return _table(members, _regrouped(out, number, canonical, stays, similarity, _ranks(out, members)))


def _members(out: Path) -> pa.Table:
    columns = ["paragraph_id", "doc_id", "cluster_id", "canonical_similarity", "cluster_size", "num_words"]
    rows = pq.read_table(out / "paragraphs.parquet", columns=columns, filters=pc.field("cluster_size") > 1)
    documents = pq.read_table(out / "documents.parquet", columns=["doc_id", "outlet", "published_at"])
    return rows.join(documents, "doc_id").sort_by("paragraph_id")


def _ranks(out: Path, members: pa.Table) -> Ints:
    """Return the canonical policy's order of the members."""
    edits = pq.read_table(out / "edits.parquet", columns=["paragraph_id"], filters=pc.field("applied"))
    damage = dict(zip(*pc.value_counts(edits["paragraph_id"].combine_chunks()).flatten(), strict=True))
    count = {str(name): n.as_py() for name, n in damage.items()}
    ids = members["paragraph_id"].combine_chunks()
    published = members["published_at"].cast(pa.int64()).fill_null(UNDATED).to_numpy()
    edited = np.array([count.get(name, 0) for name in ids.to_pylist()], np.int64)
    return policy_rank(ranks_by_id(ids), members["num_words"].to_numpy(), published, edited)


def _regrouped(out: Path, number: dict[str, int], canonical: Ints, stays: Flags, similarity: float, rank: Ints) -> Ints:
    """Return the canonicals after those that were set free have found one another."""
    alike = (pc.field("kind") == "near_copy") & (pc.field("similarity") >= similarity - 1e-6)
    links = pq.read_table(out / "matches.parquet", columns=["a_paragraph_id", "b_paragraph_id"], filters=alike)
    pairs = [
        (number.get(a, -1), number.get(b, -1)) for a, b in zip(*(c.to_pylist() for c in links.columns), strict=True)
    ]
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T
    free = (a >= 0) & (b >= 0) & ~stays[a] & ~stays[b]
    found = stars(a[free], b[free], rank, _nobody, _nobody)
    return np.where(stays, canonical, found)


def _nobody(members: Ints, _canonicals: Ints) -> Flags:
    """Only stored matches count."""
    return np.zeros(len(members), np.bool_)


def _table(members: pa.Table, canonical: Ints) -> pa.Table:
    ids, documents = members["paragraph_id"].to_pylist(), members["doc_id"].to_pylist()
    outlets, similarity = members["outlet"].to_pylist(), members["canonical_similarity"].to_pylist()
    groups: dict[int, list[int]] = {}
    for row, of in enumerate(canonical.tolist()):
        groups.setdefault(of, []).append(row)
    rows: list[dict[str, Any]] = []
    for of, group in groups.items():
        if len({documents[row] for row in group}) < 2:
            continue
        spread = len({outlets[row] or documents[row] for row in group})
        rows += [
            {
                "paragraph_id": ids[row],
                "cluster_id": ids[of],
                "is_canonical": row == of,
                "canonical_similarity": 1.0 if row == of else similarity[row],
                "cluster_size": len(group),
                "cluster_outlet_count": spread,
            }
            for row in group
        ]
    return pa.Table.from_pylist(rows, CLUSTERS).sort_by([("cluster_id", "ascending"), ("paragraph_id", "ascending")])
