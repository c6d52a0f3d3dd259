"""The step of a run that learns site templates: facts of every document, decided by SQL, given back as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from cleaner.chrome.evidence import PageFeatures
from cleaner.chrome.site_facts import FACTS, SitePage, page_facts
from cleaner.chrome.site_rules import read_templates
from cleaner.chrome.site_templates import HITS, decide_templates, known_table
from cleaner.config import Config
from cleaner.documents import ITEM_KEY, Documents, homes
from cleaner.engine.base import Engine, Table
from cleaner.records import Document

COLUMNS = ("position", "hit")
TOLD = FACTS.append(ITEM_KEY)


def decide_site(engine: Engine, documents: Documents, config: Config) -> tuple[Table, tuple[str, ...]]:
    """Return the table of site evidence (`doc_id`, `position`, `hit`) and the columns that a document needs of it.

    Positions count the paragraphs that are not blank.
    """
    if not config.chrome.site_templates:
        return engine.table("site_hits", HITS, iter(())), COLUMNS
    facts = documents.facts("site_facts", TOLD)
    templates = [template for path in config.chrome.rules for template in read_templates(Path(path))]
    known = known_table(templates)
    return decide_templates(
        engine.sql, facts, engine.table("site_known", known.schema, iter(known.to_batches()))
    ).hits, COLUMNS


def site_rows(understood: Sequence[tuple[Document, PageFeatures | None]], item_keys: Sequence[str]) -> pa.RecordBatch:
    """Return what documents tell of their sites: rows of `TOLD`; the inputs have these keys."""
    pages = [site_page(document, evidence) for document, evidence in understood]
    sited = page_facts([page for page in pages if page])
    of_page = pa.array(np.repeat([number for number, page in enumerate(pages) if page], sited.sizes).astype(np.int64))
    documents = [document for document, _ in understood]
    identity = ([d.doc_id for d in documents], homes(documents), item_keys)
    doc_id, outlet, item_key = (pa.array(values, pa.string()).take(of_page) for values in identity)
    return pa.RecordBatch.from_arrays([doc_id, outlet, *sited.rows.flatten(), item_key], schema=TOLD)


def site_page(document: Document, evidence: PageFeatures | None) -> SitePage | None:
    """Return a document as its site sees it, or None where it has no outlet or nothing to see."""
    if evidence is None or not document.outlet:
        return None
    paths = list(map(document.paragraphs.tag_paths.__getitem__, document.paragraphs.shown))
    return SitePage(document.doc_id, document.outlet, document.paragraphs.lines, paths, evidence)
