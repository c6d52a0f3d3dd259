"""Repairs by themselves: text in, text out, with evidence gathered from the documents that were shown first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cleaner.ledger import apply_edits, compose
from cleaner.records import Edit
from cleaner.repair.casing import repair_document
from cleaner.repair.casing_document import read_document
from cleaner.repair.casing_evidence import CorpusEvidence
from cleaner.repair.casing_facts import asked_keys, facts_of, speaks_of_case
from cleaner.repair.plan import mend
from cleaner.repair.settings import RepairSettings

Row = Mapping[str, Any]


class Repairer:
    """Repairs text; `fit` first shows it the corpus that the text belongs to.

    >>> repairer = Repairer()
    >>> repairer("Talks in Oslo ended.Later , the minister left norway.")
    'Talks in Oslo ended. Later, the minister left Norway.'
    >>> repairer.fit([{"id": "1", "outlet": "a", "lang": "en", "text": "Today the envoy Lindqvist spoke in Oslo."}])
    >>> [edit.after for edit in repairer.explain("Then the envoy lindqvist left.")]
    ['Lindqvist']
    """

    def __init__(self, config: RepairSettings | None = None) -> None:
        self.settings = config or RepairSettings()
        self._evidence = CorpusEvidence()

    def fit(self, documents: Iterable[Row]) -> None:
        """Gather evidence from `documents` (mappings with `id`, `outlet`, `lang`, `text`); replaces earlier evidence."""
        evidence = CorpusEvidence()
        for row in documents:
            language = _language(row)
            if speaks_of_case(language):
                lines = [mend(line, language, self.settings).text for line in row["text"].split("\n")]
                evidence.add(str(row["id"]), row.get("outlet"), facts_of(read_document(lines)))
        self._evidence = evidence

    def __call__(self, text: str, doc: Row | None = None) -> str:
        """Return `text` repaired, with as many lines as it had; `doc` says whose it is (`id`, `outlet`, `lang`)."""
        return apply_edits(text, self.explain(text, doc))

    def explain(self, text: str, doc: Row | None = None) -> list[Edit]:
        """Return what is changed in `text` and what is only proposed (`applied=False`), sorted, with the reasons."""
        if self.settings.mode == "off":
            return []
        row = doc or {}
        language = _language(row)
        lines = text.split("\n")
        mended = [mend(line, language, self.settings) for line in lines]
        casing: list[list[Edit]] = [[] for _ in lines]
        if speaks_of_case(language):
            document = read_document([m.text for m in mended])
            answers = self._evidence.answers(str(row.get("id", "")), row.get("outlet"), asked_keys(document))
            casing = repair_document(document, len(lines), answers, self.settings.mode)
        edits: list[Edit] = []
        at = 0
        for line, m, cased in zip(lines, mended, casing, strict=True):
            if m.layers or cased:
                edits += (_moved(edit, at) for edit in compose(line, (*m.layers, cased)))
            at += len(line) + 1
        return edits


def _language(row: Row) -> str:
    return str(row.get("lang") or row.get("language") or "en")


def _moved(edit: Edit, by: int) -> Edit:
    from dataclasses import replace

    return replace(edit, char_start=edit.char_start + by, char_end=edit.char_end + by)
