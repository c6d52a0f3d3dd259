"""All repairs of one document, in their order: encoding, spacing, casing.

Encoding first, for a garbled word is no evidence and hides where a sentence ends; spacing second, for a lost space
hides it too; casing last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from cleaner.ledger import compose
from cleaner.records import Edit
from cleaner.repair.casing import repaired
from cleaner.repair.casing_document import read_documents
from cleaner.repair.casing_facts import speaks_of_case, word_of
from cleaner.repair.casing_margin import margins
from cleaner.repair.casing_outlook import Outlook
from cleaner.repair.casing_parts import by_key
from cleaner.repair.casing_records import Answer
from cleaner.repair.mended_once import Layers
from cleaner.repair.mending import Mended, Unmended, mend, mended_as
from cleaner.repair.settings import RepairSettings


def composed(texts: Sequence[str], mended: Mended, casing: dict[int, list[Edit]]) -> dict[int, tuple[Edit, ...]]:
    """Return by number the edits of the paragraphs that have any, in coordinates of `texts`."""
    layers = {n: (*mended.layers.get(n, ()), *([casing[n]] if n in casing else ())) for n in {*mended.layers, *casing}}
    return {n: compose(texts[n], found) if len(found) > 1 else tuple(found[0]) for n, found in sorted(layers.items())}


class Plan(NamedTuple):
    """What is known of a document whose repairs are planned: its paragraphs, its language, and answers about case.

    `answers` are the rows of `casing_stage.STEADY` for this document: no word changes that they do not tell of.
    `layers` are the edits of encoding and spacing by number of the paragraph, where these are known (`mended_once`);
    `case` is the packed `Outlook` of the document that they are of, and `positions` are theirs in it.
    """

    texts: Sequence[str]
    language: str | None
    answers: Iterable[Answer] = ()
    layers: Mapping[int, Layers | None] | None = None
    case: str | None = None
    positions: Sequence[int] = ()


def may_be_repaired(language: str | None, answers: str | None, mended: str | None, case: str | None) -> bool:
    """Return False of documents in which nothing can be repaired; told without unpacking what is known of them."""
    return bool(answers or mended) or (speaks_of_case(language) and (case is None or Outlook.concerns(case, ())))


class Planned(NamedTuple):
    """The repairs of a document: by number the edits of the paragraphs that have any, and what answers may move.

    The edits of a paragraph are disjoint and sorted, in coordinates of the text given.  `margins` are those of
    `casing_margin`, packed.
    """

    edits: dict[int, tuple[Edit, ...]]
    margins: str


def plan_repairs(documents: Sequence[Plan], settings: RepairSettings) -> list[Planned]:
    """Return the repairs of each document."""
    mended = [_mended(document, settings) for document in documents]
    casing: list[tuple[dict[int, list[Edit]], str]] = [({}, "") for _ in documents]
    if settings.mode != "off":
        english = [i for i, document in enumerate(documents) if speaks_of_case(document.language)]
        found = _cased([documents[i] for i in english], [mended[i].texts for i in english], settings)
        for i, cased in zip(english, found, strict=True):
            casing[i] = cased
    return [
        Planned(composed(plan.texts, known, edits), told)
        for plan, known, (edits, told) in zip(documents, mended, casing, strict=True)
    ]


def _mended(document: Plan, settings: RepairSettings) -> Mended:
    layers = document.layers
    known = {number: found for number, found in (layers or {}).items() if found}
    if layers is not None and len(known) == len(layers):
        return mended_as(document.texts, known)
    return mend([Unmended(document.texts, document.language, layers)], settings)[0]


def _cased(
    documents: Sequence[Plan], texts: Sequence[Sequence[str]], settings: RepairSettings
) -> list[tuple[dict[int, list[Edit]], str]]:
    """Return the edits of case of English documents by number, and their margins; `texts` are theirs, mended."""
    others = [by_key(document.answers) for document in documents]
    asked = [set(map(word_of, told)) for told in others]
    views = list(map(_view, documents, texts, asked))
    some = [i for i, view in enumerate(views) if view.numbers]
    elsewhere = [{word_of(key) for key, told in others[i].items() if told.capital} for i in some]
    casing: list[tuple[dict[int, list[Edit]], str]] = [({}, "") for _ in documents]
    for i, document in zip(some, read_documents([views[i].texts for i in some], elsewhere), strict=True):
        numbers, _, capital_total = views[i]
        if capital_total is not None:
            document.capital_total = capital_total
        document.narrow(asked[i])
        edits, weighed = repaired(document, others[i], settings.mode, words_alone=capital_total is not None)
        casing[i] = {numbers[n]: found for n, found in edits.items()}, margins(document, weighed)
    return casing


class _View(NamedTuple):
    """What is read of a document for case: numbers and texts of paragraphs.

    Where nothing but words may change these are those that hold such words, and `capital_total` counts the capitals in
    all that stay.
    """

    numbers: Sequence[int]
    texts: Sequence[str]
    capital_total: int | None = None


def _view(document: Plan, texts: Sequence[str], asked: Collection[str]) -> _View:
    """Return the paragraphs where a word that was asked about may change, or more than words."""
    if document.case is None:
        return _View(range(len(texts)), texts)
    if not Outlook.concerns(document.case, asked):
        return _View((), ())
    outlook = Outlook.unpacked(document.case)
    if not outlook.words_alone(document.positions):
        return _View(range(len(texts)), texts)
    places = outlook.places(document.positions, asked)
    numbers = [number for number, position in enumerate(document.positions) if position in places]
    return _View(numbers, [texts[number] for number in numbers], outlook.capital_total(document.positions))
