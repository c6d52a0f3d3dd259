"""The schemas of the output tables: a constant, never inferred.  Version 1 is the contract with readers.

Field metadata carries units: `byte`, `codepoint`, `word`, `ratio`.  Offsets are half-open and say their unit in the
name.  Times are UTC in microseconds and come from the source, never from the clock of the run.
"""

from __future__ import annotations

import pyarrow as pa

SCHEMA_VERSION = 1
RUN_FILE = "run.json"
"""What tells of a run, beside its tables."""

STRING = pa.string()
STRINGS = pa.list_(pa.string())
TIME = pa.timestamp("us", tz="UTC")
SPANS = pa.list_(
    pa.struct([pa.field("byte_start", pa.int64(), nullable=False), pa.field("byte_end", pa.int64(), nullable=False)])
)


def _field(name: str, kind: pa.DataType, *, null: bool = False, unit: str | None = None) -> pa.Field:
    return pa.field(name, kind, nullable=null, metadata={"unit": unit} if unit else None)


def _bytes(name: str) -> pa.Field:
    return _field(name, pa.int64(), unit="byte")


def _codepoints(name: str) -> pa.Field:
    return _field(name, pa.int64(), unit="codepoint")


def _count(name: str) -> pa.Field:
    return _field(name, pa.int64())


def _ratio(name: str, *, null: bool = False) -> pa.Field:
    return _field(name, pa.float32(), null=null, unit="ratio")


def _text(name: str, *, null: bool = False) -> pa.Field:
    return _field(name, STRING, null=null)


CORPUS = pa.schema(
    [
        _text("paragraph_id"),
        _text("text"),
        _text("kind"),
        _text("role"),
        _text("language"),
        _text("doc_id"),
        _text("outlet", null=True),
        _text("url", null=True),
        _text("title", null=True),
        _field("authors", STRINGS),
        _field("published_at", TIME, null=True),
        _text("source_uri"),
        _text("source_sha256"),
        _bytes("source_byte_start"),
        _bytes("source_byte_end"),
        _count("position"),
        _field("num_words", pa.int64(), unit="word"),
        _count("edit_count"),
        _text("cluster_id", null=True),
        _count("copy_count"),
        _count("outlet_count"),
        _field("outlets", STRINGS),
        _field("copy_ids", STRINGS),
        _text("first_outlet", null=True),
        _field("first_published_at", TIME, null=True),
    ]
)

DOCUMENTS = pa.schema(
    [
        _text("doc_id"),
        _text("source_uri"),
        _text("source_sha256"),
        _bytes("source_num_bytes"),
        _text("source_media_type"),
        _field("retrieved_at", TIME, null=True),
        _field("published_at", TIME, null=True),
        _text("published_at_source", null=True),
        _text("url", null=True),
        _text("outlet", null=True),
        _text("outlet_source", null=True),
        _text("page_type", null=True),
        _text("title", null=True),
        _text("title_source", null=True),
        _field("authors", STRINGS),
        _text("description", null=True),
        _text("license", null=True),
        _text("encoding_declared", null=True),
        _text("encoding_used", null=True),
        _text("encoding_detected", null=True),
        _text("newline", null=True),
        _field("has_bom", pa.bool_()),
        _count("decode_error_count"),
        _text("extractor", null=True),
        _text("language", null=True),
        _ratio("language_score", null=True),
        _text("language_engine", null=True),
        _text("text", null=True),
        _text("text_sha256", null=True),
        _codepoints("text_num_chars"),
        _field("text_num_words", pa.int64(), unit="word"),
        _count("paragraph_count"),
        _count("removed_paragraph_count"),
        _codepoints("removed_char_count"),
        _ratio("removed_ratio"),
        _count("edit_count"),
        _text("copy_of", null=True),
        _ratio("copied_share"),
        _field("quality_flags", STRINGS),
        _text("status"),
        _text("status_reason", null=True),
    ]
)

PARAGRAPHS = pa.schema(
    [
        _text("paragraph_id"),
        _text("doc_id"),
        _count("position"),
        _text("kind"),
        _text("role"),
        _text("status"),
        _field("rule_ids", STRINGS),
        _ratio("chrome_score", null=True),
        _field("source_spans", SPANS, unit="byte"),
        _field("spans_exact", pa.bool_()),
        _text("source_text"),
        _field("source_bytes", pa.binary(), null=True),
        _text("text", null=True),
        _field("text_char_start", pa.int64(), null=True, unit="codepoint"),
        _field("text_char_end", pa.int64(), null=True, unit="codepoint"),
        _field("num_words", pa.int64(), unit="word"),
        _text("language", null=True),
        _text("cluster_id", null=True),
        _field("is_canonical", pa.bool_()),
        _ratio("canonical_similarity", null=True),
        _count("cluster_size"),
        _count("cluster_outlet_count"),
    ]
)

EDITS = pa.schema(
    [
        _text("doc_id"),
        _count("edit_no"),
        _text("paragraph_id"),
        _text("stage"),
        _field("rule_ids", STRINGS),
        _text("op"),
        _codepoints("char_start"),
        _codepoints("char_end"),
        _bytes("source_byte_start"),
        _bytes("source_byte_end"),
        _text("before"),
        _text("after"),
        _field("applied", pa.bool_()),
        _ratio("confidence"),
        _text("reason"),
        _field("evidence", STRINGS),
    ]
)

MATCHES = pa.schema(
    [
        _text("match_id"),
        _text("kind"),
        _text("a_paragraph_id"),
        _text("b_paragraph_id"),
        _codepoints("a_char_start"),
        _codepoints("a_char_end"),
        _codepoints("b_char_start"),
        _codepoints("b_char_end"),
        _ratio("similarity"),
        _ratio("jaccard"),
        _ratio("a_in_b"),
        _ratio("b_in_a"),
        _field("aligned_word_count", pa.int64(), unit="word"),
        _text("speaker", null=True),
        _text("direction"),
        _text("direction_basis"),
    ]
)

FEATURES = pa.schema(
    [
        _text("paragraph_id"),
        _text("doc_id"),
        _count("position"),
        _text("media_type"),
        _field("features", pa.list_(pa.float32())),
        _text("evidence"),
    ]
)

TABLES: dict[str, pa.Schema] = {
    "corpus": CORPUS,
    "documents": DOCUMENTS,
    "paragraphs": PARAGRAPHS,
    "edits": EDITS,
    "matches": MATCHES,
}
"""The five tables of the contract, by name."""

ORDER: dict[str, str] = {
    "corpus": "source_uri, position",
    "documents": "source_uri",
    "paragraphs": "source_uri, position",
    "edits": "source_uri, edit_no",
    "matches": "a_uri, a_position, b_uri, b_position, kind, a_char_start, b_char_start, match_id",
}
"""The total order of each table's rows; columns named here that the table lacks are carried for sorting only."""


def order_of(name: str) -> tuple[str, ...]:
    """Return the columns that a table is ordered by.

    >>> order_of("edits")
    ('source_uri', 'edit_no')
    """
    return tuple(column.strip() for column in ORDER[name].split(","))
