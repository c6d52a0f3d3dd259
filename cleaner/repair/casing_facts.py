"""What a document tells the corpus about case, and what it asks: rows that SQL can aggregate."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.repair.casing_capitals import lede_keys
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_lowering import lowering_keys
from cleaner.repair.casing_records import Fact


def speaks_of_case(language: str | None) -> bool:
    """Return whether case is repaired in this language: English alone."""
    return (language or "").lower().startswith("en")


def written_small(document: CasingDocument) -> dict[str, str]:
    """Return the keys that a document asks about because it writes them small, with the word each is about."""
    small: dict[str, str] = {}
    _, words, *sides = document.candidates
    for keys in (words, *sides):
        small.update(zip(keys, words, strict=True))
    small.pop("", None)
    return small


def asked_keys(document: CasingDocument) -> dict[str, str]:
    """Return all keys that a document asks the corpus about, each with the word it is about, in a fixed order."""
    asked = written_small(document)
    for word in (*lowering_keys(document), *lede_keys(document)):
        asked.setdefault(word, word)
    return asked


def facts_of(document: CasingDocument) -> Iterator[Fact]:
    """Yield the facts of a document that was read already, in a fixed order."""
    for (key, surface), paragraph in document.places().items():
        yield Fact(key, surface, True, False, paragraph)  # noqa: FBT003 - a row
    small = written_small(document)
    for key in asked_keys(document):
        yield Fact(key, small.get(key, ""), False, True, -1)  # noqa: FBT003


def word_of(key: str) -> str:
    """Return the word of a key, in small letters.

    >>> word_of("<Anna berg"), word_of(">berg Anna"), word_of("berg")
    ('berg', 'berg', 'berg')
    """
    return key.rpartition(" ")[2] if key[0] == "<" else key.removeprefix(">").partition(" ")[0]
