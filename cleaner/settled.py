"""The table of settled documents: one row a paragraph, one more (position -1) for the document itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cleaner.columnar import coded, listed, word_counts
from cleaner.identity import paragraph_ids
from cleaner.records import Document, Edit, Kind, Paragraph, Role, Status
from cleaner.settle import PARAGRAPH_BREAK, STAYS, Settled
from cleaner.tables import DOCUMENT_FIELDS, UNDERSTOOD, micros
from cleaner.writing.schema import DOCUMENTS, EDITS, SPANS

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

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


class _Columns(NamedTuple):
    """The fates of all paragraphs of some documents, field by field."""

    paragraph: Sequence[Paragraph]
    role: Sequence[Role]
    status: Sequence[Status]
    rule_ids: Sequence[tuple[str, ...]]
    chrome_score: Sequence[float | None]
    text: Sequence[str | None]
    edits: Sequence[tuple[Edit, ...]]
    language: Sequence[str | None]


class _Sources(NamedTuple):
    """The same paragraphs as they were cut, field by field."""

    position: Sequence[int]
    kind: Sequence[Kind]
    text: Sequence[str]
    spans: Sequence[tuple[tuple[int, int], ...]]
    exact: Sequence[bool]
    raw: Sequence[bytes | None]
    tag_path: Sequence[str]


class _Counts(NamedTuple):
    """What is counted of paragraphs, an item each; `stays` tells of which there is a text."""

    blank: Flags
    stays: Flags
    source_chars: Ints
    text_chars: Ints
    words: Ints
    edits: Ints


def settled_batch(settled: Sequence[Settled]) -> pa.RecordBatch:
    """Return settled documents as one batch."""
    documents = [one.document for one in settled]
    sizes = np.array([len(one.fates) for one in settled])
    of_document = np.repeat(np.arange(len(settled)), sizes + 1)
    rows = np.arange(len(of_document))
    position = rows - (np.cumsum(sizes + 1) - sizes)[of_document]
    head = position < 0  # the row of the document itself, before those of its paragraphs
    fates = [fate for one in settled for fate in one.fates]
    columns = _Columns(*zip(*fates, strict=True)) if fates else _Columns(*[()] * len(_Columns._fields))
    sources = _Sources(*zip(*columns.paragraph, strict=True)) if fates else _Sources(*[()] * len(_Sources._fields))
    counts = _counted(columns, sources)
    of_documents = {
        "doc_id": pa.array([d.doc_id for d in documents], STRING),
        "source_uri": pa.array([d.source_uri for d in documents], STRING),
        "outlet": pa.array([d.outlet for d in documents], STRING),
        "published_us": pa.array([micros(d.published_at) for d in documents], INT),
    }
    of_paragraphs = _paragraph_columns(columns, sources, counts) | {
        "paragraph_id": pa.array(paragraph_ids([d.doc_id for d in documents], sizes.tolist()), STRING),
        "edits": listed(list(map(len, columns.edits)), pa.array(list(_edit_rows(settled)), EDIT)),
        **_text_places(counts, sizes),
    }
    paragraph = pa.array(rows - of_document - 1, mask=head)
    made = {
        **{name: column.take(pa.array(of_document)) for name, column in of_documents.items()},
        **{name: column.take(paragraph) for name, column in of_paragraphs.items()},
        "position": pa.array(position),
        "document": _in_heads(_documents(settled, columns, counts, sizes), head),
    }
    return pa.RecordBatch.from_arrays([made[name] for name in SETTLED.names], schema=SETTLED)


def _counted(columns: _Columns, sources: _Sources) -> _Counts:
    size = len(columns.text)
    said = [source if text is None else text for source, text in zip(sources.text, columns.text, strict=True)]
    blank = np.fromiter((status is Status.BLANK for status in columns.status), np.bool_, size)
    stays = np.fromiter((text is not None for text in columns.text), np.bool_, size)
    return _Counts(
        blank=blank,
        stays=stays,
        source_chars=np.fromiter(map(len, sources.text), np.int64, size),
        text_chars=np.where(stays, np.fromiter(map(len, said), np.int64, size), 0),
        words=np.where(blank, 0, word_counts(said)),
        edits=np.fromiter((sum(e.applied for e in edits) if edits else 0 for edits in columns.edits), np.int64, size),
    )


def _paragraph_columns(columns: _Columns, sources: _Sources, counts: _Counts) -> dict[str, pa.Array]:
    """Return the columns that tell of paragraphs, without rows for the documents."""
    return {
        "kind": coded(sources.kind, STRING),
        "role": coded(columns.role, STRING),
        "status": coded(columns.status, STRING),
        "rule_ids": coded(columns.rule_ids, STRINGS),
        "chrome_score": pa.array(columns.chrome_score, pa.float32()),
        "source_spans": _spans(sources.spans),
        "source_byte_start": pa.array([spans[0][0] for spans in sources.spans], INT),
        "source_byte_end": pa.array([spans[-1][1] for spans in sources.spans], INT),
        "spans_exact": pa.array(sources.exact, pa.bool_()),
        "source_text": pa.array(sources.text, STRING),
        "source_bytes": pa.array(sources.raw, pa.binary()),
        "text": pa.array(columns.text, STRING),
        "num_words": pa.array(counts.words),
        "language": coded(columns.language, STRING),
        "edit_count": pa.array(counts.edits),
    }


def _spans(spans: Sequence[tuple[tuple[int, int], ...]]) -> pa.Array:
    ends = np.array(list(chain.from_iterable(spans)), np.int64).reshape(-1, 2)
    kind = SPANS.value_type
    return listed(
        list(map(len, spans)),
        pa.StructArray.from_arrays([pa.array(ends[:, 0]), pa.array(ends[:, 1])], fields=list(kind)),
    ).cast(SPANS)


def _text_places(counts: _Counts, sizes: Ints) -> dict[str, pa.Array]:
    """Return where each paragraph that stays stands in its document's text."""
    rooms = np.where(counts.stays, counts.text_chars + len(PARAGRAPH_BREAK), 0)
    before = np.concatenate(([0], np.cumsum(rooms)))
    starts = before[:-1] - np.repeat(before[np.cumsum(sizes) - sizes], sizes)
    ends = starts + counts.text_chars
    return {
        "text_char_start": pa.array(starts, INT, mask=~counts.stays),
        "text_char_end": pa.array(ends, INT, mask=~counts.stays),
    }


def _documents(settled: Sequence[Settled], columns: _Columns, counts: _Counts, sizes: Ints) -> dict[str, list[Any]]:
    """Return the columns of `documents`: what was read of them, and what follows from the fates."""
    ends = np.cumsum(sizes)
    places = list(map(slice, (ends - sizes).tolist(), ends.tolist()))

    def sums(values: Ints | Flags) -> list[int]:
        before = np.concatenate(([0], np.cumsum(values)))
        return (before[ends] - before[ends - sizes]).tolist()  # type: ignore[no-any-return]

    documents = [one.document for one in settled]
    removed = ~counts.blank & np.fromiter((s not in STAYS for s in columns.status), np.bool_, len(counts.blank))
    removed_chars, visible = sums(counts.source_chars * removed), sums(counts.source_chars * ~counts.blank)
    texts = [PARAGRAPH_BREAK.join([t for t in columns.text[at] if t is not None]) for at in places]
    kept = [text if d.status == "kept" else None for d, text in zip(documents, texts, strict=True)]
    titles = [_title(d, columns.role[at], columns.text[at]) for d, at in zip(documents, places, strict=True)]
    return {name: [getattr(d, name) for d in documents] for name in DOCUMENT_FIELDS} | {
        "page_type": [one.page_type for one in settled],
        "title": [title for title, _ in titles],
        "title_source": [source for _, source in titles],
        "text": kept,
        "text_sha256": [None if text is None else hashlib.sha256(text.encode()).hexdigest() for text in kept],
        "text_num_chars": list(map(len, texts)),
        "text_num_words": sums(counts.words * counts.stays),
        "paragraph_count": sums(~counts.blank),
        "removed_paragraph_count": sums(removed),
        "removed_char_count": removed_chars,
        "removed_ratio": [gone / of if of else 0.0 for gone, of in zip(removed_chars, visible, strict=True)],
        "edit_count": sums(counts.edits),
    }


def _in_heads(documents: dict[str, list[Any]], head: Flags) -> pa.StructArray:
    """Return the column that holds documents in the rows that are theirs, and nothing in the others."""
    places = pa.array(np.cumsum(head) - 1, mask=~head)
    arrays = [
        _texts_in_heads(documents["text"], head)
        if field.name == "text"
        else pa.array(documents[field.name], field.type).take(places)
        for field in DOCUMENT
    ]
    return pa.StructArray.from_arrays(arrays, fields=list(DOCUMENT), mask=pa.array(~head))


def _texts_in_heads(texts: Sequence[str | None], head: Flags) -> pa.Array:
    """Return the column of texts by hand: `take` would make room for a text in every row."""
    column: list[str | None] = [None] * len(head)
    for row, text in zip(np.flatnonzero(head).tolist(), texts, strict=True):
        column[row] = text
    return pa.array(column, STRING)


def _title(document: Document, roles: Sequence[Role], texts: Sequence[str | None]) -> tuple[str | None, str | None]:
    """Return the title that came with the document, else its first headline, and who says so."""
    if document.title is not None:
        return document.title, document.title_source
    rows = zip(roles, texts, strict=True)
    headline = next((text for role, text in rows if role is Role.HEADLINE and text is not None), None)
    return headline, "headline" if headline else None


def _edit_rows(settled: Sequence[Settled]) -> Iterator[dict[str, Any]]:
    """Yield the edits of documents, numbered through each of them."""
    for one in settled:
        edits = [(edit, fate.paragraph) for fate in one.fates if fate.edits for edit in fate.edits]
        yield from (_edit(number, *edited, one.document) for number, edited in enumerate(edits))


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
