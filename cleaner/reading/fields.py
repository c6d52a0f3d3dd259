"""Records of JSON, CSV and Parquet to documents: which field is the text, which the address, which the date."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias

from cleaner.reading.dates import parse_date
from cleaner.reading.entries import Entry
from cleaner.reading.formats import MEDIA_TYPES
from cleaner.reading.outlets import host_of, registrable_domain
from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source

# The names that known tools write, in the order in which they are believed; a dot goes into an object.
#   trafilatura --json    text raw_text title author hostname date excerpt language source
#   news-please           maintext title authors date_publish date_download description language source_domain url
#   datatrove             text id metadata{url, date, ...}: its date is that of the crawl
#   Dolma                 text id source added created metadata{url, title, ...}: `source` names the collection
#   C4, OSCAR, CC-News    text content url timestamp (of the crawl) domain
_NAMES: Final = {
    "text": "text maintext content body article_body articleBody raw_text",
    "html": "html raw_html page_html metadata.html",
    "url": "url link source_url source metadata.url metadata.source_url warc_headers.warc-target-uri",
    "title": "title headline metadata.title",
    "authors": "authors author byline metadata.authors metadata.author",
    "description": "description excerpt summary",
    "published_at": "published_at date_publish published date created metadata.published_at metadata.date_publish",
    "retrieved_at": (
        "retrieved_at date_download fetched_at crawled_at added timestamp metadata.date metadata.timestamp "
        "warc_headers.warc-date"
    ),
    "language": "language lang metadata.language",
    "outlet": "outlet publisher source_domain hostname domain metadata.outlet metadata.domain",
}
_SETTING_OF: Final = {
    "text": "text_field",
    "html": "html_field",
    "url": "url_field",
    "title": "title_field",
    "authors": "authors_field",
    "published_at": "date_field",
    "language": "language_field",
    "outlet": "outlet_field",
}


Paths: TypeAlias = Mapping[str, tuple[tuple[str, ...], ...]]
"""For each target the keys to try, each as a path of names."""


@lru_cache(maxsize=8)
def field_paths(settings: ReadingSettings) -> Paths:
    """Return the keys to try; a name from the settings replaces the well-known ones."""
    own = {target: str(getattr(settings, name)) for target, name in _SETTING_OF.items() if getattr(settings, name)}
    names = {target: (own[target],) if target in own else tuple(known.split()) for target, known in _NAMES.items()}
    return {target: tuple(path for key in keys for path in _ways(key)) for target, keys in names.items()}


def _ways(key: str) -> tuple[tuple[str, ...], ...]:
    """Return a dotted key as a way: it goes into an object; a column may also be called so as a whole."""
    return ((key,), tuple(key.split("."))) if "." in key else ((key,),)


def column_names(settings: ReadingSettings) -> frozenset[str]:
    """Return the top-level names that may be asked for, so that a table gives no other column."""
    keys = frozenset(name for ways in field_paths(settings).values() for path in ways for name in (path[0],))
    return keys | {settings.id_field} if settings.id_field else keys


def look_up(record: Mapping[str, Any], paths: tuple[tuple[str, ...], ...]) -> Any:
    """Return the first value that is there and not null.

    >>> look_up({"metadata": {"url": "x"}}, (("url",), ("metadata", "url")))
    'x'
    """
    for path in paths:
        value: Any = record
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def document_of_record(
    record: Mapping[str, Any], entry: Entry, part: str, settings: ReadingSettings
) -> Source | Failure:
    """Return the document that a record holds, under the entry's name and `part`, or the failure that says why not.

    Its bytes are the field's text in UTF-8; the page wins over the text where both are there (`prefer`).
    """
    paths = field_paths(settings)
    order = ("html", "text") if settings.prefer == "html" else ("text", "html")
    for kind in order:
        value = look_up(record, paths[kind])
        if value is None:
            continue
        if not isinstance(value, (str, bytes)):
            return entry.failed(f"field for the {kind} holds a {type(value).__name__}, not a text", part=part)
        data = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
        if len(data) > settings.document_bytes:
            reason = f"{len(data):,} bytes of {kind}, [limits] document_bytes allows {settings.document_bytes:,}"
            return entry.quarantined(reason, part=part)
        charset = "utf-8" if isinstance(value, str) else None
        return entry.document(data, MEDIA_TYPES[kind], part=part, charset=charset, **_about(record, paths))
    return entry.failed(_no_text(record, settings), part=part)


def _no_text(record: Mapping[str, Any], settings: ReadingSettings) -> str:
    paths = field_paths(settings)
    names = ", ".join(sorted(str(name)[:40] for name in record)[:12]) or "none"
    if look_up(record, paths["url"]) is not None:
        return f"an address without text or page (fields: {names}); addresses are not fetched: download the page first"
    wanted = f"{settings.text_field or 'text'!s} or {settings.html_field or 'html'!s}"
    return f"no field {wanted} (fields: {names}); name yours: [reading] text_field or html_field"


def _about(record: Mapping[str, Any], paths: Mapping[str, tuple[tuple[str, ...], ...]]) -> dict[str, Any]:
    return {
        "url": _url(record, paths["url"]),
        "title": _line(look_up(record, paths["title"])),
        "authors": _authors(look_up(record, paths["authors"])),
        "description": _line(look_up(record, paths["description"])),
        "language": _language(look_up(record, paths["language"])),
        "outlet": _outlet(look_up(record, paths["outlet"])),
        "published_at": parse_date(look_up(record, paths["published_at"])),
        "retrieved_at": parse_date(look_up(record, paths["retrieved_at"])),
    }


def _url(record: Mapping[str, Any], paths: tuple[tuple[str, ...], ...]) -> str | None:
    """Return the first value that is an address: `source` is one to trafilatura and a collection's name to Dolma."""
    for path in paths:
        value = _line(look_up(record, (path,)))
        if value and value.startswith(("http://", "https://", "//", "ftp://")):
            return value
    return None


def _line(value: Any) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _authors(value: Any) -> tuple[str, ...]:
    """Return names, from a list or from one string (`A; B`, as trafilatura joins them)."""
    if isinstance(value, str):
        value = value.split(";")
    if not isinstance(value, (list, tuple)):
        return ()
    names = (name.get("name") if isinstance(name, Mapping) else name for name in value)
    return tuple(dict.fromkeys(line for name in names if (line := _line(name))))


_LONGEST_LANGUAGE_TAG: Final = 12


def _language(value: Any) -> str | None:
    line = _line(value)
    return line.lower() if line and len(line) <= _LONGEST_LANGUAGE_TAG else None


def _outlet(value: Any) -> str | None:
    """Return a name as it stands, a host (`www.example.org`) as its registrable domain."""
    line = _line(value)
    return (registrable_domain(line) if host_of(line) else None) or line
