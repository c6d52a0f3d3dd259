"""The maps of the pipeline: picklable, pure, one batch in and one batch out."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import compress, count, groupby, repeat
from operator import attrgetter
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.chrome.evidence import PageFeatures
from cleaner.chrome.second_opinion import is_asked
from cleaner.chrome.site_stage import TOLD as SITE
from cleaner.chrome.site_stage import site_rows
from cleaner.config import Config
from cleaner.documents import KNOWN, document_numbers, known_rows
from cleaner.engine.base import Several
from cleaner.engine.guard import GuardedMap
from cleaner.engine.revision import NOTES
from cleaner.reading import ReadingSettings, Split, read
from cleaner.records import Document, Failure, Source
from cleaner.repair.casing_stage import repair_columns
from cleaner.repair.casing_tables import CASING
from cleaner.settle import settle
from cleaner.settled import settled_batch
from cleaner.tables import refused, understood_batch
from cleaner.understand import HTML, Understood, refuse, understand_all

FACTS = {"known": KNOWN, "site_facts": SITE, **CASING}
"""Tables of what documents tell the corpus, written beside `understood`."""


class Item(NamedTuple):
    """One input document, and the key of the input that holds it."""

    key: str
    source: Source | Failure


def understanding(config: Config) -> GuardedMap:
    """Return the map from inputs to understood documents."""
    return GuardedMap(
        items=partial(_read_items, settings=config.reading_settings),
        work=partial(understand_items, config=config),
        failed=partial(_fail_item, config=config),
        weigh=_weigh_item,
        beside=FACTS,
    )


def _read_items(batches: Iterator[pa.RecordBatch], settings: ReadingSettings) -> Iterator[Item]:
    for batch in batches:
        for row in batch.to_pylist():
            split = Split(**{name: value for name, value in row.items() if name not in {"item_key", "place"}})
            for source in read(split, settings):
                yield Item(row["item_key"], source)


def _weigh_item(item: Item) -> int:
    """Return about how many bytes of text a source holds: of a page most is not text."""
    size = len(item.source.data)
    return size // 8 if item.source.media_type == HTML else size


def understand_items(items: list[Item], config: Config) -> Several:
    """Return what inputs are as a batch of `UNDERSTOOD`, and what they tell the corpus as rows of `FACTS`."""
    return _batch(items, understand_all([item.source for item in items], config), config)


def _fail_item(item: Item, reason: str, config: Config) -> Several:
    return _batch([item], [refuse(item.source, "failed", reason)], config)


def _batch(items: list[Item], understood: list[Understood], config: Config) -> Several:
    documents, keys = [u.document for u in understood], [item.key for item in items]
    shown = [may_stay(u.document, u.evidence, config) for u in understood]
    numbers = document_numbers(documents, keys)
    repairs = repair_columns(documents, numbers, shown, config.repair)
    known = known_rows(documents, keys, numbers, **repairs.known)
    sited = [(u.document, u.evidence if config.chrome.site_templates else None) for u in understood]
    rows = understood_batch(list(zip(keys, understood, strict=True)), repairs.columns)
    return Several(rows, {"known": known, "site_facts": site_rows(sited, keys), **repairs.facts})


def may_stay(document: Document, evidence: PageFeatures | None, config: Config) -> list[int]:
    """Return where paragraphs stand that a verdict may keep: none is blank or, but for a second opinion, in a menu."""
    shown = document.paragraphs.shown
    if evidence is None or is_asked(config.chrome):
        return shown
    return list(compress(shown, (~evidence.in_menu).tolist()))


class Row(NamedTuple):
    """One understood document with what the corpus says of it: a row of a batch, and what it weighs."""

    batch: pa.RecordBatch
    number: int
    weight: int


def settling(config: Config) -> GuardedMap:
    """Return the map from understood documents and decisions (columns `site` and `casing`) to settled ones."""
    work = partial(_settle_rows, config=config)
    failed = partial(_fail_row, config=config)
    return GuardedMap(items=_rows, work=work, failed=failed, weigh=attrgetter("weight"))


def _rows(batches: Iterator[pa.RecordBatch]) -> Iterator[Row]:
    for batch in batches:
        yield from map(Row, repeat(batch), count(), _text_bytes(batch.column("texts")))


def _text_bytes(texts: pa.ListArray) -> list[int]:
    """Return how many bytes the texts of each document have."""
    before = np.concatenate(([0], np.cumsum(pc.binary_length(texts.flatten()))))
    ends = np.cumsum(pc.list_value_length(texts))
    weights: list[int] = np.diff(before[ends], prepend=0).tolist()
    return weights


def _settle_rows(rows: list[Row], config: Config) -> Several:
    runs = [list(run) for _, run in groupby(rows, lambda row: id(row.batch))]
    parts = [run[0].batch.slice(run[0].number, len(run)) for run in runs]
    return _settled(parts[0] if len(parts) == 1 else pa.concat_batches(parts), config)


def settle_batch(rows: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Return settled documents: `rows` has columns of `UNDERSTOOD`, `site` and `casing`."""
    return settled_batch(rows, settle(rows, config))


def _settled(rows: pa.RecordBatch, config: Config) -> Several:
    """Return settled documents, and their margins as notes for those who decide about them again."""
    fates = settle(rows, config)
    documents = rows.column("doc_id").take(pa.array(list(fates.margins), pa.int64()))
    notes = pa.RecordBatch.from_arrays([documents, pa.array(list(fates.margins.values()), pa.string())], schema=NOTES)
    return Several(settled_batch(rows, fates), {"notes": notes})


def _fail_row(row: Row, reason: str, config: Config) -> Several:
    return _settled(refused(row.batch.slice(row.number, 1), reason), config)
