"""Which documents the reader shows: all of a small corpus; of a large one the worst, the closest, some by chance."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from cleaner.report.tables import fetch

if TYPE_CHECKING:
    import duckdb

DOCUMENT_CHARACTERS = 80_000
READER_CHARACTERS = 3_000_000
"""Code points of source text that the reader may hold in one document and in all; the file stays far below 20 MB."""


class Page(NamedTuple):
    """One document of the sample, with what an auditor asks first."""

    doc_id: str
    number: int
    why: str
    source_uri: str
    outlet: str | None
    title: str | None
    url: str | None
    published_at: datetime | None
    media_type: str
    source_num_bytes: int
    encoding_used: str | None
    language: str | None
    removed_ratio: float
    edit_count: int
    copied_share: float
    status: str

    @property
    def outlet_name(self) -> str:
        """The outlet, or nothing: what the contents are grouped by."""
        return self.outlet or ""

    @property
    def anchor(self) -> str:
        """The id of the document's element."""
        return f"doc-{self.number}"


def sample_pages(tables: duckdb.DuckDBPyConnection, size: int) -> list[Page]:
    """Return at most `size` documents in the order of the corpus, each with the reason why it was taken.

    Also leaves two temporary tables: `sample` (doc_id, number) and `shown` (their paragraphs, cut at the limits).
    """
    total = tables.execute("SELECT count(*) FROM documents WHERE paragraph_count > 0").fetchall()[0][0]
    tables.execute(_EVERY if total <= size else _CHOSEN, None if total <= size else {"third": max(1, size // 3)})
    tables.execute(_SHOWN, {"document": DOCUMENT_CHARACTERS, "reader": READER_CHARACTERS})
    return fetch(tables, Page, _PAGES)


_EVERY = """CREATE TEMP TABLE sample AS
SELECT doc_id, row_number() OVER (ORDER BY source_uri, doc_id) AS number, '' AS why
FROM documents WHERE paragraph_count > 0"""

# A document id is a hash of the document, so its order is chance that every run repeats.
_CHOSEN = """CREATE TEMP TABLE sample AS
WITH worst AS (SELECT doc_id, 1 AS rank FROM documents WHERE paragraph_count > 0 AND status = 'kept'
        ORDER BY removed_ratio DESC, doc_id LIMIT $third),
    closest AS (SELECT doc_id, 2 AS rank FROM paragraphs WHERE chrome_score IS NOT NULL
        AND status NOT IN ('blank', 'repeat')
        GROUP BY doc_id ORDER BY min(abs(chrome_score - 0.5)), doc_id LIMIT $third),
    chance AS (SELECT doc_id, 3 AS rank FROM documents WHERE paragraph_count > 0 ORDER BY doc_id LIMIT $third),
    chosen AS (SELECT doc_id, min(rank) AS rank FROM
        (SELECT * FROM worst UNION ALL SELECT * FROM closest UNION ALL SELECT * FROM chance) GROUP BY doc_id)
SELECT d.doc_id, row_number() OVER (ORDER BY d.source_uri, d.doc_id) AS number,
    CASE rank WHEN 1 THEN 'most removed' WHEN 2 THEN 'nearest the threshold' ELSE 'by chance' END AS why
FROM chosen JOIN documents d ON d.doc_id = chosen.doc_id"""

_SHOWN = """CREATE TEMP TABLE shown AS
WITH mine AS (SELECT p.*, s.number,
        sum(length(p.source_text)) OVER (PARTITION BY p.doc_id ORDER BY p.position) AS so_far,
        sum(length(p.source_text)) OVER (ORDER BY s.number, p.position) AS in_all
    FROM paragraphs p JOIN sample s ON s.doc_id = p.doc_id)
SELECT paragraph_id, doc_id, number, position, kind, role, status, rule_ids, chrome_score, spans_exact, source_text,
    cluster_id, is_canonical, canonical_similarity, cluster_size, cluster_outlet_count
FROM mine WHERE so_far <= $document AND in_all <= $reader"""

_PAGES = """SELECT d.doc_id, s.number, s.why, d.source_uri, d.outlet, d.title, d.url, d.published_at,
    d.source_media_type, d.source_num_bytes, d.encoding_used, d.language, d.removed_ratio, d.edit_count,
    d.copied_share, d.status
FROM sample s JOIN documents d ON d.doc_id = s.doc_id ORDER BY s.number"""
