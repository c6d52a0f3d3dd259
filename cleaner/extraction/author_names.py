"""Names of authors, out of the lines in which pages give them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cleaner.extraction.linked_data import plain_line

_BY: Final = re.compile(
    r"^(?:by|von|par|por|di|door|av|af|text|autor|author|written by|posted by|view all posts by|written)\b[:\s]{0,3}",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"\s{0,3}[;|]\s{0,3}|\s(?:and|und|et|y|e|&|og|och|en)\s", re.IGNORECASE)
_NO_NAMES: Final = frozenset({"admin", "administrator", "editor", "author", "webmaster", "null", "none", "undefined"})
_LONGEST_NAME: Final = 60
_MOST_WORDS: Final = 7
_DIGITS: Final = re.compile(r"\d{3}|\b\d{1,2}[:.]\d\d")


def author_names(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the names of people or agencies that some lines give, each once, without addresses and `By`.

    >>> author_names(["By Ann Bee and Cy Dee", "https://example.org/ann", "admin"])
    ('Ann Bee', 'Cy Dee')
    """
    parts = (part for text in texts for part in split_names(_BY.sub("", plain_line(text))))
    return tuple(dict.fromkeys(name for part in parts if (name := part.strip(" ,.\u2022")) and _is_name(name)))


def split_names(text: str) -> list[str]:
    """Return the names in one text; a comma parts them only where each part is a full name.

    >>> split_names("Ann Bee, Cy Dee and Eve Fox"), split_names("Bee, Ann")
    (['Ann Bee', 'Cy Dee', 'Eve Fox'], ['Bee, Ann'])
    """
    names: list[str] = []
    for part in _BETWEEN.split(text):
        pieces = [piece.strip() for piece in part.split(",")]
        names += pieces if all(" " in piece for piece in pieces) else [part]
    return names


def _is_name(text: str) -> bool:
    is_address = "://" in text or "@" in text or text.startswith(("www.", "/"))
    if len(text.split()) > _MOST_WORDS or _DIGITS.search(text):
        return False
    return not is_address and 2 <= len(text) <= _LONGEST_NAME and text.casefold() not in _NO_NAMES
