"""The table of settled documents: one row a paragraph, one more (position -1) for the document itself."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.chrome.evidence import ROLES
from cleaner.coded import Flags, Ints
from cleaner.columnar import listed, spread, word_counts
from cleaner.identity import paragraph_ids
from cleaner.records import Role, Status
from cleaner.settle import PARAGRAPH_BREAK, STATUSES, Fates
from cleaner.settled_documents import LISTS, document_columns
from cleaner.settled_edits import packed_edits
from cleaner.settled_keys import KEYS, fate_numbers, key_columns
from cleaner.tables import DOCUMENT_FIELDS
from cleaner.writing.schema import SPANS

INT, STRING, STRINGS = pa.int64(), pa.string(), pa.list_(pa.string())

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
        ("edits", STRING),
        ("document", STRINGS),
        *((name, STRINGS) for name in LISTS),
        ("row_count", INT),
        *((name, STRING) for name in KEYS if name != "row_count"),
    ]
)
"""Rows of settled documents.  `text` is told where edits changed it: what else is kept reads as its `source_text`.

What the texts of a document come to, its own text, is not stored (`whole_texts`).  `edits` and `document` are packed:
`edits_of`, `documents_of`.  The columns of `KEYS` are those of documents.
"""


def kept_flags(rows: pa.RecordBatch) -> Flags:
    """Tell which rows are paragraphs that are kept."""
    kept = pc.equal(rows.column("status"), Status.KEPT).fill_null(fill_value=False)
    flags: Flags = kept.to_numpy(zero_copy_only=False)
    return flags


def kept_texts(rows: pa.RecordBatch, kept: pa.BooleanArray) -> pa.StringArray:
    """Return the texts of some rows, all of paragraphs that are kept."""
    return pc.coalesce(rows.column("text").filter(kept), rows.column("source_text").filter(kept))


def texts_of(rows: pa.RecordBatch) -> pa.StringArray:
    """Return the text of each row, null where it is no paragraph that is kept."""
    kept = kept_flags(rows)
    return spread(kept_texts(rows, pa.array(kept)), kept)


def whole_texts(rows: pa.RecordBatch) -> pa.StringArray:
    """Return the text of each document, of which all rows are there: its kept paragraphs, with breaks between them."""
    head, kept = rows.column("position").to_numpy() < 0, kept_flags(rows)
    counts = np.bincount(np.cumsum(head)[kept] - 1, minlength=np.count_nonzero(head))
    return pc.binary_join(listed(counts, kept_texts(rows, pa.array(kept))), PARAGRAPH_BREAK)


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

    def placed(self, values: npt.NDArray[Any], told: Flags | None = None) -> pa.Array:
        """Return a column with the values of paragraphs, of all or of those that are told, and null elsewhere."""
        column, none = np.zeros(len(self.position), values.dtype), self.head
        column[~none] = values
        if told is not None:
            none[~none] = ~told
        return pa.array(column, mask=none)

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
    changed = fates.texts.take(pa.array(list(fates.edits), INT))
    counts = _counted(rows.column("texts").flatten(), changed, fates)
    edited = np.flatnonzero(~laid.head)[fates.kept][list(fates.edits)]
    has_edits = np.zeros(len(laid.head), np.bool_)
    has_edits[edited] = True
    document, sources = pa.array(laid.of_document), _sources(rows, laid)
    of_document = {name: rows.column(name).take(document) for name in ("doc_id", "source_uri", "outlet")}
    made = {
        **of_document,
        "published_us": rows.column("published_at").cast(INT).take(document),
        "paragraph_id": paragraph_ids(of_document["doc_id"], laid.position),
        "position": pa.array(laid.position),
        **sources,
        **_fate_columns(fates, counts, laid),
        **_text_places(counts, fates.kept, laid),
        "text": spread(changed, has_edits),
        "edits": spread(packed_edits(fates.edits.values(), edited, laid.of_document, sources, rows), has_edits),
        **document_columns(_documents(rows, fates, counts, laid), laid.head),
    }
    numbers = [*fate_numbers(fates), counts.text_chars, counts.edits]
    made |= key_columns(made, rows.column("source_sha256"), numbers, laid.head)
    return pa.RecordBatch.from_arrays([made[name] for name in SETTLED.names], schema=SETTLED)


def _sources(rows: pa.RecordBatch, laid: _Rows) -> dict[str, pa.Array]:
    """Return the columns that tell of paragraphs as they were cut."""
    counts = rows.column("span_counts").flatten().to_numpy()
    starts, ends = (rows.column(name).flatten() for name in ("span_starts", "span_ends"))
    last = np.cumsum(counts)
    sizes, shown = np.zeros(len(laid.head) + 1, np.int32), ~laid.head
    sizes[1:][shown] = counts
    spans = pa.StructArray.from_arrays([starts, ends], fields=list(SPANS.value_type))
    paragraph = pa.array(np.cumsum(shown) - 1, mask=laid.head)
    return {
        "kind": rows.column("kinds").flatten().take(paragraph),
        "source_spans": pa.ListArray.from_arrays(
            pa.array(np.cumsum(sizes, dtype=np.int32)), spans, SPANS, mask=pa.array(laid.head)
        ),
        "source_byte_start": laid.placed(starts.to_numpy()[last - counts]),
        "source_byte_end": laid.placed(ends.to_numpy()[last - 1]),
        "spans_exact": laid.placed(rows.column("exact").flatten().to_numpy(zero_copy_only=False)),
        "source_text": spread(rows.column("texts").flatten(), shown),
        "source_bytes": rows.column("raw").flatten().take(paragraph),
    }


def _counted(sources: pa.StringArray, changed: pa.StringArray, fates: Fates) -> _Counts:
    """Return what is counted; `changed` are the texts that have edits."""
    source_chars, words = pc.utf8_length(sources).to_numpy().astype(np.int64), word_counts(sources)
    text_chars, edits = np.where(fates.kept, source_chars, 0), np.zeros(len(words), np.int64)
    at = np.flatnonzero(fates.kept)[list(fates.edits)]
    text_chars[at], words[at] = pc.utf8_length(changed), word_counts(changed)
    edits[at] = [sum(edit.applied for edit in own) for own in fates.edits.values()]
    return _Counts(source_chars, text_chars, words, edits)


def _fate_columns(fates: Fates, counts: _Counts, laid: _Rows) -> dict[str, pa.Array]:
    """Return the columns that decisions make of paragraphs, and counts."""
    languages = np.zeros(len(fates.status), np.int64)
    languages[fates.kept] = fates.languages.codes
    return {
        "role": pa.array(ROLES, STRING).take(laid.placed(fates.role)),
        "status": pa.array(STATUSES, STRING).take(laid.placed(fates.status)),
        "rule_ids": pa.array(fates.rules.values, STRINGS).take(laid.placed(fates.rules.codes)),
        "chrome_score": laid.placed(fates.chrome_score.astype(np.float32), ~np.isnan(fates.chrome_score)),
        "num_words": laid.placed(counts.words),
        "language": pa.array(fates.languages.values, STRING).take(laid.placed(languages, fates.kept)),
        "edit_count": laid.placed(counts.edits),
    }


def _text_places(counts: _Counts, kept: Flags, laid: _Rows) -> dict[str, pa.Array]:
    """Return where each paragraph that is kept stands in its document's text."""
    before = np.concatenate(([0], np.cumsum(np.where(kept, counts.text_chars + len(PARAGRAPH_BREAK), 0))))
    starts = before[:-1] - np.repeat(before[np.cumsum(laid.sizes) - laid.sizes], laid.sizes)
    return {
        "text_char_start": laid.placed(starts, kept),
        "text_char_end": laid.placed(starts + counts.text_chars, kept),
    }


def _documents(rows: pa.RecordBatch, fates: Fates, counts: _Counts, laid: _Rows) -> dict[str, Any]:
    """Return the columns of `documents`: what was read of them, and what follows from the fates."""
    shown = fates.status != STATUSES.index(Status.BLANK)
    removed = shown & ~fates.kept
    removed_chars, visible = laid.sums(counts.source_chars * removed), laid.sums(counts.source_chars * shown)
    whole = pc.binary_join(listed(laid.sums(fates.kept), fates.texts), PARAGRAPH_BREAK)
    text = pc.if_else(pc.equal(rows.column("status"), "kept"), whole, None)
    return (
        {name: rows.column(name) for name in DOCUMENT_FIELDS}
        | _titles(rows, fates, laid)
        | {
            "page_type": rows.column("page_type"),
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


def _titles(rows: pa.RecordBatch, fates: Fates, laid: _Rows) -> dict[str, list[str | None]]:
    """Return the title that came with each document, else its first headline, and who says so."""
    owners = laid.owners[fates.kept]
    headlines = np.flatnonzero(fates.role[fates.kept] == ROLES.index(Role.HEADLINE))[::-1]
    first = dict(zip(owners[headlines].tolist(), headlines.tolist(), strict=True))
    titles, said = (rows.column(name).to_pylist() for name in ("title", "title_source"))
    for number in [number for number, title in enumerate(titles) if title is None]:
        titles[number] = fates.texts[first[number]].as_py() if number in first else None
        said[number] = "headline" if titles[number] else None
    return {"title": titles, "title_source": said}
