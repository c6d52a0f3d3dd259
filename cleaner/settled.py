"""The table of settled documents: one row a paragraph, one more (position -1) for the document itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from cleaner.identity import paragraph_id
from cleaner.records import Kind, Status
from cleaner.settle import Fate, Settled, document_row, edit_rows, text_ranges
from cleaner.tables import DOCUMENT_FIELDS, UNDERSTOOD, micros
from cleaner.writing.schema import DOCUMENTS, EDITS, SPANS

INT, STRING, STRINGS = pa.int64(), pa.string(), pa.list_(pa.string())
_FOLLOWS = [
    "page_type",
    "title",
    "title_source",
    "text",
    "text_sha256",
    "text_num_chars",
    "text_num_words",
    "paragraph_count",
    "removed_paragraph_count",
    "removed_char_count",
    "removed_ratio",
    "edit_count",
]
_DOCUMENT_NAMES = (*DOCUMENT_FIELDS, *(name for name in _FOLLOWS if name not in DOCUMENT_FIELDS))
DOCUMENT = pa.struct(
    [(name, (UNDERSTOOD if name in DOCUMENT_FIELDS else DOCUMENTS).field(name).type) for name in _DOCUMENT_NAMES]
)
EDIT = pa.struct([(field.name, field.type) for field in EDITS if field.name not in ("doc_id", "paragraph_id")])

SETTLED = pa.schema(
    [
        ("doc_id", STRING),
        ("decision_key", STRING),
        ("source_uri", STRING),
        ("position", INT),
        ("outlet", STRING),
        ("published_us", INT),
        ("paragraph_id", STRING),
        ("kind", STRING),
        ("role", STRING),
        ("status", STRING),
        ("rule_ids", STRINGS),
        ("chrome_score", pa.float32()),
        ("source_spans", SPANS),
        ("source_byte_start", INT),
        ("source_byte_end", INT),
        ("spans_exact", pa.bool_()),
        ("source_text", STRING),
        ("source_bytes", pa.binary()),
        ("text", STRING),
        ("text_char_start", INT),
        ("text_char_end", INT),
        ("num_words", INT),
        ("language", STRING),
        ("edit_count", INT),
        ("edits", pa.list_(EDIT)),
        ("document", DOCUMENT),
    ]
)


def settled_batch(items: Sequence[tuple[str, Settled]]) -> pa.RecordBatch:
    """Return settled documents, each with the key of the decisions that touched it, as one batch."""
    rows = [row for key, settled in items for row in _rows(key, settled)]
    columns = zip(*rows, strict=True)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, SETTLED, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SETTLED)


def _rows(key: str, settled: Settled) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a document in the order of the schema's columns: itself first, then its paragraphs."""
    document = settled.document
    identity = (document.doc_id, key, document.source_uri)
    origin = (document.outlet, micros(document.published_at))
    head = {name: getattr(document, name) for name in DOCUMENT_FIELDS} | document_row(settled)
    yield (*identity, -1, *origin, *(None,) * _PARAGRAPH_COLUMNS, head)
    ranges = text_ranges(settled)
    edits: dict[str, list[dict[str, Any]]] = {}
    for edit in edit_rows(settled):
        edits.setdefault(edit["paragraph_id"], []).append(edit)
    for fate in settled.fates:
        position = fate.paragraph.position
        name = paragraph_id(document.doc_id, position)
        place = ranges.get(position, (None, None))
        yield (*identity, position, *origin, name, *_paragraph_values(fate, place), edits.get(name, ()), None)


_PARAGRAPH_COLUMNS = SETTLED.get_field_index("document") - SETTLED.get_field_index("paragraph_id")


def _paragraph_values(fate: Fate, place: tuple[int | None, int | None]) -> tuple[Any, ...]:
    """Return the columns from `kind` to `edit_count`."""
    paragraph = fate.paragraph
    blank = fate.status is Status.BLANK
    text = "" if blank else paragraph.source_text if fate.text is None else fate.text
    return (
        Kind.BLANK if blank else paragraph.kind,
        fate.role,
        fate.status,
        fate.rule_ids,
        fate.chrome_score,
        [{"byte_start": start, "byte_end": end} for start, end in paragraph.spans],
        paragraph.spans[0][0],
        paragraph.spans[-1][1],
        paragraph.spans_exact,
        paragraph.source_text,
        paragraph.source_bytes,
        fate.text,
        *place,
        len(text.split()),
        fate.language,
        sum(edit.applied for edit in fate.edits) if fate.edits else 0,
    )
