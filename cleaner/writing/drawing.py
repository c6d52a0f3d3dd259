"""Drawing tables: what each stretch of documents is of them, written by children and remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from cleaner import queries
from cleaner.columnar import listed
from cleaner.engine.base import Engine, Query, Table
from cleaner.engine.folder import EMPTY, remove_others
from cleaner.engine.gathering import Place, rows_at
from cleaner.writing.clusters import clusters
from cleaner.writing.drawn import DRAWN, READ, READ_FOR_EDITS
from cleaner.writing.joined import write_row_group
from cleaner.writing.schema import TABLES, order_of
from cleaner.writing.stretches import REUSE, STRETCHES, Keys, Ordered, Stretch, stretches

if TYPE_CHECKING:
    from cleaner.reuse.stage import ReuseTables

TASK_STRETCHES, LEAST_STRETCHES = 8, 2
"""Stretches that a child draws one after another: neighbours stand in the same files.

Towards the end they are fewer, so that all workers end together."""
_OF_THE_REST = 4

ROW_GROUPS = pa.schema(
    [("name", pa.string()), ("key", pa.string()), ("row_count", pa.int64()), ("digest", pa.binary())]
)
"""One row a stretch and table: the file of its row group is called by the key."""
PIECES = pa.schema([("name", pa.string()), ("key", pa.string()), ("number", pa.int64())])
"""What the tables of a run are made of: the row groups of each, by number."""
_KEY = pa.schema([("key", pa.string())])


class Undrawn(NamedTuple):
    """The stretches of a run: settled rows, the table of their documents, keys in order, and what is to be drawn."""

    settled: Table
    documents: Table
    stretches: list[Keys]
    tasks: Table
    manifest_sha256: str


class Pieces(NamedTuple):
    """The stretches of a run, drawn: documents and keys in order, the files of row groups, what is told of these."""

    documents: Table
    stretches: list[Keys]
    folders: Mapping[str, Table]
    row_groups: Table
    manifest_sha256: str


def piece_file(folder: Path, key: str) -> Path:
    """Return the file of a row group; where there is none, and so no key, one without rows."""
    return folder / (f"{key}.parquet" if key else EMPTY)


def task_stretches(rest: int) -> int:
    """Return how many stretches make the next task where so many are left.

    >>> [task_stretches(rest) for rest in (53, 29, 6, 1)]
    [8, 7, 2, 2]
    """
    return min(max(rest // _OF_THE_REST, LEAST_STRETCHES), TASK_STRETCHES)


def to_draw(engine: Engine, ordered: Ordered, reuse: ReuseTables) -> Undrawn:
    """Return the stretches of settled documents, and those that no earlier run drew as tasks."""
    settled, documents, named = ordered
    told = {
        "documents": named,
        "members": reuse.members,
        "clusters": clusters(engine, named, reuse.members),
        "copies": reuse.copies,
    }
    drawn = engine.made("row_groups", ROW_GROUPS)
    known = {str(key) for (key,) in engine.rows("SELECT DISTINCT key FROM drawn", drawn=drawn)}
    keys: list[Keys] = []

    def tasks(reused: Iterator[pa.RecordBatch]) -> Table:
        every = stretches(documents, reused)
        return engine.groups("stretches", STRETCHES, _tasks(every, documents.stretch_count(), known, keys))

    undrawn = engine.export(Query(queries.REUSED, told), "stretch, row_id", tasks)
    return Undrawn(settled, named, keys, undrawn, documents.manifest_sha256())


def draw(engine: Engine, undrawn: Undrawn) -> Pieces:
    """Return the stretches, drawn; those that an earlier run drew are used again."""
    settled, documents, keys, tasks, manifest_sha256 = undrawn
    folders = {name: engine.made(f"row_groups_of_{name}", TABLES[name]) for name in DRAWN}
    drawn = engine.append("row_groups", Drawing(settled, folders), tasks, ROW_GROUPS)
    return Pieces(documents, keys, folders, drawn, manifest_sha256)


def _tasks(every: Iterator[Stretch], count: int, known: set[str], keys: list[Keys]) -> Iterator[list[pa.RecordBatch]]:
    """Yield what is to be drawn, some stretches a task, and note the keys of all; edits alone are quickly read."""
    held: dict[bool, list[pa.RecordBatch]] = {True: [], False: []}
    for stretch in every:
        keys.append(stretch.keys)
        new = ["" if key in known else key for key in stretch.keys]
        if any(new):
            some = held[new[0] != ""]
            columns = [*map(pa.array, zip(new)), _list_of(stretch.places), _list_of(stretch.reuse)]
            some.append(pa.RecordBatch.from_arrays(columns, schema=STRETCHES))
            if len(some) >= task_stretches(count - len(keys) + len(some)):
                yield [*some]
                some.clear()
    yield from filter(None, held.values())


def _list_of(values: pa.StructArray) -> pa.ListArray:
    return listed([len(values)], values)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The map from `STRETCHES` to `ROW_GROUPS`, which writes the files of row groups."""

    settled: Path
    folders: Mapping[str, Path]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Draw all stretches that come: of each its rows, or its edits, or both, as it has keys of them."""
        todo = [batch.slice(row, 1) for batch in batches for row in range(batch.num_rows)]
        keys = [Keys(*(stretch.column(name)[0].as_py() for name in Keys._fields)) for stretch in todo]
        columns = READ if any(key.rows_key for key in keys) else READ_FOR_EDITS
        rows_of = rows_at(self.settled, [list(_places(stretch)) for stretch in todo], columns)
        for rows, stretch, key in zip(rows_of, todo, keys, strict=True):
            told = _with_reuse(rows, stretch.column("reuse").flatten()) if key.rows_key else rows
            drawn = [self._drawn(name, key, told) for name, key in key.by_table().items() if key]
            yield as_batch(drawn, ROW_GROUPS)

    def _drawn(self, name: str, key: str, rows: pa.RecordBatch) -> tuple[object, ...]:
        path = piece_file(self.folders[name], key)
        return name, key, *write_row_group(path, TABLES[name], DRAWN[name](rows), order_of(name))


def _places(stretch: pa.RecordBatch) -> Iterator[Place]:
    fields = (field.to_pylist() for field in stretch.column("places").flatten().flatten())
    return map(Place, *fields)


def _with_reuse(rows: pa.RecordBatch, reuse: pa.StructArray) -> pa.RecordBatch:
    """Return settled rows with the columns of `REUSE`, null where it says nothing of a row."""
    ids, *columns = reuse.flatten()
    at = pc.index_in(pc.coalesce(rows.column("paragraph_id"), rows.column("doc_id")), ids)
    for name, column in zip(REUSE.names[1:], columns, strict=True):
        rows = rows.append_column(name, column.take(at))
    return rows


def piece_table(engine: Engine, pieces: Pieces) -> Table:
    """Return the table of `PIECES`."""
    rows = [
        (name, key, number)
        for number, keys in enumerate(pieces.stretches)
        for name, key in keys.by_table().items()
        if key
    ]
    return engine.table("pieces", PIECES, iter([as_batch(rows, PIECES)]))


def as_batch(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.RecordBatch:
    """Return rows as a batch."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.RecordBatch.from_arrays(list(map(pa.array, columns, schema.types)), schema=schema)


def forget_unused(engine: Engine, pieces: Pieces) -> None:
    """Remove what was drawn of stretches that are no more, where it is most of what was drawn at once."""
    keys = pa.RecordBatch.from_pydict({"key": [key for keys in pieces.stretches for key in keys if key]}, _KEY)
    left = engine.thinned(pieces.row_groups, "key", engine.table("piece_keys", _KEY, iter([keys])))
    named = {f"{key}.parquet" for (key,) in engine.rows("SELECT DISTINCT key FROM drawn", drawn=left)}
    for folder in pieces.folders.values():
        remove_others(folder, named)
