"""Flattened text, cut into paragraphs and the white space between them; many texts are cut together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise, repeat
from operator import is_, itemgetter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.extraction.line_joining import (
    BREAKS,
    FENCES,
    SENTENCE_ENDS,
    WORDED,
    WRAP_CUTTING,
    WRAP_FITTING,
    WRAP_LINES,
    WRAP_WIDTHS,
    Span,
    joined_lines,
)
from cleaner.records import Kind

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_BREAK = "\n"
# What parts lines, and what separates without being seen beside white space: zero-width spaces.
_PLAIN = (("\r\n", " \n"), *((sign, _BREAK) for sign in BREAKS[1:]), *((sign, " ") for sign in "\u200b\u2060\ufeff"))
# From the first to the last visible character of a line.  Linear: the greedy middle gives back trailing white space
# only, and the next search passes over that white space once.
_LINE = re.compile(r"\S(?:.*\S)?")
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
_WORD = re.compile(r"[^\W\d_]")
_LAST_SIGNS = frozenset(end[-1] for end in SENTENCE_ENDS)
_NO_HEADING_END = (*SENTENCE_ENDS, ",", ";", ":", "،", "、")
_NO_HEADING_SIGNS = frozenset(end for end in _NO_HEADING_END if len(end) == 1)
_HEADING_WORDS, _HEADING_CHARS = 14, 140
_CELLS_CHARS = 100
_HEADED = {Kind.LIST_ITEM, Kind.TABLE_ROW}
_SENTENCE_WORDS, _SENTENCE_CHARS = 8, 200


class Cut(NamedTuple):
    """A text in pieces: piece i ends before `ends[i]`, where the next begins; offsets in code points."""

    ends: list[int]
    kinds: list[Kind]


class _Lines(NamedTuple):
    """The lines of several texts: number of the text, place in it, and whether one break stands before the line.

    Offsets in code points.
    """

    number: Ints
    start: Ints
    end: Ints
    follows: Flags
    kinds: list[Kind]
    texts: list[str]

    def part(self, low: int, high: int | None) -> _Lines:
        """Return some lines side by side."""
        rows = slice(low, high)
        told = self.number[rows], self.start[rows], self.end[rows], self.follows[rows]
        return _Lines(*told, self.kinds[rows], self.texts[rows])

    def spans(self) -> list[Span]:
        """Return where the lines stand and what they are."""
        return [Span(*line) for line in zip(self.start.tolist(), self.end.tolist(), self.kinds, strict=True)]


def cut(text: str) -> list[Span]:
    r"""Return the spans that tile `text`: paragraphs, and the white space before, between and after them.

    A line is a paragraph; lines that were cut at a near-constant width in mid-sentence join up to the next blank
    line.  White space at the ends of a line belongs to the `blank` span beside it, so that two paragraphs always have
    exactly one `blank` between them.  An empty text has no spans; time is linear in the text.

    >>> [(span.kind.value, "One.\n\n- two\n"[span.char_start : span.char_end]) for span in cut("One.\n\n- two\n")]
    [('paragraph', 'One.'), ('blank', '\n\n'), ('list_item', '- two'), ('blank', '\n')]
    """
    ends, kinds = cut_all([text])[0]
    return [Span(*place, kind) for place, kind in zip(pairwise([0, *ends]), kinds, strict=True)]


def cut_all(texts: Sequence[str]) -> list[Cut]:
    r"""Return each text in the pieces of `cut`; most of what a text costs is paid once for all.

    >>> [pieces.ends for pieces in cut_all(["One.\n\n- two\n", ""])]
    [[4, 6, 11, 12], []]
    """
    lines = _joined(_lines(texts), texts)
    kinds = _with_headings(lines, texts)
    places = np.column_stack((lines.start, lines.end))
    return [
        _tiled(places[low:high].ravel().tolist(), kinds[low:high], len(text))
        for (low, high), text in zip(_bounds(lines, len(texts)), texts, strict=True)
    ]


def _bounds(lines: _Lines, texts: int) -> Iterator[tuple[int, int]]:
    """Return for each text where its lines begin and end."""
    return pairwise(np.searchsorted(lines.number, np.arange(texts + 1)).tolist())


def _tiled(places: list[int], kinds: Sequence[Kind], length: int) -> Cut:
    """Return the paragraphs, of which `places` has start and end, with the blanks that fill the room between them."""
    first = 0 if places and places[0] == 0 else 1
    ends = places[1 - first :]
    if (places[-1] if places else 0) < length:
        ends.append(length)
    every = [Kind.BLANK] * len(ends)
    every[first::2] = kinds
    return Cut(ends, every)


# ---------------------------------------------------------------- lines


def _lines(texts: Sequence[str]) -> _Lines:
    whole = _BREAK.join(texts)
    plain = _plain(whole)
    flat = np.array([match.span() for match in _LINE.finditer(plain)], np.int64).reshape(-1, 2)
    start, end = flat[:, 0], flat[:, 1]
    begins = np.cumsum([0, *(len(text) + 1 for text in texts[:-1])])
    number = np.searchsorted(begins, start, side="right") - 1
    lines = [whole[low:high] for low, high in flat.tolist()]
    # One break between two lines, as there mostly is, or more room, with white space beside it.
    follows = number == np.append([-1], number[:-1])
    gaps = np.flatnonzero(follows[1:] & (start[1:] - end[:-1] > 1))
    places = zip(end[gaps].tolist(), start[gaps + 1].tolist(), strict=True)
    follows[gaps + 1] = [plain.count(_BREAK, low, high) == 1 for low, high in places]
    before = begins[number]
    return _Lines(number, start - before, end - before, follows, line_kinds(lines), lines)


def _plain(text: str) -> str:
    """Return a text of as many characters, with one kind of line break and spaces for what is not seen."""
    for sign, plain in _PLAIN:
        if sign in text:
            text = text.replace(sign, plain)
    return text


def line_kinds(lines: Sequence[str]) -> list[Kind]:
    """Return the kinds that lines' own marks tell; each begins with a visible character.

    >>> [kind.value for kind in line_kinds(["| Day | Boats |", "- a bench", "A bench."])]
    ['table_row', 'list_item', 'paragraph']
    """
    # Most lines begin with a letter and have no tabs, and are nothing but a paragraph then.
    return [
        Kind.PARAGRAPH if line[0].isalpha() and "\t" not in line and line[1:2] != ")" else _line_kind(line)
        for line in lines
    ]


def _line_kind(line: str) -> Kind:
    found = _MARKED.match(line) if line[0] in _MARKS else None
    kind = _KINDS[found.lastgroup or ""] if found else Kind.TABLE_ROW if _is_tabbed(line) else Kind.PARAGRAPH
    return Kind.OTHER if kind in WORDED and not any(map(str.isalnum, line)) else kind


def _is_tabbed(line: str) -> bool:
    """Tell whether tabs part a line into cells; one tab in a long line is an accident."""
    tabs = line.count("\t")
    return tabs > 1 or (tabs == 1 and len(line) <= _CELLS_CHARS)


# ---------------------------------------------------------------- lines that belong together


def _joined(lines: _Lines, texts: Sequence[str]) -> _Lines:
    """Join the lines that belong together; of most texts none does, and one look at all of them tells."""
    fenced = {
        number for number, text in enumerate(texts) if any(fence[0] in text and fence in text for fence in FENCES)
    }
    odd = sorted(fenced.union(_perhaps_wrapped(lines, len(texts))))
    bounds = list(_bounds(lines, len(texts))) if odd else []
    parts, at = [], 0
    for number in odd:
        low, high = bounds[number]
        single = lines.part(low, high).spans()
        joined = joined_lines(single, texts[number])
        if joined is not single:
            parts += [lines.part(at, low), _of_spans(joined, number, texts[number])]
            at = high
    if not parts:
        return lines
    return _behind_one_another([*parts, lines.part(at, None)])


def _behind_one_another(parts: Sequence[_Lines]) -> _Lines:
    number, start, end, follows, kinds, texts = zip(*parts, strict=True)
    places = np.concatenate(number), np.concatenate(start), np.concatenate(end), np.concatenate(follows)
    return _Lines(*places, list(chain.from_iterable(kinds)), list(chain.from_iterable(texts)))


def _of_spans(spans: Sequence[Span], number: int, text: str) -> _Lines:
    start, end, kinds = zip(*spans, strict=True)
    told = np.full(len(spans), number), np.array(start), np.array(end), np.zeros(len(spans), np.bool_)
    return _Lines(*told, list(kinds), [text[span.char_start : span.char_end] for span in spans])


def _perhaps_wrapped(lines: _Lines, texts: int) -> list[int]:
    """Return the numbers of texts that may be hard-wrapped, by the lengths of their lines alone."""
    worded = np.fromiter(map(WORDED.__contains__, lines.kinds), np.bool_, len(lines.kinds))
    plain = np.fromiter(map(is_, lines.kinds, repeat(Kind.PARAGRAPH)), np.bool_, len(lines.kinds))
    at = np.flatnonzero(lines.follows[1:] & worded[:-1] & plain[1:])
    size, number = (lines.end - lines.start)[at], lines.number[at]
    fits = size < WRAP_WIDTHS.stop
    width = np.zeros(texts, np.int64)
    np.maximum.at(width, number[fits], size[fits])
    # A break cuts a sentence where the first word of the next line, which is no longer than that line, does not fit.
    full = (size <= width[number]) & (width[number] <= size + (lines.end - lines.start)[at + 1])
    breaks, fitting, cutting = (np.bincount(number[flags], minlength=texts) for flags in (fits | True, fits, full))
    enough = (breaks >= WRAP_LINES - 1) & (cutting >= WRAP_CUTTING * breaks) & (fitting >= WRAP_FITTING * breaks)
    perhaps: list[int] = np.flatnonzero(enough & (width >= WRAP_WIDTHS.start)).tolist()
    return perhaps


# ---------------------------------------------------------------- headings


def _with_headings(lines: _Lines, texts: Sequence[str]) -> list[Kind]:
    """Return the kinds; a short line without end mark before sentences, a list or a table is a heading."""
    kinds, said = lines.kinds.copy(), lines.texts
    is_short = np.fromiter(map(len, said), np.int64, len(said)) <= _HEADING_CHARS
    plain = np.fromiter(map(is_, kinds, repeat(Kind.PARAGRAPH)), np.bool_, len(kinds))
    headed = np.fromiter(map(_HEADED.__contains__, kinds), np.bool_, len(kinds))
    last = list(map(itemgetter(-1), said))
    is_closed = np.fromiter(map(_NO_HEADING_SIGNS.__contains__, last), np.bool_, len(said))
    ended = np.fromiter(map(_LAST_SIGNS.__contains__, last), np.bool_, len(said))
    able = (
        (plain & is_short & ~is_closed)[:-1] & (headed | (plain & ended))[1:] & (lines.number[:-1] == lines.number[1:])
    )
    for above in np.flatnonzero(able).tolist():
        at = above + 1
        if (headed[at] or _is_prose(said[at], texts[lines.number[at]], lines.start[at])) and _is_heading(said[above]):
            kinds[above] = Kind.HEADING
    return kinds


def _is_heading(line: str) -> bool:
    if line.endswith(_NO_HEADING_END):
        return False
    words = line.split()
    return len(words) <= _HEADING_WORDS and not words[0][0].islower() and bool(_WORD.search(words[0] + words[-1]))


def _is_prose(line: str, text: str, start: int) -> bool:
    """Tell whether a paragraph ends like a sentence, and enough is said from its start on for one."""
    return line.endswith(SENTENCE_ENDS) and len(text[start : start + _SENTENCE_CHARS].split()) >= _SENTENCE_WORDS
