"""All repairs of one document, in their order: encoding, spacing, casing.

Encoding first, for a garbled word is no evidence and hides where a sentence ends; spacing second, for a lost space
hides it too; casing last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from cleaner.ledger import apply_edits, compose
from cleaner.records import Edit
from cleaner.repair.casing import repair_document
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_facts import speaks_of_case
from cleaner.repair.casing_records import Answer
from cleaner.repair.encoding import doubtful_encoding, repair_encoding
from cleaner.repair.settings import RepairSettings
from cleaner.repair.spacing import doubtful_spacing, repair_spacing


class Mended(NamedTuple):
    """Paragraphs after encoding and spacing: their texts, and by number the layers of edits that led there."""

    texts: list[str]
    layers: dict[int, tuple[list[Edit], ...]]


def mend(paragraph_texts: Sequence[str], language: str | None, settings: RepairSettings) -> Mended:
    """Return the paragraphs with encoding and spacing repaired: what casing is judged on and counted from."""
    mended = Mended(list(paragraph_texts), {})
    if settings.mode == "off":
        return mended
    whole = "\n".join(paragraph_texts)
    doubtful = (*doubtful_encoding(whole, settings.quotes), *doubtful_spacing(whole))
    starts = list(accumulate((len(text) + 1 for text in paragraph_texts), initial=0))
    for number in sorted({bisect_right(starts, at) - 1 for at in doubtful}):
        text = mended.texts[number]
        encoding = repair_encoding(text, settings.quotes)
        decoded = apply_edits(text, encoding) if encoding else text
        spacing = repair_spacing(decoded, language)
        if encoding or spacing:
            mended.layers[number] = tuple(layer for layer in (encoding, spacing) if layer)
            mended.texts[number] = apply_edits(decoded, spacing) if spacing else decoded
    return mended


def composed(texts: Sequence[str], mended: Mended, casing: dict[int, list[Edit]]) -> dict[int, tuple[Edit, ...]]:
    """Return by number the edits of the paragraphs that have any, in coordinates of `texts`."""
    numbers = sorted({*mended.layers, *casing})
    return {n: compose(texts[n], (*mended.layers.get(n, ()), casing.get(n, []))) for n in numbers}


def plan_repairs(
    paragraph_texts: Sequence[str], language: str | None, settings: RepairSettings, answers: Iterable[Answer] = ()
) -> list[tuple[Edit, ...]]:
    """Return the edits of each paragraph, disjoint and sorted, in coordinates of the text that was given.

    `answers` are the rows of `casing_evidence.DECIDE_CASING` for this document, or none: then it stands alone.
    """
    mended = mend(paragraph_texts, language, settings)
    casing: dict[int, list[Edit]] = {}
    if settings.mode != "off" and speaks_of_case(language):
        casing = repair_document(CasingDocument(mended.texts), answers, settings.mode)
    found = composed(paragraph_texts, mended, casing)
    return [found.get(number, ()) for number in range(len(paragraph_texts))]
