"""The edits of settled paragraphs as a column, with the bytes of the source that each of them covers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Ints
from cleaner.columnar import spread
from cleaner.records import Edit
from cleaner.settle import Fates
from cleaner.understand import FLATTENED_TEXT
from cleaner.writing.schema import EDITS

_TYPES = {field.name: field.type for field in EDITS if field.name not in ("doc_id", "paragraph_id")}
_MADE = ("edit_no", "source_byte_start", "source_byte_end")
_NAMES = [*_MADE, *(name for name in _TYPES if name not in _MADE)]
_told = attrgetter(*_NAMES[len(_MADE) :])


def edits_column(rows: pa.RecordBatch, sources: Mapping[str, pa.Array], fates: Fates, owners: Ints) -> pa.StringArray:
    """Return the edits of each paragraph as JSON, null where there are none.

    They are numbered through their document: the one of `rows` that `owners` names.
    """
    at = np.flatnonzero(fates.kept)[list(fates.edits)]
    of = np.repeat(at, list(map(len, fates.edits.values())))
    numbers = iter((np.arange(len(of)) - np.searchsorted(owners[of], owners[of])).tolist())
    edits = list(chain.from_iterable(fates.edits.values()))
    ranges = _byte_ranges(rows, sources, edits, of, owners[of])
    packed = [
        json.dumps([(next(numbers), *next(ranges), *_told(edit)) for edit in own], ensure_ascii=False)
        for own in fates.edits.values()
    ]
    has_edits = np.zeros(len(owners), np.bool_)
    has_edits[at] = True
    return spread(pa.array(packed, pa.string()), has_edits)


def edits_of(rows: pa.RecordBatch) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Return the edits that settled rows hold: the number of the row of each, and what is told of it, as columns."""
    column = rows.column("edits")
    found = list(map(json.loads, column.drop_null().to_pylist()))
    of = np.repeat(np.flatnonzero(column.is_valid()), list(map(len, found)))
    values = zip(*chain.from_iterable(found), strict=True) if found else ((),) * len(_NAMES)
    return pa.array(of), {name: pa.array(own, _TYPES[name]) for name, own in zip(_NAMES, values, strict=True)}


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
