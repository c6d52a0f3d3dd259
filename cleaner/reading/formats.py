"""Which format a name or the first bytes of a file speak of."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

_COMPRESSIONS: Final = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zst": "zst", ".zstd": "zst"}
_SHORT: Final = {".tgz": ("tar", "gz"), ".tbz2": ("tar", "bz2"), ".txz": ("tar", "xz"), ".tzst": ("tar", "zst")}
_FORMATS: Final = {
    "text": ".txt .text .md .markdown",
    "html": ".html .htm .xhtml .xht .shtml",
    "jsonl": ".jsonl .ndjson .jsonlines",
    "json": ".json",
    "csv": ".csv .tsv .tab",
    "parquet": ".parquet .pq",
    "warc": ".warc .wet",
    "zip": ".zip",
    "tar": ".tar",
    "feed": ".xml .rss .atom .rdf",
}
FORMAT_OF_EXTENSION: Final = {ext: name for name, exts in _FORMATS.items() for ext in exts.split()}
KNOWN: Final = frozenset(_FORMATS)
CONTAINERS: Final = frozenset({"zip", "tar"})
"""Formats whose members are files in their own right."""

MEDIA_TYPES: Final = {"text": "text/plain", "html": "text/html"}


class Format(NamedTuple):
    """Format and compression; the format is `unknown` where the name does not tell."""

    name: str
    compression: str


def format_of_name(name: str, own: tuple[str, ...] = ()) -> Format:
    """Return the format that a file name speaks of; `own` are extensions of the user's (`.x=text`), first.

    >>> format_of_name("a/page.HTML.gz"), format_of_name("README")
    (Format(name='html', compression='gz'), Format(name='unknown', compression=''))
    """
    base = name.rsplit("/", 1)[-1].lower()
    stem, extension = _cut(base)
    compression = _COMPRESSIONS.get(extension, "")
    if compression:
        stem, extension = _cut(stem)
    if extension in _SHORT and not compression:
        return Format(*_SHORT[extension])
    kind = own_extensions(own).get(extension) or FORMAT_OF_EXTENSION.get(extension, "unknown")
    return Format(kind, compression)


@lru_cache(maxsize=8)
def own_extensions(own: tuple[str, ...]) -> dict[str, str]:
    """Return extensions with their formats; raise ValueError for a pair that is none.

    >>> own_extensions((".article=text", "page = html"))
    {'.article': 'text', '.page': 'html'}
    """
    known: dict[str, str] = {}
    for pair in own:
        extension, _, kind = (part.strip().lower() for part in pair.partition("="))
        if kind not in KNOWN or not extension.strip("."):
            formats = ", ".join(sorted(KNOWN))
            raise ValueError(f"extension {pair!r}: write it as '.article=text'; formats are {formats}")
        known[f".{extension.lstrip('.')}"] = kind
    return known


def extension_of(name: str) -> str:
    """Return the extension in lower case with its dot, or an empty string.

    >>> extension_of("x/.hidden"), extension_of("a.tar.GZ")
    ('', '.gz')
    """
    return _cut(name.rsplit("/", 1)[-1].lower())[1]


def _cut(base: str) -> tuple[str, str]:
    at = base.rfind(".")
    return (base[:at], base[at:]) if at > 0 else (base, "")


_BEFORE_ROOT: Final = rb"(?:\xef\xbb\xbf)?\s{0,999}(?:<\?xml[^<>]{0,200}>\s{0,99})?(?:<!--.{0,2000}?-->\s{0,99})?"
_HTML_START: Final = re.compile(_BEFORE_ROOT + rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_FEED_START: Final = re.compile(_BEFORE_ROOT + rb"<(?:rss|feed|rdf:RDF|urlset)[\s>]", re.DOTALL)
_JSON_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,999}\{\s{0,99}\"")


def sniff(head: bytes) -> str:
    """Return the format that the first bytes (a few thousand) show: html, feed, jsonl or warc, else `text`.

    >>> sniff(b"<!DOCTYPE html><title>x</title>"), sniff(b'{"text": "x"}'), sniff(b"Plain words.")
    ('html', 'jsonl', 'text')
    """
    if head.startswith(b"WARC/"):
        return "warc"
    for pattern, name in ((_HTML_START, "html"), (_FEED_START, "feed"), (_JSON_START, "jsonl")):
        if pattern.match(head):
            return name
    return "text"
