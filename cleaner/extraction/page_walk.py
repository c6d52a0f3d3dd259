"""One walk over the nodes of a parsed page: which text is visible, and where one block ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
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

# In this order: what is below the first three is not looked at.
_TEXT, _BREAK, _SILENT, _WITHIN, _CELL, _BLOCK, _FURNITURE = range(7)
_ACTIONS = {
    "-text": _TEXT,
    **dict.fromkeys(("-comment", "-document", "!--", "!doctype", "-undef"), _SILENT),
    **dict.fromkeys(INVISIBLE, _SILENT),
    **dict.fromkeys(BREAKS, _BREAK),
    **dict.fromkeys(INLINE, _WITHIN),
    **dict.fromkeys(CELLS, _CELL),
    **dict.fromkeys(("nav", "footer", "aside"), _FURNITURE),
}
_FURNITURE_ROLES = frozenset(("navigation", "menu", "menubar", "contentinfo", "complementary", "tablist"))
# In a menu there are at most so many words to a link, and no run of text has so many characters.
_WORDS_TO_A_LINK, _PARAGRAPH = 8, 150
_REVEALING = {**_ACTIONS, "noscript": _BLOCK}

_LINKED, _ITALIC = 1, 2
_STYLE_BITS = {"a": _LINKED, "i": _ITALIC, "em": _ITALIC, "cite": _ITALIC}
_IN_MENU = 4
# How many pieces of furniture around were asked whether they are menus, at most three: asking looks at all below.
_ASK, _ASKS = 8, 24
_BITS, _STYLE_MASK, _INHERITED = 5, 3, 31

# Words in concealed paragraphs from which on a page may be one that waits for its scripts.
_CONCEALED_WORDS = 80

Attributes = dict[str, str | None]
ElementRow = tuple[int, str, Attributes]
BlockRow = tuple[list[str], int, int, int, int, int, int, int]
# What `untangled` is told instead of a number where a text is only looked at.
_NO_RUN = -1


class Marks(NamedTuple):
    """Characters set before runs of text to carry their numbers through the parser: what finds them again.

    `numbers` tells the number of each.  A text node that begins with a mark and holds no other, as nearly all do, is
    noted in `seen`, by its ordinal among all visible ones; with others the call `untangled(text, ordinal)` is made,
    which gives the text without marks.  `pattern` finds marks.
    """

    numbers: Mapping[str, int]
    seen: dict[int, int]
    pattern: re.Pattern[str]
    untangled: Callable[[str, int], str]

    def plain(self, text: str) -> str:
        """Return a text that is only looked at, without marks."""
        return self.untangled(text, _NO_RUN)


class Walked(NamedTuple):
    """What a walk found.

    `blocks` are rows of parts of text, element number, characters in links, in italics, runs in links, images
    before, first run, end of runs.  `elements` are rows of parent number, tag and attributes; element 0
    is the body.  `concealed` are the nodes below which nothing was read, `menus` the numbers of the elements that are
    menus at sight.
    """

    blocks: list[BlockRow]
    elements: list[ElementRow]
    run_count: int
    concealed: list[Any]
    menus: list[int]


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
    menus = elements_below(walked.menus, [row[0] for row in elements])
    shown = sum(
        part.count(" ")
        for block in walked.blocks
        if elements[block[1]][1] == "p" and block[1] not in menus
        for part in block[0]
    )
    return concealed > shown


def elements_below(roots: Sequence[int], parents: Sequence[int]) -> frozenset[int]:
    """Return elements and all that stand below them; `parents` come before what stands in them.

    >>> sorted(elements_below([1], [0, 0, 1, 2, 0]))
    [1, 2, 3]
    """
    found = set(roots)
    for root in roots:
        for i in range(root + 1, len(parents)):
            if parents[i] < root:
                break
            found.add(i)
    return frozenset(found)


def _is_menu(node: Any, marks: Marks | None) -> bool:
    """Tell whether a container that HTML calls furniture holds links and little else; styles and scripts in it count.

    The parser counts here, at a fraction of what a walk costs.
    """
    links = len(node.css("a"))
    if not links:
        return False
    text = node.text(separator="\n")
    # Marks make a text longer and add no words but where nothing else stands: most menus are told with them.
    return _is_short(text, links) or (marks is not None and _is_short(marks.plain(text), links))


def _is_short(text: str, links: int) -> bool:
    return len(text.split()) <= _WORDS_TO_A_LINK * links and len(max(text.split("\n"), key=len)) < _PARAGRAPH


def walk(  # noqa: C901, PLR0912, PLR0915 - the one hot loop: a call a node would double its time
    body: Any, marks: Marks | None = None, *, reveal: bool = False, into_menus: bool = True
) -> Walked:
    """Return the visible text below `body`, cut into blocks, and the block elements.

    Without `into_menus`, what stands in menus is left out; all else is as it is with them.

    `marks` are taken out of the text nodes, and noted; with `reveal`, `hidden` and `noscript` conceal nothing.
    """
    blocks: list[BlockRow] = []
    elements: list[ElementRow] = [(0, "body", {})]
    concealed: list[Any] = []
    menus: list[int] = []
    # The open elements, and where what stands in them belongs: the number of the block element, and in the low bits
    # whether it is in a link, italic, in a menu.
    above: list[tuple[Any, int]] = []
    place = 0
    run = -1
    owner = -1  # element of the open block, -1 once something ended it
    parts: list[str] = []
    element = start = last = linked = italic = links = images = before = 0
    if marks is not None:
        numbers, seen, more, untangled = marks.numbers.get, marks.seen, marks.pattern.search, marks.untangled
    # By the parser's number of a tag, as each name would be made anew; those of unknown tags hold for one page.
    acts: dict[int, int] = {}
    tags: dict[int, str] = {}
    act, known = acts.get, _REVEALING if reveal else _ACTIONS
    if body is not None and body.is_element_node:
        elements[0] = (0, "body", body.attributes)
    node = None if body is None else body.first_child
    while True:
        while node is None and above:
            node, place = above.pop()
            node = node.next
        if node is None:
            break
        number = node.tag_id
        action = act(number)
        if action is None:
            tags[number] = tag = node.tag
            action = acts[number] = known.get(tag, _BLOCK)
        if action == _TEXT:
            run += 1
            if node.is_empty_text_node:  # most are: no text is made of them
                if place >> _BITS == owner:
                    parts.append(" ")
            else:
                text = node.text_content
                if marks is not None:
                    mark, rest = numbers(text[0]), text[1:]
                    if mark is None or not (rest.isascii() or not more(rest)):
                        text = untangled(text, run)
                    else:  # nearly all
                        seen[run], text = mark, rest
                blank = not text or text.isspace()
                if place >> _BITS == owner:
                    parts.append(text)
                elif not blank:
                    if parts:
                        blocks.append((parts, element, linked, italic, links, before, start, last + 1))
                        linked = italic = links = 0
                    parts = [text]
                    owner = element = place >> _BITS
                    start = run
                    if place & _IN_MENU:
                        before = 0
                    else:
                        before, images = images, 0
                if not blank:
                    last = run
                    if place & _STYLE_MASK:
                        chars = len(text.strip())
                        if place & _LINKED:
                            linked += chars
                            links += 1
                        if place & _ITALIC:
                            italic += chars
            node = node.next
            continue
        if action <= _SILENT:
            if action == _BREAK:
                owner = -1
            elif tags[number] == "noscript" and not place & _IN_MENU:
                concealed.append(node)
            node = node.next
            continue
        attributes = node.attributes
        if "hidden" in attributes and not reveal:
            if not place & _IN_MENU:
                concealed.append(node)
            node = node.next
            continue
        inner = place
        if action == _WITHIN:
            tag = tags[number]
            if tag == "img" and not place & _IN_MENU:
                images += 1
            inner |= _STYLE_BITS.get(tag, 0)
        elif action >= _BLOCK:
            owner = -1
            inner = len(elements) << _BITS | place & _INHERITED
            elements.append((place >> _BITS, tags[number], attributes))
            is_furniture = action == _FURNITURE or ("role" in attributes and attributes["role"] in _FURNITURE_ROLES)
            if is_furniture and not place & _IN_MENU and place & _ASKS < _ASKS:
                inner += _ASK
                if _is_menu(node, marks):
                    menus.append(inner >> _BITS)
                    inner |= _IN_MENU
                    if not into_menus:
                        node = node.next
                        continue
        elif owner >= 0:  # a cell in a row that has begun
            parts.append(" ")
        child = node.first_child
        if child is None:
            node = node.next
        else:
            above.append((node, place))
            node, place = child, inner
    if parts:
        blocks.append((parts, element, linked, italic, links, before, start, last + 1))
    return Walked(blocks, elements, run + 1, concealed, menus)
