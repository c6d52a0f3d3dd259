"""What is settled of documents themselves, in one column of settled rows: the values of a document as strings.

A column each would cost every row of a paragraph something, though it has none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Flags
from cleaner.columnar import listed
from cleaner.tables import DOCUMENT_FIELDS, UNDERSTOOD
from cleaner.writing.schema import DOCUMENTS

LISTS = ("authors", "quality_flags")
"""What is a list of strings has a column of its own."""
_FOLLOWS = (
    *("page_type", "title", "title_source", "text_sha256", "text_num_chars", "text_num_words"),
    *("paragraph_count", "removed_paragraph_count", "removed_char_count", "removed_ratio", "edit_count"),
)
_TYPES: dict[str, pa.DataType] = {
    **{name: UNDERSTOOD.field(name).type for name in DOCUMENT_FIELDS},
    **{name: DOCUMENTS.field(name).type for name in _FOLLOWS if name not in DOCUMENT_FIELDS},
}
_SINGLE = tuple(name for name in _TYPES if name not in LISTS)


def document_columns(documents: Mapping[str, Any], head: Flags) -> dict[str, pa.Array]:
    """Return the columns that tell of documents, in the rows that are theirs; others hold nothing."""
    columns = {name: pa.array(documents[name], kind) for name, kind in _TYPES.items()}
    strings = pa.concat_arrays([_as_strings(columns[name]) for name in _SINGLE])
    by_document = np.arange(len(strings)).reshape(len(_SINGLE), -1).T.ravel()
    places = pa.array(np.cumsum(head) - 1, mask=~head)
    return {
        "document": listed(len(_SINGLE) * head, strings.take(pa.array(by_document))),
        **{name: columns[name].take(places) for name in LISTS},
    }


def documents_of(rows: pa.RecordBatch) -> dict[str, pa.Array]:
    """Return what settled rows tell of the documents whose own rows are among them, an item each."""
    strings = rows.column("document").flatten()
    first = np.arange(0, len(strings), len(_SINGLE))
    head = pc.less(rows.column("position"), 0)
    return {
        **{name: _from_strings(strings.take(pa.array(first + n)), _TYPES[name]) for n, name in enumerate(_SINGLE)},
        **{name: rows.column(name).filter(head) for name in LISTS},
    }


def _as_strings(column: pa.Array) -> pa.StringArray:
    return (column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column).cast(pa.string())


def _from_strings(strings: pa.StringArray, kind: pa.DataType) -> pa.Array:
    return (strings.cast(pa.int64()) if pa.types.is_timestamp(kind) else strings).cast(kind)
