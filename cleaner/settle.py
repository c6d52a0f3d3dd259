"""Settling one document: every paragraph gets its fate, every kept one its text, and each change its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NamedTuple

from cleaner.chrome.evidence import PageFeatures
from cleaner.config import Config
from cleaner.identity import paragraph_id
from cleaner.language import UNDETERMINED, paragraph_language, short_words
from cleaner.ledger import apply_edits
from cleaner.records import Document, Edit, Kind, Paragraph, Role, Status, Verdict
from cleaner.repair.casing_records import Answer
from cleaner.repair.plan import plan_repairs
from cleaner.understand import Understood

STAYS = frozenset({Status.KEPT, Status.COPY})
PARAGRAPH_BREAK = "\n\n"


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
    verdict_of = {p.position: next(judged) for p in document.paragraphs if p.kind is not Kind.BLANK}
    keep = config.keep_roles
    fates = [
        _judged(p, verdict_of[p.position], keep) if p.position in verdict_of else _blank(p) for p in document.paragraphs
    ]
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


def document_row(settled: Settled) -> dict[str, Any]:
    """Return the columns of `documents` that follow from the fates."""
    kept = [fate for fate in settled.fates if fate.text is not None]
    removed = [f for f in settled.fates if f.status not in STAYS and f.status is not Status.BLANK]
    text = PARAGRAPH_BREAK.join(fate.text or "" for fate in kept)
    visible = sum(len(f.paragraph.source_text) for f in settled.fates if f.status is not Status.BLANK)
    removed_chars = sum(len(f.paragraph.source_text) for f in removed)
    document = settled.document
    title, title_source = document.title, document.title_source
    if title is None:
        headline = next((f.text for f in kept if f.role is Role.HEADLINE), None)
        title, title_source = headline, "headline" if headline else None
    return {
        "page_type": settled.page_type,
        "title": title,
        "title_source": title_source,
        "text": text if document.status == "kept" else None,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest() if document.status == "kept" else None,
        "text_num_chars": len(text),
        "text_num_words": sum(len((f.text or "").split()) for f in kept),
        "paragraph_count": sum(f.status is not Status.BLANK for f in settled.fates),
        "removed_paragraph_count": len(removed),
        "removed_char_count": removed_chars,
        "removed_ratio": removed_chars / visible if visible else 0.0,
        "edit_count": sum(e.applied for f in settled.fates for e in f.edits),
    }


def text_ranges(settled: Settled) -> dict[int, tuple[int, int]]:
    """Return where each paragraph that stays stands in the document's text, by position."""
    kept = [fate for fate in settled.fates if fate.text is not None]
    starts = accumulate((len(f.text or "") + len(PARAGRAPH_BREAK) for f in kept), initial=0)
    return {f.paragraph.position: (at, at + len(f.text or "")) for f, at in zip(kept, starts, strict=False)}


def edit_rows(settled: Settled) -> list[dict[str, Any]]:
    """Return the rows of `edits` for a document, numbered in the order of the source."""
    rows: list[dict[str, Any]] = []
    for fate in settled.fates:
        for edit in fate.edits:
            start, end = _byte_range(fate.paragraph, edit, settled.document)
            rows.append(
                {
                    "doc_id": settled.document.doc_id,
                    "edit_no": len(rows),
                    "paragraph_id": paragraph_id(settled.document.doc_id, fate.paragraph.position),
                    "stage": edit.stage,
                    "rule_ids": edit.rule_ids,
                    "op": edit.op,
                    "char_start": edit.char_start,
                    "char_end": edit.char_end,
                    "source_byte_start": start,
                    "source_byte_end": end,
                    "before": edit.before,
                    "after": edit.after,
                    "applied": edit.applied,
                    "confidence": edit.confidence,
                    "reason": edit.reason,
                    "evidence": edit.evidence,
                }
            )
    return rows


def _byte_range(paragraph: Paragraph, edit: Edit, document: Document) -> tuple[int, int]:
    """Return the source bytes that an edit covers: exact in flattened text, else those of its paragraph."""
    first, last = paragraph.spans[0][0], paragraph.spans[-1][1]
    encoding = document.encoding_used
    plain = not paragraph.tag_path and paragraph.source_bytes is None and document.extractor != "html-page/1"
    if not plain or encoding is None:
        return first, last
    head = len(paragraph.source_text[: edit.char_start].encode(encoding, "replace"))
    inside = len(paragraph.source_text[edit.char_start : edit.char_end].encode(encoding, "replace"))
    return first + head, first + head + inside
