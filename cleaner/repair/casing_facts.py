"""What a document tells the corpus about case, and what it asks: rows that SQL can aggregate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cleaner.repair.casing_capitals import lede_keys
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_lowering import lowering_cases
from cleaner.repair.casing_raising import raising_cases
from cleaner.repair.casing_records import Fact


def casing_facts(paragraphs: Sequence[str], language: str | None = "en") -> list[Fact]:
    """Return the facts of one document: texts after encoding and spacing were repaired; none unless it is English."""
    if not speaks_of_case(language):
        return []
    return list(facts_of(CasingDocument(paragraphs)))


def speaks_of_case(language: str | None) -> bool:
    """Return whether case is repaired in this language: English alone."""
    return (language or "").lower().startswith("en")


def asked_keys(document: CasingDocument) -> list[str]:
    """Return the keys that a document asks the corpus about, each once, in a fixed order."""
    return list(dict.fromkeys((*raising_cases.keys(document), *lowering_cases.keys(document), *lede_keys(document))))


def facts_of(document: CasingDocument) -> Iterator[Fact]:
    """Yield the facts of a document that was read already, in a fixed order."""
    for (key, surface), at in document.counts.places.items():
        yield Fact(key, surface, True, False, document.place_of(at).paragraph)  # noqa: FBT003 - a row
    small: dict[str, str] = {}
    for candidate in document.candidates:
        small[candidate.word] = small[candidate.left_key] = small[candidate.right_key] = candidate.word
    for key in asked_keys(document):
        yield Fact(key, small.pop(key, ""), False, True, -1)  # noqa: FBT003
