"""The tables that are drawn from settled rows: those of whole documents, with what reuse says beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.columnar import listed
from cleaner.settled import SETTLED, kept_flags, kept_texts, texts_of, whole_texts
from cleaner.settled_documents import documents_of
from cleaner.settled_edits import edits_of
from cleaner.settled_keys import KEYS
from cleaner.writing.schema import TABLES

Columns = Mapping[str, pa.Array]
NOTHING: Columns = {}

_KEY = "source_uri"
_SINGLE = {
    "is_canonical": False,
    "cluster_size": 1,
    "cluster_outlet_count": 1,
    "copy_count": 0,
    "outlet_count": 1,
    "copied_share": 0.0,
}
"""What holds of a paragraph that is in no cluster, or stands for none, and of a document that copies none."""
_OF_DOCUMENT = ("outlet", "url", "title", "authors", "published_at", "source_sha256")

EDITS = "edits"
READ = tuple(name for name in SETTLED.names if name not in ("outlet", "published_us", *KEYS))
"""The columns of settled rows that are told in the tables."""
READ_FOR_EDITS = (_KEY, "doc_id", "position", "paragraph_id", "edits")
"""Those that are told in the table of edits."""


def paragraphs(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return the paragraphs of the documents, as `paragraphs` has them."""
    wanted = pc.greater_equal(rows.column("position"), 0)
    status = pc.if_else(_collapsed(rows), "copy", rows.column("status"))
    return _table("paragraphs", rows, wanted, {"status": status.filter(wanted), "text": texts_of(rows).filter(wanted)})


def corpus(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return the paragraphs that are kept and stand for themselves, with what is known of their documents."""
    kept = pc.and_not(pa.array(kept_flags(rows)), _collapsed(rows))
    head = _heads(rows)
    of_document = pa.array(np.cumsum(head) - 1).filter(kept)
    every = documents_of(rows)
    told = {name: every[name].take(of_document) for name in _OF_DOCUMENT}
    outlet = told["outlet"]
    none = listed(np.zeros(len(outlet), np.int64), pa.array([], pa.string()))
    alone = listed(outlet.is_valid().to_numpy(zero_copy_only=False), outlet.drop_null())
    told["text"] = kept_texts(rows, kept)
    told["authors"] = pc.coalesce(told["authors"], none)
    told["outlets"] = pc.coalesce(rows.column("outlets").filter(kept), alone)
    told["copy_ids"] = pc.coalesce(rows.column("copy_ids").filter(kept), none)
    return _table("corpus", rows, kept, told)


def documents(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return the documents; one that copies none has a copied share of nought."""
    wanted = pa.array(_heads(rows))
    told = documents_of(rows)
    text = pc.if_else(pc.equal(told["status"], "kept"), whole_texts(rows), None)
    return _table("documents", rows, wanted, {**told, "text": text})


def edits(rows: pa.RecordBatch) -> pa.RecordBatch:
    """Return the edits that the paragraphs of the documents hold."""
    of_paragraph, columns = edits_of(rows)
    columns |= {name: rows.column(name).take(of_paragraph) for name in ("doc_id", "paragraph_id", _KEY)}
    return _batch("edits", columns)


DRAWN: dict[str, Callable[[pa.RecordBatch], pa.RecordBatch]] = {
    "paragraphs": paragraphs,
    "corpus": corpus,
    "documents": documents,
    EDITS: edits,
}
"""Tables by name, with what draws them from the rows of whole documents."""


def _heads(rows: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which rows are those of the documents themselves, each before those of its paragraphs."""
    heads: np.ndarray[tuple[int], np.dtype[np.bool_]] = rows.column("position").to_numpy() < 0
    return heads


def _collapsed(rows: pa.RecordBatch) -> pa.BooleanArray:
    return rows.column("collapsed").fill_null(fill_value=False)


def _table(name: str, rows: pa.RecordBatch, wanted: pa.BooleanArray, told: Columns = NOTHING) -> pa.RecordBatch:
    """Return the wanted rows as rows of a table; `told` are columns that its rows have."""
    names = (column for column in _names(name) if column not in told)
    found = {column: rows.column(column).filter(wanted) for column in names}
    single = {column: found[column].fill_null(value) for column, value in _SINGLE.items() if column in found}
    return _batch(name, {**found, **single, **told})


def _batch(name: str, columns: Columns) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({column: columns[column] for column in _names(name)})


def _names(name: str) -> list[str]:
    """Return the columns of a table, and the key that it is sorted by."""
    return list(dict.fromkeys((*TABLES[name].names, _KEY)))
