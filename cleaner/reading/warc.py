"""Web archives: WARC and WET, packed record by record or not, read with FastWARC.

A record of `x.warc.gz` is called `x.warc.gz#24105` after the byte offset at which it starts (in the packed file), which
appending leaves as it is.  Responses and resources that hold a page or plain text, and conversions (WET), are
documents; requests, metadata, revisits, redirects, images and scripts are no documents and are passed over; a page
that the server refused (status 4xx, 5xx) is a failure.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any, BinaryIO, Final, NamedTuple, cast

from cleaner.reading.compression import BrokenStreamError, open_stream
from cleaner.reading.dates import parse_date
from cleaner.reading.entries import Entry, LimitError, megabytes
from cleaner.reading.formats import MEDIA_TYPES, sniff
from cleaner.reading.http_payload import plain_body
from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source

_KIND_OF_TYPE: Final = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "application/vnd.wap.xhtml+xml": "html",
}
_OVERHEAD: Final = 1 << 20
"""Room for HTTP headers beside the document, and for a body that shrinks when its chunks are joined."""


class _Record(NamedTuple):
    """A record that was read: where it starts, what came of it (None: no document), and whether it is suspicious."""

    offset: int
    item: Source | Failure | None
    has_swallowed: bool = False
    is_piece: bool = False
    """One of several records packed as one piece."""


def read_warc(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield the documents of the entry's range; a broken record fails alone, reading goes on at the next one found.

    A record is given out when the start of the next one was seen where it should be: one that is shorter than it says
    swallows its neighbour, which is noticed and undone.
    """
    start: int | None = entry.range_start
    gap: Failure | None = None
    while start is not None:
        run = _Run(entry, settings, start)
        for record in run:
            yield from _present(gap, record.item)
            gap = None
        last = run.last
        if run.error is None:
            return
        if last is None:
            gap = None
            yield entry.failed(f"record at byte {start:,}: {run.error}", part=f"#{start}")
        elif last.has_swallowed:
            yield entry.failed(f"record at byte {last.offset:,} is shorter than it says", part=f"#{last.offset}")
        else:
            yield from _present(last.item)
            gap = entry.failed(f"after the record at byte {last.offset:,}: {run.error}", part=f"#{last.offset}+")
        start = _next_start(entry, (start if last is None else last.offset) + 1)
    yield from _present(gap)


def _present(*items: Source | Failure | None) -> Iterator[Source | Failure]:
    return (item for item in items if item is not None)


class _Run:
    """Records from a place on, up to the end or the first fault; the last one before a fault is held back."""

    def __init__(self, entry: Entry, settings: ReadingSettings, start: int) -> None:
        self.entry, self.settings, self.start = entry, settings, start
        self.last: _Record | None = None
        self.error: str | None = None

    def __iter__(self) -> Iterator[_Record]:
        try:
            for record in self._records():
                if self.last is not None:
                    yield self.last
                self.last = record
        except (OSError, BrokenStreamError, ValueError) as error:
            self.error = str(error) or type(error).__name__
            return
        last = self.last
        if last is None:
            return
        if isinstance(last.item, Failure):
            self.error = "its end is missing" if last.has_swallowed else None
        elif self.entry.compression == "gz" and not last.is_piece and not _ends_well(self.entry, last.offset):
            self.error = "the end of the file is missing"
        if self.error is None:
            yield last

    def _records(self) -> Iterator[_Record]:
        from fastwarc.warc import ArchiveIterator

        entry, before, repeats = self.entry, -1, 0
        with closing(_Places(entry, self.settings, self.start)) as stream:
            for record in ArchiveIterator(cast("BinaryIO", stream), parse_http=True, auto_decode="none"):
                offset = record.stream_pos
                if 0 <= entry.range_end <= offset:
                    return
                # In a file packed as one piece all records start where the piece does.
                repeats = repeats + 1 if offset == before else 0
                before = offset
                part = f"#{offset}@{repeats}" if repeats else f"#{offset}"
                done = _read_record(record, offset, part, entry, self.settings)
                yield done._replace(is_piece=repeats > 0)


class _Places:
    """Packed bytes from a place on, that say where they are: FastWARC asks for it at the start of each record."""

    def __init__(self, entry: Entry, settings: ReadingSettings, start: int) -> None:
        # FastWARC finds gzip members itself, so that offsets are those of the packed file.
        is_raw = entry.compression in {"", "gz"}
        self.stream = entry.open_bytes() if is_raw else open_stream(entry, settings)
        self.at = start
        if start:
            self.stream.seek(start)

    def read(self, size: int) -> bytes:
        chunk = self.stream.read(size)
        self.at += len(chunk)
        return chunk

    def tell(self) -> int:
        return self.at

    def close(self) -> None:
        self.stream.close()


def _read_record(record: Any, offset: int, part: str, entry: Entry, settings: ReadingSettings) -> _Record:
    if _kind(record) is None:
        return _Record(offset, None)
    status = record.http_headers.status_code if record.http_headers is not None else None
    if status is not None and status >= 400:
        return _Record(offset, entry.failed(f"the server answered {status} for {_url(record)}", part=part))
    length = record.content_length
    if length > settings.document_bytes + _OVERHEAD:
        limit = megabytes(settings.document_bytes)
        reason = f"a record of {megabytes(length)}, [limits] document_bytes allows {limit}"
        return _Record(offset, entry.quarantined(reason, part=part))
    body = record.reader.read()
    has_swallowed = _RECORD_START.search(body) is not None
    if len(body) < length:
        reason = f"the record is cut short: {len(body):,} of {length:,} bytes"
        return _Record(offset, entry.failed(reason, part=part), has_swallowed)
    return _Record(offset, _document(record, body, part, entry, settings), has_swallowed)


_RECORD_START: Final = re.compile(rb"WARC/1\.[01]\r?\n[A-Za-z-]{1,40}:")


def _kind(record: Any) -> str | None:
    """Return the format of the document in a record, or None for what is no document."""
    name = str(record.record_type)
    if name == "conversion":
        return "text"
    if name not in {"response", "resource"}:
        return None
    if record.http_headers is None:
        return _KIND_OF_TYPE.get((record.headers.get("Content-Type") or "").split(";")[0].strip().lower())
    status = record.http_headers.status_code or 0
    content_type = (record.http_content_type or "").strip().lower()
    # Without a type browsers look into the body; redirects, 204 and the like have none worth reading.
    return None if 300 <= status < 400 else _KIND_OF_TYPE.get(content_type or "text/html")


def _document(record: Any, body: bytes, part: str, entry: Entry, settings: ReadingSettings) -> Source | Failure:
    headers = record.http_headers
    try:
        if headers is not None:
            packing = (headers.get("Transfer-Encoding") or "", headers.get("Content-Encoding") or "")
            body = plain_body(body, *packing, settings.document_bytes)
    except BrokenStreamError as error:
        return entry.failed(str(error), part=part)
    except LimitError as error:
        return entry.quarantined(error, part=part)
    kind = _kind(record) or "text"
    if headers is not None and not record.http_content_type:
        kind = "html" if sniff(body[:4096]) == "html" else "text"
    # WET files hold UTF-8 whatever the page was in.
    charset = record.http_charset if headers is not None else "utf-8" if kind == "text" else None
    known = {"url": _url(record), "charset": charset, "retrieved_at": parse_date(record.record_date)}
    return entry.document(body, MEDIA_TYPES[kind], part=part, **known)


def _url(record: Any) -> str | None:
    url = record.headers.get("WARC-Target-URI")
    return str(url).strip("<>") if url else None


_MEMBER_START: Final = re.compile(rb"\x1f\x8b\x08")
_WINDOW: Final = 1 << 20
_LONGEST_MARK: Final = 64


def _next_start(entry: Entry, after: int) -> int | None:
    """Return the offset of the next thing from `after` on that looks like the start of a record, or None."""
    if entry.compression not in {"", "gz"}:
        return None
    with entry.open_bytes() as stream:
        if not stream.seekable():
            return None
        is_packed = bool(entry.compression) or stream.read(2) == b"\x1f\x8b"
        for at in _marks(stream, _MEMBER_START if is_packed else _RECORD_START, after):
            if 0 <= entry.range_end <= at:
                return None
            stream.seek(at)
            if not is_packed or _starts_record(stream.read(512)):
                return at
    return None


def _marks(stream: BinaryIO, mark: re.Pattern[bytes], after: int) -> Iterator[int]:
    at = after
    while True:
        stream.seek(at)
        window = stream.read(_WINDOW)
        found = mark.search(window)
        if found:
            yield at + found.start()
            at += found.start() + 1
        elif len(window) < _WINDOW:
            return
        else:
            at += _WINDOW - _LONGEST_MARK


def _starts_record(packed: bytes) -> bool:
    """Tell whether a gzip member starts here and unpacks to the first bytes of a record."""
    try:
        return zlib.decompressobj(31).decompress(packed, 5) == b"WARC/"
    except zlib.error:
        return False


def _ends_well(entry: Entry, offset: int) -> bool:
    """Tell whether the gzip member at `offset` is whole and the last: FastWARC takes one cut short for the end."""
    member = zlib.decompressobj(31)
    with entry.open_bytes() as stream:
        if not stream.seekable():
            return True
        stream.seek(offset)
        with suppress(zlib.error):  # a plain file under the name of a packed one: FastWARC has read it well
            while not member.eof and (chunk := stream.read(1 << 16)):
                while chunk and not member.eof:
                    member.decompress(chunk, _WINDOW)
                    chunk = member.unconsumed_tail
            return member.eof and not member.unused_data and not stream.read(1)
        return True
