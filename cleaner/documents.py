"""The documents of a run: all that was ever understood, which of it is live, and the facts that they tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

from cleaner import queries
from cleaner.engine.base import Engine, Table
from cleaner.records import Document

ITEM_KEY = pa.field("item_key", pa.string())
IDENTITY = ("doc_id", "outlet")
"""Columns of facts that name their document."""


@dataclass(frozen=True)  # no slots: a number is kept
class Documents:
    """`understood` only grows; `live` names the rows of it that are inputs today, by (`doc_id`, `item_key`)."""

    engine: Engine
    understood: Table
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
        return self.engine.rows(count, rows=self.understood) == self.engine.rows(count, rows=self.live)


def homes(documents: Sequence[Document]) -> list[str]:
    """Return the outlet of each document; one without is an outlet of its own."""
    return [document.outlet or f"\0{document.doc_id}" for document in documents]
