"""What to look at first: the decisions that were closest, the outlet that lost most, what no rule has a name for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cleaner.report.tables import fetch

if TYPE_CHECKING:
    import duckdb

THRESHOLD = 0.5
LISTED = 10
EXCERPT = 160


class CloseCall(NamedTuple):
    """A paragraph whose score is near the threshold."""

    paragraph_id: str
    source_uri: str
    status: str
    role: str
    chrome_score: float
    excerpt: str
    alike: int


class OutletLoss(NamedTuple):
    """How much of an outlet's text was taken out; characters of its documents, ratio of them removed."""

    outlet: str
    documents: int
    removed: int
    characters: int

    @property
    def ratio(self) -> float:
        """Removed characters of all."""
        return self.removed / self.characters if self.characters else 0.0


class NewPhrase(NamedTuple):
    """A text that was removed in several documents though no phrase rule names it."""

    text: str
    paragraphs: int
    documents: int
    outlets: int


class Trouble(NamedTuple):
    """A document that did not become part of the corpus, and why."""

    source_uri: str
    status: str
    reason: str


class Attention(NamedTuple):
    """The first page of an audit."""

    close_calls: list[CloseCall]
    losses: list[OutletLoss]
    phrases: list[NewPhrase]
    troubles: list[Trouble]
    trouble_count: int


def attention(tables: duckdb.DuckDBPyConnection) -> Attention:
    """Return at most ten of each kind of thing that an auditor should see first."""
    troubles = "FROM documents WHERE status <> 'kept'"
    return Attention(
        close_calls=_close_calls(tables),
        losses=_losses(tables),
        phrases=_phrases(tables),
        troubles=fetch(
            tables,
            Trouble,
            f"SELECT source_uri, status, coalesce(status_reason, '') {troubles} ORDER BY 2, 1 LIMIT {LISTED}",
        ),
        trouble_count=tables.execute(f"SELECT count(*) {troubles}").fetchall()[0][0],
    )


def _close_calls(tables: duckdb.DuckDBPyConnection) -> list[CloseCall]:
    """The same text of the same outlet is one decision, though it was taken on every page."""
    query = """WITH near AS (SELECT p.*, d.source_uri, abs(p.chrome_score - $threshold) AS distance,
            count(*) OVER alike AS alike, row_number() OVER (alike ORDER BY distance, d.source_uri, p.position) AS nth
        FROM paragraphs p JOIN documents d ON d.doc_id = p.doc_id
        WHERE p.chrome_score IS NOT NULL AND p.status NOT IN ('blank', 'repeat')
            AND abs(p.chrome_score - $threshold) < 0.4
        WINDOW alike AS (PARTITION BY d.outlet, p.status IN ('kept', 'copy'), md5(p.source_text)))
        SELECT paragraph_id, source_uri, status, role, chrome_score, left(source_text, $length), alike
        FROM near WHERE nth = 1 ORDER BY distance, source_uri, position LIMIT $listed"""
    values = {"length": EXCERPT, "threshold": THRESHOLD, "listed": LISTED}
    return [CloseCall(*row) for row in tables.execute(query, values).fetchall()]


def _losses(tables: duckdb.DuckDBPyConnection) -> list[OutletLoss]:
    return fetch(
        tables,
        OutletLoss,
        """SELECT coalesce(d.outlet, 'no outlet'), count(DISTINCT p.doc_id),
            CAST(sum(length(p.source_text)) FILTER (p.status IN ('chrome', 'repeat', 'excluded')) AS BIGINT) AS removed,
            CAST(sum(length(p.source_text)) AS BIGINT) AS characters
        FROM paragraphs p JOIN documents d ON d.doc_id = p.doc_id WHERE p.status <> 'blank'
        GROUP BY 1 HAVING removed > 0 ORDER BY removed / characters DESC, 1 LIMIT 5""",
    )


def _phrases(tables: duckdb.DuckDBPyConnection) -> list[NewPhrase]:
    """Short removed texts without a phrase rule; grouped, so that one template is one line."""
    return fetch(
        tables,
        NewPhrase,
        """SELECT p.source_text, count(*), count(DISTINCT p.doc_id) AS documents, count(DISTINCT d.outlet)
        FROM paragraphs p JOIN documents d ON d.doc_id = p.doc_id
        WHERE p.status = 'chrome' AND length(p.source_text) BETWEEN 3 AND 120
            AND NOT list_bool_or(list_append(list_transform(p.rule_ids, r -> starts_with(r, 'chrome/')), false))
        GROUP BY 1 HAVING documents > 1 ORDER BY documents DESC, 2 DESC, 1 LIMIT 10""",
    )
