"""The table of settled documents: one row a paragraph, one more (position -1) for the document itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from cleaner.columnar import coded, listed
from cleaner.identity import paragraph_id
from cleaner.records import Document, Edit, Paragraph, Role, Status
from cleaner.settle import PARAGRAPH_BREAK, STAYS, Fate, Settled
from cleaner.tables import DOCUMENT_FIELDS, UNDERSTOOD, micros
from cleaner.writing.schema import DOCUMENTS, EDITS, SPANS

INT, STRING, STRINGS = pa.int64(), pa.string(), pa.list_(pa.string())
_FOLLOWS = (
    *("page_type", "title", "title_source", "text", "text_sha256", "text_num_chars", "text_num_words"),
    *("paragraph_count", "removed_paragraph_count", "removed_char_count", "removed_ratio", "edit_count"),
)
_DOCUMENT_NAMES = (*DOCUMENT_FIELDS, *(name for name in _FOLLOWS if name not in DOCUMENT_FIELDS))
DOCUMENT = pa.struct(
    [(name, (UNDERSTOOD if name in DOCUMENT_FIELDS else DOCUMENTS).field(name).type) for name in _DOCUMENT_NAMES]
)
EDIT = pa.struct([(field.name, field.type) for field in EDITS if field.name not in ("doc_id", "paragraph_id")])

SETTLED = pa.schema(
    [
        ("doc_id", STRING),
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

FATE = ("role", "status", "rule_ids", "chrome_score", "text", "language", "edits")
"""The columns that decisions make; all others follow from these and from what was understood."""


def settled_batch(items: Sequence[Settled]) -> pa.RecordBatch:
    """Return settled documents as one batch."""
    documents = [settled.document for settled in items]
    sizes = np.array([len(settled.fates) for settled in items])
    of_document = np.repeat(np.arange(len(items)), sizes + 1)
    rows = np.arange(len(of_document))
    position = rows - (np.cumsum(sizes + 1) - sizes)[of_document]
    head = position < 0  # the row of the document itself, before those of its paragraphs
    words = [[_num_words(fate) for fate in settled.fates] for settled in items]
    of_documents = {
        "doc_id": pa.array([d.doc_id for d in documents], STRING),
        "source_uri": pa.array([d.source_uri for d in documents], STRING),
        "outlet": pa.array([d.outlet for d in documents], STRING),
        "published_us": pa.array([micros(d.published_at) for d in documents], INT),
    }
    heads: list[dict[str, Any] | None] = [None] * len(rows)  # `take` would make room for the text in every row
    for row, settled, counts in zip(np.flatnonzero(head).tolist(), items, words, strict=True):
        heads[row] = _head(settled, counts)
    columns = {
        **{name: column.take(pa.array(of_document)) for name, column in of_documents.items()},
        "position": pa.array(position),
        "document": pa.array(heads, DOCUMENT),
    }
    place = pa.array(rows - of_document - 1, mask=head)
    columns |= {name: column.take(place) for name, column in _paragraph_columns(items, words).items()}
    return pa.RecordBatch.from_arrays([columns[name] for name in SETTLED.names], schema=SETTLED)


def _paragraph_columns(items: Sequence[Settled], words: list[list[int]]) -> dict[str, pa.Array]:
    """Return the columns that tell of paragraphs, without rows for the documents."""
    fates = [fate for settled in items for fate in settled.fates]
    paragraphs = [fate.paragraph for fate in fates]
    places = np.array([place for settled in items for place in _text_places(settled.fates)], np.int64).reshape(-1, 2)
    unkept = places[:, 0] < 0
    return {
        "paragraph_id": pa.array([name for settled in items for name in _names(settled)], STRING),
        "kind": coded(("blank" if f.status is Status.BLANK else f.paragraph.kind for f in fates), STRING),
        "role": coded((fate.role for fate in fates), STRING),
        "status": coded((fate.status for fate in fates), STRING),
        "rule_ids": coded((fate.rule_ids for fate in fates), STRINGS),
        "chrome_score": pa.array([fate.chrome_score for fate in fates], pa.float32()),
        "source_spans": _spans([p.spans for p in paragraphs]),
        "source_byte_start": pa.array([p.spans[0][0] for p in paragraphs], INT),
        "source_byte_end": pa.array([p.spans[-1][1] for p in paragraphs], INT),
        "spans_exact": pa.array([p.spans_exact for p in paragraphs], pa.bool_()),
        "source_text": pa.array([p.source_text for p in paragraphs], STRING),
        "source_bytes": pa.array([p.source_bytes for p in paragraphs], pa.binary()),
        "text": pa.array([fate.text for fate in fates], STRING),
        "text_char_start": pa.array(places[:, 0], INT, mask=unkept),
        "text_char_end": pa.array(places[:, 1], INT, mask=unkept),
        "num_words": pa.array(list(chain.from_iterable(words)), INT),
        "language": coded((fate.language for fate in fates), STRING),
        "edit_count": pa.array([_applied(fate) for fate in fates], INT),
        "edits": pa.array([rows for settled in items for rows in _edit_rows(settled)], pa.list_(EDIT)),
    }


def _spans(spans: Sequence[tuple[tuple[int, int], ...]]) -> pa.Array:
    ends = np.fromiter(chain.from_iterable(chain.from_iterable(spans)), np.int64).reshape(-1, 2)
    kind = SPANS.value_type
    return listed(
        list(map(len, spans)),
        pa.StructArray.from_arrays([pa.array(ends[:, 0]), pa.array(ends[:, 1])], fields=list(kind)),
    ).cast(SPANS)


def _names(settled: Settled) -> Iterator[str]:
    return (paragraph_id(settled.document.doc_id, position) for position in range(len(settled.fates)))


def _num_words(fate: Fate) -> int:
    if fate.status is Status.BLANK:
        return 0
    return len((fate.paragraph.source_text if fate.text is None else fate.text).split())


def _applied(fate: Fate) -> int:
    return sum(edit.applied for edit in fate.edits) if fate.edits else 0


def _text_places(fates: Sequence[Fate]) -> Iterator[tuple[int, int]]:
    """Yield where each paragraph stands in the document's text, (-1, -1) for those that do not stay."""
    at = 0
    for fate in fates:
        if fate.text is None:
            yield -1, -1
        else:
            yield at, at + len(fate.text)
            at += len(fate.text) + len(PARAGRAPH_BREAK)


def _head(settled: Settled, words: Sequence[int]) -> dict[str, Any]:
    """Return the row of `documents`: what was read of it, and what follows from the fates."""
    document = settled.document
    return {name: getattr(document, name) for name in DOCUMENT_FIELDS} | _follows(settled, words)


def _follows(settled: Settled, words: Sequence[int]) -> dict[str, Any]:
    document = settled.document
    shown = [fate for fate in settled.fates if fate.status is not Status.BLANK]
    removed = [len(fate.paragraph.source_text) for fate in shown if fate.status not in STAYS]
    visible = sum(len(fate.paragraph.source_text) for fate in shown)
    text = PARAGRAPH_BREAK.join(fate.text for fate in shown if fate.text is not None)
    is_kept = document.status == "kept"
    title, title_source = _title(document, shown)
    return {
        "page_type": settled.page_type,
        "title": title,
        "title_source": title_source,
        "text": text if is_kept else None,
        "text_sha256": hashlib.sha256(text.encode()).hexdigest() if is_kept else None,
        "text_num_chars": len(text),
        "text_num_words": sum(n for n, fate in zip(words, settled.fates, strict=True) if fate.text is not None),
        "paragraph_count": len(shown),
        "removed_paragraph_count": len(removed),
        "removed_char_count": sum(removed),
        "removed_ratio": sum(removed) / visible if visible else 0.0,
        "edit_count": sum(map(_applied, shown)),
    }


def _title(document: Document, shown: Sequence[Fate]) -> tuple[str | None, str | None]:
    """Return the title that came with the document, else its first headline, and who says so."""
    if document.title is not None:
        return document.title, document.title_source
    headline = next((fate.text for fate in shown if fate.role is Role.HEADLINE and fate.text is not None), None)
    return headline, "headline" if headline else None


def _edit_rows(settled: Settled) -> Iterator[Sequence[dict[str, Any]]]:
    """Yield the edits of each paragraph, numbered through the document."""
    number = 0
    for fate in settled.fates:
        yield [_edit(number + i, edit, fate.paragraph, settled.document) for i, edit in enumerate(fate.edits)]
        number += len(fate.edits)


def _edit(number: int, edit: Edit, paragraph: Paragraph, document: Document) -> dict[str, Any]:
    start, end = _byte_range(paragraph, edit, document)
    return {
        "edit_no": number,
        "stage": edit.stage,
        "rule_ids": edit.rule_ids,
        "op": edit.op,
        "char_start": edit.char_start,
        "char_end": edit.char_end,
        "source_byte_start": start,
        "source_byte_end": end,
        "before": edit.before,
        "after": edit.after,
        "applied": edit.applied,
        "confidence": edit.confidence,
        "reason": edit.reason,
        "evidence": edit.evidence,
    }


def _byte_range(paragraph: Paragraph, edit: Edit, document: Document) -> tuple[int, int]:
    """Return the source bytes that an edit covers: exact in flattened text, else those of its paragraph."""
    first, last = paragraph.spans[0][0], paragraph.spans[-1][1]
    encoding = document.encoding_used
    plain = not paragraph.tag_path and paragraph.source_bytes is None and document.extractor != "html-page/1"
    if not plain or encoding is None:
        return first, last
    head = len(paragraph.source_text[: edit.char_start].encode(encoding, "replace"))
    inside = len(paragraph.source_text[edit.char_start : edit.char_end].encode(encoding, "replace"))
    return first + head, first + head + inside
