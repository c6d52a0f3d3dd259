"""Reading: from a split to its documents, one after another, in bounded memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from typing import BinaryIO, Final, cast

from cleaner.reading.arguments import is_remote
from cleaner.reading.compression import BrokenStreamError
from cleaner.reading.entries import Entry, LimitError, Reader
from cleaner.reading.manifest import values_of
from cleaner.reading.plan import unknown_extension
from cleaner.reading.settings import ReadingSettings
from cleaner.reading.splits import Split
from cleaner.reading.whole_files import sniffed_format
from cleaner.records import Failure, Source

# Format to the function that reads it; modules are imported when the first such file comes.
_READERS: Final = {
    "text": ("whole_files", "read_text"),
    "html": ("whole_files", "read_html"),
    "jsonl": ("jsonl", "read_jsonl"),
    "json": ("jsonl", "read_json"),
    "csv": ("csv_tables", "read_csv"),
    "parquet": ("parquet", "read_parquet"),
    "warc": ("warc", "read_warc"),
    "zip": ("archives", "read_zip"),
    "tar": ("archives", "read_tar"),
    "feed": ("feeds", "read_feed"),
}


def read(split: Split, settings: ReadingSettings | None = None) -> Iterator[Source | Failure]:
    """Yield the documents of a split and, for what is no document, failures with their reasons.

    Nothing that a file may hold raises; a fault costs the record it stands in, or what comes after it where the rest
    cannot be found.  One document is held at a time (and, for an archive in an archive, that archive).
    """
    settings = settings or ReadingSettings()
    entry = Entry(
        split.source_uri,
        split.format,
        split.compression,
        lambda: _open(split.path),
        size_bytes=split.size_bytes,
        folder=split.folder,
        about=values_of(split.about),
        range_start=split.range_start,
        range_end=split.range_end,
        first_number=split.first_number,
    )
    if split.format == "refused":
        yield entry.failed(split.reason)
    else:
        yield from read_entry(entry, settings)


def read_entry(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield what an entry holds, by its format; faults of the entry as a whole become one failure."""
    try:
        name = entry.format
        if name == "unknown":
            found = sniffed_format(entry, settings)
            if found is None:
                yield entry.failed(unknown_extension(entry.uri))
                return
            name = found
        yield from _reader(name)(entry, settings)
    except LimitError as error:
        yield entry.quarantined(error)
    except BrokenStreamError as error:
        yield entry.failed(str(error))
    except OSError as error:
        yield entry.failed(f"cannot be read: {error.strerror or error}")


def _reader(name: str) -> Reader:
    module, function = _READERS[name]
    return cast("Reader", getattr(import_module(f"cleaner.reading.{module}"), function))


def _open(path: str) -> BinaryIO:
    if is_remote(path):
        from cleaner.reading.remote import open_remote

        return open_remote(path)
    # Without this a pipe put in the place of a file since the plan was made would be waited for without end.
    return cast("BinaryIO", open(path, "rb", opener=_open_without_waiting))


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
