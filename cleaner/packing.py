"""Rows of decisions, gathered into one row a document, so that a document travels with all that concerns it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import Any

import pyarrow as pa

from cleaner.engine.base import Engine, Query, Table

PACKED = pa.schema([("doc_id", pa.string()), ("payload", pa.string()), ("key", pa.string())])
"""One row a document that a decision touches: its rows as JSON, and a hash of them."""

_CHUNK = 1024


def pack(engine: Engine, name: str, rows: Table | Query, columns: tuple[str, ...]) -> Table:
    """Return the table `name` of `PACKED`: the rows of each `doc_id`, sorted by `columns`, as a JSON list of lists."""
    order = ", ".join(("doc_id", *columns))
    return engine.sink(name, rows, order, partial(_packed, columns=columns), PACKED)


def unpack(payload: str | None) -> list[list[Any]]:
    """Return the rows that `pack` put into a payload; none where there is no payload."""
    return json.loads(payload) if payload else []


def _packed(batches: Iterator[pa.RecordBatch], columns: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    rows = (
        row
        for batch in batches
        for row in zip(*(batch.column(name).to_pylist() for name in ("doc_id", *columns)), strict=True)
    )
    done: list[tuple[str, str, str]] = []
    for doc_id, group in groupby(rows, key=lambda row: row[0]):
        payload = json.dumps([row[1:] for row in group], ensure_ascii=False, separators=(",", ":"))
        done.append((doc_id, payload, hashlib.blake2b(payload.encode(), digest_size=8).hexdigest()))
        if len(done) == _CHUNK:
            yield _batch(done)
            done = []
    if done:
        yield _batch(done)


def _batch(rows: list[tuple[str, str, str]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(c, pa.string()) for c in zip(*rows, strict=True)], schema=PACKED)
