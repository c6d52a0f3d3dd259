"""The tables that are drawn from settled rows: those of whole documents, with what reuse says beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
Names = Sequence[str] | None
"""The columns of a table that are asked for: those of `OF_REUSE`, or all (none is named)."""

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
_OF_DOCUMENT = ("url", "title", "authors", "published_at", "source_sha256")

CORPUS, EDITS = "corpus", "edits"
READ = tuple(name for name in SETTLED.names if name not in ("published_us", *KEYS))
"""The columns of settled rows that are told in the tables."""
READ_FOR_EDITS = (_KEY, "doc_id", "position", "paragraph_id", "edits")
"""Those that are told in the table of edits."""
READ_FOR_REUSE = (*READ_FOR_EDITS, "status", "outlet")
"""Those that tell what reuse says, and edits."""

OF_REUSE: Mapping[str, Sequence[str]] = {
    "paragraphs": (
        *("status", "cluster_id", "is_canonical", "canonical_similarity", "cluster_size", "cluster_outlet_count"),
    ),
    "corpus": (
        *("cluster_id", "copy_count", "outlet_count", "outlets", "copy_ids", "first_outlet", "first_published_at"),
    ),
    "documents": ("copy_of", "copied_share"),
}
"""The columns of tables that follow from reuse; all others, and which rows there are, follow from what was settled.

Which rows the corpus has follows from reuse, too."""


def paragraphs(rows: pa.RecordBatch, names: Names = None) -> pa.RecordBatch:
    """Return the paragraphs of the documents, as `paragraphs` has them."""
    wanted = pc.greater_equal(rows.column("position"), 0)
    told = {"status": pc.if_else(_collapsed(rows), "copy", rows.column("status")).filter(wanted)}
    text = NOTHING if names else {"text": texts_of(rows).filter(wanted)}
    return _table("paragraphs", rows, wanted, {**told, **text}, names)


def corpus(rows: pa.RecordBatch, names: Names = None) -> pa.RecordBatch:
    """Return the paragraphs that are kept and stand for themselves, with what is known of their documents."""
    kept = in_corpus(rows)
    outlet, outlets, copy_ids = (rows.column(name).filter(kept) for name in ("outlet", "outlets", "copy_ids"))
    none = listed(np.zeros(len(outlet), np.int64), pa.array([], pa.string()))
    alone = listed(outlet.is_valid().to_numpy(zero_copy_only=False), outlet.drop_null())
    told = {"outlets": pc.coalesce(outlets, alone), "copy_ids": pc.coalesce(copy_ids, none)}
    if not names:
        of_document, every = pa.array(np.cumsum(_heads(rows)) - 1).filter(kept), documents_of(rows)
        told |= {name: every[name].take(of_document) for name in _OF_DOCUMENT}
        told |= {"authors": pc.coalesce(told["authors"], none), "text": kept_texts(rows, kept)}
    return _table("corpus", rows, kept, told, names)


def in_corpus(rows: pa.RecordBatch) -> pa.BooleanArray:
    """Tell which rows are those of paragraphs that the corpus has."""
    return pc.and_not(pa.array(kept_flags(rows)), _collapsed(rows))


def documents(rows: pa.RecordBatch, names: Names = None) -> pa.RecordBatch:
    """Return the documents; one that copies none has a copied share of nought."""
    told = {} if names else documents_of(rows)
    if told:
        told["text"] = pc.if_else(pc.equal(told["status"], "kept"), whole_texts(rows), None)
    return _table("documents", rows, pa.array(_heads(rows)), told, names)


def edits(rows: pa.RecordBatch, names: Names = None) -> pa.RecordBatch:
    """Return the edits that the paragraphs of the documents hold."""
    of_paragraph, columns = edits_of(rows)
    columns |= {name: rows.column(name).take(of_paragraph) for name in ("doc_id", "paragraph_id", _KEY)}
    return _batch(columns, names or _names(EDITS))


DRAWN: Mapping[str, Callable[[pa.RecordBatch, Names], pa.RecordBatch]] = {
    "paragraphs": paragraphs,
    "corpus": corpus,
    "documents": documents,
    EDITS: edits,
}
"""Tables by name, with what draws them, or some columns, from the rows of whole documents."""


def _heads(rows: pa.RecordBatch) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which rows are those of the documents themselves, each before those of its paragraphs."""
    heads: np.ndarray[tuple[int], np.dtype[np.bool_]] = rows.column("position").to_numpy() < 0
    return heads


def _collapsed(rows: pa.RecordBatch) -> pa.BooleanArray:
    return rows.column("collapsed").fill_null(fill_value=False)


def _table(name: str, rows: pa.RecordBatch, wanted: pa.BooleanArray, told: Columns, names: Names) -> pa.RecordBatch:
    """Return the wanted rows as rows of a table, or the named columns; `told` are columns that its rows have."""
    names = names or _names(name)
    found = {column: rows.column(column).filter(wanted) for column in names if column not in told}
    single = {column: found[column].fill_null(value) for column, value in _SINGLE.items() if column in found}
    return _batch({**found, **single, **told}, names)


def _batch(columns: Columns, names: Sequence[str]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({name: columns[name] for name in names})


def _names(name: str) -> list[str]:
    """Return the columns of a table, and the key that it is sorted by."""
    return list(dict.fromkeys((*TABLES[name].names, _KEY)))
