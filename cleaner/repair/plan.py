"""All repairs of one document, in their order: encoding, spacing, casing.

Encoding first, for a garbled word is no evidence and hides where a sentence ends; spacing second, for a lost space
hides it too; casing last.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cleaner.ledger import apply_edits, compose
from cleaner.records import Edit
from cleaner.repair.casing import repair_casing
from cleaner.repair.casing_facts import speaks_of_case
from cleaner.repair.casing_records import Answer
from cleaner.repair.encoding import repair_encoding
from cleaner.repair.settings import RepairSettings
from cleaner.repair.spacing import repair_spacing


class Mended(NamedTuple):
    """A paragraph after encoding and spacing: its text, and the layers of edits that led there."""

    text: str
    layers: tuple[list[Edit], ...]


def mend(text: str, language: str | None, settings: RepairSettings) -> Mended:
    """Return `text` with encoding and spacing repaired: what casing is judged on and counted from."""
    if settings.mode == "off":
        return Mended(text, ())
    layers = [repair_encoding(text, settings.quotes)]
    decoded = apply_edits(text, layers[0]) if layers[0] else text
    layers.append(repair_spacing(decoded, language))
    spaced = apply_edits(decoded, layers[1]) if layers[1] else decoded
    return Mended(spaced, tuple(layer for layer in layers if layer))


def plan_repairs(
    paragraph_texts: Sequence[str], language: str | None, settings: RepairSettings, answers: Iterable[Answer] = ()
) -> list[tuple[Edit, ...]]:
    """Return the edits of each paragraph, disjoint and sorted, in coordinates of the text that was given.

    `answers` are the rows of `casing_evidence.DECIDE_CASING` for this document, or none: then it stands alone.
    """
    mended = [mend(text, language, settings) for text in paragraph_texts]
    if settings.mode == "off" or not speaks_of_case(language):
        casing: list[list[Edit]] = [[] for _ in mended]
    else:
        casing = repair_casing([m.text for m in mended], answers, settings.mode)
    return [
        compose(text, (*m.layers, cased)) if m.layers or cased else ()
        for text, m, cased in zip(paragraph_texts, mended, casing, strict=True)
    ]
