"""The contract of an engine: three verbs over tables, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pyarrow as pa

Table = Path
"""A table is a directory of Parquet files; it may hold none of them (an empty table) but always has a schema."""

Batches = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""A map over record batches: pure, picklable, independent of how rows fall into batches."""


class Engine(Protocol):
    """What a pipeline may ask for.  Every verb returns the directory of the table it made.

    SQL texts keep to a portable subset: BIGINT, STRING and BOOLEAN columns; joins, GROUP BY, DISTINCT, UNION, windows
    with a total order, integer arithmetic, `CAST(sum(x) AS BIGINT)`.  Text, floats, hashes and division belong in maps.
    """

    def map(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name`: `fn` over every batch of `src`, in any order, in child processes."""
        ...

    def sql(self, name: str, query: str, **tables: Table) -> Table:
        """Return the table `name`: the rows of `query`, which names its inputs by the keywords."""
        ...

    def rows(self, query: str, **tables: Table) -> list[tuple[object, ...]]:
        """Return the rows of a query whose answer is small."""
        ...

    def export(self, src: Table, order: str, write: Batches) -> list[tuple[object, ...]]:
        """Hand the rows of `src`, sorted by `order`, to `write`, one pass; return what `write` yields, as rows."""
        ...
