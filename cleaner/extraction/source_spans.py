"""Where in the source a paragraph of a page stands.

The parser gives no offsets.  So a private-use mark is set before every run of text in the source, the marked source is
parsed, and the marks are read back from the text nodes: they tell which runs a text came from.  What the spans say is
then checked against the text of the paragraph; where it differs, `exact` is false and the span covers the place, never
silently wrong.

All is done on UTF-8: parser, source and spans count bytes, and most pages are UTF-8 as they come.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

from cleaner.extraction.page_walk import Marks

# What stands in the first ones is no markup and not shown; in a `textarea` it is shown, as one run.
_RAW = ("script", "style", "xmp", "iframe", "noembed", "noframes", "title")
_NAMED = "|".join((*_RAW, "textarea"))
_REST = r"""[^>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?+[^>=]*+)*+>"""  # of a tag: a quoted attribute value may hold `>`
_INSIDE = r"[^<]*+(?:<(?!/(?i:{name})[\s/>])[^<]*+)*+"
_ELEMENTS = "|".join(rf"(?i:{name})(?=[\s/>]){_REST}{_INSIDE.format(name=name)}" for name in _RAW)
_MARKUP = rf"""(?:
    <(?!(?i:{_NAMED})[\s/>])/?[a-zA-Z]{_REST}             # tag
    | <!--(?:-?>|[^-]*+(?:-(?!-!?>)[^-]*+)*+(?:--!?>|\Z))  # comment; `<!-->` and `<!--->` are empty ones
    | <(?:{_ELEMENTS})
    | <[!?/](?![a-zA-Z]*+["'])[^>]*+>                     # doctype, processing instruction, bogus comment
    | <(?!(?i:textarea)[\s/>])[a-zA-Z!?/].*+              # a tag that never ends swallows the rest, as in a browser
    )"""
_ONE = re.compile(_MARKUP.encode(), re.VERBOSE | re.DOTALL)
# From the end of one run to the beginning of the next: most runs between markup are white space.
_BETWEEN = re.compile(
    rf"""(
      {_MARKUP} (?:\s*+{_MARKUP})*
      | <(?i:textarea)(?=[\s/>]) (?: {_REST} ({_INSIDE.format(name="textarea")}) | .*+ )
    )""".encode(),
    re.VERBOSE | re.DOTALL,
)
_CELL = re.compile(rb"</?(?:t[dh]|option|optgroup)\b", re.IGNORECASE)

# Planes 15 and 16 are private use; the last two code points of each are no characters.
_PLANES = (0x100000, 0xF0000)
_PLANE_SIZE = 0xFFFE
_MARKS = re.compile("([\U000f0000-\U000ffffd\U00100000-\U0010fffd])")
_MARK_BYTES = 4


Run = tuple[int, int]
"""A range of the source: half-open offsets."""

_Node = tuple[int, ...]
"""The runs that a text node came from, by number; -1 for text without a mark."""
_UNKNOWN: _Node = (-1,)
# So far behind a run its block may go on, if white space between the two is to be found.
_MOST_BETWEEN = 100


Ranges = tuple[Run, ...]


class Located(NamedTuple):
    """Where blocks stand: the ranges of the source of each, and whether they give its text exactly."""

    ranges: list[Ranges]
    exact: list[bool]


def flatten(source: str, spans: Sequence[tuple[int, int]]) -> str:
    r"""Return the text that the spans of the decoded source show: references resolved, white space collapsed.

    Two spans are joined as they stand, with a space where a table cell ends or begins between them.

    >>> flatten("<b>Fish</b> &amp;\n chips", [(3, 7), (11, 24)])
    'Fish & chips'
    """
    shown = [source[start:end] for start, end in spans]
    between = [source[left[1] : right[0]].encode("utf-8", "replace") for left, right in pairwise(spans)]
    return _joined(shown, between)


def flatten_bytes(data: bytes, spans: Sequence[Run], encoding: str) -> str:
    """Return what `flatten` returns, from the bytes of the source and spans that count in bytes.

    >>> flatten_bytes(b"<b>Fish</b> &amp; chips", [(3, 7), (11, 23)], "utf-8")
    'Fish & chips'
    """
    shown = [data[start:end].decode(encoding, "replace") for start, end in spans]
    between = [data[left[1] : right[0]] for left, right in pairwise(spans)]
    if encoding.startswith(("utf-16", "utf-32")):
        between = [gap.decode(encoding, "replace").encode("utf-8", "replace") for gap in between]
    return _joined(shown, between)


def _joined(shown: Sequence[str], between: Sequence[bytes]) -> str:
    parts = [html.unescape(part) for part in shown]
    gaps = ["", *(" " if _CELL.search(gap) else "" for gap in between)]
    return " ".join("".join(gap + part for gap, part in zip(gaps, parts, strict=True)).split())


class _Parted(NamedTuple):
    """A source in pieces: runs of text and the markup after each; some runs are empty or white space."""

    runs: list[bytes]
    markup: list[bytes]


def _part(source: bytes) -> _Parted:
    """Return the pieces of a source, in time linear in its length."""
    pieces = _BETWEEN.split(source)
    runs, markup = pieces[::3], pieces[1::3]
    for place, inside in enumerate(pieces[2::3]):
        if inside:  # of a textarea, whose end follows: no text stands between the two
            markup[place] = markup[place][: -len(inside)]
            runs[place + 1] = inside
    return _Parted(runs, [*markup, b""])


def text_runs(source: bytes) -> list[Run]:
    """Return the runs of text of an HTML source that are not white space, in order; linear in its length.

    >>> text_runs(b"<p>One <b>two</b> ")
    [(3, 7), (10, 13)]
    """
    parted = _part(source)
    return [place for place, run in zip(_places(parted), parted.runs, strict=True) if run.strip()]


def _places(parted: _Parted) -> Iterator[Run]:
    """Return where the runs begin and end."""
    edges = list(accumulate(map(len, chain.from_iterable(zip(*parted, strict=True))), initial=0))
    return zip(edges[:-1:2], edges[1::2], strict=True)


class SourceMarks:
    """Marks in one source (UTF-8), and what was read back of them.

    Give `marked` and `reading` to `read_page`, then ask `locate_all`.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source
        self._parted = _part(source)
        self._runs = list(_places(self._parted))
        marks = _free_marks(source)[: len(self._runs)]
        self._numbers = dict(zip(marks, range(len(marks)), strict=True))
        self._seen: dict[int, int] = {}
        self._tangled: dict[int, _Node] = {}
        self.marked = self._marked(marks.encode())

    def _marked(self, marks: bytes) -> bytes:
        runs, markup = self._parted
        pieces = [b""] * (3 * len(runs))
        pieces[::3] = [
            marks[at : at + _MARK_BYTES] if run and not run.isspace() else b""
            for run, at in zip(runs, range(0, _MARK_BYTES * len(runs), _MARK_BYTES), strict=True)
        ]
        pieces[1::3], pieces[2::3] = runs, markup
        return b"".join(pieces)

    def reading(self) -> Marks:
        """Begin to read anew: return what finds the marks in text nodes, and what takes them out."""
        self._seen, self._tangled = {}, {}
        return Marks(self._numbers, self._seen, _MARKS, self._untangled)

    def plain(self, text: str) -> str:
        """Return a text of the parsed page without marks."""
        return "".join(piece for piece in _MARKS.split(text) if piece not in self._numbers)

    def _untangled(self, raw: str, place: int) -> str:
        """Return a text without its marks, wherever they stand, and remember what they tell of the node."""
        before, *pieces = _MARKS.split(raw)
        node: list[int] = [_UNKNOWN[0]] if before.strip() else []
        text = [before]
        for mark, piece in zip(pieces[::2], pieces[1::2], strict=True):
            if mark in self._numbers:
                node.append(self._numbers[mark])
            else:  # the page's own private-use character is text of the run it stands in
                text.append(mark)
                node = node or [_UNKNOWN[0]]
            text.append(piece)
        if node:
            self._tangled[place] = tuple(node)
        return "".join(text)

    def locate_all(self, texts: Sequence[str], first_nodes: Sequence[int], end_nodes: Sequence[int]) -> Located:
        """Return where the blocks of a page stand in the source.

        A block is told by its text and the half-open range of its visible text nodes.
        """
        found = Located([], [])
        for text, first, end in zip(texts, first_nodes, end_nodes, strict=True):
            number = self._seen.get(first) if end - first == 1 else None
            one = None if number is None else self._in_one_run(text.encode(), number)
            ranges, exact = ((one,), True) if one else self._located(text, range(first, end))
            found.ranges.append(ranges)
            found.exact.append(exact)
        return found

    def _in_one_run(self, text: bytes, number: int) -> Run | None:
        """Return the place of a block that is one run as it stands, without references: most are."""
        run = self._parted.runs[number]
        if b"&" in text or run.strip() != text:
            return None
        start = self._runs[number][0] + len(run) - len(run.lstrip())
        return start, start + len(text)

    def _located(self, text: str, nodes: range) -> tuple[Ranges, bool]:
        plain = self._in_plain_runs(text, [self._seen.get(node, -1) for node in nodes])
        if plain:
            return plain, True
        spans, sure = self._spans([self._node(node) for node in nodes])
        if not spans:
            return ((0, len(self.source)),), False
        if sure and flatten_bytes(self.source, spans, "utf-8") == text:
            return tuple(spans), True
        return ((min(s for s, _ in spans), max(e for _, e in spans)),), False

    def _in_plain_runs(self, text: str, numbers: list[int]) -> Ranges | None:
        """Return the places of a block that is runs one behind the other, without cells between: most others are."""
        first, last = numbers[0], numbers[-1]
        if first < 0 or numbers != list(range(first, last + 1)):
            return None
        spans = self._trimmed(numbers, {})
        if _CELL.search(self.source, spans[0][0], spans[-1][1]):
            return None
        shown = [self.source[start:end].decode() for start, end in spans]
        return tuple(spans) if " ".join("".join(map(html.unescape, shown)).split()) == text else None

    def _node(self, place: int) -> _Node | None:
        number = self._seen.get(place)
        return self._tangled.get(place) if number is None else (number,)

    def _spans(self, nodes: list[_Node | None]) -> tuple[list[Run], bool]:
        """Return the ranges of the runs that the nodes came from, and whether all that is visible came from one."""
        indexes: list[int] = []
        spaces: dict[int, Run] = {}
        blank = False
        for node in nodes:
            if node is None:
                blank = True
                continue
            if blank and indexes:
                self._note_space(indexes[-1], node[0], spaces)
            blank = False
            indexes += node
        known = [index for index in indexes if index >= 0]
        sure = len(known) == len(indexes) and all(a < b for a, b in pairwise(known))
        return self._trimmed(known if sure else sorted(set(known)), spaces if sure else {}), sure

    def _note_space(self, before: int, after: int, spaces: dict[int, Run]) -> None:
        """Find the first white space between the markup between two runs: the space between their elements."""
        if not 0 <= before < after <= before + _MOST_BETWEEN:
            return
        for index in range(before, after):
            at = self._runs[index][1]
            for markup in _ONE.finditer(self.source, at, self._runs[index + 1][0]):
                if at < markup.start() and self.source[at : markup.start()].isspace():
                    spaces[before] = at, markup.start()
                    return
                at = markup.end()

    def _trimmed(self, indexes: list[int], spaces: dict[int, Run]) -> list[Run]:
        """Return the ranges of runs, without the white space before the first and after the last."""
        if not indexes:
            return []
        spans: list[Run] = []
        for index in indexes:
            spans.append(self._runs[index])
            if index in spaces:
                spans.append(spaces[index])
        first, last = spans[0], spans[-1]
        spans[0] = (first[1] - len(_stripped(self.source[slice(*first)], str.lstrip)), first[1])
        start = spans[-1][0]
        spans[-1] = (start, start + len(_stripped(self.source[start : last[1]], str.rstrip)))
        return spans


def _stripped(data: bytes, strip: Callable[[str], str]) -> bytes:
    """Return UTF-8 without the white space, of any script, that `strip` takes away."""
    return strip(data.decode()).encode()


def _free_marks(source: bytes) -> str:
    """Return the private-use characters of two planes that the source does not hold."""
    # In UTF-8 those planes begin with one of two bytes.
    taken = set(_MARKS.findall(source.decode())) if b"\xf3" in source or b"\xf4" in source else set()
    return "".join(mark for mark in _all_marks() if mark not in taken) if taken else _all_marks()


@cache
def _all_marks() -> str:
    return "".join(chr(plane + place) for plane in _PLANES for place in range(_PLANE_SIZE))
