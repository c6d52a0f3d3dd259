"""Lines cut into words and gaps, and what kind of line each is: where in a text case carries information.

Case tells something only in the middle of a sentence of running text.  Headings, lines in capitals, and the word after
a full stop, quotation mark, colon, dash or bullet tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from cleaner.repair.words import ABBREVIATIONS

_WORDS = re.compile(r"([^\W\d_]+)")
_CLOSERS = "”\"’')]|"
_END_MARKS = frozenset('.!?…:;,"”')
_CODE = re.compile(r"[{}\\]|\(\)|::|;\s*$|[=!<>]=|:=|[=-]>|</|\w_\w|\$[a-z]|\w\.\w+\(|^\s*[#$>%] |=\S")
_CODE_SIGNS = re.compile(r"[{}\\=<>_$#%(;]|::")
INNER_GAPS = frozenset((" ", ", ", "-", " & ", "; ", "s, "))
"""What stands before a word in the middle of a sentence."""
PAIR_GAPS = frozenset((" ", "-"))
"""What stands between two words that belong together."""
_APOSTROPHES = frozenset("’'`ʼ")


class LineKind(IntEnum):
    """What the case of a line's words can tell."""

    RUNNING = 0
    HEADING = 1
    CAPITALS = 2
    CODE = 3


class Line(NamedTuple):
    """One line: `gaps[i]` stands before `words[i]`, and `gaps[-1]` after the last word."""

    text: str
    kind: LineKind
    words: list[str]
    gaps: list[str]

    def char_start(self, index: int) -> int:
        """Return where the word `index` begins in the line."""
        return sum(map(len, self.words[:index])) + sum(map(len, self.gaps[: index + 1]))

    def word_starts(self) -> list[int]:
        """Return where every word begins in the line."""
        starts: list[int] = []
        at = 0
        for gap, word in zip(self.gaps, self.words, strict=False):
            starts.append(at + len(gap))
            at += len(gap) + len(word)
        return starts


def read_line(text: str) -> Line:
    """Return the line with its kind, words and gaps.

    >>> read_line("The envoy met Anna Berg.").words
    ['The', 'envoy', 'met', 'Anna', 'Berg']
    """
    parts = _WORDS.split(text)
    words, gaps = parts[1::2], parts[::2]
    return Line(text, _kind(text, words), words, gaps)


def _kind(text: str, words: list[str]) -> LineKind:
    if (
        len(words) > 1
        and not text.islower()
        and sum(map(str.isupper, words)) * 2 > len(words)
        and _mostly_capitals(words)
    ):
        return LineKind.CAPITALS
    if len(words) <= 16 and not _ends_sentence(text):
        long = [w for w in words if len(w) > 3]
        if len(words) > 1 and long and sum(w[0].isupper() for w in long) * 2 >= len(long):
            return LineKind.HEADING
    if _CODE_SIGNS.search(text) and _CODE.search(text):
        return LineKind.CODE
    return LineKind.RUNNING


def _ends_sentence(text: str) -> bool:
    """True for a line that ends in a mark, perhaps inside quotation marks or brackets."""
    end = text.rstrip()
    return end[-1:] in _END_MARKS or end.rstrip(_CLOSERS)[-1:] in _END_MARKS


def _mostly_capitals(words: list[str]) -> bool:
    if not (words[0].isupper() or words[-1].isupper() or words[len(words) // 2].isupper()):  # a quick probe
        return False
    several = [w for w in words if len(w) > 1]
    return sum(map(str.isupper, several)) > 0.6 * max(1, len(several))


def is_whole_word(line: Line, index: int) -> bool:
    """Return False for parts of addresses, numbers, file names, handles, and for what follows an apostrophe."""
    before, after = line.gaps[index], line.gaps[index + 1]
    if before in INNER_GAPS and after in INNER_GAPS:
        return True
    if before and (before[-1] in "@#/\\_&+=~^*" or before[-1].isdigit()):
        return False
    if index and before and (before[-1] == "." or (len(before) == 1 and before in _APOSTROPHES)):
        return False
    return not after or not _glued(after, index + 1 < len(line.words))


def _glued(after: str, more: bool) -> bool:
    """True where the gap after a word ties it to an address, a number or an abbreviation."""
    if after[0] in "@/\\_+=~^*" or after[0].isdigit():
        return True
    return more and (after in {".", ":", "#"} or after.startswith("://"))


class Position(IntEnum):
    """Where in its sentence a word stands."""

    INNER = 0
    AFTER_END = 1
    MAYBE_START = 2
    LINE_START = 3


_STOP = re.compile(r"[.?!…]")
_CLEAR_END = re.compile(r"[.?!][\"”’)\]]*\s+[\"“‘(\[]*$")
_QUOTED_END = re.compile(r"[?!][\"”’)\]]+\s")
_SOFT = re.compile(r"[:|•*\"“‘(\[–—]|\s-+\s|(?<!\w)'")


def position(line: Line, index: int) -> Position:
    """Return where the word stands: AFTER_END only where the sentence before it has certainly ended."""
    gap = line.gaps[index]
    if index == 0:
        return Position.LINE_START
    if gap in INNER_GAPS:
        return Position.INNER
    if _STOP.search(gap):
        return Position.AFTER_END if _sentence_ended(gap, line.words[index - 1]) else Position.MAYBE_START
    return Position.MAYBE_START if _SOFT.search(gap) else Position.INNER


def _sentence_ended(gap: str, before: str) -> bool:
    if not _CLEAR_END.search(gap) or ".." in gap or "…" in gap or _QUOTED_END.search(gap):
        return False
    if "." not in gap:
        return before.islower()
    return len(before) > 2 and before.lower() not in ABBREVIATIONS and not before.isupper()


def folded(words: Iterable[str]) -> list[str]:
    """Return the words in small letters."""
    return [word.lower() for word in words]
