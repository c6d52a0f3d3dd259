"""CSV and TSV tables with a header: a document a row, called `x.csv#17` after the row's number, counted from 1."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, Final, cast

from cleaner.decoding import NotTextError, decode
from cleaner.reading.compression import BrokenStreamError, open_stream
from cleaner.reading.entries import Entry, LimitError
from cleaner.reading.fields import document_of_record, field_paths
from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source

_SAMPLE_BYTES: Final = 1 << 18
_LARGEST_FIELD: Final = 2**31 - 1


def read_csv(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield a document for each row below the header; a row with more or fewer fields than it fails alone."""
    with open_stream(entry, settings) as stream:
        buffered = (
            stream if hasattr(stream, "read1") else io.BufferedReader(cast("io.RawIOBase", stream), _SAMPLE_BYTES)
        )
        yield from _rows(cast("io.BufferedReader", buffered), entry, settings)


def _rows(stream: io.BufferedReader, entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    sample = _first_bytes(stream)
    try:
        codec = _codec(sample)
    except NotTextError as error:
        yield entry.failed(f"not a CSV file: {error}")
        return
    joined = cast("BinaryIO", io.BufferedReader(_Joined(sample, stream)))
    # Bytes that the codec cannot read pass through as they are and are counted when the document is decoded.
    text = io.TextIOWrapper(joined, encoding=codec, errors="surrogateescape", newline="")
    csv.field_size_limit(min(settings.document_bytes * 2, _LARGEST_FIELD))
    rows = csv.reader(text, delimiter=_delimiter(entry, sample.decode(codec, "replace"), settings))
    try:
        header = [name.strip() for name in next(rows, [])]
        yield from _documents(rows, header, entry, settings)
    except csv.Error as error:
        yield entry.failed(
            f"line {rows.line_num} and all after it: {error}; is a quote left open?", part=f"#L{rows.line_num}"
        )
    except (BrokenStreamError, UnicodeError) as error:  # half a character of UTF-16 cannot pass through
        yield entry.failed(f"after line {rows.line_num}: {error}", part=f"#L{rows.line_num}")
    except LimitError as error:
        yield entry.quarantined(f"after line {rows.line_num}: {error}", part=f"#L{rows.line_num}")


def _documents(
    rows: Iterator[list[str]], header: list[str], entry: Entry, settings: ReadingSettings
) -> Iterator[Source | Failure]:
    ways = field_paths(settings)
    if not any(".".join(path) in header for kind in ("text", "html") for path in ways[kind]):
        names = ", ".join(header[:20]) or "none"
        wanted = f"{settings.text_field or 'text'} or {settings.html_field or 'html'}"
        yield entry.failed(f"no column {wanted} in the header (columns: {names}); name yours: [reading] text_field")
        return
    texts = {".".join(path) for path in ways["text"]}
    for number, row in enumerate((row for row in rows if row), start=1):
        part = f"#{number}"
        if len(row) != len(header):
            yield entry.failed(f"row {number} has {len(row)} fields, the header has {len(header)}", part=part)
            continue
        # An empty cell is nothing said, but for the text itself: there it is an empty document.
        cells = zip(header, row, strict=True)
        record = {name: _value(cell) for name, cell in cells if cell or name in texts}
        yield document_of_record(record, entry, part, settings)


def _value(cell: str) -> str | bytes:
    """Return a cell; one with bytes that the codec could not read as bytes, so that nothing is lost."""
    try:
        cell.encode("utf-8")
    except UnicodeEncodeError:
        return cell.encode("utf-8", "surrogateescape")
    return cell


def _first_bytes(stream: io.BufferedReader) -> bytes:
    """Return a good many bytes; fewer where the stream breaks, which shows again when reading goes on."""
    sample = b""
    with suppress(BrokenStreamError):
        while len(sample) < _SAMPLE_BYTES and (chunk := stream.read1(_SAMPLE_BYTES)):
            sample += chunk
    return sample


def _codec(sample: bytes) -> str:
    # The sample may end in mid-character: its last line is left out.
    whole = sample if len(sample) < _SAMPLE_BYTES else sample[: sample.rfind(b"\n") + 1] or sample
    decoded = decode(whole)
    if decoded.has_bom:
        return {"utf-8": "utf-8-sig", "utf-16-le": "utf-16", "utf-16-be": "utf-16"}.get(decoded.encoding_used, "utf-32")
    return decoded.encoding_used


def _delimiter(entry: Entry, sample: str, settings: ReadingSettings) -> str:
    if settings.csv_delimiter:
        return settings.csv_delimiter
    if entry.uri.lower().partition(".tsv")[1] or entry.uri.lower().partition(".tab")[1]:
        return "\t"
    head = sample.split("\n", 1)[0]
    return max(",;\t|", key=head.count)


class _Joined(io.RawIOBase):
    """The sample, and then the rest of the stream it was taken from."""

    def __init__(self, sample: bytes, stream: io.BufferedReader) -> None:
        self.sample, self.stream = memoryview(sample), stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = cast("bytearray", buffer)
        if self.sample:
            chunk: bytes | memoryview = self.sample[: len(target)]
            self.sample = self.sample[len(target) :]
        else:
            chunk = self.stream.read1(len(target))
        target[: len(chunk)] = chunk
        return len(chunk)
