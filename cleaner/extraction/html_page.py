"""A page of HTML as an ordered list of blocks that cover every visible character.

The page is parsed once (lexbor) and walked once, in document order, without recursion.  Text is cut where a browser
would start a new line: at the edges of block elements and at `<br>`; a row of a table and a `<select>` are one block.

*Visible* is what the HTML Standard's user-agent style sheet shows (section 15.3.1, "Hidden elements"): not `script`,
`style`, `template`, `noscript`, `title`, `datalist`, `noembed`, `noframes`, `rp`, not the raw text of an `iframe`, the
descriptions of an `svg` or the annotations of a formula, and nothing below the attribute `hidden`.  Style sheets are
not read.  But a page that conceals most of its paragraphs until a script runs (streamed parts below `hidden`, a whole
forum thread in `noscript`) is read as if it had run: there `hidden` and `noscript` conceal nothing.

The text of `option`, `button`, `textarea` and the fallback inside `video`, `audio`, `object` and `canvas` is visible:
it is in a block like any other text, for the judge to call it chrome.  `alt` texts are not visible.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from cleaner.extraction.page_head import Head, read_head
from cleaner.extraction.page_walk import Attributes, Marks, waits_for_scripts, walk
from cleaner.records import Kind

_OWN_KIND = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING),
    **dict.fromkeys(("li", "dt", "dd"), Kind.LIST_ITEM),
    "tr": Kind.TABLE_ROW,
    **dict.fromkeys(("pre", "xmp", "listing", "plaintext"), Kind.CODE),
    "blockquote": Kind.QUOTE,
    "figcaption": Kind.CAPTION,
    "caption": Kind.CAPTION,
}
# What an element without a kind of its own is in one of a kind, and what a `p` is.
_HOLDING = (Kind.LIST_ITEM, Kind.QUOTE, Kind.CAPTION, Kind.CODE)
_IN_OTHER = {kind: kind if kind in (*_HOLDING, Kind.TABLE_ROW) else Kind.OTHER for kind in Kind}
_IN_P = {kind: kind if kind in _HOLDING else Kind.PARAGRAPH for kind in Kind}
_PATH_LEVELS = 6
_BODY = "html>body"
_PATH_LABEL = 40


class Block(NamedTuple):
    """One visible text unit; `run_start` and `run_end` are half-open ordinals of the page's visible text nodes."""

    text: str
    kind: Kind
    tag_path: str
    classes: tuple[str, ...]
    link_chars: int
    run_start: int
    run_end: int


@dataclass(frozen=True)
class Elements:
    """The block elements of a page in document order, as columns; element 0 is the body, its own parent."""

    parents: list[int]
    tags: list[str]
    attributes: list[Attributes]

    @cached_property
    def classes(self) -> list[str]:
        """The class attribute of each element as written, empty where missing."""
        return [attributes.get("class") or "" for attributes in self.attributes]

    @cached_property
    def kinds(self) -> list[Kind]:
        """What text directly inside each element is."""
        kinds = [Kind.OTHER]  # the body and what stands directly in it
        for tag, parent in zip(self.tags[1:], self.parents[1:], strict=True):
            kinds.append(_OWN_KIND.get(tag) or (_IN_P if tag == "p" else _IN_OTHER)[kinds[parent]])
        return kinds

    @cached_property
    def _labels(self) -> list[str]:
        """The tag and first class of each element."""
        return [
            f"{tag}.{names[0]}"[:_PATH_LABEL] if (names := (attributes.get("class") or "").split(None, 1)) else tag
            for tag, attributes in zip(self.tags, self.attributes, strict=True)
        ]

    def paths(self, elements: Sequence[int]) -> list[str]:
        """Return tags and first classes from outside in, as `html>body>div.story>p`; deep paths keep their end."""
        parents, labels = self.parents, self._labels
        around: dict[int, str] = {}  # what stands side by side has it in common
        paths: dict[int, str] = {}
        for element in elements:
            if element not in paths:
                parent = parents[element]
                if parent not in around:
                    around[parent] = self._path(parent, _PATH_LEVELS - 1)
                paths[element] = f"{around[parent]}>{labels[element]}" if element else _BODY
        return [paths[element] for element in elements]

    def _path(self, element: int, levels: int) -> str:
        parents, labels = self.parents, self._labels
        path: list[str] = []
        while element and len(path) < levels:
            path.append(labels[element])
            element = parents[element]
        path.append("…" if element else _BODY)
        path.reverse()
        return ">".join(path)


@dataclass(frozen=True, slots=True)
class Page:
    """The blocks of a page as columns (one item a block), the elements they stand in, and the page's head.

    `owners` is the element of each block; `link_chars` and `italic_chars` count code points inside such
    elements, white space at the edges of runs left out; `link_counts` counts links, `images` the images since the
    block before.  `run_count` is the number of visible text nodes; `menus` are the elements that are menus at sight.
    """

    texts: list[str]
    owners: list[int]
    link_chars: list[int]
    italic_chars: list[int]
    link_counts: list[int]
    images: list[int]
    run_starts: list[int]
    run_ends: list[int]
    elements: Elements
    head: Head
    run_count: int
    menus: list[int]

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def kinds(self) -> list[Kind]:
        """What each block is in the structure of the page."""
        kinds = self.elements.kinds
        return [kinds[owner] for owner in self.owners]

    @property
    def tag_paths(self) -> list[str]:
        """The tags and first classes around each block, from outside in."""
        return self.elements.paths(self.owners)

    @property
    def blocks(self) -> list[Block]:
        """The blocks as records, in document order."""
        classes = [tuple(self.elements.classes[owner].split()) for owner in self.owners]
        columns = self.texts, self.kinds, self.tag_paths, classes, self.link_chars, self.run_starts, self.run_ends
        return [Block(*row) for row in zip(*columns, strict=True)]


def read_page(html: str | bytes, reading: Callable[[], Marks] | None = None, *, body_only: bool = False) -> Page:
    """Return the blocks of a page; every visible character is in exactly one of them, in document order.

    Bytes are read as UTF-8.  `reading` is called whenever the reading begins (anew), and gives the marks that the
    caller carries through the parser in the text; they are noted and taken out, and change nothing of what is read.
    With `body_only`, what says nothing of the body text is left out: blocks and images in menus, and of the
    head dates, authors and links.  Nothing in `html` raises: broken markup is read as browsers read it.

    >>> page = read_page("<h1>Rain</h1><p>It <b>rained</b>.<br>Twice.</p>")
    >>> [(block.text, block.kind.value) for block in page.blocks]
    [('Rain', 'heading'), ('It rained.', 'paragraph'), ('Twice.', 'paragraph')]
    """
    return read_tree(parse_page(html), reading, body_only=body_only)


def read_tree(tree: LexborHTMLParser, reading: Callable[[], Marks] | None = None, *, body_only: bool = False) -> Page:
    """Return what `read_page` does, of a page that was parsed before."""
    body = tree.body or tree.root
    marks = reading() if reading else None
    walked = walk(body, marks, into_menus=not body_only)
    if waits_for_scripts(walked):
        marks = reading() if reading else None
        walked = walk(body, marks, reveal=True, into_menus=not body_only)
    elements = Elements(*map(list, zip(*walked.elements, strict=True)))
    parts, *columns = map(list, zip(*walked.blocks, strict=True)) if walked.blocks else ([] for _ in range(8))
    texts = [" ".join("".join(runs).split()) for runs in parts]
    head = read_head(tree, whole=not body_only, plain=marks.plain if marks else str)
    return Page(texts, *columns, elements, head, walked.run_count, walked.menus)  # type: ignore[call-arg, arg-type]


def parse_page(html: str | bytes) -> LexborHTMLParser:
    """Return the tree of a page; bytes are read as UTF-8."""
    try:
        return LexborHTMLParser(html)
    except UnicodeEncodeError:  # lone surrogates: no bytes stand for them
        return LexborHTMLParser(str(html).encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
