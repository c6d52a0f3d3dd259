"""The documents of a run: all that was ever understood, which of it is live, and the facts that they tell."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from cleaner import queries
from cleaner.coded import Ints
from cleaner.engine.base import Engine, Table
from cleaner.records import Document

ITEM_KEY = pa.field("item_key", pa.string())
IDENTITY = ("doc_id", "outlet")
"""Columns of facts that name their document."""

KNOWN = pa.schema(
    [
        ("doc_id", pa.string()),
        ITEM_KEY,
        ("source_uri", pa.string()),
        ("document", pa.int64()),
        ("outlet", pa.int64()),
        ("room", pa.int64()),
        ("whole", pa.bool_()),
    ]
)
"""One row a document of `understood`: what is asked of all of them in each run, in few columns.

`document` is a number for the document as it came with this input, `outlet` one for its outlet; one without is an
outlet of its own.  `room` and `whole` are those of `casing_chances.Chances`, null where case is not repaired.
"""


@dataclass(frozen=True)  # no slots: a number is kept
class Documents:
    """`known` only grows; `live` names the rows of it that are inputs today, by (`doc_id`, `item_key`)."""

    engine: Engine
    known: Table
    live: Table

    def facts(self, name: str, schema: pa.Schema) -> Table:
        """Return the rows of live documents of a table that is written beside `understood`, with their `item_key`."""
        every = self.engine.made(name, schema)
        if self._all_live:
            return every
        return self.engine.sql(f"{name}_live", queries.FACTS_OF_LIVE, facts=every, live=self.live)

    @cached_property
    def _all_live(self) -> bool:
        count = "SELECT count(*) FROM rows"
        return self.engine.rows(count, rows=self.known) == self.engine.rows(count, rows=self.live)


def homes(documents: Sequence[Document]) -> list[str]:
    """Return the outlet of each document; one without is an outlet of its own."""
    return [document.outlet or f"\0{document.doc_id}" for document in documents]


def document_numbers(documents: Sequence[Document], item_keys: Sequence[str]) -> Ints:
    """Return the numbers of documents of inputs with these keys."""
    names = (f"{document.doc_id}/{key}" for document, key in zip(documents, item_keys, strict=True))
    return np.array(list(map(_number, names)), np.int64)


def known_rows(
    documents: Sequence[Document], item_keys: Sequence[str], numbers: Ints, room: pa.Array, whole: pa.Array
) -> pa.RecordBatch:
    """Return the rows of `KNOWN`."""
    names = ([d.doc_id for d in documents], item_keys, [d.source_uri for d in documents])
    outlets = pa.array(list(map(_number, homes(documents))), pa.int64())
    columns = [*(pa.array(column, pa.string()) for column in names), pa.array(numbers), outlets, room, whole]
    return pa.RecordBatch.from_arrays(columns, schema=KNOWN)


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)
