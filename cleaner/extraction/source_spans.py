"""Where in the source a paragraph of a page stands.

The parser gives no offsets.  So a private-use mark is set before every run of text in the source, the marked source is
parsed, and the marks are read back from the text nodes: the k-th mark tells that what follows is the k-th run.  What
the spans say is then checked against the text of the paragraph; where it differs, `exact` is false and the span covers
the place, never silently wrong.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

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
_ONE = re.compile(_MARKUP, re.VERBOSE | re.DOTALL)
# From the end of one run to the beginning of the next: most runs between markup are white space.
_BETWEEN = re.compile(
    rf"""
    (?: {_MARKUP} (?:\s*+{_MARKUP})*
      | <(?i:textarea)(?=[\s/>]) (?: {_REST} (?P<inside>{_INSIDE.format(name="textarea")}) | .*+ )
    )""",
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
"""The runs that a text node came from, by number; -1 for text without a mark."""
_UNKNOWN: _Node = (-1,)
# So far behind a run its block may go on, if white space between the two is to be found.
_MOST_BETWEEN = 100


class Located(NamedTuple):
    """Where a block stands: character ranges of the source, and whether they give its text exactly."""

    spans: tuple[tuple[int, int], ...]
    exact: bool


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
    """Return the runs of text of an HTML source that are not white space, in order; linear in its length.

    >>> text_runs("<p>One <b>two</b> ")
    [(3, 7), (10, 13)]
    """
    runs: list[Run] = []
    at = 0
    for markup in _BETWEEN.finditer(source):
        start, end = markup.span()
        if at < start:
            runs.append((at, start))
        if markup.lastindex:
            runs.append(markup.span("inside"))
        at = end
    runs.append((at, len(source)))
    return [run for run in runs if not source[run[0] : run[1]].isspace() and run[0] < run[1]]


class SourceMarks:
    """Marks in one decoded source, and what was read back of them.

    Give `marked` and `new_tap` to `read_page`, then ask `locate_all`.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.runs = text_runs(source)
        self._nodes: dict[int, _Node] = {}
        self._run_of: dict[str, int] = {}
        self._shown: list[int] = []  # where the text of each run begins, behind white space
        self.marked = self._marked()

    def _marked(self) -> str:
        free = _free_marks(self.source)
        parts: list[str] = []
        at = 0
        for index, ((start, end), mark) in enumerate(zip(self.runs, free, strict=False)):
            shown = self.source[start:end].lstrip()
            first = end - len(shown)
            parts += (self.source[at:first], mark)
            at = first
            self._run_of[mark] = index
            self._shown.append(first)
        return "".join((*parts, self.source[at:]))

    def new_tap(self) -> Callable[[str, int], str]:
        """Begin to read anew: return what takes the marks out of the text nodes and remembers where these came from."""
        self._nodes = {}
        return self._tap

    def _tap(self, raw: str, place: int) -> str:
        rest = raw[1:]
        index = self._run_of.get(raw[:1])
        if index is not None and (rest.isascii() or not _MARKS.search(rest)):  # nearly all
            self._nodes[place] = (index,)
            return rest
        before, *pieces = _MARKS.split(raw)
        node: list[int] = [_UNKNOWN[0]] if before.strip() else []
        text = [before]
        for mark, piece in zip(pieces[::2], pieces[1::2], strict=True):
            if mark in self._run_of:
                node.append(self._run_of[mark])
            else:  # the page's own private-use character is text of the run it stands in
                text.append(mark)
                node = node or [_UNKNOWN[0]]
            text.append(piece)
        if node:
            self._nodes[place] = tuple(node)
        return "".join(text)

    def locate_all(self, texts: Sequence[str], first_nodes: Sequence[int], end_nodes: Sequence[int]) -> list[Located]:
        """Return where the blocks of a page stand in the source.

        A block is told by its text and the half-open range of its visible text nodes.
        """
        blocks = zip(texts, first_nodes, end_nodes, strict=True)
        return [self._in_one_run(text, first, end) or self._located(text, first, end) for text, first, end in blocks]

    def _in_one_run(self, text: str, first_node: int, end_node: int) -> Located | None:
        """Return the place of a block that is one run as it stands, without references: most are."""
        node = self._nodes.get(first_node, _UNKNOWN)
        if end_node - first_node > 1 or len(node) > 1 or node == _UNKNOWN or "&" in text:
            return None
        _, end = self.runs[node[0]]
        start = self._shown[node[0]]
        stop = start + len(text)
        if not self.source.startswith(text, start) or (stop < end and not self.source[stop:end].isspace()):
            return None
        return Located(((start, stop),), exact=True)

    def _located(self, text: str, first_node: int, end_node: int) -> Located:
        spans, sure = self._spans([self._nodes.get(place) for place in range(first_node, end_node)])
        if not spans:
            return Located(((0, len(self.source)),), exact=False)
        if sure and flatten(self.source, spans) == text:
            return Located(tuple(spans), exact=True)
        return Located(((min(s for s, _ in spans), max(e for _, e in spans)),), exact=False)

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
            at = self.runs[index][1]
            for markup in _ONE.finditer(self.source, at, self.runs[index + 1][0]):
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
            spans.append(self.runs[index])
            if index in spaces:
                spans.append(spaces[index])
        first, last = spans[0], spans[-1]
        head = self.source[first[0] : first[1]]
        spans[0] = (first[1] - len(head.lstrip()), first[1])
        start = spans[-1][0]
        spans[-1] = (start, start + len(self.source[start : last[1]].rstrip()))
        return spans


def _free_marks(source: str) -> Iterator[str]:
    """Yield the private-use characters of two planes that the source does not hold."""
    # In UTF-8 those planes begin with one of two bytes; looking for bytes costs a tenth of looking for characters.
    data = b"" if source.isascii() else source.encode("utf-8", "surrogatepass")
    taken = set(_MARKS.findall(source)) if b"\xf3" in data or b"\xf4" in data else set()
    return (mark for plane in _PLANES for k in range(_PLANE_SIZE) if (mark := chr(plane + k)) not in taken)
