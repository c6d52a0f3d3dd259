"""A page of HTML as an ordered list of blocks that cover every visible character.

The page is parsed once (lexbor) and walked once, in document order, without recursion.  Text is cut where a browser
would start a new line: at the edges of block elements and at `<br>`; a row of a table and a `<select>` are one block.

*Visible* is what the HTML Standard's user-agent style sheet shows (section 15.3.1, "Hidden elements"): not `script`,
`style`, `template`, `noscript`, `title`, `datalist`, `noembed`, `noframes`, `rp`, not the raw text of an `iframe`, the
descriptions of an `svg` or the annotations of a formula, and nothing below the attribute `hidden`.  Style sheets are
not read.  But a page that conceals most of its paragraphs until a script runs (streamed parts below `hidden`, a whole
forum thread in `noscript`) is read as if it had run: there `hidden` and `noscript` conceal nothing.  The text of `option`, `button`, `textarea` and the fallback inside `video`, `audio`, `object` and `canvas`
is visible: it is in a block like any other text, for the judge to call it chrome.  `alt` texts are not visible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from cleaner.extraction.page_head import Head, read_head
from cleaner.records import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

_INVISIBLE = (
    "script style template noscript iframe head title datalist noembed noframes rp desc metadata annotation"
    " annotation-xml area base basefont link meta param"
)
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q rt ruby s samp"
    " small source span strike strong sub sup svg text time tspan tt u var wbr g path use circle rect input"
)
INVISIBLE = frozenset(_INVISIBLE.split())
# Words in concealed paragraphs from which on a page may be one that waits for its scripts.
_CONCEALED_WORDS = 80
INLINE = frozenset(_INLINE.split())
CELLS = frozenset(("td", "th", "option", "optgroup"))
BREAKS = frozenset(("br", "hr"))
LINKED, BOLD, ITALIC = 1, 2, 4
_STYLE_BITS = {"a": LINKED, "b": BOLD, "strong": BOLD, "i": ITALIC, "em": ITALIC, "cite": ITALIC}
_BITS = 3
_STYLE_MASK = LINKED | BOLD | ITALIC

_OWN_KIND = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), Kind.LIST_ITEM),
    "tr": Kind.TABLE_ROW,
    **dict.fromkeys(("pre", "xmp", "listing", "plaintext"), Kind.CODE),
    "blockquote": Kind.QUOTE,
    "figcaption": Kind.CAPTION,
    "caption": Kind.CAPTION,
}
_HOLDS = frozenset((Kind.LIST_ITEM, Kind.QUOTE, Kind.CAPTION, Kind.CODE))
_PATH_LEVELS = 6
_PATH_LABEL = 40


class Block(NamedTuple):
    """One visible text unit; `run_start` and `run_end` are half-open ordinals of the page's visible text nodes.

    `cell_runs` are the ordinals of the runs before which `flatten_runs` puts a space.
    """

    text: str
    kind: Kind
    tag_path: str
    classes: tuple[str, ...]
    link_chars: int
    run_start: int
    run_end: int
    cell_runs: tuple[int, ...]


@dataclass(frozen=True)
class Elements:
    """The block elements of a page in document order, as columns; element 0 is the body, its own parent.

    `first_block` counts the blocks that stand before the element: with `parents` it gives the range of blocks below.
    `attributes` are as parsed.
    """

    parents: list[int]
    tags: list[str]
    attributes: list[dict[str, str | None]]
    first_block: list[int]

    @cached_property
    def kinds(self) -> list[Kind]:
        """What text directly inside each element is."""
        kinds: list[Kind] = []
        for tag, parent in zip(self.tags, self.parents, strict=True):
            kinds.append(_kind(tag, kinds[parent] if kinds else Kind.OTHER))
        return kinds

    def path(self, element: int) -> str:
        """Return tags and first classes from outside in, as `html>body>div.story>p`; deep paths keep their end."""
        labels: list[str] = []
        while element and len(labels) < _PATH_LEVELS:
            classes = (self.attributes[element].get("class") or "").split()
            labels.append((f"{self.tags[element]}.{classes[0]}" if classes else self.tags[element])[:_PATH_LABEL])
            element = self.parents[element]
        labels.append("…" if element else "html>body")
        return ">".join(reversed(labels))


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of a page as columns (one item a block), the elements they stand in, and the page's head.

    `owners` is the element of each block; `link_chars`, `bold_chars` and `italic_chars` count code points inside such
    elements, white space at the edges of runs left out; `link_counts` counts links, `images` the images since the
    block before.  `run_count` is the number of visible text nodes.
    """

    texts: list[str]
    owners: list[int]
    link_chars: list[int]
    bold_chars: list[int]
    italic_chars: list[int]
    link_counts: list[int]
    images: list[int]
    run_starts: list[int]
    run_ends: list[int]
    cell_runs: list[tuple[int, ...]]
    elements: Elements
    head: Head
    run_count: int

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def blocks(self) -> list[Block]:
        """The blocks as records, in document order."""
        return list(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        elements = self.elements
        paths: dict[int, str] = {}
        for i, owner in enumerate(self.owners):
            path = paths.get(owner) or paths.setdefault(owner, elements.path(owner))
            yield Block(
                self.texts[i],
                elements.kinds[owner],
                path,
                tuple((elements.attributes[owner].get("class") or "").split()),
                self.link_chars[i],
                self.run_starts[i],
                self.run_ends[i],
                self.cell_runs[i],
            )


def flatten_runs(runs: Sequence[str], first: int = 0, cell_runs: Sequence[int] = ()) -> str:
    r"""Return the text of a block from its text nodes: joined by nothing, white space collapsed.

    The one exception: a space stands before the first run of each further table cell (or option) of a row, whose
    ordinals are `cell_runs`; `first` is the ordinal of `runs[0]`.  White space is what `str.split` splits at.

    >>> flatten_runs(["The ", "quick", "er fox\n"])
    'The quicker fox'
    >>> flatten_runs(["1998", "Oslo"], first=7, cell_runs=[8])
    '1998 Oslo'
    """
    if cell_runs:
        cells = frozenset(cell_runs)
        runs = [f" {run}" if first + i in cells else run for i, run in enumerate(runs)]
    return " ".join("".join(runs).split())


def read_page(html: str, tap: Callable[[str], str] | None = None) -> Page:
    """Return the blocks of a page; every visible character is in exactly one of them, in document order.

    `tap` is called once for each visible text node (white-space ones too) in document order with its unescaped text,
    and gives the text to use; so the caller can carry marks through the parser and take them out again.  Blocks do
    not depend on what it took out.  Nothing in `html` raises: broken markup is read as browsers read it.

    >>> page = read_page("<h1>Rain</h1><p>It <b>rained</b>.<br>Twice.</p>")
    >>> [(block.text, block.kind.value) for block in page.blocks]
    [('Rain', 'heading'), ('It rained.', 'paragraph'), ('Twice.', 'paragraph')]
    """
    tree = _parse(html)
    blocks, elements, run_count = _walk(tree.body or tree.root, tap, reveal=waits_for_scripts(tree))
    columns = list(zip(*blocks, strict=True)) or [()] * len(_BlockRow._fields)
    parents, tags, attributes, first_block = zip(*elements, strict=True)
    return Page(
        *map(list, columns),
        elements=Elements(list(parents), list(tags), list(attributes), list(first_block)),
        head=read_head(tree),
        run_count=run_count,
    )


def waits_for_scripts(tree: LexborHTMLParser) -> bool:
    """Tell whether most words of a page's paragraphs are concealed by `hidden` or `noscript`.

    >>> waits_for_scripts(LexborHTMLParser("<p>Loading</p><div hidden><p>" + "It rained again. " * 40))
    True
    >>> waits_for_scripts(LexborHTMLParser("<p>" + "It rained again. " * 40 + "<p hidden>Not yet."))
    False
    """
    concealed = _spaces(tree, "[hidden] p, noscript p")
    return concealed >= _CONCEALED_WORDS and 2 * concealed > _spaces(tree, "p")


def _spaces(tree: LexborHTMLParser, selector: str) -> int:
    return sum(node.text().count(" ") for node in tree.css(selector))


def _parse(html: str) -> LexborHTMLParser:
    try:
        return LexborHTMLParser(html)
    except UnicodeEncodeError:  # lone surrogates: no bytes stand for them
        return LexborHTMLParser(html.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


class _BlockRow(NamedTuple):
    """One block: the columns of `Page` in their order."""

    text: str
    owner: int
    link_chars: int
    bold_chars: int
    italic_chars: int
    link_count: int
    images: int
    run_start: int
    run_end: int
    cell_runs: tuple[int, ...]


_ElementRow = tuple[int, str, dict[str, str | None], int]


class _OpenBlock:
    """The block that is being collected; `owner` is -1 while there is none."""

    __slots__ = ("bold", "cells", "done", "images", "italic", "last", "linked", "links", "owner", "parts", "start")

    def __init__(self) -> None:
        self.done: list[tuple[Any, ...]] = []
        self.owner = -1
        self.start = self.last = self.images = 0
        self.linked = self.links = self.bold = self.italic = 0
        self.parts: list[str] = []
        self.cells: list[int] = []

    def close(self) -> None:
        if self.parts:
            text = " ".join("".join(self.parts).split())
            end = self.last + 1
            cells = tuple(run for run in self.cells if run < end) if self.cells else ()
            self.done.append(
                (text, self.owner, self.linked, self.bold, self.italic, self.links, self.images, self.start, end, cells)
            )
            self.owner = -1
            self.images = self.linked = self.bold = self.italic = 0
            self.parts = []
            if self.cells:
                self.cells = []
        self.links = 0

    def style(self, place: int, text: str) -> None:
        """Count the characters of a run that is linked, bold or italic."""
        chars = len(text.strip())
        if place & LINKED:
            self.linked += chars
        if place & BOLD:
            self.bold += chars
        if place & ITALIC:
            self.italic += chars


_TEXT, _SILENT, _BREAK, _INLINE_TAG, _CELL, _BLOCK = range(6)
_ACTIONS = {
    "-text": _TEXT,
    **dict.fromkeys(("-comment", "-document", "!--", "!doctype", "-undef"), _SILENT),
    **dict.fromkeys(INVISIBLE, _SILENT),
    **dict.fromkeys(BREAKS, _BREAK),
    **dict.fromkeys(INLINE, _INLINE_TAG),
    **dict.fromkeys(CELLS, _CELL),
}
_REVEALING = {**_ACTIONS, "noscript": _BLOCK}


def _walk(  # noqa: C901, PLR0912 - the one hot loop
    body: Any, tap: Callable[[str], str] | None, *, reveal: bool
) -> tuple[list[tuple[Any, ...]], list[_ElementRow], int]:
    """Return the blocks and the block elements below `body`, and the number of visible text nodes.

    `places` knows where the children of an element belong: the number of the block element, and in the low bits
    whether they are inside a link or bold.  What is not in it is invisible.
    """
    elements: list[_ElementRow] = [(0, "body", body.attributes if body is not None and body.is_element_node else {}, 0)]
    block = _OpenBlock()
    run = -1
    places: dict[int, int] = {} if body is None else {body.mem_id: 0}
    place_of = places.get
    act = (_REVEALING if reveal else _ACTIONS).get
    for node in () if body is None else body.traverse(include_text=True):
        tag = node.tag
        action = act(tag, _BLOCK)
        if action == _SILENT:
            continue
        place = place_of(node.parent.mem_id) if node.parent is not None else None
        if place is None:
            continue
        if action == _TEXT:
            text = node.text_content or ""
            if tap is not None:
                text = tap(text)
            run += 1
            owner = place >> _BITS
            if not text or text.isspace():
                if owner == block.owner:
                    block.parts.append(text)
                continue
            if owner != block.owner:
                block.close()
                block.owner, block.start = owner, run
            block.parts.append(text)
            block.last = run
            if place & _STYLE_MASK:
                block.style(place, text)
        elif action == _BREAK:
            block.close()
        else:
            attributes = node.attributes
            if "hidden" in attributes and not reveal:
                continue
            if action == _INLINE_TAG:
                if tag == "a":
                    block.links += 1
                elif tag == "img":
                    block.images += 1
                place |= _STYLE_BITS.get(tag, 0)
            elif action == _CELL:
                if block.parts:
                    block.parts.append(" ")
                    block.cells.append(run + 1)
            else:
                block.close()
                elements.append((place >> _BITS, tag, attributes, len(block.done)))
                place = (len(elements) - 1) << _BITS | place & _STYLE_MASK
            places[node.mem_id] = place
    block.close()
    return block.done, elements, run + 1


def _kind(tag: str, outer: Kind) -> Kind:
    own = _OWN_KIND.get(tag)
    if own is not None:
        return own
    if outer in _HOLDS:
        return outer
    if tag == "p":
        return Kind.PARAGRAPH
    return outer if outer is Kind.TABLE_ROW else Kind.OTHER
