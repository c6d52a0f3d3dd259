"""The step of a run that learns site templates: facts of every document, decided by SQL, given back as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from cleaner import queries
from cleaner.chrome.evidence import PageFeatures
from cleaner.chrome.site_facts import FACTS, SitePage, page_facts
from cleaner.chrome.site_rules import read_templates
from cleaner.chrome.site_templates import HITS, decide_templates, known_table
from cleaner.config import Config
from cleaner.documents import ITEM_KEY, KNOWN, Documents, homes
from cleaner.engine.base import Engine, Table
from cleaner.packing import PACKED, pack
from cleaner.records import Document

COLUMNS = ("position", "hit")
TOLD = FACTS.append(ITEM_KEY)


SEEN = pa.schema([KNOWN.field("document"), KNOWN.field("outlet")])
"""The documents on which site evidence rests that an earlier run has left."""


def decide_site(engine: Engine, documents: Documents, config: Config) -> Table:
    """Return the table of site evidence, packed: `position` and `hit` by document.

    Positions count the paragraphs that are not blank.  What was decided of outlets all of whose documents an earlier
    run has seen, and no others, stays.
    """
    if not config.chrome.site_templates:
        return pack(engine, "site", engine.table("site_hits", HITS, iter(())), COLUMNS)
    seen = engine.made("site_seen", SEEN)
    if engine.rows("SELECT count(*) FROM seen", seen=seen) == [(0,)]:
        site = pack(engine, "site", _hits(engine, documents.facts("site_facts", TOLD), config), COLUMNS)
    else:
        site = _revised(engine, documents, seen, config)
    engine.sql("site_seen", queries.SEEN, live=documents.live)
    return site


def _revised(engine: Engine, documents: Documents, seen: Table, config: Config) -> Table:
    live, told = documents.live, engine.made("site_facts", TOLD)
    changed = engine.sql("site_changed", queries.CHANGED_OUTLETS, live=live, seen=seen)
    kept = engine.sql("site_kept", queries.KEPT, packed=engine.made("site", PACKED), live=live, changed=changed)
    facts = engine.sql("site_facts_changed", queries.FACTS_OF_CHANGED, facts=told, live=live, changed=changed)
    fresh = pack(engine, "site_fresh", _hits(engine, facts, config), COLUMNS)
    engine.table("site_seen", SEEN, iter(()))  # if the next step is cut short, nothing is known
    return engine.sql("site", queries.TOGETHER, kept=kept, fresh=fresh)


def _hits(engine: Engine, facts: Table, config: Config) -> Table:
    templates = [template for path in config.chrome.rules for template in read_templates(Path(path))]
    known = known_table(templates)
    hits: Table = decide_templates(
        engine.sql, facts, engine.table("site_known", known.schema, iter(known.to_batches()))
    ).hits
    return hits


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
