"""The documents of a run: all that was ever understood, which of it is live, and the facts that they tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner import queries
from cleaner.engine.base import Engine, Table

ITEM_KEY = pa.field("item_key", pa.string())
IDENTITY = ("doc_id", "outlet")
"""Columns of facts that name their document: they are stored once with it, not once a fact."""


def fact_type(schema: pa.Schema) -> pa.ListType:
    """Return the type of a column that holds the facts of a document."""
    return pa.list_(pa.struct([field for field in schema if field.name not in IDENTITY]))


@dataclass(frozen=True)  # no slots: a number is kept
class Documents:
    """`understood` only grows; `live` names the rows of it that are inputs today, by (`doc_id`, `item_key`)."""

    engine: Engine
    understood: Table
    live: Table

    def facts(self, name: str, schema: pa.Schema) -> Table:
        """Return the table of what the column `name` of the live documents tells, with their `item_key`."""
        every = self.engine.derive(name, Facts(name), self.understood, schema.append(ITEM_KEY))
        if self._all_live:
            return every
        return self.engine.sql(f"{name}_live", queries.FACTS_OF_LIVE, facts=every, live=self.live)

    @cached_property
    def _all_live(self) -> bool:
        count = "SELECT count(*) FROM rows"
        return self.engine.rows(count, rows=self.understood) == self.engine.rows(count, rows=self.live)


@dataclass(frozen=True, slots=True)
class Facts:
    """The map from documents to the rows that one column of them holds, each with its document's identity."""

    name: str
    recurring = True

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return [*IDENTITY, ITEM_KEY.name, self.name]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the facts of each batch of documents."""
        for batch in batches:
            facts = batch.column(self.name)
            sizes = pc.list_value_length(facts).to_numpy()
            of_document = pa.array(np.repeat(np.arange(batch.num_rows), sizes))
            rows = facts.flatten()
            columns = (batch.column("doc_id"), _homes(batch), *rows.flatten(), batch.column(ITEM_KEY.name))
            names = (*IDENTITY, *(field.name for field in rows.type), ITEM_KEY.name)
            identity = (*IDENTITY, ITEM_KEY.name)
            yield pa.RecordBatch.from_pydict(
                {
                    name: column.take(of_document) if name in identity else column
                    for name, column in zip(names, columns, strict=True)
                }
            )


def _homes(batch: pa.RecordBatch) -> pa.Array:
    """Return the outlet of each document; one without is an outlet of its own."""
    names = zip(batch.column("doc_id").to_pylist(), batch.column("outlet").to_pylist(), strict=True)
    return pa.array([outlet or f"\0{doc_id}" for doc_id, outlet in names], pa.string())
