"""Rows of decisions, gathered into one row a document, so that a document travels with all that concerns it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.columnar import listed
from cleaner.engine.base import Engine, Query, Table
from cleaner.engine.following import together

PACKED = pa.schema([("doc_id", pa.string()), ("payload", pa.string()), ("key", pa.string())])
"""One row a document that a decision touches: its rows as JSON, and a hash of them."""


def pack(engine: Engine, name: str, rows: Table | Query, columns: tuple[str, ...]) -> Table:
    """Return the table `name` of `PACKED`: the rows of each `doc_id`, sorted by `columns`, as a JSON list of lists."""
    order = ", ".join(("doc_id", *columns))
    return engine.sink(name, rows, order, partial(_packed, columns=columns), PACKED)


def unpack(payload: str | None) -> list[list[Any]]:
    """Return the rows that `pack` put into a payload; none where there is no payload."""
    return json.loads(payload) if payload else []


def _packed(batches: Iterator[pa.RecordBatch], columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    for batch in together(batches, "doc_id"):
        runs = pc.run_end_encode(batch.column("doc_id"))
        rows = _in_brackets(pc.binary_join_element_wise(*(_json(batch.column(name)) for name in columns), ","))
        sizes = np.diff(runs.run_ends.to_numpy(), prepend=0)
        payloads = _in_brackets(pc.binary_join(listed(sizes, rows), ","))
        keys = [hashlib.blake2b(payload.as_buffer(), digest_size=8).hexdigest() for payload in payloads]
        yield pa.RecordBatch.from_arrays([runs.values, payloads, pa.array(keys, pa.string())], schema=PACKED)


def _in_brackets(texts: pa.StringArray) -> pa.StringArray:
    return pc.binary_join_element_wise("[", texts, "]", "")


def _json(column: pa.Array) -> pa.StringArray:
    """Return values as JSON has them; of texts each distinct one is converted once."""
    if pa.types.is_string(column.type):
        encoded = column.dictionary_encode()
        texts = [json.dumps(text, ensure_ascii=False) for text in encoded.dictionary.to_pylist()]
        return pc.fill_null(pa.array(texts, pa.string()).take(encoded.indices), "null")
    return pc.fill_null(column.cast(pa.string()), "null")
