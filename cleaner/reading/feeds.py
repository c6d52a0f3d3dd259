"""Feeds saved to disk: RSS, Atom and news sitemaps; a document an item.

An item of `feed.xml` is called `feed.xml#` and its guid, else its address, else its number: items move down as new
ones come in on top.  Its text is the full content if the feed gives it, else the summary; of a news sitemap, which has
none, the headline.  A sitemap of bare addresses holds no document.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from typing import Any, BinaryIO, Final

from cleaner.reading.compression import open_stream
from cleaner.reading.dates import parse_date
from cleaner.reading.entries import Entry, megabytes
from cleaner.reading.formats import MEDIA_TYPES
from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source

_ITEM_OF_ROOT: Final = {"rss": "item", "RDF": "item", "feed": "entry", "urlset": "url"}
_OTHER_NAMESPACES: Final = ("{http://search.yahoo.com/mrss/}", "{http://www.itunes.com/")
"""Pictures and podcasts: their titles and contents are not the item's."""
_CONTENTS: Final = ("encoded", "content", "description", "summary")
_DATES: Final = ("pubDate", "published", "date", "publication_date", "issued", "updated", "modified", "lastmod")
_LONGEST_NAME: Final = 500


def read_feed(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield a document for each item of a feed; XML of another kind is a failure."""
    etree = import_module("lxml.etree")
    seen: dict[str, int] = {}
    bare = number = 0
    with open_stream(entry, settings) as stream:
        walk = _Walk(etree, stream)
        for item in walk:
            number += 1
            found = _document(item, _part(item, number, seen), walk.language, entry, settings)
            bare += found is None
            if found is not None:
                yield found
    if walk.fault:
        yield entry.failed(walk.fault)
    elif bare:
        reason = (
            f"{bare:,} of {number:,} items are addresses without text; addresses are not fetched: download the pages"
        )
        yield entry.failed(reason)


class _Walk:
    """The items of a feed one after another, each forgotten once it was given out."""

    def __init__(self, etree: Any, stream: BinaryIO) -> None:
        self.etree = etree
        # No entities, no network, no documents within documents: a feed is data.  `recover` reads on after a fault.
        self.events = etree.iterparse(
            stream, events=("start", "end"), recover=True, resolve_entities=False, no_network=True, load_dtd=False
        )
        self.language: str | None = None
        self.fault = ""

    def __iter__(self) -> Iterator[Any]:
        root = None
        try:
            for event, node in self.events:
                name = local_name(node)
                if root is None:
                    root = name
                    if root not in _ITEM_OF_ROOT:
                        self.fault = f"XML, but no feed or sitemap (its root is <{root[:40]}>); give RSS, Atom or pages"
                        return
                elif event == "end" and name == "language" and self.language is None:
                    self.language = _text(node)
                elif event == "end" and name == _ITEM_OF_ROOT[root]:
                    yield node
                    _forget(node)
        except (self.etree.LxmlError, SyntaxError) as error:
            self.fault = f"not XML, or damaged: {str(error)[:200]}"
            return
        errors = [error for error in self.events.error_log if error.level_name == "FATAL"]
        if errors or root is None:
            where = f"damaged from line {errors[0].line} on: {errors[0].message}" if errors else "empty"
            self.fault = f"{where}; fetch it again"


def _forget(node: Any) -> None:
    node.clear()
    while node.getprevious() is not None:
        del node.getparent()[0]


def local_name(node: Any) -> str:
    """Return the name of an element without its namespace; an empty string for comments and foreign elements."""
    tag = node.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) and not tag.startswith(_OTHER_NAMESPACES) else ""


def _document(
    item: Any, part: str, language: str | None, entry: Entry, settings: ReadingSettings
) -> Source | Failure | None:
    title = _first(item, "title")
    content = next((node for name in _CONTENTS for node in _children(item, name) if _has_content(node)), None)
    if content is not None:
        data, kind = _bytes_of(content)
    elif title:
        data, kind = title.encode(), "text"
    else:
        return None
    if len(data) > settings.document_bytes:
        return entry.quarantined(f"{megabytes(len(data))}, [limits] document_bytes", part=part)
    return entry.document(
        data,
        MEDIA_TYPES[kind],
        part=part,
        charset="utf-8",
        url=_address(item),
        title=title,
        authors=_authors(item),
        language=(_first(item, "language") or language or "").lower() or None,
        published_at=next((moment for name in _DATES if (moment := parse_date(_first(item, name)))), None),
    )


def _part(item: Any, number: int, seen: dict[str, int]) -> str:
    name = _first(item, "guid") or _first(item, "id") or _address(item) or str(number)
    name = name if len(name) <= _LONGEST_NAME else str(number)
    times = seen[name] = seen.get(name, 0) + 1
    return f"#{name}" if times == 1 else f"#{name}@{times}"


def _children(item: Any, name: str) -> Iterator[Any]:
    """Yield elements of a name in an item, in one more level too: sitemaps put theirs into `news:news`."""
    return (node for node in item.iterdescendants() if local_name(node) == name and _depth(node, item) <= 3)


def _depth(node: Any, item: Any) -> int:
    depth = 0
    while node is not item and depth <= 3:
        node, depth = node.getparent(), depth + 1
    return depth


def _first(item: Any, name: str) -> str | None:
    return next((text for node in _children(item, name) if (text := _text(node))), None)


def _text(node: Any) -> str | None:
    return " ".join("".join(node.itertext()).split()) or None


def _has_content(node: Any) -> bool:
    return len(node) > 0 or bool((node.text or "").strip())


def _bytes_of(node: Any) -> tuple[bytes, str]:
    """Return the content as a page or as text: RSS and Atom escape HTML, Atom may also hold XHTML as it is."""
    if len(node):
        etree = import_module("lxml.etree")
        inner = "".join(etree.tostring(child, encoding="unicode", with_tail=True) for child in node)
        return ((node.text or "") + inner).encode(), "html"
    kind = "text" if (node.get("type") or "").lower() in {"text", "text/plain"} else "html"
    return (node.text or "").encode(), kind


def _address(item: Any) -> str | None:
    for node in _children(item, "link"):
        if node.get("href") and node.get("rel", "alternate") == "alternate":
            return str(node.get("href")).strip()
    return next((text for name in ("link", "loc") if (text := _first(item, name))), None)


def _authors(item: Any) -> tuple[str, ...]:
    names = (_first(node, "name") or _text(node) for name in ("creator", "author") for node in _children(item, name))
    return tuple(dict.fromkeys(name for name in names if name))
