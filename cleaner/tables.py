"""The inner tables: what stages hand to one another through Parquet, and the way from records to rows and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import numpy as np
import pyarrow as pa

from cleaner.chrome.evidence import PageFeatures
from cleaner.records import Document, Kind, Paragraph, Role
from cleaner.understand import Understood
from cleaner.writing.schema import TIME

STRING, INT, STRINGS, INTS = pa.string(), pa.int64(), pa.list_(pa.string()), pa.list_(pa.int64())
_TYPES: dict[str, pa.DataType] = {
    "str": STRING,
    "str | None": STRING,
    "int": INT,
    "float | None": pa.float32(),
    "bool": pa.bool_(),
    "datetime | None": TIME,
    "tuple[str, ...]": STRINGS,
}

DOCUMENT_FIELDS = tuple(f.name for f in fields(Document) if f.name != "paragraphs")
_DOCUMENT = [pa.field(f.name, _TYPES[str(f.type)]) for f in fields(Document) if f.name != "paragraphs"]

UNDERSTOOD = pa.schema(
    [
        *_DOCUMENT,
        ("item_key", STRING),
        ("kinds", STRINGS),
        ("texts", STRINGS),
        ("span_counts", INTS),
        ("span_starts", INTS),
        ("span_ends", INTS),
        ("exact", pa.list_(pa.bool_())),
        ("raw", pa.list_(pa.binary())),
        ("tag_paths", STRINGS),
        ("mode", STRING),
        ("page_type", STRING),
        ("width", INT),
        ("features", pa.list_(pa.float32())),
        ("hits", pa.list_(STRINGS)),
        ("as_content", STRINGS),
        ("as_chrome", STRINGS),
        ("repeat_of", INTS),
    ]
)
"""One row a document: what it is, its paragraphs as parallel lists, and the judge's evidence.

`span_counts` says how many of the `span_starts` and `span_ends` (byte) belong to each paragraph; `features` is the
evidence matrix by rows, `width` values a paragraph that is not blank; `item_key` names the input it was read from.
"""


def understood_batch(items: Sequence[tuple[str, Understood]]) -> pa.RecordBatch:
    """Return understood documents, each with the key of its input, as one batch."""
    documents = [u.document for _, u in items]
    evidence = [u.evidence for _, u in items]
    columns: dict[str, Any] = {name: [getattr(d, name) for d in documents] for name in DOCUMENT_FIELDS}
    columns["item_key"] = [key for key, _ in items]
    columns |= _paragraph_columns(documents)
    columns |= {
        "mode": [e.mode if e else None for e in evidence],
        "page_type": [e.page_type if e else None for e in evidence],
        "width": [e.matrix.shape[1] if e else 0 for e in evidence],
        "hits": [e.hits if e else () for e in evidence],
        "as_content": [e.as_content if e else () for e in evidence],
        "as_chrome": [e.as_chrome if e else () for e in evidence],
        "repeat_of": [e.repeat_of if e else () for e in evidence],
    }
    arrays = {name: pa.array(values, UNDERSTOOD.field(name).type) for name, values in columns.items()}
    arrays["features"] = _matrices(evidence)
    return pa.RecordBatch.from_arrays([arrays[name] for name in UNDERSTOOD.names], schema=UNDERSTOOD)


def _paragraph_columns(documents: Sequence[Document]) -> dict[str, Any]:
    every = [d.paragraphs for d in documents]
    return {
        "kinds": [[p.kind for p in ps] for ps in every],
        "texts": [[storable(p.source_text) for p in ps] for ps in every],
        "span_counts": [[len(p.spans) for p in ps] for ps in every],
        "span_starts": [[start for p in ps for start, _ in p.spans] for ps in every],
        "span_ends": [[end for p in ps for _, end in p.spans] for ps in every],
        "exact": [[p.spans_exact for p in ps] for ps in every],
        "raw": [[p.source_bytes for p in ps] for ps in every],
        "tag_paths": [[p.tag_path for p in ps] for ps in every],
    }


def storable(text: str) -> str:
    """Return the text with lone surrogates as U+FFFD: Parquet strings are UTF-8."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() and _has_surrogate(text) else text


def _has_surrogate(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _matrices(evidence: Sequence[PageFeatures | None]) -> pa.Array:
    flat = [e.matrix.ravel() if e else np.zeros(0, np.float32) for e in evidence]
    offsets = np.concatenate(([0], np.cumsum([len(f) for f in flat]))).astype(np.int32)
    values = np.concatenate(flat) if flat else np.zeros(0, np.float32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values, pa.float32()))


def understood_rows(batch: pa.RecordBatch) -> Iterator[Understood]:
    """Yield the documents of a batch of `UNDERSTOOD` (more columns may stand beside its own)."""
    names = [name for name in UNDERSTOOD.names if name != "features"]
    columns = {name: batch.column(name).to_pylist() for name in names}
    features = batch.column("features")
    for i in range(batch.num_rows):
        row = {name: columns[name][i] for name in names}
        yield Understood(_document(row), _evidence(row, features[i].values))


def _document(row: dict[str, Any]) -> Document:
    head = {name: row[name] for name in DOCUMENT_FIELDS}
    for name in ("authors", "quality_flags"):
        head[name] = tuple(head[name])
    return Document(**head, paragraphs=tuple(_paragraphs(row)))


def _paragraphs(row: dict[str, Any]) -> Iterator[Paragraph]:
    spans = iter(zip(row["span_starts"], row["span_ends"], strict=True))
    lists = (row[name] for name in ("kinds", "texts", "span_counts", "exact", "raw", "tag_paths"))
    for position, (kind, text, count, exact, raw, path) in enumerate(zip(*lists, strict=True)):
        here = tuple(next(spans) for _ in range(count))
        yield Paragraph(position, Kind(kind), text, here, exact, raw, path)


def _evidence(row: dict[str, Any], features: pa.Array | None) -> PageFeatures | None:
    if row["mode"] is None or features is None:
        return None
    return PageFeatures(
        row["mode"],
        features.to_numpy().reshape(len(row["hits"]), row["width"]),
        tuple(tuple(h) for h in row["hits"]),
        tuple(Role(r) for r in row["as_content"]),
        tuple(Role(r) for r in row["as_chrome"]),
        tuple(row["repeat_of"]),
        row["page_type"],
    )


def micros(time: datetime | None) -> int | None:
    """Return a UTC time as microseconds since 1970, for SQL."""
    return None if time is None else round(time.timestamp() * 1_000_000)
