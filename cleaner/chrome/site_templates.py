"""Site templates: paragraphs that recur on several distinct documents of an outlet, found with portable SQL.

Near-twins come first: an outlet's updated or doubled story repeats all its paragraphs, and would make furniture of
them.  Twins are folded into one document.  What then recurs on several documents and stands or speaks like furniture
is a template.  Sentences that recur where text stands are mostly notes about the outlet, but an outlet's follow-up
stories repeat their background too: such a sentence is hit by `again/...`, which weighs little against a judge that is
sure of it and nothing in flattened text.

The same texts run on the engine of a pipeline (`site_stage`) and on tables in memory (`find_site_hits`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import pyarrow as pa

from cleaner.chrome.site_facts import SitePage, facts_table, paragraph_hash

Sql = Callable[..., Any]
"""The one verb that is needed of an engine: (name, query, **tables) gives a named table from a query over tables."""

HITS = pa.schema([("doc_id", pa.string()), ("position", pa.int64()), ("hit", pa.string())])
KNOWN = pa.schema([("outlet", pa.string()), ("paragraph", pa.int64())])
KNOWN_HIT = "site/known"

# Paragraphs that so many documents share tell a template, not twins; it also bounds the pairs.
_TWIN_REACH = 20

SAME_CONTENT = """
    SELECT doc_id, outlet, min(doc_id) OVER (PARTITION BY outlet, content ORDER BY doc_id) AS leader
    FROM (SELECT DISTINCT doc_id, outlet, content FROM facts)
"""
"""Each document and the first one of its outlet with the very same prose."""

SKETCHES = """
    SELECT DISTINCT f.doc_id AS doc_id, f.outlet AS outlet, f.paragraph AS paragraph, f.words AS words
    FROM facts f JOIN same s ON f.doc_id = s.doc_id AND s.leader = f.doc_id WHERE f.sketched
"""

SHARED = f"""
    SELECT a.doc_id AS doc_id, b.doc_id AS twin, CAST(sum(a.words) AS BIGINT) AS shared
    FROM sketches a
    JOIN (SELECT outlet, paragraph FROM sketches GROUP BY outlet, paragraph HAVING count(*) <= {_TWIN_REACH}) r
        ON a.outlet = r.outlet AND a.paragraph = r.paragraph
    JOIN sketches b ON a.outlet = b.outlet AND a.paragraph = b.paragraph AND a.doc_id <> b.doc_id
    GROUP BY a.doc_id, b.doc_id
"""  # noqa: S608  the only value is a constant of this file
"""Pairs of documents and the words of their sketches that both have."""

TWINS = """
    SELECT s.doc_id AS doc_id, min(s.twin) AS twin
    FROM shared s
    JOIN (SELECT doc_id, CAST(sum(words) AS BIGINT) AS size FROM sketches GROUP BY doc_id) a ON a.doc_id = s.doc_id
    JOIN (SELECT doc_id, CAST(sum(words) AS BIGINT) AS size FROM sketches GROUP BY doc_id) b ON b.doc_id = s.twin
    WHERE s.shared * 10 >= 4 * CASE WHEN a.size < b.size THEN a.size ELSE b.size END
    GROUP BY s.doc_id
"""
"""Documents that share at least four words in ten of the shorter sketch, each with the first of its twins."""

LEADERS = """
    SELECT s.doc_id AS doc_id, CASE
        WHEN u.twin IS NOT NULL AND u.twin < t.twin THEN u.twin
        WHEN t.twin IS NOT NULL AND t.twin < s.leader THEN t.twin ELSE s.leader END AS leader
    FROM same s LEFT JOIN twins t ON t.doc_id = s.leader LEFT JOIN twins u ON u.doc_id = t.twin
"""
"""The document that stands for each document; two steps along a chain of updates."""

RECURRING = """
    SELECT outlet, paragraph, CAST(count(*) AS BIGINT) AS documents, CASE
        WHEN 2 * sum(supported) >= count(*) AND (sum(prose) = 0 OR count(*) >= 3) THEN 1 ELSE 0 END AS furniture
    FROM (
        SELECT f.outlet AS outlet, f.paragraph AS paragraph, l.leader AS leader,
            max(CASE WHEN f.supported THEN 1 ELSE 0 END) AS supported,
            max(CASE WHEN f.prose THEN 1 ELSE 0 END) AS prose,
            max(CASE WHEN f.prose AND NOT f.supported THEN 1 ELSE 0 END) AS plain
        FROM facts f JOIN leaders l ON l.doc_id = f.doc_id WHERE f.counted
        GROUP BY f.outlet, f.paragraph, l.leader
    )
    GROUP BY outlet, paragraph
    HAVING count(*) >= 2
        AND ((2 * sum(supported) >= count(*) AND (sum(prose) = 0 OR count(*) >= 3)) OR sum(plain) >= 2)
"""
"""What recurs on two distinct documents of an outlet.  It is furniture's (a template) where most of them have it in a
role or place of furniture, sentences on three documents; a sentence that stands like any other on two of them tells
less: notes about the outlet do, and so does the background of a follow-up story."""

TEMPLATES = "SELECT outlet, paragraph, documents FROM recurring WHERE furniture = 1"
"""What `rules learn` shows."""

SITE_HITS = """
    SELECT f.doc_id AS doc_id, f.position AS position, CASE
        WHEN r.furniture = 0 AND r.documents >= 4 THEN 'again/on-4-documents'
        WHEN r.furniture = 0 THEN 'again/on-2-documents'
        WHEN r.documents >= 256 THEN 'site/on-256-documents' WHEN r.documents >= 64 THEN 'site/on-64-documents'
        WHEN r.documents >= 16 THEN 'site/on-16-documents' WHEN r.documents >= 8 THEN 'site/on-8-documents'
        WHEN r.documents >= 4 THEN 'site/on-4-documents' ELSE 'site/on-2-documents' END AS hit
    FROM facts f JOIN recurring r ON r.outlet = f.outlet AND r.paragraph = f.paragraph WHERE f.counted
    UNION ALL
    SELECT f.doc_id AS doc_id, f.position AS position, 'site/known' AS hit
    FROM facts f JOIN known k ON k.outlet = f.outlet AND k.paragraph = f.paragraph WHERE f.counted
"""
"""The evidence: at least so many distinct documents of the outlet have this paragraph; steps, so that one more
document seldom changes what was decided of the others."""


class Decided(NamedTuple):
    """The tables of the decision."""

    templates: Any
    hits: Any


def decide_templates(sql: Sql, facts: Any, known: Any) -> Decided:
    """Return the tables of templates and hits; `facts` is a table of `FACTS`, `known` of `KNOWN`."""
    same = sql("site_same", SAME_CONTENT, facts=facts)
    sketches = sql("site_sketches", SKETCHES, facts=facts, same=same)
    shared = sql("site_shared", SHARED, sketches=sketches)
    twins = sql("site_twins", TWINS, shared=shared, sketches=sketches)
    leaders = sql("site_leaders", LEADERS, same=same, twins=twins)
    recurring = sql("site_recurring", RECURRING, facts=facts, leaders=leaders)
    templates = sql("site_templates", TEMPLATES, recurring=recurring)
    return Decided(templates, sql("site_hits", SITE_HITS, facts=facts, recurring=recurring, known=known))


class Template(NamedTuple):
    """A learned template: a paragraph of an outlet, as first seen, and how many distinct documents have it."""

    outlet: str
    text: str
    documents: int


class Found(NamedTuple):
    """What the documents of a collection say of their sites: hits by document and position, and the templates."""

    hits: dict[str, dict[int, tuple[str, ...]]]
    templates: list[Template]


def known_table(templates: Iterable[Template]) -> pa.Table:
    """Return the table of `KNOWN` for templates that were learned before."""
    rows = sorted({(t.outlet, hashed) for t in templates if (hashed := paragraph_hash(t.text)) is not None})
    columns = zip(*rows, strict=True) if rows else ((), ())
    return pa.table([pa.array(column, kind.type) for column, kind in zip(columns, KNOWN, strict=True)], schema=KNOWN)


def find_site_hits(pages: Sequence[SitePage], known: Sequence[Template] = ()) -> Found:
    """Return what documents in hand say of their sites; the same SQL as in a pipeline, on tables in memory.

    Hits are given to the judge with `PageFeatures.with_hits(found.hits.get(doc_id, {}))`.
    """
    import duckdb

    with duckdb.connect(":memory:", config={"threads": 1}) as db:

        def sql(_name: str, query: str, **tables: pa.Table) -> pa.Table:
            for alias, table in tables.items():
                db.register(alias, table)
            return db.execute(query).to_arrow_table()

        decided = decide_templates(sql, facts_table(pages), known_table(known))
    hits: dict[str, dict[int, tuple[str, ...]]] = {}
    for doc_id, position, hit in sorted(zip(*decided.hits.to_pydict().values(), strict=True)):
        of_document = hits.setdefault(doc_id, {})
        of_document[position] = (*of_document.get(position, ()), hit)
    return Found(hits, _named(zip(*decided.templates.to_pydict().values(), strict=True), pages))


def _named(rows: Iterable[tuple[str, int, int]], pages: Sequence[SitePage]) -> list[Template]:
    """Return the templates with the words of the first page that has them, most frequent first."""
    documents = {(outlet, paragraph): n for outlet, paragraph, n in rows}
    texts: dict[tuple[str, int], str] = {}
    for page in sorted(pages, key=lambda page: page.doc_id):
        for text in page.texts:
            key = (page.outlet, paragraph_hash(text) or 0)
            if key in documents:
                texts.setdefault(key, text)
    found = [Template(key[0], text, documents[key]) for key, text in texts.items()]
    return sorted(found, key=lambda t: (t.outlet, -t.documents, t.text))
