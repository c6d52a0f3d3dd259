"""The step of a run that learns site templates: facts of every document, decided by SQL, given back as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from cleaner.chrome.evidence import PageFeatures
from cleaner.chrome.site_facts import FACTS, SitePage, page_facts
from cleaner.chrome.site_rules import read_templates
from cleaner.chrome.site_templates import HITS, decide_templates, known_table
from cleaner.columnar import listed
from cleaner.config import Config
from cleaner.documents import Documents
from cleaner.engine.base import Engine, Table
from cleaner.records import Document

COLUMNS = ("position", "hit")


def decide_site(engine: Engine, documents: Documents, config: Config) -> tuple[Table, tuple[str, ...]]:
    """Return the table of site evidence (`doc_id`, `position`, `hit`) and the columns that a document needs of it.

    Positions count the paragraphs that are not blank.
    """
    if not config.chrome.site_templates:
        return engine.table("site_hits", HITS, iter(())), COLUMNS
    facts = documents.facts("site_facts", FACTS)
    templates = [template for path in config.chrome.rules for template in read_templates(Path(path))]
    known = known_table(templates)
    return decide_templates(
        engine.sql, facts, engine.table("site_known", known.schema, iter(known.to_batches()))
    ).hits, COLUMNS


def site_column(understood: Sequence[tuple[Document, PageFeatures | None]]) -> pa.ListArray:
    """Return what each document tells of its site: a list of rows of `FACTS`, less the columns of `IDENTITY`."""
    pages = [site_page(document, evidence) for document, evidence in understood]
    sited = page_facts([page for page in pages if page])
    sizes = iter(sited.sizes)
    return listed([next(sizes) if page else 0 for page in pages], sited.rows)


def site_page(document: Document, evidence: PageFeatures | None) -> SitePage | None:
    """Return a document as its site sees it, or None where it has no outlet or nothing to see."""
    if evidence is None or not document.outlet:
        return None
    paths = list(map(document.paragraphs.tag_paths.__getitem__, document.paragraphs.shown))
    return SitePage(document.doc_id, document.outlet, document.paragraphs.lines, paths, evidence)
