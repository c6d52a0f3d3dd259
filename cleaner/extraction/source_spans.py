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

_NON_TEXT = re.compile(
    r"""
    <!--(?:-?>|.*?(?:--!?>|\Z))                         # comment; `<!-->` and `<!--->` are empty ones
    | <(?P<name>/?[a-zA-Z][^\s/>]*+)                     # tag: a quoted attribute value may hold `>`
        [^>=]*+(?:=\s*+(?:"[^"]*+"|'[^']*+')?+[^>=]*+)*+>
    | <[!?/](?![a-zA-Z]*+["'])[^>]*+>                    # doctype, processing instruction, bogus comment
    """,
    re.VERBOSE | re.DOTALL,
)
_OPENS_MARKUP = re.compile(r"<[a-zA-Z!?/]")
_RAW_TEXT = frozenset({"script", "style", "xmp", "iframe", "noembed", "noframes", "title", "textarea"})
_CELL = re.compile(r"</?(?:t[dh]|option|optgroup)\b", re.IGNORECASE)
_VISIBLE = re.compile(r"\S")

# Planes 15 and 16 are private use; the last two code points of each are no characters.
_PLANES = (0x100000, 0xF0000)
_PLANE_SIZE = 0xFFFE
_MARKS = re.compile("([\U000f0000-\U000ffffd\U00100000-\U0010fffd])")


class Run(NamedTuple):
    """A run of text between markup: `source[char_start:char_end]`; blank when it holds white space only."""

    char_start: int
    char_end: int
    blank: bool


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
    """Return the runs of text of an HTML source, in order; linear in its length."""
    runs: list[Run] = []
    at = start = 0
    while (at := source.find("<", at)) >= 0:
        markup = _NON_TEXT.match(source, at)
        if markup is None:
            if _OPENS_MARKUP.match(source, at):  # a tag that never ends swallows the rest, as in a browser
                _add_run(runs, source, start, at)
                return runs
            at += 1
            continue
        _add_run(runs, source, start, at)
        at = start = _after(source, markup)
        if _name(markup) == "textarea":  # its raw text is visible, in one run
            _add_run(runs, source, markup.end(), at)
    _add_run(runs, source, start, len(source))
    return runs


def _add_run(runs: list[Run], source: str, start: int, end: int) -> None:
    if start < end:
        runs.append(Run(start, end, _VISIBLE.search(source, start, end) is None))


def _name(markup: re.Match[str]) -> str:
    return (markup["name"] or "").lower()


def _after(source: str, markup: re.Match[str]) -> int:
    """Return where text may begin again: behind the markup, or behind the raw text that it opens."""
    name = _name(markup)
    if name not in _RAW_TEXT:
        return markup.end()
    close = re.compile(f"</{name}[\\s/>]", re.IGNORECASE).search(source, markup.end())
    return close.start() if close else len(source)


class SourceMarks:
    """Marks in one decoded source, and what was read back of them.

    Parse `marked`, pass `tap` to the reader of the page, then ask `locate` for each block.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.runs = text_runs(source)
        self._nodes: list[list[tuple[int | None, str]]] = []
        taken = set(_MARKS.findall(source))
        points = (chr(plane + k) for plane in _PLANES for k in range(_PLANE_SIZE))
        free = (mark for mark in points if mark not in taken)
        visible = [i for i, run in enumerate(self.runs) if not run.blank]
        self._run_of = dict(zip(free, visible, strict=False))
        self.marked = self._marked()

    def _marked(self) -> str:
        parts: list[str] = []
        at = 0
        for mark, index in self._run_of.items():
            first = _VISIBLE.search(self.source, self.runs[index].char_start)
            assert first is not None
            parts += (self.source[at : first.start()], mark)
            at = first.start()
        return "".join((*parts, self.source[at:]))

    def tap(self, raw: str) -> str:
        """Return the text of a node without its marks; remember which runs it came from."""
        pieces = _MARKS.split(raw)
        node: list[tuple[int | None, str]] = [(None, pieces[0])] if pieces[0] else []
        for mark, piece in zip(pieces[1::2], pieces[2::2], strict=True):
            if mark in self._run_of:
                node.append((self._run_of[mark], piece))
            else:  # the page's own private-use character is text of the run it stands in
                index, text = node.pop() if node else (None, "")
                node.append((index, text + mark + piece))
        self._nodes.append(node)
        return "".join(text for _, text in node)

    def locate(self, block: HasRuns) -> Located:
        """Return where the block stands in the source."""
        nodes = self._nodes[block.run_start : block.run_end]
        spans, sure = self._spans([piece for node in nodes for piece in node])
        if not spans:
            return Located(((0, len(self.source)),), exact=False)
        if sure and flatten(self.source, spans) == block.text:
            return Located(tuple(spans), exact=True)
        return Located(((min(s for s, _ in spans), max(e for _, e in spans)),), exact=False)

    def _spans(self, pieces: list[tuple[int | None, str]]) -> tuple[list[tuple[int, int]], bool]:
        """Return the ranges of the runs that the pieces name, and whether every visible piece named one."""
        indexes: list[int] = []
        sure = True
        blank = False
        for index, text in pieces:
            if index is not None:
                if blank and indexes:
                    indexes += self._blank_between(indexes[-1], index)
                blank = False
                if not indexes or indexes[-1] != index:
                    indexes.append(index)
            elif text.isspace():
                blank = True
            elif text:
                sure = False
        sure = sure and all(a < b for a, b in pairwise(indexes))
        return self._trimmed(sorted(set(indexes))), sure

    def _blank_between(self, before: int, after: int) -> list[int]:
        """Return the first blank run between two runs: the space that stands between their elements."""
        return [i for i in range(before + 1, after) if self.runs[i].blank][:1]

    def _trimmed(self, indexes: list[int]) -> list[tuple[int, int]]:
        """Return the ranges of runs, without the white space before the first and after the last."""
        if not indexes:
            return []
        spans = [(self.runs[i].char_start, self.runs[i].char_end) for i in indexes]
        first, last = spans[0], spans[-1]
        head = self.source[first[0] : first[1]]
        spans[0] = (first[1] - len(head.lstrip()), first[1])
        start = spans[-1][0]
        spans[-1] = (start, start + len(self.source[start : last[1]].rstrip()))
        return spans
