"""The table of settled documents: one row a paragraph, one more (position -1) for the document itself."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.chrome.evidence import ROLES
from cleaner.coded import Coded, Flags, Ints, coded
from cleaner.columnar import encoded, listed, spread, word_counts
from cleaner.identity import paragraph_ids
from cleaner.records import Role, Status
from cleaner.settle import PARAGRAPH_BREAK, STATUSES, Fates
from cleaner.settled_edits import EDIT, edits_column
from cleaner.settled_keys import keys_of
from cleaner.tables import DOCUMENT_FIELDS, UNDERSTOOD
from cleaner.writing.schema import DOCUMENTS, SPANS

INT, STRING, STRINGS = pa.int64(), pa.string(), pa.list_(pa.string())
_FOLLOWS = (
    *("page_type", "title", "title_source", "text", "text_sha256", "text_num_chars", "text_num_words"),
    *("paragraph_count", "removed_paragraph_count", "removed_char_count", "removed_ratio", "edit_count"),
)
_DOCUMENT_NAMES = (*DOCUMENT_FIELDS, *(name for name in _FOLLOWS if name not in DOCUMENT_FIELDS))
DOCUMENT = pa.struct(
    [(name, (UNDERSTOOD if name in DOCUMENT_FIELDS else DOCUMENTS).field(name).type) for name in _DOCUMENT_NAMES]
)

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
        ("row_count", INT),
        ("rows_key", STRING),
        ("edits_key", STRING),
    ]
)
KEYS = ("row_count", "rows_key", "edits_key")
"""Columns of documents alone: the number of their rows, and what tells them apart (`settled_keys`)."""


class _Counts(NamedTuple):
    """What is counted of paragraphs, an item each; of those that are not kept, the text has no characters."""

    source_chars: Ints
    text_chars: Ints
    words: Ints
    edits: Ints


class _Rows(NamedTuple):
    """Where rows belong: paragraphs to documents, and both to rows of `SETTLED`."""

    sizes: Ints
    of_document: Ints
    position: Ints

    @property
    def head(self) -> Flags:
        """Which rows are those of documents themselves, before those of their paragraphs."""
        flags: Flags = self.position < 0
        return flags

    @property
    def owners(self) -> Ints:
        """The number of the document of each paragraph."""
        return self.of_document[~self.head]

    def sums(self, values: npt.NDArray[Any]) -> Ints:
        """Return the sum of the values of each document's paragraphs."""
        before = np.concatenate(([0], np.cumsum(values)))
        ends = np.cumsum(self.sizes)
        return before[ends] - before[ends - self.sizes]  # type: ignore[no-any-return]


def _laid(sizes: Ints) -> _Rows:
    of_document = np.repeat(np.arange(len(sizes)), sizes + 1)
    return _Rows(sizes, of_document, np.arange(len(of_document)) - (np.cumsum(sizes + 1) - sizes)[of_document])


def settled_batch(rows: pa.RecordBatch, fates: Fates) -> pa.RecordBatch:
    """Return understood documents (columns of `UNDERSTOOD`) and the fates of their paragraphs as one batch."""
    laid = _laid(pc.list_value_length(rows.column("kinds")).to_numpy().astype(np.int64))
    texts, sources = pa.array(fates.texts, STRING), _sources(rows)
    counts = _counted(sources["source_text"], texts, fates)
    of_documents = {name: rows.column(name) for name in ("doc_id", "source_uri", "outlet")}
    of_documents["published_us"] = rows.column("published_at").cast(INT)
    of_paragraphs = (
        sources
        | _fate_columns(fates, counts)
        | {
            "paragraph_id": pa.array(paragraph_ids(rows.column("doc_id").to_pylist(), laid.sizes.tolist()), STRING),
            "edits": edits_column(rows, sources, fates, laid.owners),
            **_text_places(counts, fates.kept, laid),
        }
    )
    kept = np.zeros(len(laid.head), np.bool_)
    kept[~laid.head] = fates.kept
    documents = _documents(rows, texts, fates, counts, laid)
    keys = keys_of(documents, fates, counts, laid.sizes)
    told = (pa.array(laid.sizes + 1), pa.array(keys.rows, STRING), pa.array(keys.edits, STRING))
    heads = pa.array(np.cumsum(laid.head) - 1, mask=~laid.head)
    document, paragraph = pa.array(laid.of_document), pa.array(np.cumsum(~laid.head) - 1, mask=laid.head)
    made = {
        **{name: column.take(document) for name, column in of_documents.items()},
        **{name: column.take(paragraph) for name, column in of_paragraphs.items()},
        "position": pa.array(laid.position),
        "text": spread(texts, kept),
        "document": _in_heads(documents, heads, laid.head),
        **{name: column.take(heads) for name, column in zip(KEYS, told, strict=True)},
    }
    return pa.RecordBatch.from_arrays([made[name] for name in SETTLED.names], schema=SETTLED)


def _sources(rows: pa.RecordBatch) -> dict[str, pa.Array]:
    """Return the columns that tell of paragraphs as they were cut."""
    counts = rows.column("span_counts").flatten().to_numpy()
    starts, ends = (rows.column(name).flatten() for name in ("span_starts", "span_ends"))
    last = np.cumsum(counts)
    spans = pa.StructArray.from_arrays([starts, ends], fields=list(SPANS.value_type))
    return {
        "kind": rows.column("kinds").flatten(),
        "source_spans": listed(counts, spans).cast(SPANS),
        "source_byte_start": starts.take(pa.array(last - counts)),
        "source_byte_end": ends.take(pa.array(last - 1)),
        "spans_exact": rows.column("exact").flatten(),
        "source_text": rows.column("texts").flatten(),
        "source_bytes": rows.column("raw").flatten(),
    }


def _counted(sources: pa.StringArray, texts: pa.StringArray, fates: Fates) -> _Counts:
    source_chars, words = pc.utf8_length(sources).to_numpy().astype(np.int64), word_counts(sources)
    text_chars, edits = np.where(fates.kept, source_chars, 0), np.zeros(len(words), np.int64)
    edited = [number for number, own in enumerate(fates.edits) if own]
    if edited:
        changed, at = texts.take(pa.array(edited)), np.flatnonzero(fates.kept)[edited]
        text_chars[at], words[at] = pc.utf8_length(changed), word_counts(changed)
        edits[at] = [sum(edit.applied for edit in fates.edits[number]) for number in edited]
    return _Counts(source_chars, text_chars, words, edits)


def _fate_columns(fates: Fates, counts: _Counts) -> dict[str, pa.Array]:
    """Return the columns that decisions make of paragraphs, and counts."""
    kept = np.flatnonzero(fates.kept)
    language = coded(fates.languages)
    codes = np.zeros(len(fates.status), np.int64)
    codes[kept] = language.codes
    return {
        "role": encoded(Coded(fates.role, list(ROLES)), STRING),
        "status": encoded(Coded(fates.status, list(STATUSES)), STRING),
        "rule_ids": encoded(fates.rules, STRINGS),
        "chrome_score": pa.array(fates.chrome_score.astype(np.float32), mask=np.isnan(fates.chrome_score)),
        "num_words": pa.array(counts.words),
        "language": pa.array(language.values, STRING).take(pa.array(codes, mask=~fates.kept)),
        "edit_count": pa.array(counts.edits),
    }


def _text_places(counts: _Counts, kept: Flags, laid: _Rows) -> dict[str, pa.Array]:
    """Return where each paragraph that is kept stands in its document's text."""
    before = np.concatenate(([0], np.cumsum(np.where(kept, counts.text_chars + len(PARAGRAPH_BREAK), 0))))
    starts = before[:-1] - np.repeat(before[np.cumsum(laid.sizes) - laid.sizes], laid.sizes)
    return {
        "text_char_start": pa.array(starts, INT, mask=~kept),
        "text_char_end": pa.array(starts + counts.text_chars, INT, mask=~kept),
    }


def _documents(
    rows: pa.RecordBatch, texts: pa.StringArray, fates: Fates, counts: _Counts, laid: _Rows
) -> dict[str, pa.Array]:
    """Return the columns of `documents`: what was read of them, and what follows from the fates."""
    shown = fates.status != STATUSES.index(Status.BLANK)
    removed = shown & ~fates.kept
    removed_chars, visible = laid.sums(counts.source_chars * removed), laid.sums(counts.source_chars * shown)
    whole = pc.binary_join(listed(laid.sums(fates.kept), texts), PARAGRAPH_BREAK)
    text = pc.if_else(pc.equal(rows.column("status"), "kept"), whole, None)
    told = (
        {name: rows.column(name) for name in DOCUMENT_FIELDS}
        | _titles(rows, fates, laid)
        | {
            "page_type": rows.column("page_type"),
            "text": text,
            "text_sha256": [hashlib.sha256(one.as_buffer()).hexdigest() if one.is_valid else None for one in text],
            "text_num_chars": pc.utf8_length(whole),
            "text_num_words": laid.sums(counts.words * fates.kept),
            "paragraph_count": laid.sums(shown),
            "removed_paragraph_count": laid.sums(removed),
            "removed_char_count": removed_chars,
            "removed_ratio": removed_chars / np.maximum(visible, 1),
            "edit_count": laid.sums(counts.edits),
        }
    )
    return {field.name: pa.array(told[field.name], field.type) for field in DOCUMENT}


def _titles(rows: pa.RecordBatch, fates: Fates, laid: _Rows) -> dict[str, list[str | None]]:
    """Return the title that came with each document, else its first headline, and who says so."""
    owners = laid.owners[fates.kept]
    headlines = np.flatnonzero(fates.role[fates.kept] == ROLES.index(Role.HEADLINE))[::-1]
    first = dict(zip(owners[headlines].tolist(), headlines.tolist(), strict=True))
    titles, said = (rows.column(name).to_pylist() for name in ("title", "title_source"))
    for number in [number for number, title in enumerate(titles) if title is None]:
        titles[number] = fates.texts[first[number]] if number in first else None
        said[number] = "headline" if titles[number] else None
    return {"title": titles, "title_source": said}


def _in_heads(documents: dict[str, pa.Array], places: pa.Array, head: Flags) -> pa.StructArray:
    """Return the column that holds documents in the rows that are theirs, and nothing in the others."""
    arrays = {name: column.take(places) for name, column in documents.items() if name != "text"}
    with_text = head.copy()
    with_text[head] = documents["text"].is_valid()
    arrays["text"] = spread(documents["text"].drop_null(), with_text)
    return pa.StructArray.from_arrays([arrays[f.name] for f in DOCUMENT], fields=list(DOCUMENT), mask=pa.array(~head))
