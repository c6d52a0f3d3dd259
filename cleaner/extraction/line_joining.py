"""Lines that belong together: those of a block of code, and those of text that was hard-wrapped."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from cleaner.records import Kind

SENTENCE_ENDS: Final = tuple(".!?…。！？") + tuple(end + mark for end in ".!?…" for mark in "\"'”’»)]")
# Line breaks: LF, CR, NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR (CR LF is two of them in a row, which changes nothing).
BREAKS: Final = "\n\r\u0085\u2028\u2029"
FENCES: Final = ("```", "~~~")
WORDED: Final = frozenset((Kind.PARAGRAPH, Kind.LIST_ITEM))

# Hard wrapping: widths at which programs and people cut lines, and the fewest lines that show it.
WRAP_WIDTHS: Final = range(40, 101)
WRAP_LINES: Final = 4
WRAP_FITTING: Final = 0.95
WRAP_CUTTING: Final = 0.6


class Span(NamedTuple):
    """One piece of the partition: `text[char_start:char_end]`, offsets half-open in code points."""

    char_start: int
    char_end: int
    kind: Kind


def joined_lines(lines: list[Span], text: str) -> list[Span]:
    """Return the lines with those that belong together joined to one.

    >>> [line.kind.value for line in joined_lines([Span(0, 3, Kind.OTHER), Span(4, 7, Kind.OTHER)], "~~~ ~~~")]
    ['code']
    """
    return _unwrapped(_fenced(lines, text), text)


def _fenced(lines: list[Span], text: str) -> list[Span]:
    """Join the lines from a code fence to its partner; a fence without partner is a line like any other."""
    fences = [i for i, line in enumerate(lines) if text.startswith(FENCES, line.char_start)]
    if len(fences) < 2:
        return lines
    out: list[Span] = []
    at = 0
    for first, last in zip(fences[::2], fences[1::2], strict=False):
        out += (*lines[at:first], Span(lines[first].char_start, lines[last].char_end, Kind.CODE))
        at = last + 1
    return out + lines[at:]


def _unwrapped(lines: list[Span], text: str) -> list[Span]:
    """Join the lines of hard-wrapped text; lines of any other text come back as they are."""
    width = _wrap_width(lines, text)
    if not width:
        return lines
    out = lines[:1]
    for before, line in pairwise(lines):
        if _continues(before, line, text) and _is_full(before, line, text, width):
            out[-1] = Span(out[-1].char_start, line.char_end, out[-1].kind)
        else:
            out.append(line)
    return out


def _wrap_width(lines: Sequence[Span], text: str) -> int:
    """Return the width in characters at which the text was hard-wrapped, or 0.

    Evidence asked for: nearly all lines end within the width, most breaks stand where the next word would not have
    fitted, and those breaks cut sentences (the line has no end mark, the next one often goes on in lower case).
    """
    breaks = [(a, b) for a, b in pairwise(lines) if _continues(a, b, text)]
    if len(breaks) < WRAP_LINES - 1:
        return 0
    lengths = [a.char_end - a.char_start for a, _ in breaks]
    fitting = [length for length in lengths if length < WRAP_WIDTHS.stop]
    width = max(fitting, default=0)
    if width not in WRAP_WIDTHS or len(fitting) < WRAP_FITTING * len(lengths):
        return 0
    full = [(a, b) for a, b in breaks if _is_full(a, b, text, width)]
    cutting = sum(not text.endswith(SENTENCE_ENDS, a.char_start, a.char_end) for a, _ in full)
    lowered = sum(text[b.char_start].islower() for _, b in full)
    enough = len(full) >= max(WRAP_LINES - 1, WRAP_CUTTING * len(breaks))
    return width if enough and cutting >= 0.7 * len(full) and lowered >= 0.4 * len(full) else 0


def _continues(before: Span, line: Span, text: str) -> bool:
    """Tell whether `line` may go on with the paragraph before: one break between them, and no mark of its own."""
    between = text[before.char_end : line.char_start]
    if between == "\n\n" or line.kind is not Kind.PARAGRAPH or before.kind not in WORDED:
        return False
    return between == "\n" or sum(map(between.replace("\r\n", "\n").count, BREAKS)) == 1


def _is_full(before: Span, line: Span, text: str, width: int) -> bool:
    """Tell whether the first word of `line` would not have fitted on the line before."""
    length = before.char_end - before.char_start
    # The width bounds the search, so that a word of a megabyte costs no more than any other.
    space = text.find(" ", line.char_start, min(line.char_end, line.char_start + width))
    word = (space if space >= 0 else line.char_end) - line.char_start
    return length <= width < length + 1 + word
