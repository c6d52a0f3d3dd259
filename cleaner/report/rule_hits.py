"""The rules of a run: how often each decided, on how much text, where, and one example."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cleaner.report.tables import fetch

if TYPE_CHECKING:
    import duckdb

LISTED = 300


class RuleHits(NamedTuple):
    """What one rule did in the run; characters are code points of the text it decided on or changed."""

    rule_id: str
    effect: str
    hits: int
    characters: int
    documents: int
    outlets: int
    example: str


def rule_hits(tables: duckdb.DuckDBPyConnection) -> list[RuleHits]:
    """Return the rules that decided on paragraphs or edits: those that took out or changed, then those that kept."""
    return fetch(
        tables,
        RuleHits,
        f"""WITH decided AS (
            SELECT unnest(rule_ids) AS rule_id, status AS effect, doc_id, source_text AS text, NULL AS after
            FROM paragraphs WHERE len(rule_ids) > 0 AND status <> 'blank'
            UNION ALL SELECT unnest(rule_ids), CASE WHEN applied THEN 'repaired' ELSE 'proposed' END, doc_id,
                before, after FROM edits)
        SELECT rule_id, effect, count(*) AS hits, CAST(sum(length(r.text)) AS BIGINT),
            count(DISTINCT r.doc_id), count(DISTINCT d.outlet),
            min(CASE WHEN after IS NULL THEN left(r.text, 80)
                ELSE replace(left(r.text, 40) || ' → ' || left(after, 40), '  ', ' ␣') END)
        FROM decided r JOIN documents d ON d.doc_id = r.doc_id
        GROUP BY 1, 2 ORDER BY effect IN ('kept', 'copy'), hits DESC, rule_id, effect LIMIT {LISTED}""",  # noqa: S608  (a constant)
    )
