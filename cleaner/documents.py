"""The documents of a run: all that was ever understood, and which of it is live; facts of them grow as they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from cleaner import queries
from cleaner.engine.base import Batches, Engine, Table

ITEM_KEY = pa.field("item_key", pa.string())


@dataclass(frozen=True, slots=True)
class Documents:
    """`understood` only grows; `live` names the rows of it that are inputs today, by (`doc_id`, `item_key`)."""

    engine: Engine
    understood: Table
    live: Table

    def facts(self, name: str, fn: Batches, schema: pa.Schema) -> Table:
        """Return what `fn` tells of the live documents, with their `item_key`; only new ones are looked at.

        `fn` must keep `doc_id` in each row it yields, and look at one batch at a time.
        """
        every = self.engine.derive(name, Keyed(fn), self.understood, schema.append(ITEM_KEY))
        count = "SELECT count(*) FROM understood"
        if self.engine.rows(count, understood=self.understood) == self.engine.rows(count, understood=self.live):
            return every
        return self.engine.sql(f"{name}_live", queries.FACTS_OF_LIVE, facts=every, live=self.live)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A map from documents to facts whose rows also tell the `item_key` of their document."""

    fn: Batches

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the rows of `fn` for each batch."""
        for batch in batches:
            ids, keys = batch.column("doc_id"), batch.column("item_key")
            for facts in self.fn(iter((batch,))):
                at = pc.index_in(facts.column("doc_id"), ids)
                yield facts.append_column(ITEM_KEY, keys.take(at))
