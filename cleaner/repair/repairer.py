"""Repairs by themselves: text in, text out, with evidence gathered from the documents that were shown first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import accumulate
from typing import Any, NamedTuple

from cleaner.garbage import uncollected
from cleaner.ledger import apply_edits
from cleaner.records import Edit
from cleaner.repair.casing import repair_document
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_evidence import CorpusEvidence
from cleaner.repair.casing_facts import speaks_of_case
from cleaner.repair.plan import Mended, composed, mend
from cleaner.repair.settings import RepairSettings

Row = Mapping[str, Any]


_KEPT_CHARACTERS = 10_000_000  # of text that `fit` has read and keeps, so that the call need not read it again


class _Read(NamedTuple):
    """A text that was mended and read for case."""

    text: str
    mended: Mended
    document: CasingDocument


class Repairer:
    """Repairs text; `fit` first shows it the corpus that the text belongs to.

    >>> repairer = Repairer()
    >>> repairer("Talks in Oslo ended.Later , the minister left. nobody stayed.")
    'Talks in Oslo ended. Later, the minister left. Nobody stayed.'
    >>> repairer.fit([{"id": "1", "outlet": "a", "lang": "en", "text": "Today the envoy Lindqvist spoke in Oslo."}])
    >>> [edit.after for edit in repairer.explain("Then the envoy Lindqvist left.It rained.")]
    [' ']
    """

    def __init__(self, config: RepairSettings | None = None) -> None:
        self.settings = config or RepairSettings()
        self._evidence = CorpusEvidence()
        self._read: dict[str, _Read] = {}

    def fit(self, documents: Iterable[Row]) -> None:
        """Gather evidence from rows with `id`, `outlet`, `lang` and `text`; what was gathered before is forgotten."""
        self._evidence = CorpusEvidence()
        self._read = {}
        room = _KEPT_CHARACTERS
        with uncollected():
            for row in documents:
                room -= len(row["text"])
                self._learn(row, keep=room > 0)

    def _learn(self, row: Row, *, keep: bool) -> None:
        language = _language(row)
        if speaks_of_case(language):
            read = self._prepared(row["text"], language)
            self._evidence.add(str(row["id"]), row.get("outlet"), read.document)
            if keep:
                self._read[str(row["id"])] = read

    def _prepared(self, text: str, language: str) -> _Read:
        mended = mend(text.split("\n"), language, self.settings)
        return _Read(text, mended, CasingDocument(mended.texts))

    def _cased(self, text: str, language: str, row: Row) -> tuple[Mended, dict[int, list[Edit]]]:
        doc_id = str(row.get("id", ""))
        read = self._read.get(doc_id)
        if read is None or read.text != text:
            read = self._prepared(text, language)
        answers = self._evidence.answers(doc_id, row.get("outlet"), read.document)
        return read.mended, repair_document(read.document, answers, self.settings.mode)

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
        casing: dict[int, list[Edit]] = {}
        if speaks_of_case(language):
            with uncollected():
                mended, casing = self._cased(text, language, row)
        else:
            mended = mend(lines, language, self.settings)
        found = composed(lines, mended, casing)
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0)) if found else []
        return [_moved(edit, starts[number]) for number, edits in found.items() for edit in edits]


def _language(row: Row) -> str:
    return str(row.get("lang") or row.get("language") or "en")


def _moved(edit: Edit, by: int) -> Edit:
    return replace(edit, char_start=edit.char_start + by, char_end=edit.char_end + by)
