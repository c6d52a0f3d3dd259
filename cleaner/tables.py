"""The inner tables: what stages hand to one another through Parquet, and the way from records to rows and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from cleaner.chrome.evidence import Matrix, PageFeatures
from cleaner.coded import coded
from cleaner.columnar import encoded, listed, nested, stored
from cleaner.records import Document
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
        ("mode", STRING),
        ("page_type", STRING),
        ("width", INT),
        ("features", pa.binary()),
        ("in_menu", pa.list_(pa.bool_())),
        ("hits", STRINGS),
        ("as_content", STRINGS),
        ("as_chrome", STRINGS),
        ("repeat_of", INTS),
        ("mended", STRING),
        ("case", STRING),
    ]
)
"""One row a document: what it is, its paragraphs as parallel lists, and the judge's evidence.

`span_counts` says how many of the `span_starts` and `span_ends` (byte) belong to each paragraph; `features` is the
evidence matrix by columns (bytes of float32, little-endian), `width` values for each paragraph that is neither blank
nor `in_menu`; `hits` are the rules that hit each one that is not blank, one a line; `item_key` names the input it was
read from; `mended` are the edits by which the encoding and spacing of paragraphs are repaired, `case` notes where words
may change their case.
"""


def understood_batch(items: Sequence[tuple[str, Understood]], repairs: Mapping[str, pa.Array]) -> pa.RecordBatch:
    """Return understood documents, each with the key of its input, and columns that tell of repairs as one batch."""
    documents = [u.document for _, u in items]
    columns: dict[str, Any] = {name: [getattr(d, name) for d in documents] for name in DOCUMENT_FIELDS}
    columns["item_key"] = [key for key, _ in items]
    columns |= _paragraph_columns(documents) | _evidence_columns([u.evidence for _, u in items]) | dict(repairs)
    arrays = (
        values if isinstance(values, pa.Array) else pa.array(values, UNDERSTOOD.field(name).type)
        for name, values in ((name, columns[name]) for name in UNDERSTOOD.names)
    )
    return pa.RecordBatch.from_arrays(list(arrays), schema=UNDERSTOOD)


def _paragraph_columns(documents: Sequence[Document]) -> dict[str, pa.Array]:
    every = [d.paragraphs for d in documents]
    sizes = list(map(len, every))
    kinds, texts, spans, exact, raw = (
        list(chain.from_iterable(getattr(paragraphs, name) for paragraphs in every))
        for name in ("kinds", "texts", "spans", "exact", "raw")
    )
    span_counts = np.fromiter(map(len, spans), np.int64, len(spans))
    before = np.concatenate(([0], np.cumsum(span_counts)))[np.cumsum([0, *sizes])]
    places = np.fromiter(chain.from_iterable(chain.from_iterable(spans)), np.int64).reshape(-1, 2)
    return {
        "kinds": listed(sizes, encoded(coded(kinds), STRING)),
        "texts": listed(sizes, _texts(texts)),
        "span_counts": listed(sizes, pa.array(span_counts)),
        "span_starts": listed(np.diff(before), pa.array(places[:, 0])),
        "span_ends": listed(np.diff(before), pa.array(places[:, 1])),
        "exact": listed(sizes, pa.array(exact, pa.bool_())),
        "raw": listed(sizes, pa.array(raw, pa.binary())),
    }


def _texts(texts: Sequence[str]) -> pa.StringArray:
    try:
        return pa.array(texts, STRING)
    except UnicodeEncodeError:
        return pa.array(stored(texts), STRING)


def _evidence_columns(evidence: Sequence[PageFeatures | None]) -> dict[str, Any]:
    sizes = [len(e) if e else 0 for e in evidence]
    some = [e for e in evidence if e]
    return {
        "mode": [e.mode if e else None for e in evidence],
        "page_type": [e.page_type if e else None for e in evidence],
        "width": [e.matrix.shape[1] if e else 0 for e in evidence],
        "features": _matrices([e.matrix if e else _NONE for e in evidence]),
        "in_menu": listed(sizes, pa.array(np.concatenate([_NO_FLAGS, *(e.in_menu for e in some)]))),
        "hits": listed(sizes, encoded(coded(map("\n".join, chain.from_iterable(e.hits for e in some))), STRING)),
        "as_content": listed(sizes, encoded(coded(chain.from_iterable(e.as_content for e in some)), STRING)),
        "as_chrome": listed(sizes, encoded(coded(chain.from_iterable(e.as_chrome for e in some)), STRING)),
        "repeat_of": nested([e.repeat_of if e else () for e in evidence], pa.int64()),
    }


_NONE, _NO_FLAGS = np.empty((0, 0), np.float32), np.empty(0, np.bool_)


def _matrices(matrices: Sequence[Matrix]) -> pa.BinaryArray:
    """Return matrices as bytes, column by column."""
    ends = np.cumsum([0, *(matrix.nbytes for matrix in matrices)], dtype=np.int32)
    data = np.concatenate([matrix.T.ravel() for matrix in matrices]).astype("<f4", copy=False)
    return pa.BinaryArray.from_buffers(pa.binary(), len(matrices), [None, pa.py_buffer(ends), pa.py_buffer(data)])


def refused(row: pa.RecordBatch, reason: str) -> pa.RecordBatch:
    """Return one understood document without its paragraphs and evidence: failed, for this reason."""
    said = {"status": "failed", "status_reason": reason, "mode": None, "page_type": None}
    arrays = [
        pa.array([said[field.name]], field.type)
        if field.name in said
        else pa.array([[]], field.type)
        if pa.types.is_list(field.type) and field.name not in DOCUMENT_FIELDS
        else row.column(field.name)
        for field in row.schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=row.schema)
