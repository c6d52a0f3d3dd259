"""What a page says of itself outside its visible text: title, `meta` elements, linked data, language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

_LINKED_DATA_CHARS = 200_000


@dataclass(frozen=True, slots=True)
class Head:
    """Title with white space collapsed, `meta` contents by lower-case name (the first one wins), raw JSON-LD texts."""

    title: str = ""
    language: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    linked_data: tuple[str, ...] = ()


def read_head(tree: LexborHTMLParser) -> Head:
    """Return the head of a parsed page; what is missing is empty.

    >>> from selectolax.lexbor import LexborHTMLParser
    >>> read_head(LexborHTMLParser("<title>Rain  in Oslo</title><meta name=Author content=Kari>"))
    Head(title='Rain in Oslo', language='', meta={'author': 'Kari'}, linked_data=())
    """
    meta: dict[str, str] = {}
    linked_data: list[str] = []
    title = None
    for node in tree.css('meta, title, script[type="application/ld+json"]'):
        if node.tag == "meta":
            attributes = node.attributes
            name = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            content = attributes.get("content")
            if name and content:
                meta.setdefault(name.lower(), content.strip())
        elif node.tag == "script":
            linked_data.append((node.text() or "")[:_LINKED_DATA_CHARS])
        elif title is None:
            title = " ".join((node.text() or "").split())
    root = tree.root
    language = root.attributes.get("lang") if root is not None and root.is_element_node else None
    return Head(title or "", (language or "").lower(), meta, tuple(linked_data))
