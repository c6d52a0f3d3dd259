"""Ledes: the first words of an article in capitals, before it goes on in small letters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

import numpy as np

from cleaner.repair.cutting import Ints
from cleaner.repair.dictionary import is_lower_word
from cleaner.repair.running_text import Line, Reading, Text
from cleaner.repair.words import FUNCTION_WORDS

_CAPITALS = re.compile("\n[ABJE][^\n][ABJE][^\n][ABJE]")
_LOUD = "ABJEMm"
"""Signs of words that may be all capitals: `E` for `A`, the mixtures for scripts without case."""
_GAPS = frozenset((" ", ", ", "’", "'", "-", "; "))
_TOP = 3  # lines at the head of a document: there a lede may end a sentence, and its line may be short
_TOP_GAP = re.compile(r"[.?!,] |,? \d[\d,.]*,? | [(“\"]")
_APOSTROPHES = frozenset("’'")
_LONG = 15  # words of a line that is no heading
_NEAR = 8
_LINKS = frozenset(("of", "for", "and"))


def find_ledes(reading: Reading) -> list[list[range]]:
    """Return the ledes of every text that was read, as `ledes_of` has them: few texts hold three capitals in a row."""
    ledes: list[list[range]] = [[] for _ in reading.of_texts[1:]]
    texts = np.searchsorted(reading.cut.starts, reading.firsts[_loud_lines(reading)], "right") - 1
    for number in dict.fromkeys(texts.tolist()):
        ledes[number] = list(ledes_of(reading.text(number)))
    return ledes


def may_be_ledes(reading: Reading) -> list[int]:
    """Return the lines, numbered through all texts, that begin with a lede or would at the head of a document."""
    return [number for number in _loud_lines(reading).tolist() if _may_be_lede(*reading.line(number))]


def _loud_lines(reading: Reading) -> Ints:
    """Return the lines of more than three words that begin with three in capitals."""
    loud = reading.are(_LOUD)
    long = np.flatnonzero(reading.firsts + 6 < reading.lasts)
    first = reading.firsts[long] + 1
    return long[loud[first] & loud[first + 2] & loud[first + 4]]


def _may_be_lede(text: Text, line: Line) -> bool:
    words, gaps = text.parts[line.first + 1 : line.last : 2], text.parts[line.first : line.last : 2]
    return any(_length(words, gaps, top=top) for top in (True, False))


def lede_words(reading: Reading, number: int, ledes: Sequence[range]) -> list[str]:
    """Return the words of the ledes of one text, in small letters."""
    start = int(reading.cut.starts[number])
    found = (reading.parts(start + at, start + at + 1)[0].lower() for lede in ledes for at in lede)
    return list(dict.fromkeys(found))


def ledes_of(text: Text) -> Iterator[range]:
    """Yield the places of the words of every lede: a line that begins in capitals and goes on in small letters.

    A wire dateline (`OSLO (AP) —`), a speaker's name before a colon and a row of acronyms are no ledes: a lede holds
    common words, a function word among them.
    """
    firsts, lasts = text.lines.firsts, text.lines.lasts
    top = [first + 1 for first in firsts[:_TOP]]
    starts = {*top, *(match.start() + 1 for match in _CAPITALS.finditer(text.signs))}
    for at in sorted(starts):
        if text.parts[at].isupper():
            last = lasts[bisect_left(firsts, at - 1)]
            words, gaps = text.parts[at:last:2], text.parts[at - 1 : last : 2]
            count = _length(words, gaps, top=at in top)
            if count and (_goes_on_small(words[count:]) if at in top else words[count].islower()):
                yield range(at, at + 2 * count, 2)


def _length(words: list[str], gaps: list[str], *, top: bool) -> int:
    """Return how many words at the start are in capitals, or 0 where they do not read as the start of a sentence."""
    count = 1
    while count < len(words) and words[count].isupper() and _joins(gaps[count], top=top):
        count += 1
    if count < 3 or count == len(words) or not _joins(gaps[count], top=top) or _ties(gaps[count], words[count]):
        return 0
    several = [w.lower() for w in words[:count] if len(w) > 1]
    plain = [w for w in several if is_lower_word(w)]
    spoken = any(w in FUNCTION_WORDS for w in several)
    if not spoken and not (top and len(words) > _LONG and len(plain) == len(several) > 3):
        return 0
    return count if len(several) >= 3 and len(plain) * 2 >= len(several) else 0


def _joins(gap: str, *, top: bool) -> bool:
    return gap in _GAPS or (top and _TOP_GAP.fullmatch(gap) is not None)


def _ties(gap: str, word: str) -> bool:
    """True where a gap makes one word of what stands before it and after it, but for `IT’s`."""
    return gap == "-" or (gap in _APOSTROPHES and not (len(word) == 1 and word.islower()))


def _goes_on_small(words: list[str]) -> bool:
    """True where the next words that tell something are small: no heading in Title Case.

    In a long line one small word is enough, if it is none that names hold (`THE BANK of Vann`).
    """
    if words[0].islower() and words[0] not in _LINKS and len(words) > _LONG:
        return True
    telling = [word for word in words[:_NEAR] if word.lower() not in FUNCTION_WORDS]
    if not telling:
        return len(words) > 1
    return words[0] == telling[0].lower() or sum(map(str.islower, telling)) * 2 >= len(telling)
