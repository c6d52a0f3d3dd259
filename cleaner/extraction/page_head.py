"""What a page says of itself outside its visible text: title, `meta` elements, linked data, language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_LINKED_DATA_CHARS = 200_000
_META_CHARS = 5_000
_LONGEST_BYLINE = 120
_MOST_AUTHORS = 50
"""The text of an element costs as much as all below it: nested ones without end would cost their square."""

# One walk for all: each call of `css` goes through the whole tree.
_ABOUT = 'meta, title, script[type="application/ld+json" i]'
_TELLING = f'{_ABOUT}, link[rel], time[datetime], a[rel~="author" i], a[rel~="license" i], [itemprop~="author" i]'


@dataclass(frozen=True, slots=True)
class Head:
    """Title with white space collapsed, `meta` contents by lower-case name (the first one wins), raw JSON-LD texts.

    `links` has the first address of each `rel` (`canonical`, `license`), `times` the `datetime` of `time` elements with
    their `itemprop` or `pubdate`, `authors` what `meta`, `rel` and `itemprop` call an author, in the page's order.
    """

    title: str = ""
    language: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    linked_data: tuple[str, ...] = ()
    links: dict[str, str] = field(default_factory=dict, repr=False)
    times: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    authors: tuple[str, ...] = field(default=(), repr=False)


def read_head(tree: LexborHTMLParser, *, whole: bool = True, plain: Callable[[str], str] = str) -> Head:
    """Return the head of a parsed page; what is missing is empty.

    Unless the `whole` of it is wanted, links and times are left out, and authors that no `meta` names.  `plain` gives
    visible text without what the caller put into it.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> read_head(LexborHTMLParser("<title>Rain  in Oslo</title><meta name=Author content=Kari>"))
    Head(title='Rain in Oslo', language='', meta={'author': 'Kari'}, linked_data=())
    """
    found = _Found([], {}, [], {}, [], [], plain)
    for node in tree.css(_TELLING if whole else _ABOUT):
        _TAKERS.get(node.tag or "", _take_author)(node, found)
    root = tree.root
    return Head(
        next(iter(found.titles), ""),
        (root.attributes.get("lang") or "").lower() if root is not None and root.is_element_node else "",
        found.meta,
        tuple(found.linked_data),
        found.links,
        tuple(found.times),
        tuple(dict.fromkeys(found.authors)),
    )


class _Found(NamedTuple):
    titles: list[str]
    meta: dict[str, str]
    linked_data: list[str]
    links: dict[str, str]
    times: list[tuple[str, str]]
    authors: list[str]
    plain: Callable[[str], str]


AUTHOR_NAMES = frozenset(
    {"author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "citation_author", "byl"}
    | {"dc.creator", "dcterms.creator", "dc:creator", "dcsext.author", "cxenseparse:author", "og:article:author"}
)
"""What pages call the `meta` element of an author."""


def _take_meta(node: LexborNode, found: _Found) -> None:
    attributes = node.attributes
    name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
    content = (attributes.get("content") or "")[:_META_CHARS].strip()
    if name and content:
        found.meta.setdefault(name.lower(), content)
        if name.lower() in AUTHOR_NAMES:
            found.authors.append(content)


def _take_title(node: LexborNode, found: _Found) -> None:
    if node.parent is not None and node.parent.tag != "svg":
        found.titles.append(" ".join((node.text() or "")[:_META_CHARS].split()))


def _take_link(node: LexborNode, found: _Found) -> None:
    href = (node.attributes.get("href") or "").strip()
    for rel in (node.attributes.get("rel") or "").lower().split():
        if rel in {"canonical", "license"} and href:
            found.links.setdefault(rel, href)
    if node.tag == "a":
        _take_author(node, found)


def _take_time(node: LexborNode, found: _Found) -> None:
    attributes = node.attributes
    kind = (attributes.get("itemprop") or "").lower() or ("pubdate" if "pubdate" in attributes else "")
    found.times.append((kind, (attributes.get("datetime") or "").strip()[:80]))


def _take_author(node: LexborNode, found: _Found) -> None:
    attributes = node.attributes
    names = (attributes.get("rel") or attributes.get("itemprop") or "").lower().split()
    if "author" in names and len(found.authors) < _MOST_AUTHORS:
        name = node.css_first('[itemprop~="name" i]')
        line = " ".join(found.plain((name or node).text() or "")[: 2 * _LONGEST_BYLINE].split())
        # Longer ones are author boxes with a life's story.
        found.authors.append(line if len(line) <= _LONGEST_BYLINE else "")


def _take_linked_data(node: LexborNode, found: _Found) -> None:
    found.linked_data.append((node.text() or "")[:_LINKED_DATA_CHARS])


_TAKERS = {
    "meta": _take_meta,
    "title": _take_title,
    "link": _take_link,
    "a": _take_link,
    "time": _take_time,
    "script": _take_linked_data,
}
