"""Files that are one document each: flattened text and HTML pages, packed or not."""

from __future__ import annotations

from collections.abc import Iterator

from cleaner.reading.compression import open_stream
from cleaner.reading.entries import Entry, megabytes
from cleaner.reading.formats import MEDIA_TYPES, extension_of, sniff
from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source


def read_text(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield the entry as one flattened document."""
    yield _whole(entry, settings, MEDIA_TYPES["text"])


def read_html(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield the entry as one page."""
    yield _whole(entry, settings, MEDIA_TYPES["html"])


def sniffed_format(entry: Entry, settings: ReadingSettings) -> str | None:
    """Return the format of an entry whose name does not tell, or None if its extension is of another trade.

    A name without extension is judged by its first bytes; one with an unknown extension (`.php`, `.1234`) is taken
    only for what shows itself to be a page, never for text.
    """
    with open_stream(entry, settings) as stream:
        kind = sniff(stream.read(4096))
    name = entry.uri[: -len(extension_of(entry.uri))] if entry.compression else entry.uri
    return kind if kind == "html" or not extension_of(name) else None


def _whole(entry: Entry, settings: ReadingSettings, media_type: str) -> Source | Failure:
    limit = settings.document_bytes
    if entry.size_bytes > limit and not entry.compression:
        return entry.quarantined(_too_long(entry.size_bytes, limit))
    known = entry.size_bytes if entry.size_bytes >= 0 and not entry.compression else limit
    with open_stream(entry, settings) as stream:
        data = stream.read(known + 1)
        if len(data) > known:  # it grew since it was listed
            data += stream.read(limit + 1 - len(data)) if len(data) <= limit else b""
    if len(data) > limit:
        return entry.quarantined(_too_long(len(data), limit))
    return entry.document(data, media_type)


def _too_long(count: int, limit: int) -> str:
    more = "at least " if count == limit + 1 else ""
    return f"{more}{megabytes(count)}, [limits] document_bytes allows {megabytes(limit)}; raise it or cut the file"
