"""Phrase rules of the user's own (`[chrome] phrases`): matched while a document is understood, noted as evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from cleaner.chrome.evidence import PageFeatures
from cleaner.chrome.phrases import PhraseBook, PhraseRule, read_rules

DECISIVE, EVIDENCE = "own/", "own-evidence/"
"""How the notes of decisive rules begin, and those of rules that only lend weight; file and rule follow."""


@cache
def read_own(paths: tuple[str, ...]) -> PhraseBook:
    """Return the rules of files; raises `PhraseError` for one that is no rule, OSError for a file that is not there."""
    files = (Path(path) for path in paths)
    return PhraseBook(rule for path in files for rule in read_rules(path.read_text(encoding="utf-8"), path.stem))


def with_own_phrases(page: PageFeatures, texts: Sequence[str], paths: tuple[str, ...]) -> PageFeatures:
    """Return the evidence of a page with the user's rules that hit its paragraphs, and the roles they speak of."""
    if not paths:
        return page
    book = read_own(paths)
    hits = {i: [hit.rule for hit in found] for i, text in enumerate(texts) if (found := book.match(text))}
    as_chrome = tuple(hits[i][0].role if i in hits else role for i, role in enumerate(page.as_chrome))
    return replace(page, as_chrome=as_chrome).with_hits({i: [_note(rule) for rule in hits[i]] for i in hits})


def _note(rule: PhraseRule) -> str:
    return (DECISIVE if rule.strength == "decisive" else EVIDENCE) + rule.id.removeprefix("chrome/")
