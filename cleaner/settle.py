"""Settling one document: every paragraph gets its fate, every kept one its text, and each change its row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.chrome.evidence import PageFeatures
from cleaner.config import Config
from cleaner.language import UNDETERMINED, Told, paragraph_languages
from cleaner.ledger import apply_edits
from cleaner.records import Document, Edit, Kind, Paragraph, Role, Status, Verdict
from cleaner.repair.casing_records import Answer
from cleaner.repair.plan import Plan, plan_repairs
from cleaner.understand import Understood

STAYS = frozenset({Status.KEPT, Status.COPY})
PARAGRAPH_BREAK = "\n\n"
"""What stands between the paragraphs of a document's text."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the corpus as a whole says of one document: site evidence by paragraph, answers to its casing questions."""

    site_hits: dict[int, tuple[str, ...]] = field(default_factory=dict)
    casing: tuple[Answer, ...] = ()


class Fate(NamedTuple):
    """What becomes of one paragraph; `text` is None unless it stays."""

    paragraph: Paragraph
    role: Role
    status: Status
    rule_ids: tuple[str, ...]
    chrome_score: float | None
    text: str | None
    edits: tuple[Edit, ...]
    language: str | None


class Settled(NamedTuple):
    """A document with the fates of its paragraphs."""

    document: Document
    page_type: str | None
    fates: tuple[Fate, ...]


def evidence_with_site(understood: Understood, decisions: Decisions) -> PageFeatures | None:
    """Return the judge's evidence with what the site adds to it."""
    if understood.evidence is None or not decisions.site_hits:
        return understood.evidence
    return understood.evidence.with_hits(decisions.site_hits)


def settle(
    understood: Sequence[Understood],
    decisions: Sequence[Decisions],
    verdicts: Sequence[Sequence[Verdict]],
    config: Config,
) -> list[Settled]:
    """Return the fates of the paragraphs of documents; `verdicts` has one item a paragraph that is not blank."""
    documents = [u.document for u in understood]
    judged = [_padded(d, found) for d, found in zip(documents, verdicts, strict=True)]
    keep = config.keep_roles
    statuses = [[_status(verdict, keep) for verdict in found] for found in judged]
    plans = list(map(_plan, understood, statuses, decisions))
    planned = plan_repairs(plans, config.repair)
    kept = _kept(plans, planned, config)
    pages = [u.evidence.page_type if u.evidence else None for u in understood]
    return [Settled(*row) for row in zip(documents, pages, map(_fates, documents, judged, statuses, kept), strict=True)]


def _padded(document: Document, verdicts: Sequence[Verdict]) -> list[Verdict | None]:
    """Return the verdicts with None for paragraphs that are blank."""
    found = iter(verdicts)
    return [None if paragraph.kind is Kind.BLANK else next(found) for paragraph in document.paragraphs]


def _plan(understood: Understood, statuses: Sequence[Status], decisions: Decisions) -> Plan:
    """Return what repairs have to know: they look at the paragraphs that stay, as one document."""
    paragraphs = zip(understood.document.paragraphs, statuses, strict=True)
    stay = [paragraph for paragraph, status in paragraphs if status is Status.KEPT]
    doubtful = None
    if understood.mended is not None:
        doubtful = [number for number, paragraph in enumerate(stay) if paragraph.position in understood.mended]
    language = understood.document.language or UNDETERMINED
    texts, positions = [paragraph.source_text for paragraph in stay], [paragraph.position for paragraph in stay]
    return Plan(texts, language, decisions.casing, doubtful, understood.case, positions)


_Kept = tuple[str, tuple[Edit, ...], str]
"""Text, edits and language of a paragraph that stays."""


def _kept(
    plans: Sequence[Plan], planned: Sequence[Sequence[tuple[Edit, ...]]], config: Config
) -> list[Iterator[_Kept]]:
    """Return for each document what its paragraphs that stay have besides their verdicts."""
    told = [
        Told(list(map(_applied, plan.texts, edits)), plan.language or UNDETERMINED)
        for plan, edits in zip(plans, planned, strict=True)
    ]
    languages = paragraph_languages(told, config.language.engine)
    return [zip(*columns, strict=True) for columns in zip((t.texts for t in told), planned, languages, strict=True)]


def _applied(source: str, edits: tuple[Edit, ...]) -> str:
    return apply_edits(source, edits) if edits else source


_GONE: tuple[None, tuple[Edit, ...], None] = (None, (), None)


def _fates(
    document: Document, verdicts: Sequence[Verdict | None], statuses: Sequence[Status], kept: Iterator[_Kept]
) -> tuple[Fate, ...]:
    rows = zip(document.paragraphs, verdicts, statuses, strict=True)
    return tuple([_fate(*row, next(kept) if row[2] is Status.KEPT else _GONE) for row in rows])


def _fate(
    paragraph: Paragraph,
    verdict: Verdict | None,
    status: Status,
    rest: _Kept | tuple[None, tuple[Edit, ...], None],
) -> Fate:
    if verdict is None:
        return Fate(paragraph, Role.UNKNOWN, status, ("structure/blank",), None, *rest)
    rules = (*verdict.rule_ids, "policy/keep-roles") if status is Status.EXCLUDED else verdict.rule_ids
    return Fate(paragraph, verdict.role, status, rules, round(1.0 - verdict.score, 6), *rest)


def _status(verdict: Verdict | None, keep: frozenset[Role]) -> Status:
    """Return the status by verdict and policy alone; a blank paragraph has no verdict."""
    if verdict is None:
        return Status.BLANK
    if verdict.repeat_of is not None:
        return Status.REPEAT
    if not verdict.is_content:
        return Status.CHROME
    return Status.KEPT if verdict.role in keep else Status.EXCLUDED
