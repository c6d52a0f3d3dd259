"""The edits of settled paragraphs, packed in a column, with the bytes of the source that each of them covers."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from operator import attrgetter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Ints
from cleaner.records import Edit
from cleaner.understand import FLATTENED_TEXT
from cleaner.writing.schema import EDITS

_TYPES = {field.name: field.type for field in EDITS if field.name not in ("doc_id", "paragraph_id")}
_MADE = ("edit_no", "source_byte_start", "source_byte_end")
_NAMES = [*_MADE, *(name for name in _TYPES if name not in _MADE)]
_told = attrgetter(*_NAMES[len(_MADE) :])


def packed_edits(
    edits: Collection[Sequence[Edit]], at: Ints, documents: Ints, sources: Mapping[str, pa.Array], rows: pa.RecordBatch
) -> pa.StringArray:
    """Return the edits of some paragraphs as JSON, those of a document numbered one after another.

    `at` are the rows of the paragraphs, of which `sources` are columns; `documents` tells the row in `rows` of the
    document of each.
    """
    of = np.repeat(at, list(map(len, edits)))
    owners = documents[of]
    numbers = iter((np.arange(len(of)) - np.searchsorted(owners, owners)).tolist())
    ranges = _byte_ranges(rows, sources, list(chain.from_iterable(edits)), of, owners)
    told = ([(next(numbers), *next(ranges), *_told(edit)) for edit in own] for own in edits)
    return pa.array([json.dumps(own, ensure_ascii=False) for own in told], pa.string())


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
