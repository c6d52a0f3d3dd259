"""Near-copy clusters: the canonical paragraph and its copies, word by word."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from cleaner.report.marks import Piece, aligned
from cleaner.report.tables import fetch

if TYPE_CHECKING:
    import duckdb

CARDS = 24
MEMBERS = 6
LONGEST = 1_500


class Member(NamedTuple):
    """One paragraph of a cluster."""

    paragraph_id: str
    outlet: str | None
    source_uri: str
    published_at: datetime | None
    is_canonical: bool
    similarity: float | None
    text: str
    pieces: list[Piece]
    is_first: bool


class Cluster(NamedTuple):
    """A card: the members that are shown, and how many there are."""

    cluster_id: str
    size: int
    outlets: int
    members: list[Member]


class _Row(NamedTuple):
    cluster_id: str
    size: int
    outlets: int
    paragraph_id: str
    outlet: str | None
    source_uri: str
    published_at: datetime | None
    is_canonical: bool
    similarity: float | None
    text: str


def clusters(tables: duckdb.DuckDBPyConnection) -> list[Cluster]:
    """Return the clusters that most outlets carry, each with up to six members, the canonical first."""
    cards: dict[str, list[_Row]] = {}
    for row in fetch(tables, _Row, _MEMBERS):
        cards.setdefault(row.cluster_id, []).append(row)
    return [_card(rows) for rows in cards.values()]


def cluster_count(tables: duckdb.DuckDBPyConnection) -> int:
    """Return how many clusters of two or more the corpus holds."""
    query = "SELECT count(DISTINCT cluster_id) FROM paragraphs WHERE cluster_size > 1"
    return int(tables.execute(query).fetchall()[0][0])


def _card(rows: list[_Row]) -> Cluster:
    canonical = next((row for row in rows if row.is_canonical), rows[0])
    dated = [row.published_at for row in rows if row.published_at]
    first = min(dated) if dated else None
    members = [
        Member(
            paragraph_id=row.paragraph_id,
            outlet=row.outlet,
            source_uri=row.source_uri,
            published_at=row.published_at,
            is_canonical=row is canonical,
            similarity=row.similarity,
            text=row.text,
            pieces=[] if row is canonical else aligned(canonical.text, row.text),
            is_first=first is not None and row.published_at == first,
        )
        for row in rows
    ]
    return Cluster(rows[0].cluster_id, rows[0].size, rows[0].outlets, members)


_MEMBERS = f"""WITH best AS (SELECT cluster_id, max(cluster_size) AS size, max(cluster_outlet_count) AS outlets
    FROM paragraphs WHERE cluster_size > 1 AND status IN ('kept', 'copy') GROUP BY 1
    ORDER BY outlets DESC, size DESC, cluster_id LIMIT {CARDS}),
ranked AS (SELECT b.cluster_id, b.size, b.outlets, p.paragraph_id, d.outlet, d.source_uri, d.published_at,
        p.is_canonical, p.canonical_similarity, left(coalesce(p.text, p.source_text), {LONGEST}) AS text,
        row_number() OVER (PARTITION BY b.cluster_id
            ORDER BY p.is_canonical DESC, d.published_at NULLS LAST, d.source_uri, p.position) AS nth
    FROM best b JOIN paragraphs p ON p.cluster_id = b.cluster_id JOIN documents d ON d.doc_id = p.doc_id
    WHERE p.status IN ('kept', 'copy'))
SELECT * EXCLUDE (nth) FROM ranked WHERE nth <= {MEMBERS} ORDER BY outlets DESC, size DESC, cluster_id, nth"""  # noqa: S608  (constants)
