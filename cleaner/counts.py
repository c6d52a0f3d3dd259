"""Counts over a finished run: by outlet, by rule, by role, by language."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cleaner.report.rule_hits import RuleHits, rule_hits
from cleaner.report.summary import Totals, totals
from cleaner.report.tables import fetch, open_tables


class OutletCounts(NamedTuple):
    """One outlet; characters are code points of source text, blanks left out."""

    outlet: str
    documents: int
    characters: int
    kept: int
    removed: int
    copies: int
    edits: int


class RoleCounts(NamedTuple):
    """One role and fate."""

    role: str
    status: str
    paragraphs: int
    characters: int


class LanguageCounts(NamedTuple):
    """One language of documents."""

    language: str
    documents: int
    words: int


class Stats(NamedTuple):
    """What `cleaner stats` shows."""

    totals: Totals
    outlets: list[OutletCounts]
    rules: list[RuleHits]
    roles: list[RoleCounts]
    languages: list[LanguageCounts]


def stats(out: str | Path) -> Stats:
    """Return the counts of the run in the folder `out`; raises OutputError where it is no finished output."""
    with open_tables(Path(out)) as tables:
        return Stats(
            totals=totals(tables),
            outlets=fetch(tables, OutletCounts, _OUTLETS),
            rules=rule_hits(tables),
            roles=fetch(tables, RoleCounts, _ROLES),
            languages=fetch(tables, LanguageCounts, _LANGUAGES),
        )


_OUTLETS = """WITH fates AS (SELECT doc_id, sum(length(source_text)) AS characters,
        sum(length(source_text)) FILTER (status = 'kept') AS kept,
        sum(length(source_text)) FILTER (status IN ('chrome', 'repeat', 'excluded')) AS removed,
        sum(length(source_text)) FILTER (status = 'copy') AS copies
    FROM paragraphs WHERE status <> 'blank' GROUP BY 1)
SELECT coalesce(d.outlet, 'no outlet') AS outlet, count(*), CAST(coalesce(sum(characters), 0) AS BIGINT) AS size,
    CAST(coalesce(sum(kept), 0) AS BIGINT), CAST(coalesce(sum(removed), 0) AS BIGINT),
    CAST(coalesce(sum(copies), 0) AS BIGINT), CAST(coalesce(sum(d.edit_count), 0) AS BIGINT)
FROM documents d LEFT JOIN fates f ON f.doc_id = d.doc_id GROUP BY 1 ORDER BY size DESC, 1"""

_ROLES = """SELECT role, status, count(*), CAST(sum(length(source_text)) AS BIGINT) AS size
FROM paragraphs WHERE status <> 'blank' GROUP BY 1, 2 ORDER BY size DESC, 1, 2"""

_LANGUAGES = """SELECT coalesce(language, 'und') AS tag, count(*) AS documents,
    CAST(coalesce(sum(text_num_words), 0) AS BIGINT) FROM documents WHERE status = 'kept'
GROUP BY 1 ORDER BY documents DESC, 1"""
