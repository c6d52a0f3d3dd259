"""Drawing tables: what each stretch of documents is of them, written by children and remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from cleaner import queries
from cleaner.columnar import listed
from cleaner.engine.base import Engine, Query, Table
from cleaner.engine.folder import remove_others
from cleaner.writing.clusters import clusters
from cleaner.writing.drawn import DRAWN, READ, READ_FOR_EDITS, READ_FOR_REUSE
from cleaner.writing.schema import TABLES
from cleaner.writing.stretch_drawing import ROW_GROUPS, Drawing, Piece, as_batch, columns_for
from cleaner.writing.stretches import PIECE, STRETCHES, Keys, Ordered, Stretch, stretches

if TYPE_CHECKING:
    from cleaner.reuse.stage import ReuseTables

TASK_STRETCHES, LEAST_STRETCHES = 8, 2
"""Stretches that a child draws one after another: neighbours stand in the same files.

Towards the end they are fewer, so that all workers end together."""
_OF_THE_REST = 4

PIECES = pa.schema([("name", pa.string()), ("key", pa.string()), ("number", pa.int64())])
"""What the tables of a run are made of: the row groups of each, by number."""
_KEY = pa.schema([("key", pa.string())])


class Pieces(NamedTuple):
    """The stretches of a run, drawn: their keys in order, the files of row groups, and what is told of these."""

    stretches: list[Keys]
    folders: Mapping[str, Table]
    row_groups: Table
    manifest_sha256: str


def task_stretches(rest: int) -> int:
    """Return how many stretches make the next task where so many are left.

    >>> [task_stretches(rest) for rest in (53, 29, 6, 1)]
    [8, 7, 2, 2]
    """
    return min(max(rest // _OF_THE_REST, LEAST_STRETCHES), TASK_STRETCHES)


def draw(engine: Engine, ordered: Ordered, reuse: ReuseTables) -> Pieces:
    """Return the stretches of settled documents, drawn; those that an earlier run drew are used again."""
    settled, documents, named, manifest_sha256 = ordered
    told = {
        "documents": named,
        "members": reuse.members,
        "clusters": clusters(engine, named, reuse.members),
        "copies": reuse.copies,
    }
    known = Known.of(engine.rows(queries.DRAWN, drawn=engine.made("row_groups", ROW_GROUPS)))
    keys: list[Keys] = []

    def tasks(reused: Iterator[pa.RecordBatch]) -> Table:
        every = stretches(documents, reused)
        return engine.groups("stretches", STRETCHES, _tasks(every, documents.stretch_count(), known, keys))

    undrawn = engine.export(Query(queries.REUSED, told), "stretch, row_id", tasks)
    folders = {name: engine.made(f"row_groups_of_{name}", TABLES[name]) for name in DRAWN}
    drawn = engine.append("row_groups", Drawing(settled, folders), undrawn, ROW_GROUPS)
    return Pieces(keys, folders, drawn, manifest_sha256)


class Known(NamedTuple):
    """What earlier runs drew: tables with keys; and by tables with own keys a key, and the hashes of columns."""

    keys: frozenset[tuple[str, str]]
    like: Mapping[tuple[str, str], tuple[str, bytes]]

    @classmethod
    def of(cls, rows: Sequence[tuple[Any, ...]]) -> Known:
        """Return what rows of `queries.DRAWN` tell."""
        like = {(name, own_key): (key, digests) for name, key, own_key, digests in rows}
        return cls(frozenset((name, key) for name, key, *_ in rows), like)

    def undrawn(self, stretch: Stretch) -> list[Piece]:
        """Return what is to be drawn of a stretch."""
        own_keys = stretch.keys.own_by_table()
        return [
            Piece(name, key, own_keys[name], *self.like.get((name, own_keys[name]), ("", b"")))
            for name, key in stretch.keys.by_table().items()
            if key and (name, key) not in self.keys
        ]


def _tasks(every: Iterator[Stretch], count: int, known: Known, keys: list[Keys]) -> Iterator[list[pa.RecordBatch]]:
    """Yield what is to be drawn, some stretches a task, and note the keys of all; what reads few columns by itself."""
    held: dict[Sequence[str], list[pa.RecordBatch]] = {READ: [], READ_FOR_REUSE: [], READ_FOR_EDITS: []}
    for stretch in every:
        keys.append(stretch.keys)
        undrawn = known.undrawn(stretch)
        if undrawn:
            some = held[columns_for(undrawn)]
            columns = (pa.array(undrawn, PIECE), stretch.places, stretch.reuse)
            some.append(pa.RecordBatch.from_arrays(list(map(_list_of, columns)), schema=STRETCHES))
            if len(some) >= task_stretches(count - len(keys) + len(some)):
                yield [*some]
                some.clear()
    yield from filter(None, held.values())


def _list_of(values: pa.StructArray) -> pa.ListArray:
    return listed([len(values)], values)


def piece_table(engine: Engine, pieces: Pieces) -> Table:
    """Return the table of `PIECES`."""
    rows = [
        (name, key, number)
        for number, keys in enumerate(pieces.stretches)
        for name, key in keys.by_table().items()
        if key
    ]
    return engine.table("pieces", PIECES, iter([as_batch(rows, PIECES)]))


def forget_unused(engine: Engine, pieces: Pieces) -> None:
    """Remove what was drawn of stretches that are no more, where it is most of what was drawn at once."""
    keys = pa.RecordBatch.from_pydict({"key": [key for keys in pieces.stretches for key in keys if key]}, _KEY)
    left = engine.thinned(pieces.row_groups, "key", engine.table("piece_keys", _KEY, iter([keys])))
    named = {f"{key}.parquet" for (key,) in engine.rows("SELECT DISTINCT key FROM drawn", drawn=left)}
    for folder in pieces.folders.values():
        remove_others(folder, named)
