"""The contract of an engine: three verbs over tables, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Generic, NamedTuple, Protocol, TypeVar

import pyarrow as pa

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

Table = Path
"""A table is a directory of Parquet files; it may hold none of them (an empty table) but always has a schema."""

Batches = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""A map over record batches: pure, picklable, independent of how rows fall into batches.

One that has `columns` (names) reads those of its table alone; one that has `beside` (schemas by the names of tables)
yields `Several`."""


class Several(NamedTuple):
    """Rows of a table, and those of other tables that came of the same work, by the names of the tables."""

    rows: pa.RecordBatch
    beside: Mapping[str, pa.RecordBatch]


class Query(NamedTuple):
    """Rows that are asked for where they are used, and written nowhere: SQL over named tables."""

    text: str
    tables: dict[str, Table]


class Writing(Protocol[T_co]):
    """What takes rows as they come, and says in the end what came of them."""

    def add(self, rows: pa.RecordBatch) -> None:
        """Take rows."""
        ...

    def done(self) -> T_co:
        """Return what came of all of them."""
        ...


class Drawn(NamedTuple, Generic[T]):
    """A table that is drawn from sorted rows: `shape` makes its rows, `begin` what writes a part of them.

    A part has a number; where there is one part it has none.  `shape` gets all rows of one value of the first column
    at once, and keeps their order.
    """

    shape: Callable[[pa.RecordBatch], pa.RecordBatch]
    begin: Callable[[int | None], Writing[T]]


NOTHING: Mapping[str, pa.Schema] = {}
"""Tables beside one that stands alone."""

Progress = Callable[[str, int, int], None]
"""Called with the name of the table in work, the tasks done and the tasks in all."""


def silent(_name: str, _done: int, _total: int) -> None:
    """Report nothing."""


class EngineError(RuntimeError):
    """What an engine could not carry out, for a reason outside this package: no space, too little memory, no Spark."""


class Engine(Protocol):
    """What a pipeline may ask for.  Every verb returns the directory of the table it made.

    SQL texts keep to a portable subset: BIGINT, STRING and BOOLEAN columns; joins, GROUP BY, DISTINCT, UNION, windows
    with a total order, integer arithmetic, `CAST(sum(x) AS BIGINT)`, parts of ids.  Text, floats, hashes and division
    belong in maps.
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

    def append(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name` with what `fn` makes of `src` added to what an earlier run left.

        A map that yields `Several` adds to the tables beside it, too: `made` gives them.  They have files of the same
        names, and none counts without the others.
        """
        ...

    def derive(self, name: str, fn: Batches, src: Table, schema: pa.Schema) -> Table:
        """Return the table `name`: `fn` over `src`, a table that only `append` or `revise` makes.

        New files of `src` are read alone; what came of files that are gone goes.
        """
        ...

    def revise(self, name: str, fn: Batches, src: Table, beside: Table, schema: pa.Schema) -> Table:
        """Return the table `name`: what `fn` makes of the rows of `src` that `beside` names, with its columns appended.

        `beside` has one row a document: `doc_id` and `item_key` name the row of `src`, `decision_key` what the others
        tell.  `fn` keeps `doc_id` in each row it yields.  Rows of an earlier run are used again where a document's
        `decision_key` is the same.  `src` is a table that only `append` makes.
        """
        ...

    def groups(self, name: str, schema: pa.Schema, groups: Iterator[list[pa.RecordBatch]]) -> Table:
        """Return the table `name`, made of batches in hand, each group of them a task of its own."""
        ...

    def made(self, name: str, schema: pa.Schema, beside: Mapping[str, pa.Schema] = NOTHING) -> Table:
        """Return the table `name` as it stands, or an empty one; with `beside`, what all of these tables have alike."""
        ...

    def thinned(self, table: Table, key: str, live: Table) -> Table:
        """Return a table that `append` made, without files most of whose rows have no row in `live` of the same `key`.

        Nothing is removed while most rows of the table have one.  Rows that go with others are missed by the next
        look, and made again.
        """
        ...

    def united(self, name: str, *tables: Table) -> Table:
        """Return the table `name`: the rows of tables with the same columns, whose files are copied."""
        ...

    def table(self, name: str, schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Table:
        """Return the table `name`, made of batches in hand; for what is small or already streams."""
        ...

    def sink(self, name: str, src: Table | Query, order: str, write: Batches, schema: pa.Schema) -> Table:
        """Return the table `name`: what `write` makes of the rows of `src`, sorted by `order`.

        An engine may cut the sorted rows wherever the first column of `order` changes and hand each piece to a `write`
        of its own: what `write` makes of a row may depend on rows of that same first value only.
        """
        ...

    def export(self, src: Table | Query, order: str, write: Callable[[Iterator[pa.RecordBatch]], T]) -> T:
        """Return what `write` returns when it is handed the rows of `src`, sorted by `order`, in one pass.

        All rows come by the caller, one batch after another: for lists of inputs, ids and hashes, not for texts.
        """
        ...

    def placed(
        self, query: str, src: Table, order: str, take: Callable[[Iterator[pa.RecordBatch]], T], **tables: Table
    ) -> T:
        """Return what `take` returns for the sorted rows of a query over `placed` and the named tables.

        `placed` has the rows of `src`, each with its place: `file`, a name without its suffix, and `number`, counted
        from 0 within the file.
        """
        ...

    def meanwhile(self, work: Callable[[], T]) -> Callable[[], T]:
        """Return what waits for `work` and returns its result, or raises what it raised.

        It may be done while the caller goes on, and so may ask for anything but tables that the caller makes or asks
        for by the same name.
        """
        ...

    def parts(self, src: Table | Query, order: str, tables: Sequence[Drawn[T]], size: int) -> list[list[T]]:
        """Return for each of the tables that are drawn from sorted rows what each part came to; one part at least.

        One machine makes one part of each, in one pass.  Others make parts of `size` rows, numbered from 0, at once and
        where the rows are; then `shape`, `begin` and what is returned must be picklable, and writing a part twice must
        do no harm.
        """
        ...
