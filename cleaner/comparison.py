"""What changed between two runs over the same sources: the way to judge a new setting, rule or version."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cleaner.report.tables import fetch, open_tables

EXAMPLES = 20
LISTED = 50


class DocumentChange(NamedTuple):
    """A document that is not the same in both: `added`, `removed`, `other bytes`, or how many spans changed."""

    source_uri: str
    change: str
    paragraphs: int


class FateChange(NamedTuple):
    """Spans that had one fate and have another; `new` and `gone` where the spans themselves differ."""

    before: str
    after: str
    paragraphs: int
    characters: int


class RuleChange(NamedTuple):
    """Hits of a rule before and after."""

    rule_id: str
    before: int
    after: int


class Example(NamedTuple):
    """One paragraph that changed; `what` is the change of fate, or `text`."""

    source_uri: str
    paragraph_id: str
    what: str
    before: str
    after: str


class Comparison(NamedTuple):
    """All that differs."""

    documents: list[DocumentChange]
    fates: list[FateChange]
    rules: list[RuleChange]
    text_changes: int
    examples: list[Example]

    @property
    def same(self) -> bool:
        """True where the two runs say the same of every paragraph."""
        return not (self.documents or self.fates or self.rules or self.text_changes)


def compare(before: str | Path, after: str | Path) -> Comparison:
    """Return what changed from one output folder to another.

    Paragraphs are the same where document and source range are; so a new way of cutting shows as `gone` and `new`.
    Raises OutputError where a folder is no finished output.
    """
    with open_tables(Path(before), later=Path(after)) as tables:
        tables.execute(_PAIRED)
        return Comparison(
            documents=fetch(tables, DocumentChange, _DOCUMENTS),
            fates=fetch(tables, FateChange, _FATES),
            rules=fetch(tables, RuleChange, _RULES),
            text_changes=tables.execute(f"SELECT count(*) FROM paired WHERE {_TEXT_CHANGED}").fetchall()[0][0],  # noqa: S608  (a constant)
            examples=fetch(tables, Example, _EXAMPLES),
        )


_SPANS = """SELECT p.doc_id, d.source_uri, p.source_spans[1].byte_start AS first_byte,
    p.source_spans[-1].byte_end AS end_byte, p.paragraph_id, p.status, p.text, p.source_text
FROM {schema}.paragraphs p JOIN {schema}.documents d ON d.doc_id = p.doc_id WHERE p.status <> 'blank'"""

_PAIRED = f"""CREATE TEMP TABLE paired AS
SELECT coalesce(a.source_uri, b.source_uri) AS source_uri, coalesce(b.paragraph_id, a.paragraph_id) AS paragraph_id,
    coalesce(a.status, 'new') AS before, coalesce(b.status, 'gone') AS after, a.text AS text_before,
    b.text AS text_after, coalesce(a.source_text, b.source_text) AS source_text
FROM ({_SPANS.format(schema="main")}) a FULL JOIN ({_SPANS.format(schema="later")}) b
ON a.doc_id = b.doc_id AND a.first_byte = b.first_byte AND a.end_byte = b.end_byte
WHERE a.status IS DISTINCT FROM b.status OR a.text IS DISTINCT FROM b.text"""  # noqa: S608  (constants)

_TEXT_CHANGED = "before = after"

_DOCUMENTS = f"""SELECT source_uri, change, paragraphs FROM (
    SELECT coalesce(a.source_uri, b.source_uri) AS source_uri,
        CASE WHEN a.doc_id IS NULL THEN 'added' WHEN b.doc_id IS NULL THEN 'removed'
            WHEN a.doc_id <> b.doc_id THEN 'other bytes' WHEN a.status <> b.status
            THEN a.status || ' → ' || b.status ELSE 'changed' END AS change,
        coalesce(p.paragraphs, 0) AS paragraphs
    FROM main.documents a FULL JOIN later.documents b ON a.source_uri = b.source_uri
    LEFT JOIN (SELECT source_uri, count(*) AS paragraphs FROM paired GROUP BY 1) p
        ON p.source_uri = coalesce(a.source_uri, b.source_uri))
WHERE change <> 'changed' OR paragraphs > 0 ORDER BY paragraphs DESC, source_uri LIMIT {LISTED}"""  # noqa: S608  (a constant)

_FATES = """SELECT before, after, count(*) AS paragraphs, CAST(sum(length(source_text)) AS BIGINT)
FROM paired WHERE before <> after GROUP BY 1, 2 ORDER BY paragraphs DESC, 1, 2"""

_HITS = """SELECT rule_id, count(*) AS hits FROM (SELECT unnest(rule_ids) AS rule_id FROM {schema}.paragraphs
    UNION ALL SELECT unnest(rule_ids) FROM {schema}.edits WHERE applied) GROUP BY 1"""

_RULES = f"""SELECT coalesce(a.rule_id, b.rule_id) AS rule_id, coalesce(a.hits, 0) AS before,
    coalesce(b.hits, 0) AS after
FROM ({_HITS.format(schema="main")}) a FULL JOIN ({_HITS.format(schema="later")}) b ON a.rule_id = b.rule_id
WHERE a.hits IS DISTINCT FROM b.hits ORDER BY abs(before - after) DESC, 1 LIMIT {LISTED}"""  # noqa: S608  (constants)

_EXAMPLES = f"""SELECT source_uri, paragraph_id,
    CASE WHEN before = after THEN 'text' ELSE before || ' → ' || after END AS what,
    left(coalesce(CASE WHEN before = after THEN text_before END, source_text), 160),
    left(coalesce(CASE WHEN before = after THEN text_after END, ''), 160)
FROM paired ORDER BY what, source_uri, paragraph_id LIMIT {EXAMPLES}"""  # noqa: S608  (constants)
