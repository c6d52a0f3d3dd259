"""Large files in parts, so that workers share them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cleaner.reading.lines import newlines_before
from cleaner.reading.settings import ReadingSettings
from cleaner.reading.splits import Split


def cut_ranges(split: Split, settings: ReadingSettings) -> Iterator[Split]:
    """Yield the parts of a large file; whole it stays where it is packed or its format allows no cut.

    Parts start at multiples of `split_bytes`: a file that grows keeps all its parts but the last.
    """
    cut = _CUTTERS.get(split.format)
    if cut is None or split.compression:
        yield split
        return
    try:
        yield from cut(split, settings)
    except OSError as error:
        yield split._replace(format="refused", reason=f"cannot be read: {error.strerror or error}")


def _cut_lines(split: Split, settings: ReadingSettings) -> Iterator[Split]:
    """JSON Lines: byte ranges, with the number of lines before each (one pass that counts line ends)."""
    if settings.id_field:  # ids are compared within the file
        yield split
        return
    starts = list(range(0, split.size_bytes, settings.split_bytes))
    with Path(split.path).open("rb") as stream:
        counts = newlines_before(stream, [max(0, start - 1) for start in starts])
    for i, (start, count) in enumerate(zip(starts, counts, strict=True)):
        end = starts[i + 1] if i + 1 < len(starts) else -1
        yield split._replace(range_start=start, range_end=end, first_number=count)


_HEADER_BYTES = 1 << 16
_LENGTH = re.compile(rb"\r?\ncontent-length:[ \t]{0,9}(\d{1,15})[ \t]{0,9}\r?\n", re.IGNORECASE)


def _cut_records(split: Split, settings: ReadingSettings) -> Iterator[Split]:
    """Yield byte ranges of a plain WARC file: hops from record to record by their lengths, reading headers only."""
    starts = [0]
    with Path(split.path).open("rb") as stream:
        for offset in _record_offsets(stream):
            if offset // settings.split_bytes > starts[-1] // settings.split_bytes:
                starts.append(offset)
    for i, start in enumerate(starts):
        yield split._replace(range_start=start, range_end=starts[i + 1] if i + 1 < len(starts) else -1)


def _record_offsets(stream: BinaryIO) -> Iterator[int]:
    """Yield the offsets of records, up to the end or the first thing that is none (the reader deals with that)."""
    at = 0
    while True:
        stream.seek(at)
        head = stream.read(_HEADER_BYTES).partition(b"\r\n\r\n")
        length = _LENGTH.search(head[0] + b"\r\n")
        if not head[0].startswith(b"WARC/") or not head[1] or length is None:
            return
        yield at
        at += len(head[0]) + len(head[1]) + int(length[1]) + 4


def _cut_row_groups(split: Split, settings: ReadingSettings) -> Iterator[Split]:
    """Yield runs of row groups of a Parquet file, each of about `split_bytes`, with the number of rows before."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        footer = pq.read_metadata(split.path)
    except pa.ArrowException:  # the reader says what is wrong with it
        yield split
        return
    first = size = rows = rows_before = 0
    for i in range(footer.num_row_groups):
        group = footer.row_group(i)
        size += group.total_byte_size
        rows += group.num_rows
        if size >= settings.split_bytes or i == footer.num_row_groups - 1:
            yield split._replace(range_start=first, range_end=i + 1, first_number=rows_before)
            first, rows_before, size = i + 1, rows, 0


def _cut_members(split: Split, settings: ReadingSettings) -> Iterator[Split]:
    """Yield runs of the members of a zip archive, as its directory lists them, each of about `split_bytes` packed."""
    try:
        with zipfile.ZipFile(split.path) as archive:
            sizes = [member.compress_size for member in archive.infolist()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError):  # the reader says what is wrong with it
        yield split
        return
    first = size = 0
    for i, packed in enumerate(sizes):
        size += packed
        if size >= settings.split_bytes or i == len(sizes) - 1:
            yield split._replace(range_start=first, range_end=i + 1)
            first, size = i + 1, 0


_CUTTERS = {"jsonl": _cut_lines, "warc": _cut_records, "parquet": _cut_row_groups, "zip": _cut_members}
