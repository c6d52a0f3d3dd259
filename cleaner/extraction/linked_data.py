"""JSON-LD of a page: the node that describes its article, found in whatever shape sites give it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

_MOST_NODES: Final = 5_000
_WRAPPERS: Final = (("/*<![CDATA[*/", "/*]]>*/"), ("//<![CDATA[", "//]]>"), ("<![CDATA[", "]]>"), ("<!--", "-->"))
_TRAILING_COMMA: Final = re.compile(r",(?=\s{0,50}[}\]])")

# From the most telling type to the least; schema.org, "Article" and its subtypes.
_NEWS_TYPES: Final = (
    "newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle backgroundnewsarticle reviewnewsarticle "
    "askpublicnewsarticle advertisercontentarticle liveblogposting"
)
_OTHER_TYPES: Final = (
    "article blogposting scholarlyarticle techarticle report satiricalarticle socialmediaposting "
    "discussionforumposting medicalscholarlyarticle"
)
_PAGE_TYPES: Final = "webpage itempage medicalwebpage creativework videoobject recipe qapage faqpage product event"
_ARTICLE_TYPES: Final = tuple(frozenset(names.split()) for names in (_NEWS_TYPES, _OTHER_TYPES, _PAGE_TYPES))

Node = Mapping[str, Any]


def nodes_of(texts: Iterable[str]) -> list[Node]:
    """Return all objects in the JSON-LD texts of a page, outer before inner, at most 5,000; broken texts give none.

    >>> [node["@type"] for node in nodes_of(['{"@graph": [{"@type": "Person"}, {"@type": "Article"}]}', "{broken"])]
    ['Person', 'Article']
    """
    found: list[Node] = []
    queue: list[Any] = [value for text in texts if (value := _parsed(text)) is not None]
    at = 0
    while at < len(queue) and len(found) < _MOST_NODES:
        value = queue[at]
        at += 1
        if isinstance(value, dict):
            if value.keys() - {"@graph", "@context"}:
                found.append(value)
            queue.extend(inner for inner in value.values() if isinstance(inner, (dict, list)))
        else:
            queue.extend(inner for inner in value[:_MOST_NODES] if isinstance(inner, (dict, list)))
    return found


def _parsed(text: str) -> dict[str, Any] | list[Any] | None:
    """Return what a text holds, its common faults mended: comments round it, commas at the end, escaped quotes."""
    text = _unwrapped(text)
    for attempt in (text, _TRAILING_COMMA.sub("", text), html.unescape(text) if "&quot;" in text else ""):
        try:
            value = json.loads(attempt, strict=False) if attempt else None
        except (ValueError, RecursionError):
            continue
        if isinstance(value, (dict, list)):
            return value
    return None


def _unwrapped(text: str) -> str:
    text = text.strip()
    for start, end in _WRAPPERS:
        if text.startswith(start):
            text = text.removeprefix(start).removesuffix(end)
    return text.strip().rstrip(";")


def article_of(nodes: list[Node], addresses: Iterable[str | None] = ()) -> Node | None:
    """Return the node that describes the page's article, or None.

    News types come before others; among equals the one that names one of the page's `addresses`, else the first that
    has a date, else the first.
    """
    wanted = {address.rstrip("/") for address in addresses if address}
    for types in _ARTICLE_TYPES:
        some = [node for node in nodes if types & set(types_of(node))]
        named = [node for node in some if wanted & {address.rstrip("/") for address in _addresses(node)}]
        dated = [node for node in some if first_text(node, "datePublished")]
        best = next((node for group in (named, dated, some) for node in group if _says_something(node)), None)
        if best is not None:
            return best
    return None


def _says_something(node: Node) -> bool:
    return any(name in node for name in ("headline", "datePublished", "author"))


def types_of(node: Node) -> list[str]:
    """Return the types of a node in lower case, without their namespace."""
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    return [name.rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for name in names[:20] if isinstance(name, str)]


def _addresses(node: Node) -> Iterator[str]:
    for name in ("@id", "url", "mainEntityOfPage"):
        value = node.get(name)
        inner = [value.get("@id"), value.get("url")] if isinstance(value, dict) else [value]
        yield from (text.split("#")[0] for text in inner if isinstance(text, str))


def first_text(node: Node | None, *names: str) -> str | None:
    """Return the first of the named properties that holds a text, unescaped, white space collapsed.

    >>> first_text({"headline": ["Rain &amp; wind"]}, "name", "headline")
    'Rain & wind'
    """
    for name in names if node else ():
        value = node.get(name) if node else None
        for item in value[:5] if isinstance(value, list) else [value]:
            text = item.get("@value") or item.get("name") or item.get("@id") if isinstance(item, dict) else item
            if isinstance(text, str) and text.strip():
                return plain_line(text)
    return None


_TAG: Final = re.compile(r"<[^<>]{1,200}>")
_REFERENCE: Final = re.compile(r"&#?\w{2,31};")


def plain_line(text: str) -> str:
    """Return a text on one line, without the references and tags that sites put into attributes and JSON.

    >>> plain_line(" Caf&amp;eacute; <em>noir</em> ")
    'Café noir'
    """
    for _ in range(2):  # some escape twice
        text = html.unescape(text) if _REFERENCE.search(text) else text
    return " ".join((_TAG.sub("", text) if "<" in text else text).split())


def names_of(node: Node | None, name: str, nodes: list[Node]) -> list[str]:
    """Return the names of the people or bodies that a property gives, by value or by `@id` of another node."""
    value = node.get(name) if node else None
    names: list[str] = []
    for item in value[:50] if isinstance(value, list) else [value]:
        if isinstance(item, str):
            names.append(plain_line(item))
        elif isinstance(item, dict):
            found = first_text(item, "name") or first_text(_by_id(item.get("@id"), nodes), "name")
            names += [found] if found else []
    return names


def _by_id(identity: object, nodes: list[Node]) -> Node | None:
    if not isinstance(identity, str):
        return None
    return next((node for node in nodes if node.get("@id") == identity and "name" in node), None)
