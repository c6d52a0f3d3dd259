"""The edits of settled paragraphs as a column, with the bytes of the source that each of them covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Ints
from cleaner.columnar import listed
from cleaner.records import Edit
from cleaner.settle import Fates
from cleaner.understand import FLATTENED_TEXT
from cleaner.writing.schema import EDITS

EDIT = pa.struct([(field.name, field.type) for field in EDITS if field.name not in ("doc_id", "paragraph_id")])
_MADE = ("edit_no", "source_byte_start", "source_byte_end")


def edits_column(rows: pa.RecordBatch, sources: Mapping[str, pa.Array], fates: Fates, owners: Ints) -> pa.ListArray:
    """Return the edits of each paragraph, numbered through its document: the one of `rows` that `owners` names."""
    sizes = np.zeros(len(owners), np.int64)
    sizes[np.flatnonzero(fates.kept)[list(fates.edits)]] = list(map(len, fates.edits.values()))
    edits = list(chain.from_iterable(fates.edits.values()))
    of = np.repeat(np.arange(len(owners)), sizes)
    ranges = np.array(list(_byte_ranges(rows, sources, edits, of, owners[of])), np.int64).reshape(-1, 2)
    made = (np.arange(len(of)) - np.searchsorted(owners[of], owners[of]), *ranges.T)
    columns = dict(zip(_MADE, made, strict=True)) | {
        field.name: [getattr(edit, field.name) for edit in edits] for field in EDIT if field.name not in _MADE
    }
    arrays = [pa.array(columns[field.name], field.type) for field in EDIT]
    return listed(sizes, pa.StructArray.from_arrays(arrays, fields=list(EDIT)))


def _byte_ranges(
    rows: pa.RecordBatch, sources: Mapping[str, pa.Array], edits: Sequence[Edit], of: Ints, owners: Ints
) -> Iterator[tuple[int, int]]:
    """Yield the source bytes that edits cover: exact in flattened text, else those of the paragraph of each."""
    is_text = pc.equal(rows.column("extractor"), FLATTENED_TEXT)
    encodings = pc.if_else(is_text, rows.column("encoding_used"), None).take(pa.array(owners))
    columns = (sources[name].take(pa.array(of)) for name in ("source_byte_start", "source_byte_end", "source_text"))
    as_they_are = sources["source_bytes"].take(pa.array(of)).is_null()
    told = zip(edits, *(column.to_pylist() for column in (*columns, encodings, as_they_are)), strict=True)
    for edit, first, last, text, encoding, is_plain in told:
        if encoding is None or not is_plain:
            yield first, last
        else:
            start = first + len(text[: edit.char_start].encode(encoding, "replace"))
            yield start, start + len(text[edit.char_start : edit.char_end].encode(encoding, "replace"))
