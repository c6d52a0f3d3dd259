"""Repairs by themselves: text in, text out, with evidence gathered from the documents that were shown first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import accumulate
from typing import Any, NamedTuple

from cleaner.garbage import uncollected
from cleaner.ledger import apply_edits
from cleaner.records import Edit
from cleaner.repair.casing import repair_document
from cleaner.repair.casing_corpus import CorpusEvidence
from cleaner.repair.casing_document import CasingDocument, read_documents
from cleaner.repair.casing_facts import speaks_of_case
from cleaner.repair.casing_weights import casing_weights
from cleaner.repair.dictionary import capital_forms
from cleaner.repair.encoding import import_ftfy
from cleaner.repair.mending import Mended, Unmended, mend
from cleaner.repair.plan import composed
from cleaner.repair.settings import RepairSettings
from cleaner.repair.signs import contested
from cleaner.repair.spacing import spacing_rules
from cleaner.repair.usual_case import usual_case

Row = Mapping[str, Any]


_BATCH_CHARACTERS = 300_000  # of text that is read together
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
        _load()
        self.settings = config or RepairSettings()
        self._evidence = CorpusEvidence()
        self._read: dict[str, _Read] = {}

    def fit(self, documents: Iterable[Row]) -> None:
        """Gather evidence from rows with `id`, `outlet`, `lang` and `text`; what was gathered before is forgotten."""
        self._evidence = CorpusEvidence()
        self._read = {}
        room = _KEPT_CHARACTERS
        with uncollected():
            for some in _batches(documents):
                read = _read([(row["text"], _language(row)) for row in some], self.settings)
                for row, one in zip(some, read, strict=True):
                    room -= len(one.text)
                    self._evidence.add(str(row["id"]), row.get("outlet"), one.document)
                    if room > 0:
                        self._read[str(row["id"])] = one

    def _cased(self, text: str, language: str, row: Row) -> tuple[Mended, dict[int, list[Edit]]]:
        doc_id = str(row.get("id", ""))
        read = self._read.get(doc_id)
        if read is None or read.text != text:
            read = _read([(text, language)], self.settings)[0]
        others = self._evidence.heard(doc_id, row.get("outlet"), read.document)
        return read.mended, repair_document(read.document, others, self.settings.mode)

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
            (mended,) = mend([Unmended(lines, language)], self.settings)
        found = composed(lines, mended, casing)
        starts = list(accumulate((len(line) + 1 for line in lines), initial=0)) if found else []
        return [_moved(edit, starts[number]) for number, edits in found.items() for edit in edits]


@cache
def _load() -> None:
    """Read word lists, weights and rules, once a process: no text has to wait for them."""
    for read in (contested, capital_forms, usual_case, casing_weights, spacing_rules, import_ftfy):
        read()


def _batches(documents: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the documents whose case is repaired, so many at a time as are worth reading together."""
    some: list[Row] = []
    size = 0
    for row in documents:
        if speaks_of_case(_language(row)):
            some.append(row)
            size += len(row["text"])
        if size > _BATCH_CHARACTERS:
            yield some
            some, size = [], 0
    if some:
        yield some


def _read(texts: Sequence[tuple[str, str]], settings: RepairSettings) -> list[_Read]:
    """Return texts, each with its language, mended and read for case."""
    mended = mend([Unmended(text.split("\n"), language) for text, language in texts], settings)
    documents = read_documents([one.texts for one in mended])
    return list(map(_Read, (text for text, _ in texts), mended, documents))


def _language(row: Row) -> str:
    return str(row.get("lang") or row.get("language") or "en")


def _moved(edit: Edit, by: int) -> Edit:
    return replace(edit, char_start=edit.char_start + by, char_end=edit.char_end + by)
