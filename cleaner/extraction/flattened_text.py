"""Flattened text, cut into paragraphs and the white space between them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from cleaner.records import Kind

# Line breaks: LF, CR, NEL, LINE SEPARATOR, PARAGRAPH SEPARATOR (CR LF is two of them in a row, which changes nothing).
_BREAKS = "\n\r\u0085\u2028\u2029"
# What separates without being seen: white space, and the zero-width spaces that `\s` does not know.
_UNSEEN = "\\s\u200b\u2060\ufeff"

# From the first to the last visible character of a line.  Linear: the greedy middle gives back trailing white space
# only, and the next search passes over that white space once.
_LINE = re.compile(f"[^{_UNSEEN}](?:[^{_BREAKS}]*[^{_UNSEEN}])?")
_MARKED = re.compile(
    r"""
    (?P<table_row>  \|.*\|\Z )
    | (?P<list_item> (?: [-*+•‣▪◦●■○] | \(?\d{1,3}[.)] | \(?[a-z]\) ) [^\S\n]+ \S )
    | (?P<quote>    >+ (?: \s | \Z ) )
    | (?P<heading>  \#{1,6} \s+ \S )
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {name: Kind(name) for name in _MARKED.groupindex}
_MARKS = frozenset("|-*+•‣▪◦●■○(>#0123456789abcdefghijklmnopqrstuvwxyz")
_WORDED = {Kind.PARAGRAPH, Kind.LIST_ITEM}
_FENCES = ("```", "~~~")
_WORD = re.compile(r"[^\W\d_]")
_SENTENCE_ENDS = tuple(".!?…。！？") + tuple(end + mark for end in ".!?…" for mark in "\"'”’»)]")
_NO_HEADING_END = (*_SENTENCE_ENDS, ",", ";", ":", "،", "、")
_HEADING_WORDS, _HEADING_CHARS = 14, 140
_CELLS_CHARS = 100
_HEADED = {Kind.LIST_ITEM, Kind.TABLE_ROW}
_SENTENCE_WORDS = 8

# Hard wrapping: widths at which programs and people cut lines.
_WRAP_WIDTHS = range(40, 101)
_WRAP_LINES = 4


class Span(NamedTuple):
    """One piece of the partition: `text[char_start:char_end]`, offsets half-open in code points."""

    char_start: int
    char_end: int
    kind: Kind


def cut(text: str) -> list[Span]:
    r"""Return the spans that tile `text`: paragraphs, and the white space before, between and after them.

    A line is a paragraph; lines that were cut at a near-constant width in mid-sentence join up to the next blank
    line.  White space at the ends of a line belongs to the `blank` span beside it, so that two paragraphs always have
    exactly one `blank` between them.  An empty text has no spans; time is linear in the text.

    >>> [(span.kind.value, "One.\n\n- two\n"[span.char_start : span.char_end]) for span in cut("One.\n\n- two\n")]
    [('paragraph', 'One.'), ('blank', '\n\n'), ('list_item', '- two'), ('blank', '\n')]
    """
    lines = _fenced([Span(*match.span(), line_kind(match[0])) for match in _LINE.finditer(text)], text)
    return list(_tiled(_with_headings(_unwrapped(lines, text), text), len(text)))


def line_kind(line: str) -> Kind:
    """Return the kind that a line's own marks tell; the line begins with a visible character.

    >>> line_kind("| Day | Boats |").value, line_kind("- a bench").value, line_kind("A bench.").value
    ('table_row', 'list_item', 'paragraph')
    """
    if line[0].isupper() and "\t" not in line:  # as most lines are
        return Kind.PARAGRAPH
    found = _MARKED.match(line) if line[0] in _MARKS else None
    kind = _KINDS[found.lastgroup or ""] if found else Kind.TABLE_ROW if _is_tabbed(line) else Kind.PARAGRAPH
    return Kind.OTHER if kind in _WORDED and not any(map(str.isalnum, line)) else kind


def _is_tabbed(line: str) -> bool:
    """Tell whether tabs part a line into cells; one tab in a long line is an accident."""
    tabs = line.count("\t")
    return tabs > 1 or (tabs == 1 and len(line) <= _CELLS_CHARS)


def _fenced(lines: list[Span], text: str) -> list[Span]:
    """Join the lines from a code fence to its partner; a fence without partner is a line like any other."""
    if not any(fence in text for fence in _FENCES):
        return lines
    fences = [i for i, line in enumerate(lines) if text.startswith(_FENCES, line.char_start)]
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
    if len(breaks) < _WRAP_LINES - 1:
        return 0
    lengths = [a.char_end - a.char_start for a, _ in breaks]
    fitting = [length for length in lengths if length < _WRAP_WIDTHS.stop]
    width = max(fitting, default=0)
    if width not in _WRAP_WIDTHS or len(fitting) < 0.95 * len(lengths):
        return 0
    full = [(a, b) for a, b in breaks if _is_full(a, b, text, width)]
    cutting = sum(not text.endswith(_SENTENCE_ENDS, a.char_start, a.char_end) for a, _ in full)
    lowered = sum(text[b.char_start].islower() for _, b in full)
    enough = len(full) >= max(_WRAP_LINES - 1, 0.6 * len(breaks))
    return width if enough and cutting >= 0.7 * len(full) and lowered >= 0.4 * len(full) else 0


def _continues(before: Span, line: Span, text: str) -> bool:
    """Tell whether `line` may go on with the paragraph before: one break between them, and no mark of its own."""
    between = text[before.char_end : line.char_start]
    if between == "\n\n" or line.kind is not Kind.PARAGRAPH or before.kind not in _WORDED:
        return False
    return between == "\n" or sum(map(between.replace("\r\n", "\n").count, _BREAKS)) == 1


def _is_full(before: Span, line: Span, text: str, width: int) -> bool:
    """Tell whether the first word of `line` would not have fitted on the line before."""
    length = before.char_end - before.char_start
    # The width bounds the search, so that a word of a megabyte costs no more than any other.
    space = text.find(" ", line.char_start, min(line.char_end, line.char_start + width))
    word = (space if space >= 0 else line.char_end) - line.char_start
    return length <= width < length + 1 + word


def _with_headings(lines: Sequence[Span], text: str) -> Iterator[Span]:
    """Mark as heading a short line without end mark that stands before a paragraph of sentences, a list or a table."""
    for line, following in pairwise(lines):
        is_short = line.char_end - line.char_start <= _HEADING_CHARS and line.kind is Kind.PARAGRAPH
        if is_short and _is_heading(line, text) and (following.kind in _HEADED or _is_prose(following, text)):
            yield Span(line.char_start, line.char_end, Kind.HEADING)
        else:
            yield line
    yield from lines[-1:]


def _is_heading(line: Span, text: str) -> bool:
    if text.endswith(_NO_HEADING_END, line.char_start, line.char_end):
        return False
    words = text[line.char_start : line.char_end].split()
    return len(words) <= _HEADING_WORDS and not words[0][0].islower() and bool(_WORD.search(words[0] + words[-1]))


def _is_prose(line: Span, text: str) -> bool:
    """Tell whether a paragraph ends like a sentence and is long enough to be one."""
    return (
        line.kind is Kind.PARAGRAPH
        and text.endswith(_SENTENCE_ENDS, line.char_start, line.char_end)
        and len(text[line.char_start : line.char_start + 200].split()) >= _SENTENCE_WORDS
    )


def _tiled(paragraphs: Iterator[Span], length: int) -> Iterator[Span]:
    """Yield the paragraphs with the blank spans that fill the room between them."""
    at = 0
    for span in paragraphs:
        if span.char_start > at:
            yield Span(at, span.char_start, Kind.BLANK)
        yield span
        at = span.char_end
    if at < length:
        yield Span(at, length, Kind.BLANK)
