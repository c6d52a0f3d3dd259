"""Lines of a text in parts, and what kind of line each is: where in a text case carries information.

Case tells something only in the middle of a sentence of running text.  Headings, lines in capitals, and the word after
a full stop, quotation mark, colon, dash or bullet tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.repair.cutting import Cut, Ints, cut_texts
from cleaner.repair.signs import BREAKS, CODE, SIGN, stops_next, ties_last, ties_next
from cleaner.repair.words import ABBREVIATIONS, FUNCTION_WORDS

_CLOSERS = "”\"’')]|"
_END_MARKS = frozenset('.!?…:;,"”')
_CODE = re.compile(r"[{}\\]|\(\)|::|;\s*$|[=!<>]=|:=|[=-]>|</|\w_\w|\$[a-z]|\w\.\w+\(|^\s*[#$>%] |=\S")
_NOTHING = np.zeros(1, np.int64)
_COUNTED = (("AB", 0), ("Jo", 24), ("ATF", 48), ("Mxkigvyd", 56))
"""Counted in one sum, each from its bit on: words in capitals, single letters; long words with capitals, and with none.
The last two have eight bits: they are asked of short lines."""
_COUNTS = np.array([sum(1 << bit for signs, bit in _COUNTED if chr(sign) in signs) for sign in range(SIGN + 1)])
_HEADING_WORDS = 16


class LineKind(IntEnum):
    """What the case of a line's words can tell."""

    RUNNING = 0
    HEADING = 1
    CAPITALS = 2
    CODE = 3


class Line(NamedTuple):
    """A line that holds words: its kind, its parts from the line break before to that after.

    Its words are every second part from `first + 1`.
    """

    kind: int
    first: int
    last: int


class Lines(NamedTuple):
    """The lines of a text that hold words as columns, each a field of `Line`."""

    kinds: bytes
    firsts: list[int]
    lasts: list[int]

    def line(self, number: int) -> Line:
        """Return one of the lines, counted from 0."""
        return Line(self.kinds[number], self.firsts[number], self.lasts[number])


class Text(NamedTuple):
    """A text cut into parts: `signs` has one for each part, a zero where the line is no running text."""

    parts: list[str]
    signs: str
    lines: Lines

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


_NO_LINES = Lines(b"", [], [])


@dataclass(frozen=True, slots=True)
class Reading:
    """Texts that were read together: their parts, one sign for each (as in `Text`), and the signs that lines hide.

    Of all lines that hold words: `kinds`, `firsts` and `lasts` (the parts before and after), `numbers` in their text;
    those of text `i` go from `of_texts[i]` to `of_texts[i + 1]`.
    """

    cut: Cut
    forms: NDArray[np.object_]
    every_sign: NDArray[np.uint8]
    signs: NDArray[np.uint8]
    kinds: NDArray[np.int8]
    firsts: Ints
    lasts: Ints
    numbers: Ints
    of_texts: list[int]

    def text(self, number: int) -> Text:
        """Return one text by itself."""
        start, end = self.cut.starts[number : number + 2].tolist()
        lines = slice(self.of_texts[number], self.of_texts[number + 1])
        places = (self.firsts[lines] - start).tolist(), (self.lasts[lines] - start).tolist()
        return Text(
            self.parts(start, end),
            self.signs[start:end].tobytes().decode("ascii"),
            Lines(self.kinds[lines].tobytes(), *places),
        )

    def near(self, at: int) -> tuple[Text, int]:
        """Return the neighbourhood of a part as a text without lines, and the place of the part in it."""
        first = max(0, at - 2)
        signs = self.signs[first : at + 2].tobytes().decode("ascii")
        return Text(self.parts(first, at + 2), signs, _NO_LINES), at - first

    def line(self, number: int) -> tuple[Text, Line]:
        """Return one line as a text by itself, and its place there; lines are numbered through all texts."""
        first, last = int(self.firsts[number]), int(self.lasts[number])
        lines = Lines(self.kinds[number : number + 1].tobytes(), [0], [last - first])
        signs = self.signs[first : last + 1].tobytes().decode("ascii")
        return Text(self.parts(first, last + 1), signs, lines), lines.line(0)

    def are(self, signs: str) -> NDArray[np.bool_]:
        """Return which parts have one of these signs, also where the line is no running text."""
        wanted = np.zeros(SIGN + 1, np.bool_)
        wanted[[ord(sign) for sign in signs]] = True
        found: NDArray[np.bool_] = wanted[self.every_sign]
        return found

    def traits(self, at: Ints) -> Ints:
        """Return what is known of parts."""
        return self.cut.traits[self.cut.codes[at]]

    def parts(self, first: int, last: int) -> list[str]:
        """Return some of the parts."""
        found: list[str] = self.forms[self.cut.codes[first:last]].tolist()
        return found


def read_text(text: str) -> Text:
    r"""Return the text cut into parts and lines.

    >>> read = read_text("A Long Day\nThe envoy met Anna Berg.")
    >>> [LineKind(kind).name for kind in read.lines.kinds], read.words(read.lines.line(0))
    (['HEADING', 'RUNNING'], ['A', 'Long', 'Day'])
    """
    return read_texts([text]).text(0)


def read_texts(texts: Sequence[str]) -> Reading:
    """Return texts cut into parts and lines, read together."""
    cut = cut_texts(texts)
    forms = np.array(cut.forms, np.object_)
    every_sign = (cut.traits & SIGN).astype(np.uint8)[cut.codes]
    found = _find_lines(cut, every_sign)
    kinds = _kinds(forms, cut, found)
    other = np.flatnonzero(kinds)
    edges = np.zeros(len(every_sign), np.int8)
    edges[found.firsts[other] + 1] = 1
    edges[found.lasts[other]] -= 1
    return Reading(cut, forms, every_sign, every_sign * (np.cumsum(edges, dtype=np.int8) == 0), kinds, *found)


class _Lines(NamedTuple):
    """The lines of all texts: the part before and after, the number in its text.

    `of_texts[i]` is the first line of text `i`.
    """

    firsts: Ints
    lasts: Ints
    numbers: Ints
    of_texts: list[int]


def _find_lines(cut: Cut, signs: NDArray[np.uint8]) -> _Lines:
    breaks = np.flatnonzero(signs == ord("\n"))
    total = np.cumsum((cut.traits >> BREAKS)[cut.codes[breaks]])
    inner = np.flatnonzero(np.diff(breaks) > 1)  # two side by side: a text ends, another begins
    firsts, lasts = breaks[inner], breaks[inner + 1]
    of_texts = np.searchsorted(firsts, cut.starts)
    text = np.repeat(np.arange(len(cut.starts) - 1), np.diff(of_texts))
    before = np.concatenate([_NOTHING, total])[np.searchsorted(breaks, cut.starts)]
    return _Lines(firsts, lasts, total[inner] - before[text] - 1, of_texts.tolist())


def _kinds(forms: NDArray[np.object_], cut: Cut, lines: _Lines) -> NDArray[np.int8]:
    """Return the kind of each line."""
    firsts, lasts = lines.firsts, lines.lasts
    kinds = np.zeros(len(firsts), np.int8)
    words = (lasts - firsts) // 2
    sums = np.cumsum(_COUNTS[cut.traits & SIGN][cut.codes])
    counts = sums[lasts - 1] - sums[firsts]
    loud, letters, tall, low = (counts >> bit & (1 << size) - 1 for bit, size in ((0, 24), (24, 24), (48, 8), (56, 8)))
    capitals = (words > 1) & (loud > 0) & (loud > 0.6 * (words - letters))
    kinds[capitals] = LineKind.CAPITALS
    short = (words > 1) & (words <= _HEADING_WORDS)
    may_be_heading = np.flatnonzero(~capitals & short & (tall > 0) & (tall >= low))
    ends = [_ends_sentence(gap) for gap in forms[cut.codes[lasts[may_be_heading]]].tolist()]
    kinds[may_be_heading[~np.array(ends, np.bool_)]] = LineKind.HEADING
    for line in _may_be_code(cut, lines):
        parts = cut.codes[firsts[line] : lasts[line] + 1]
        if kinds[line] == LineKind.RUNNING and _CODE.search(_written(forms[parts].tolist(), 0, -1)):
            kinds[line] = LineKind.CODE
    return kinds


def _may_be_code(cut: Cut, lines: _Lines) -> list[int]:
    """Return the numbers of the lines that hold what may be part of code; a line break is part of two."""
    at = np.flatnonzero(((cut.traits & CODE) > 0)[cut.codes])
    first, last = np.searchsorted(lines.lasts, at), np.searchsorted(lines.firsts, at, "right") - 1
    found = np.zeros(len(lines.firsts), np.bool_)
    found[first[first <= last]] = found[last[first <= last]] = True
    numbers: list[int] = np.flatnonzero(found).tolist()
    return numbers


def _written(parts: list[str], first: int, last: int) -> str:
    before, after = parts[first], parts[last]
    return "".join((before[before.rindex("\n") + 1 :], *parts[first + 1 : last], after[: after.index("\n")]))


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
    return not (ties_next(before) or (text.signs[at - 1] != "\n" and stops_next(before)) or ties_last(after))


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
_CLOSED = frozenset(')"”')
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
    if gap[0] != ".":  # a number, a bracket or a quotation mark stands before the stop
        return gap[0] in _CLOSED or _AMOUNT.match(gap) is not None
    if len(before) == 2:
        return before in FUNCTION_WORDS and before not in ABBREVIATIONS
    return len(before) > 2 and before.lower() not in ABBREVIATIONS and not before.isupper()
