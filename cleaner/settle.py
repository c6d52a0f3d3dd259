"""Settling one document: every paragraph gets its fate, every kept one its text, and each change its row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cleaner.chrome.evidence import PageFeatures
from cleaner.config import Config
from cleaner.language import UNDETERMINED, paragraph_language, short_words
from cleaner.ledger import apply_edits
from cleaner.records import Document, Edit, Kind, Paragraph, Role, Status, Verdict
from cleaner.repair.casing_records import Answer
from cleaner.repair.plan import plan_repairs
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


def settle(understood: Understood, decisions: Decisions, verdicts: Sequence[Verdict], config: Config) -> Settled:
    """Return the fates of a document's paragraphs; `verdicts` has one item a paragraph that is not blank."""
    document = understood.document
    judged = iter(verdicts)
    keep = config.keep_roles
    fates = [_blank(p) if p.kind is Kind.BLANK else _judged(p, next(judged), keep) for p in document.paragraphs]
    stays = [fate.paragraph for fate in fates if fate.status is Status.KEPT]
    kept = iter(_kept(stays, document, decisions, config))
    page_type = understood.evidence.page_type if understood.evidence else None
    return Settled(document, page_type, tuple(next(kept).of(f) if f.status is Status.KEPT else f for f in fates))


class _Kept(NamedTuple):
    """What a paragraph that stays has besides its verdict."""

    text: str
    edits: tuple[Edit, ...]
    language: str

    def of(self, fate: Fate) -> Fate:
        return fate._replace(text=self.text, edits=self.edits, language=self.language)


def _kept(paragraphs: Sequence[Paragraph], document: Document, decisions: Decisions, config: Config) -> Iterator[_Kept]:
    """Yield text, edits and language of the paragraphs that stay: repairs look at a document as a whole."""
    language = document.language or UNDETERMINED
    sources = [p.source_text for p in paragraphs]
    common = short_words(sources)
    for source, edits in zip(sources, plan_repairs(sources, language, config.repair, decisions.casing), strict=True):
        text = apply_edits(source, edits)
        yield _Kept(text, edits, paragraph_language(text, language, common, config.language.engine))


def _blank(paragraph: Paragraph) -> Fate:
    return Fate(paragraph, Role.UNKNOWN, Status.BLANK, ("structure/blank",), None, None, (), None)


def _judged(paragraph: Paragraph, verdict: Verdict, keep: frozenset[Role]) -> Fate:
    """Return the fate by verdict and policy alone."""
    status = _status(verdict, keep)
    rules = (*verdict.rule_ids, "policy/keep-roles") if status is Status.EXCLUDED else verdict.rule_ids
    return Fate(paragraph, verdict.role, status, rules, round(1.0 - verdict.score, 6), None, (), None)


def _status(verdict: Verdict, keep: frozenset[Role]) -> Status:
    if verdict.repeat_of is not None:
        return Status.REPEAT
    if not verdict.is_content:
        return Status.CHROME
    return Status.KEPT if verdict.role in keep else Status.EXCLUDED
