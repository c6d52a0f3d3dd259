"""One walk over the nodes of a parsed page: which text is visible, and where one block ends and the next begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

_INVISIBLE = (
    "script style template noscript iframe head title datalist noembed noframes rp desc metadata annotation"
    " annotation-xml area base basefont link meta param"
)
_INLINE = (
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr picture q rt ruby s samp"
    " small source span strike strong sub sup svg text time tspan tt u var wbr g path use circle rect input"
)
INVISIBLE = frozenset(_INVISIBLE.split())
INLINE = frozenset(_INLINE.split())
CELLS = frozenset(("td", "th", "option", "optgroup"))
BREAKS = frozenset(("br", "hr"))

_TEXT, _SILENT, _BREAK, _WITHIN, _CELL, _BLOCK = range(6)
_ACTIONS = {
    **dict.fromkeys(("-comment", "-document", "!--", "!doctype", "-undef"), _SILENT),
    **dict.fromkeys(INVISIBLE, _SILENT),
    **dict.fromkeys(BREAKS, _BREAK),
    **dict.fromkeys(INLINE, _WITHIN),
    **dict.fromkeys(CELLS, _CELL),
}
_REVEALING = {**_ACTIONS, "noscript": _BLOCK}

_LINKED, _BOLD, _ITALIC = 1, 2, 4
_STYLE_BITS = {"a": _LINKED, "b": _BOLD, "strong": _BOLD, "i": _ITALIC, "em": _ITALIC, "cite": _ITALIC}
_BITS, _STYLE_MASK = 3, 7

# Words in concealed paragraphs from which on a page may be one that waits for its scripts.
_CONCEALED_WORDS = 80

Attributes = dict[str, str | None]
ElementRow = tuple[int, str, int, str | None, str | None, str | None, Attributes | None]
BlockRow = tuple[list[str], int, int, int, int, int, int, int, int, tuple[int, ...]]


class Walked(NamedTuple):
    """What a walk found.

    `blocks` are rows of parts of text, element number, characters in links, in bold, in italics, runs in links, images
    before, first run, end of runs, runs that begin a cell.  `elements` are rows of parent number, tag, blocks before,
    class, id, role, and all attributes where some other one may matter; element 0 is the body.  `concealed` are the
    nodes below which nothing was read.
    """

    blocks: list[BlockRow]
    elements: list[ElementRow]
    run_count: int
    concealed: list[Any]


def waits_for_scripts(walked: Walked) -> bool:
    """Tell whether most words of a page's paragraphs are concealed by `hidden` or `noscript`.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> story = "It rained again. " * 40
    >>> waits_for_scripts(walk(LexborHTMLParser(f"<p>Loading</p><div hidden><p>{story}").body))
    True
    >>> waits_for_scripts(walk(LexborHTMLParser(f"<p>{story}</p><div hidden><p>Not yet.").body))
    False
    """
    concealed: int = sum(p.text().count(" ") for node in walked.concealed for p in node.css("p"))
    if concealed < _CONCEALED_WORDS:
        return False
    elements = walked.elements
    shown = sum(part.count(" ") for block in walked.blocks if elements[block[1]][1] == "p" for part in block[0])
    return concealed > shown


def walk(  # noqa: C901, PLR0912, PLR0915 - the one hot loop: a call a node would double its time
    body: Any, tap: Callable[[str], str] | None = None, *, reveal: bool = False
) -> Walked:
    """Return the visible text below `body`, cut into blocks, and the block elements.

    `tap` is called for each visible text node, white space too, and gives the text to use; with `reveal`, `hidden` and
    `noscript` conceal nothing.
    """
    blocks: list[BlockRow] = []
    elements: list[ElementRow] = [(0, "body", 0, None, None, None, None)]
    concealed: list[Any] = []
    # Where the children of an element belong: the number of the block element, and in the low bits whether they are
    # in a link, bold, italic.  What is not here is invisible.
    places: dict[int, int] = {}
    place_of = places.get
    run = -1
    count = 0  # blocks begun
    owner = -1  # element of the open block, -1 once something ended it
    parts: list[str] = []
    cells: list[int] = []
    element = start = last = linked = bold = italic = links = images = before = 0
    act = (_REVEALING if reveal else _ACTIONS).get
    if body is not None:
        places[body.mem_id] = 0
        if body.is_element_node:
            elements[0] = _element(0, "body", 0, body.attributes)
    for node in () if body is None else body.traverse(include_text=True):
        tag = node.tag
        action = _TEXT if tag == "-text" else act(tag, _BLOCK)
        if action == _TEXT:
            place = place_of(node.parent.mem_id)
            if place is None:
                continue
            run += 1
            text = node.text_content or ""
            if tap is not None:
                text = tap(text)
            if place >> _BITS == owner:
                parts.append(text)
                if not text or text.isspace():
                    continue
            else:
                if not text or text.isspace():
                    continue
                if parts:
                    ends = tuple(cell for cell in cells if cell <= last) if cells else ()
                    blocks.append((parts, element, linked, bold, italic, links, before, start, last + 1, ends))
                    linked = bold = italic = links = 0
                    cells = []
                parts = [text]
                owner = element = place >> _BITS
                start = run
                count += 1
                before, images = images, 0
            last = run
            if place & _STYLE_MASK:
                chars = len(text.strip())
                if place & _LINKED:
                    linked += chars
                    links += 1
                if place & _BOLD:
                    bold += chars
                if place & _ITALIC:
                    italic += chars
        elif action == _BREAK:
            owner = -1
        elif action != _SILENT:
            parent = node.parent
            place = place_of(parent.mem_id) if parent is not None else None
            if place is None:
                continue
            attributes = node.attributes
            if "hidden" in attributes and not reveal:
                concealed.append(node)
                continue
            if action == _WITHIN:
                if tag == "img":
                    images += 1
                place |= _STYLE_BITS.get(tag, 0)
            elif action == _BLOCK:
                owner = -1
                if attributes:
                    elements.append(_element(place >> _BITS, tag, count, attributes))
                else:
                    elements.append((place >> _BITS, tag, count, None, None, None, None))
                place = (len(elements) - 1) << _BITS | place & _STYLE_MASK
            elif owner >= 0:  # a cell in a row that has begun
                parts.append(" ")
                cells.append(run + 1)
            places[node.mem_id] = place
        elif tag == "noscript":
            concealed.append(node)
    if parts:
        ends = tuple(cell for cell in cells if cell <= last)
        blocks.append((parts, element, linked, bold, italic, links, before, start, last + 1, ends))
    return Walked(blocks, elements, run + 1, concealed)


def _element(parent: int, tag: str, count: int, attributes: Attributes) -> ElementRow:
    get = attributes.get
    telling = "style" in attributes or "aria-hidden" in attributes or "itemprop" in attributes
    return parent, tag, count, get("class"), get("id"), get("role"), attributes if telling else None
