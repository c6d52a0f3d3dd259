"""Parquet files: a document a row, called `x.parquet#17` after the row's number, counted from 1."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from cleaner.reading.archives import held
from cleaner.reading.entries import Entry, LimitError
from cleaner.reading.fields import column_names, document_of_record, field_paths, look_up
from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_ROWS_AT_ONCE = 64


def read_parquet(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield a document for each row of the entry's row groups; only the columns that may matter are read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = entry.first_number
    try:
        with _seekable(entry, settings) as stream:
            file = pq.ParquetFile(stream, memory_map=False, pre_buffer=False)
            columns = _columns(file, settings)
            if isinstance(columns, str):
                yield entry.failed(columns)
                return
            end = entry.range_end if entry.range_end >= 0 else file.num_row_groups
            groups = list(range(entry.range_start, end))
            for batch in file.iter_batches(_ROWS_AT_ONCE, row_groups=groups, columns=columns, use_threads=False):
                for record in batch.to_pylist():
                    number += 1
                    yield _document(record, entry, number, settings)
    except (pa.ArrowException, ValueError, EOFError, OSError) as error:
        if isinstance(error, LimitError) or getattr(error, "errno", None):
            raise
        part = f"#{number + 1}" if number else ""
        reason = f"not a Parquet file, or damaged: {str(error).splitlines()[0][:200]}"
        yield entry.failed(reason, part=part)


def _document(record: dict[str, Any], entry: Entry, number: int, settings: ReadingSettings) -> Source | Failure:
    part = f"#{number}"
    if settings.id_field:
        name = look_up(record, ((settings.id_field,), tuple(settings.id_field.split("."))))
        # Row groups are read apart, so an id that comes twice is not noticed: the row number goes with it.
        part = f"#{name}@{number}" if isinstance(name, (str, int)) else part
    return document_of_record(record, entry, part, settings)


def _columns(file: pq.ParquetFile, settings: ReadingSettings) -> list[str] | str:
    """Return the columns to read, or the reason why there is nothing to read."""
    schema = file.schema_arrow
    ways = field_paths(settings)
    if not any(path[0] in schema.names for kind in ("text", "html") for path in ways[kind]):
        names = ", ".join(schema.names[:20])
        wanted = f"{settings.text_field or 'text'} or {settings.html_field or 'html'}"
        return f"no column {wanted} (columns: {names}); name yours: [reading] text_field or html_field"
    return [name for name in schema.names if name in column_names(settings)]


def _seekable(entry: Entry, settings: ReadingSettings) -> Any:
    """Return the file's bytes; a packed or archived one is held in memory, up to `member_bytes`."""
    if not entry.compression and entry.depth == 0:
        return entry.open_bytes()
    return io.BytesIO(held(entry, settings))
