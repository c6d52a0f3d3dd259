"""Where in the source a paragraph of a page stands.

The parser gives no offsets.  So a private-use mark is set before every run of text in the source, the marked source is
parsed, and the marks are read back from the text nodes: the k-th mark tells that what follows is the k-th run.  What
the spans say is then checked against the text of the paragraph; where it differs, `exact` is false and the span covers
the place, never silently wrong.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple, Protocol

_MARKUP = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))                          # comment; `<!-->` and `<!--->` are empty ones
    | <(?P<raw>(?i:script|style|xmp|iframe|noembed|noframes|title|textarea))(?=[\s/>])
        [^>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?+[^>=]*+)*+>
        (?P<inside>.*?)(?=</(?i:(?P=raw))[\s/>]|\Z)      # what stands in these is no markup
    | </?[a-zA-Z]
        [^>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?+[^>=]*+)*+>  # tag: a quoted attribute value may hold `>`
    | <[!?/](?![a-zA-Z]*+["'])[^>]*+>                     # doctype, processing instruction, bogus comment
    | <[a-zA-Z!?/].*+                                     # a tag that never ends swallows the rest, as in a browser
    """,
    re.VERBOSE | re.DOTALL,
)
_CELL = re.compile(r"</?(?:t[dh]|option|optgroup)\b", re.IGNORECASE)

# Planes 15 and 16 are private use; the last two code points of each are no characters.
_PLANES = (0x100000, 0xF0000)
_PLANE_SIZE = 0xFFFE
_MARKS = re.compile("([\U000f0000-\U000ffffd\U00100000-\U0010fffd])")


Run = tuple[int, int]
"""A run of text between markup: half-open character offsets in the source."""


_Node = tuple[int, ...]
"""The runs that a text node came from, by number; empty for white space, -1 for text without a mark."""
_BLANK: _Node = ()
_UNKNOWN: _Node = (-1,)


class Located(NamedTuple):
    """Where a block stands: character ranges of the source, and whether they give its text exactly."""

    spans: tuple[tuple[int, int], ...]
    exact: bool


class HasRuns(Protocol):
    """A block of a page: its text and the visible text nodes that it is made of, as half-open ordinals."""

    @property
    def text(self) -> str: ...
    @property
    def run_start(self) -> int: ...
    @property
    def run_end(self) -> int: ...


def flatten(source: str, spans: Sequence[tuple[int, int]]) -> str:
    r"""Return the text that the spans of the decoded source show: references resolved, white space collapsed.

    Two spans are joined as they stand, with a space where a table cell ends or begins between them.

    >>> flatten("<b>Fish</b> &amp;\n chips", [(3, 7), (11, 24)])
    'Fish & chips'
    """
    shown = [source[start:end] for start, end in spans]
    between = [source[left[1] : right[0]] for left, right in pairwise(spans)]
    return _joined(shown, between)


def flatten_bytes(data: bytes, spans: Sequence[tuple[int, int]], encoding: str) -> str:
    """Return what `flatten` returns, from the bytes of the source and spans that count in bytes.

    >>> flatten_bytes(b"<b>Fish</b> &amp; chips", [(3, 7), (11, 23)], "utf-8")
    'Fish & chips'
    """
    shown = [data[start:end].decode(encoding, "replace") for start, end in spans]
    between = [data[left[1] : right[0]].decode(encoding, "replace") for left, right in pairwise(spans)]
    return _joined(shown, between)


def _joined(shown: Sequence[str], between: Sequence[str]) -> str:
    parts = [html.unescape(part) for part in shown]
    gaps = ["", *(" " if _CELL.search(gap) else "" for gap in between)]
    return " ".join("".join(gap + part for gap, part in zip(gaps, parts, strict=True)).split())


def text_runs(source: str) -> list[Run]:
    """Return the runs of text of an HTML source, in order; linear in its length.

    >>> text_runs("<p>One <b>two</b>")
    [(3, 7), (10, 13)]
    """
    runs: list[Run] = []
    at = 0
    for markup in _MARKUP.finditer(source):
        start, end = markup.span()
        if at < start:
            runs.append((at, start))
        if markup["raw"] and markup["raw"].lower() == "textarea" and markup["inside"]:  # visible, in one run
            runs.append(markup.span("inside"))
        at = end
    if at < len(source):
        runs.append((at, len(source)))
    return runs


class SourceMarks:
    """Marks in one decoded source, and what was read back of them.

    Parse `marked`, pass `tap` to the reader of the page, then ask `locate` for each block.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.runs = text_runs(source)
        self._nodes: list[_Node] = []
        self._run_of: dict[str, int] = {}
        self._blank: set[int] = set()
        self.marked = self._marked()

    def _marked(self) -> str:
        taken = set(_MARKS.findall(self.source))
        points = (chr(plane + k) for plane in _PLANES for k in range(_PLANE_SIZE))
        free = (mark for mark in points if mark not in taken)
        parts: list[str] = []
        at = 0
        for index, (start, end) in enumerate(self.runs):
            shown = self.source[start:end].lstrip()
            mark = next(free, "") if shown else ""
            if mark:
                first = end - len(shown)
                parts += (self.source[at:first], mark)
                at = first
                self._run_of[mark] = index
            elif not shown:
                self._blank.add(index)
        return "".join((*parts, self.source[at:]))

    def tap(self, raw: str) -> str:
        """Return the text of a node without its marks; remember which runs it came from."""
        found = _MARKS.search(raw)
        if found is None:
            self._nodes.append(_BLANK if not raw or raw.isspace() else _UNKNOWN)
            return raw
        at = found.start()
        if _MARKS.search(raw, at + 1) is None and raw[at] in self._run_of:
            self._nodes.append((self._run_of[raw[at]],))
            return raw[:at] + raw[at + 1 :]
        return self._tap_several(_MARKS.split(raw))

    def _tap_several(self, pieces: list[str]) -> str:
        node: list[int] = [_UNKNOWN[0]] if pieces[0].strip() else []
        text = [pieces[0]]
        for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            if mark in self._run_of:
                node.append(self._run_of[mark])
            else:  # the page's own private-use character is text of the run it stands in
                text.append(mark)
                node = node or [_UNKNOWN[0]]
            text.append(piece)
        self._nodes.append(tuple(node))
        return "".join(text)

    def locate(self, block: HasRuns) -> Located:
        """Return where the block stands in the source."""
        spans, sure = self._spans(self._nodes[block.run_start : block.run_end])
        if not spans:
            return Located(((0, len(self.source)),), exact=False)
        if sure and flatten(self.source, spans) == block.text:
            return Located(tuple(spans), exact=True)
        return Located(((min(s for s, _ in spans), max(e for _, e in spans)),), exact=False)

    def _spans(self, nodes: list[_Node]) -> tuple[list[Run], bool]:
        """Return the ranges of the runs that the nodes came from, and whether all that is visible came from one."""
        indexes: list[int] = []
        blank = False
        for node in nodes:
            if not node:
                blank = True
                continue
            if blank and indexes:
                indexes += self._blank_between(indexes[-1], node[0])
            blank = False
            indexes += node
        known = [index for index in indexes if index >= 0]
        sure = len(known) == len(indexes) and all(a < b for a, b in pairwise(known))
        return self._trimmed(known if sure else sorted(set(known))), sure

    def _blank_between(self, before: int, after: int) -> list[int]:
        """Return the first blank run between two runs: the space that stands between their elements."""
        return [i for i in range(before + 1, after) if i in self._blank][:1]

    def _trimmed(self, indexes: list[int]) -> list[Run]:
        """Return the ranges of runs, without the white space before the first and after the last."""
        if not indexes:
            return []
        spans = [self.runs[i] for i in indexes]
        first, last = spans[0], spans[-1]
        head = self.source[first[0] : first[1]]
        spans[0] = (first[1] - len(head.lstrip()), first[1])
        start = spans[-1][0]
        spans[-1] = (start, start + len(self.source[start : last[1]].rstrip()))
        return spans
