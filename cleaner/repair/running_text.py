"""Lines of a text in parts, and what kind of line each is: where in a text case carries information.

Case tells something only in the middle of a sentence of running text.  Headings, lines in capitals, and the word after
a full stop, quotation mark, colon, dash or bullet tell nothing.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from cleaner.repair.signs import cut, signs_of
from cleaner.repair.words import ABBREVIATIONS, FUNCTION_WORDS

_CLOSERS = "”\"’')]|"
_END_MARKS = frozenset('.!?…:;,"”')
_CODE = re.compile(r"[{}\\]|\(\)|::|;\s*$|[=!<>]=|:=|[=-]>|</|\w_\w|\$[a-z]|\w\.\w+\(|^\s*[#$>%] |=\S")
_CODE_BORDER = re.compile(r"[{}\\=<>_$#%(;]|::")
_APOSTROPHES = frozenset("’'`ʼ")


class LineKind(IntEnum):
    """What the case of a line's words can tell."""

    RUNNING = 0
    HEADING = 1
    CAPITALS = 2
    CODE = 3


class Line(NamedTuple):
    """A line that holds words: its kind, its number in the text, its parts from the line break before to that after.

    Its words are every second part from `first + 1`.
    """

    kind: LineKind
    number: int
    first: int
    last: int


class Text(NamedTuple):
    """A text cut into parts: `signs` has one for each part, a zero where the line is no running text."""

    parts: list[str]
    signs: str
    lines: list[Line]

    def words(self, line: Line) -> list[str]:
        """Return the words of a line."""
        return self.parts[line.first + 1 : line.last : 2]

    def gaps(self, line: Line) -> list[str]:
        """Return the gaps of a line, within it: `gaps[i]` stands before word `i`, and `gaps[-1]` after the last."""
        first, *inner, last = self.parts[line.first : line.last + 1 : 2]
        return [first[first.rindex("\n") + 1 :], *inner, last[: last.index("\n")]]

    def written(self, line: Line) -> str:
        """Return the line."""
        return _written(self.parts, line.first, line.last)


def read_text(text: str) -> Text:
    r"""Return the text cut into parts and lines.

    >>> read = read_text("A Long Day\nThe envoy met Anna Berg.")
    >>> [line.kind.name for line in read.lines], read.words(read.lines[0])
    (['HEADING', 'RUNNING'], ['A', 'Long', 'Day'])
    """
    parts = cut(f"\n{text}\n")
    every = signs_of(parts).split("\n")
    lines: list[Line] = []
    at, number = 0, -1
    shown: list[str] = []
    for signs in every[1:-1]:
        number += parts[at].count("\n")
        end = at + len(signs) + 1
        kind = _kind(parts, signs, at, end)
        shown.append(signs if kind is LineKind.RUNNING else "\0" * len(signs))
        lines.append(Line(kind, number, at, end))
        at = end
    return Text(parts, "\n".join(["", *shown, ""]), lines)


def _written(parts: list[str], first: int, last: int) -> str:
    before, after = parts[first], parts[last]
    return "".join((before[before.rindex("\n") + 1 :], *parts[first + 1 : last], after[: after.index("\n")]))


def _kind(parts: list[str], signs: str, first: int, last: int) -> LineKind:
    words = len(signs) // 2 + 1
    if words > 1 and ("A" in signs or "B" in signs):
        count = signs.count
        if count("A") + count("B") > 0.6 * (words - count("J") - count("o")):
            return LineKind.CAPITALS
    if 1 < words <= 16 and not _ends_sentence(parts[last]) and _is_heading(signs):
        return LineKind.HEADING
    if "#" in signs or _may_hold_code(parts[first]) or _may_hold_code(parts[last]):
        return LineKind.CODE if _CODE.search(_written(parts, first, last)) else LineKind.RUNNING
    return LineKind.RUNNING


def _is_heading(signs: str) -> bool:
    """True where at least half of the long words have capitals."""
    capital = sum(map(signs.count, "ATF"))
    return capital > 0 and capital >= sum(map(signs.count, "Mxkigvyd"))


@lru_cache(maxsize=10_000)
def _may_hold_code(gap: str) -> bool:
    return _CODE_BORDER.search(gap) is not None


@lru_cache(maxsize=10_000)
def _ends_sentence(gap: str) -> bool:
    """True where a line ends in a mark, perhaps inside quotes or brackets; `gap` begins after its last word."""
    end = gap[: gap.index("\n")].rstrip()
    return end[-1:] in _END_MARKS or end.rstrip(_CLOSERS)[-1:] in _END_MARKS


def is_whole_word(text: Text, at: int) -> bool:
    """Return False for parts of addresses, numbers, file names, handles, and for what follows an apostrophe."""
    inner = " ,-"
    if text.signs[at - 1] in inner and text.signs[at + 1] in inner:
        return True
    before, after = text.parts[at - 1], text.parts[at + 1]
    if before[-1:] in set("@#/\\_&+=~^*") or before[-1:].isdigit():
        return False
    if text.signs[at - 1] != "\n" and (before[-1:] == "." or before in _APOSTROPHES):
        return False
    return not _glued(after)


def _glued(after: str) -> bool:
    """True where the gap after a word ties it to an address, a number or an abbreviation."""
    return after[:1] in set("@/\\_+=~^*") or after[:1].isdigit() or after in {".", ":", "#"} or after[:3] == "://"


class Position(IntEnum):
    """Where in its sentence a word stands."""

    INNER = 0
    AFTER_END = 1
    MAYBE_START = 2
    LINE_START = 3


_STOP = re.compile(r"[.?!…]")
_CLEAR_END = re.compile(r"[.?!][\"”’)\]]*\s+[\"“‘(\[]*$")
_QUOTED_END = re.compile(r"[?!][\"”’)\]]+\s")
_AMOUNT = re.compile(r" [$£€]?\d[\d,.]*\d%?\.\s")
_SOFT = re.compile(r"[:|•*\"“‘(\[–—]|\s-+\s|(?<!\w)'")


def position(text: Text, at: int) -> Position:
    """Return where the word stands: AFTER_END only where the sentence before it has certainly ended."""
    sign = text.signs[at - 1]
    if sign in " ,-":
        return Position.INNER
    if sign == "\n":
        return Position.LINE_START
    gap = text.parts[at - 1]
    if _STOP.search(gap):
        return Position.AFTER_END if _sentence_ended(gap, text.parts[at - 2]) else Position.MAYBE_START
    return Position.MAYBE_START if _SOFT.search(gap) else Position.INNER


def _sentence_ended(gap: str, before: str) -> bool:
    if not _CLEAR_END.search(gap) or ".." in gap or "…" in gap or _QUOTED_END.search(gap):
        return False
    if "." not in gap:
        return before.islower()
    if gap[0] != ".":  # a number or a bracket stands before the stop
        return gap[0] == ")" or _AMOUNT.match(gap) is not None
    if len(before) == 2:
        return before in FUNCTION_WORDS and before not in ABBREVIATIONS
    return len(before) > 2 and before.lower() not in ABBREVIATIONS and not before.isupper()
