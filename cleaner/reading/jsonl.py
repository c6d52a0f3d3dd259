"""JSON Lines and JSON files: one document a record.

A record of `x.jsonl` is called `x.jsonl#17` after the number of its line, counted from 1: lines appended to the file
leave every name as it is.  With `id_field` the record's own id takes its place (`x.jsonl#a81f`), which also holds when
lines move; an id that comes again gets its line number too (`x.jsonl#a81f@17`), a record without one has it
alone (`x.jsonl#@18`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from cleaner.reading.compression import BrokenStreamError, open_stream
from cleaner.reading.entries import Entry, LimitError, megabytes
from cleaner.reading.fields import document_of_record, look_up
from cleaner.reading.lines import Line, numbered_lines
from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source

_ESCAPED_BYTES = 6
"""A character of JSON takes up to six bytes (`\\u00e9`) for one of text."""


def read_jsonl(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield a document for each line of the entry's range; a line that is no record fails alone."""
    seen: set[str] = set()
    number = entry.first_number
    limit = settings.document_bytes * _ESCAPED_BYTES
    place = {"start": entry.range_start, "end": entry.range_end, "before": entry.first_number}
    with open_stream(entry, settings) as stream:
        try:
            for line in numbered_lines(stream, limit, **place):
                number = line.number
                if line.data is None or line.data.strip():
                    yield _document(line, entry, settings, seen)
        except (BrokenStreamError, LimitError) as error:
            status = "failed" if isinstance(error, BrokenStreamError) else "quarantined"
            yield entry.failed(f"lines from {number + 1} on: {error}", part=f"#{number + 1}", status=status)


def _document(line: Line, entry: Entry, settings: ReadingSettings, seen: set[str]) -> Source | Failure:
    part = f"#{line.number}"
    if line.data is None:
        limit = megabytes(settings.document_bytes)
        return entry.quarantined(f"line {line.number} is far longer than [limits] document_bytes, {limit}", part=part)
    try:
        record = json.loads(line.data.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        return entry.failed(f"line {line.number} is not JSON: {_brief(error)}", part=part, data=line.data)
    if not isinstance(record, dict):
        reason = f"line {line.number} holds a {type(record).__name__}, not an object with a text field"
        return entry.failed(reason, part=part, data=line.data)
    if settings.id_field:
        part = _part_of_id(record, settings.id_field, part, seen)
    return document_of_record(record, entry, part, settings)


def _part_of_id(record: Mapping[str, Any], id_field: str, part: str, seen: set[str]) -> str:
    value = look_up(record, ((id_field,), tuple(id_field.split("."))))
    if not isinstance(value, (str, int)) or isinstance(value, bool):
        return f"#@{part[1:]}"
    name = f"#{value}"
    if name in seen:
        return f"{name}@{part[1:]}"
    seen.add(name)
    return name


def _brief(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:200]


def read_json(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield the document of a JSON object, or one for each object of a JSON list (`x.json#1`).

    A file that is no single JSON value is read as JSON Lines, which often go by this extension too.
    """
    limit = settings.document_bytes * _ESCAPED_BYTES
    with open_stream(entry, settings) as stream:
        data = stream.read(limit + 1)
    try:
        value = json.loads(data.removeprefix(b"\xef\xbb\xbf")) if len(data) <= limit else None
    except (ValueError, RecursionError) as error:
        if b"\n{" in data.strip():
            yield from read_jsonl(entry, settings)
        else:
            yield entry.failed(f"not JSON: {_brief(error)}", data=data)
        return
    if isinstance(value, dict):
        yield document_of_record(value, entry, "", settings)
    elif isinstance(value, list):
        yield from _documents(value, entry, settings)
    else:
        yield from read_jsonl(entry, settings)


def _documents(values: list[Any], entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    for number, value in enumerate(values, start=1):
        part = f"#{number}"
        if isinstance(value, dict):
            yield document_of_record(value, entry, part, settings)
        else:
            yield entry.failed(f"item {number} is a {type(value).__name__}, not an object", part=part)
