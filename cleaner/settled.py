"""The table of settled documents: one row a paragraph, one more (position -1) for the document itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from cleaner.identity import paragraph_id
from cleaner.records import Kind, Status
from cleaner.settle import Settled, document_row, edit_rows, text_ranges
from cleaner.tables import DOCUMENT_FIELDS, UNDERSTOOD, micros
from cleaner.writing.schema import DOCUMENTS, EDITS, SPANS

INT, STRING, STRINGS = pa.int64(), pa.string(), pa.list_(pa.string())
_FOLLOWS = (
    "page_type title title_source text text_sha256 text_num_chars text_num_words paragraph_count"
    " removed_paragraph_count removed_char_count removed_ratio edit_count".split()  # noqa: SIM905
)
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
    columns = [pa.array([row.get(name) for row in rows], SETTLED.field(name).type) for name in SETTLED.names]
    return pa.RecordBatch.from_arrays(columns, schema=SETTLED)


def _rows(key: str, settled: Settled) -> Iterator[dict[str, Any]]:
    document = settled.document
    shared = {
        "doc_id": document.doc_id,
        "decision_key": key,
        "source_uri": document.source_uri,
        "outlet": document.outlet,
        "published_us": micros(document.published_at),
    }
    head = {name: getattr(document, name) for name in DOCUMENT_FIELDS}
    yield {**shared, "position": -1, "document": head | document_row(settled)}
    ranges = text_ranges(settled)
    edits: dict[str, list[dict[str, Any]]] = {}
    for edit in edit_rows(settled):
        edits.setdefault(edit["paragraph_id"], []).append(edit)
    for fate in settled.fates:
        paragraph = fate.paragraph
        name = paragraph_id(document.doc_id, paragraph.position)
        start, end = ranges.get(paragraph.position, (None, None))
        yield {
            **shared,
            "position": paragraph.position,
            "paragraph_id": name,
            "kind": paragraph.kind if fate.status is not Status.BLANK else Kind.BLANK,
            "role": fate.role,
            "status": fate.status,
            "rule_ids": fate.rule_ids,
            "chrome_score": fate.chrome_score,
            "source_spans": [{"byte_start": a, "byte_end": b} for a, b in paragraph.spans],
            "source_byte_start": paragraph.spans[0][0],
            "source_byte_end": paragraph.spans[-1][1],
            "spans_exact": paragraph.spans_exact,
            "source_text": paragraph.source_text,
            "source_bytes": paragraph.source_bytes,
            "text": fate.text,
            "text_char_start": start,
            "text_char_end": end,
            "num_words": len((fate.text if fate.text is not None else paragraph.source_text).split()),
            "language": fate.language,
            "edit_count": sum(edit.applied for edit in fate.edits),
            "edits": edits.get(name, []),
        }
