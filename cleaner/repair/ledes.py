"""Ledes: the first words of an article in capitals, before it goes on in small letters."""

from __future__ import annotations

from cleaner.repair.dictionary import is_lower_word
from cleaner.repair.running_text import Line, Text
from cleaner.repair.words import FUNCTION_WORDS

_LEDE_GAPS = frozenset((" ", ", ", "’", "'", "-", "; "))


def lede_length(text: Text, line: Line) -> int:
    """Return how many words at the start of a line are in capitals before it goes on in small letters, or 0.

    A wire dateline (`OSLO (AP) —`), a speaker's name before a colon and a row of acronyms are no ledes: a lede holds
    common words, a function word among them.
    """
    words, gaps = text.words(line), text.gaps(line)
    count = 0
    while count < len(words) and words[count].isupper() and (count == 0 or gaps[count] in _LEDE_GAPS):
        count += 1
    if count < 3 or count == len(words) or gaps[count] not in {" ", ", "} or not words[count].islower():
        return 0
    several = [w.lower() for w in words[:count] if len(w) > 1]
    plain = [w for w in several if is_lower_word(w)]
    spoken = any(w in FUNCTION_WORDS for w in several)
    return count if spoken and len(several) >= 3 and len(plain) * 2 >= len(several) else 0
