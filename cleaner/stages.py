"""The maps of the pipeline: picklable, pure, one batch in and one batch out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import pyarrow as pa

from cleaner.chrome.evidence import PageFeatures
from cleaner.chrome.judge import decide, menu_flags
from cleaner.chrome.second_opinion import is_asked, reconsidered
from cleaner.chrome.site_stage import site_column
from cleaner.config import Config
from cleaner.engine.guard import GuardedMap
from cleaner.packing import unpack
from cleaner.reading import ReadingSettings, Split, read
from cleaner.records import Document, Failure, Kind, Paragraph, Source, Verdict
from cleaner.repair.casing_stage import casing_answers, repair_columns
from cleaner.settle import Decisions, Settled, evidence_with_site, settle
from cleaner.settled import settled_batch
from cleaner.tables import REMEMBERED, understood_batch, understood_rows
from cleaner.understand import HTML, Understood, refuse, understand_all


class Item(NamedTuple):
    """One input document, and the key of the input that holds it."""

    key: str
    source: Source | Failure


class Task(NamedTuple):
    """One understood document with what the corpus says of it."""

    understood: Understood
    decisions: Decisions


def understanding(config: Config) -> GuardedMap:
    """Return the map from inputs to understood documents."""
    return GuardedMap(
        items=partial(_read_items, settings=config.reading_settings),
        work=partial(_understand_items, config=config),
        failed=partial(_fail_item, config=config),
        weigh=_weigh_item,
    )


def _read_items(batches: Iterator[pa.RecordBatch], settings: ReadingSettings) -> Iterator[Item]:
    for batch in batches:
        for row in batch.to_pylist():
            split = Split(**{name: value for name, value in row.items() if name not in {"item_key", "place"}})
            for source in read(split, settings):
                yield Item(row["item_key"], source)


def _weigh_item(item: Item) -> int:
    return _text_bytes(len(item.source.data), item.source.media_type)


def _text_bytes(size: int, media_type: str) -> int:
    """Return about how many bytes of text a source holds: of a page most is not text."""
    return size // 8 if media_type == HTML else size


def _understand_items(items: list[Item], config: Config) -> pa.RecordBatch:
    return _batch(items, understand_all([item.source for item in items], config), config)


def _fail_item(item: Item, reason: str, config: Config) -> pa.RecordBatch:
    return _batch([item], [refuse(item.source, "failed", reason)], config)


def _batch(items: list[Item], understood: list[Understood], config: Config) -> pa.RecordBatch:
    facts = {
        "site_facts": site_column(
            [(u.document, u.evidence if config.chrome.site_templates else None) for u in understood]
        ),
        **repair_columns(
            [u.document for u in understood],
            [may_stay(u.document, u.evidence, config) for u in understood],
            config.repair,
        ),
    }
    return understood_batch(list(zip((item.key for item in items), understood, strict=True)), facts)


def may_stay(document: Document, evidence: PageFeatures | None, config: Config) -> list[Paragraph]:
    """Return the paragraphs that a verdict may keep: none is blank or, but for a second opinion, in a menu."""
    shown = [paragraph for paragraph in document.paragraphs if paragraph.kind is not Kind.BLANK]
    if evidence is None or is_asked(config.chrome):
        return shown
    return [paragraph for paragraph, in_menu in zip(shown, menu_flags(evidence), strict=True) if not in_menu]


def settling(config: Config) -> GuardedMap:
    """Return the map from understood documents and decisions to settled ones."""
    work = partial(_settle_tasks, config=config)
    return GuardedMap(items=_tasks, work=work, failed=_fail_task, columns=REMEMBERED, weigh=_weigh_task)


def _weigh_task(task: Task) -> int:
    document = task.understood.document
    return _text_bytes(document.source_num_bytes, document.source_media_type)


def _tasks(batches: Iterator[pa.RecordBatch]) -> Iterator[Task]:
    for batch in batches:
        beside = (batch.column(name).to_pylist() for name in ("site", "casing"))
        for understood, site, casing in zip(understood_rows(batch), *beside, strict=True):
            yield Task(understood, decisions_of(site, casing))


def decisions_of(site: str | None, casing: str | None) -> Decisions:
    """Return the decisions that two payloads hold."""
    hits: dict[int, tuple[str, ...]] = {}
    for position, hit in unpack(site):
        hits[position] = (*hits.get(position, ()), hit)
    return Decisions(hits, casing_answers(unpack(casing)))


def _settle_tasks(tasks: list[Task], config: Config) -> pa.RecordBatch:
    return settled_batch(settle_all(tasks, config))


def settle_all(tasks: list[Task], config: Config) -> list[Settled]:
    """Return the settled documents of several tasks, judged together."""
    evidence = [evidence_with_site(t.understood, t.decisions) for t in tasks]
    judged = judge_all(evidence, config)
    return settle([t.understood for t in tasks], [t.decisions for t in tasks], judged, config)


def judge_all(evidence: Sequence[PageFeatures | None], config: Config) -> list[list[Verdict]]:
    """Return the verdicts of several pages, judged together; none for what is no page."""
    verdicts = iter(decide([e for e in evidence if e is not None]))
    return [reconsidered(e, next(verdicts), config.chrome) if e is not None else [] for e in evidence]


def _fail_task(task: Task, reason: str) -> pa.RecordBatch:
    document = replace(task.understood.document, status="failed", status_reason=reason, paragraphs=())
    return settled_batch([Settled(document, None, ())])
