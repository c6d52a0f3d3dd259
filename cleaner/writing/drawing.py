"""Drawing tables: what each stretch of documents is of them, written by children and remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from cleaner import queries
from cleaner.columnar import listed
from cleaner.engine.base import Engine, Query, Table
from cleaner.engine.folder import EMPTY, remove_others
from cleaner.engine.gathering import Place, rows_at
from cleaner.writing.clusters import clusters
from cleaner.writing.drawn import DRAWN, EDITS, OF_REUSE, READ, READ_FOR_EDITS, READ_FOR_REUSE
from cleaner.writing.joined import RowGroup, write_anew, write_row_group
from cleaner.writing.schema import TABLES, order_of
from cleaner.writing.stretches import PIECE, REUSE, STRETCHES, Keys, Ordered, Stretch, stretches

if TYPE_CHECKING:
    from cleaner.reuse.stage import ReuseTables

TASK_STRETCHES, LEAST_STRETCHES = 8, 2
"""Stretches that a child draws one after another: neighbours stand in the same files.

Towards the end they are fewer, so that all workers end together."""
_OF_THE_REST = 4

ROW_GROUPS = pa.schema(
    [
        ("name", pa.string()),
        ("key", pa.string()),
        ("own_key", pa.string()),
        ("row_count", pa.int64()),
        ("digests", pa.binary()),
    ]
)
"""One row a stretch and table: the file of its row group is called by the key.

`own_key` is that of what reuse does not tell, `digests` are the hashes of the columns."""
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
    known = Known.of(engine.rows(queries.DRAWN, drawn=engine.made("row_groups", ROW_GROUPS)))
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
        keys = [(name, key, stretch.own_keys[name]) for name, key in stretch.keys.by_table().items()]
        return [
            Piece(name, key, own_key, *self.like.get((name, own_key), ("", b"")))
            for name, key, own_key in keys
            if key and (name, key) not in self.keys
        ]


class Piece(NamedTuple):
    """A piece of a table that is to be drawn: `stretches.PIECE`."""

    name: str
    key: str
    own_key: str
    like: str
    like_digests: bytes

    @property
    def columns(self) -> Sequence[str] | None:
        """The columns that are drawn: those that reuse tells where another piece has the others, else all."""
        return OF_REUSE[self.name] if self.like else None


def _tasks(every: Iterator[Stretch], count: int, known: Known, keys: list[Keys]) -> Iterator[list[pa.RecordBatch]]:
    """Yield what is to be drawn, some stretches a task, and note the keys of all; what reads few columns by itself."""
    held: dict[Sequence[str], list[pa.RecordBatch]] = {READ: [], READ_FOR_REUSE: [], READ_FOR_EDITS: []}
    for stretch in every:
        keys.append(stretch.keys)
        undrawn = known.undrawn(stretch)
        if undrawn:
            some = held[_columns_for(undrawn)]
            columns = (pa.array(undrawn, PIECE), stretch.places, stretch.reuse)
            some.append(pa.RecordBatch.from_arrays(list(map(_list_of, columns)), schema=STRETCHES))
            if len(some) >= task_stretches(count - len(keys) + len(some)):
                yield [*some]
                some.clear()
    yield from filter(None, held.values())


def _columns_for(pieces: Sequence[Piece]) -> Sequence[str]:
    """Return the columns of settled rows that the pieces are drawn from."""
    if any(piece.name != EDITS and not piece.like for piece in pieces):
        return READ
    return READ_FOR_REUSE if any(piece.name != EDITS for piece in pieces) else READ_FOR_EDITS


def _list_of(values: pa.StructArray) -> pa.ListArray:
    return listed([len(values)], values)


@dataclass(frozen=True, slots=True)
class Drawing:
    """The map from `STRETCHES` to `ROW_GROUPS`, which writes the files of row groups."""

    settled: Path
    folders: Mapping[str, Path]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Draw what is to be drawn of all stretches that come."""
        todo = [batch.slice(row, 1) for batch in batches for row in range(batch.num_rows)]
        pieces = [[Piece(**piece) for piece in stretch.column("pieces")[0].as_py()] for stretch in todo]
        columns = _columns_for([piece for some in pieces for piece in some])
        rows_of = rows_at(self.settled, [list(_places(stretch)) for stretch in todo], columns)
        for rows, stretch, some in zip(rows_of, todo, pieces, strict=True):
            told = rows if columns is READ_FOR_EDITS else _with_reuse(rows, stretch.column("reuse").flatten())
            yield as_batch([(*piece[:3], *self._drawn(piece, told)) for piece in some], ROW_GROUPS)

    def _drawn(self, piece: Piece, rows: pa.RecordBatch) -> RowGroup:
        name, folder = piece.name, self.folders[piece.name]
        path, drawn = piece_file(folder, piece.key), DRAWN[name](rows, piece.columns)
        if not piece.like:
            return write_row_group(path, TABLES[name], drawn, order_of(name))
        return write_anew(path, piece_file(folder, piece.like), piece.like_digests, TABLES[name], drawn)


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
