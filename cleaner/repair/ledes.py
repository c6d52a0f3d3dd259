"""Ledes: the first words of an article in capitals, before it goes on in small letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.repair.dictionary import is_lower_word
from cleaner.repair.running_text import Text
from cleaner.repair.words import FUNCTION_WORDS

_LEDE_GAPS = frozenset((" ", ", ", "’", "'", "-", "; "))


_CAPITALS = re.compile("\n[ABJE][^\n][ABJE][^\n][ABJE]")


def ledes_of(text: Text) -> Iterator[range]:
    """Yield the places of the words of every lede: a line that begins in capitals and goes on in small letters.

    A wire dateline (`OSLO (AP) —`), a speaker's name before a colon and a row of acronyms are no ledes: a lede holds
    common words, a function word among them.
    """
    for match in _CAPITALS.finditer(text.signs):
        at = match.start() + 1
        count = _lede_length(text, at)
        if count:
            yield range(at, at + 2 * count, 2)


def _lede_length(text: Text, at: int) -> int:
    end = text.signs.index("\n", at)
    words, gaps = text.parts[at:end:2], text.parts[at - 1 : end : 2]
    count = 0
    while count < len(words) and words[count].isupper() and (count == 0 or gaps[count] in _LEDE_GAPS):
        count += 1
    if count < 3 or count == len(words) or gaps[count] not in {" ", ", "} or not words[count].islower():
        return 0
    several = [w.lower() for w in words[:count] if len(w) > 1]
    plain = [w for w in several if is_lower_word(w)]
    spoken = any(w in FUNCTION_WORDS for w in several)
    return count if spoken and len(several) >= 3 and len(plain) * 2 >= len(several) else 0
