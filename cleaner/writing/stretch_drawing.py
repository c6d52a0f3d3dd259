"""The map that draws stretches: the rows of each, or the columns of them that reuse tells, into files of row groups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.folder import EMPTY
from cleaner.engine.gathering import Place, rows_at
from cleaner.writing.drawn import CORPUS, DRAWN, EDITS, OF_REUSE, READ, READ_FOR_EDITS, READ_FOR_REUSE, in_corpus
from cleaner.writing.joined import Stored, write_anew, write_row_group
from cleaner.writing.parquet_joining import ROW_GROUP
from cleaner.writing.schema import TABLES, order_of
from cleaner.writing.stretches import REUSE

ROW_GROUPS = pa.schema(
    [
        ("name", pa.string()),
        ("key", pa.string()),
        ("own_key", pa.string()),
        ("row_count", pa.int64()),
        ("digests", pa.binary()),
        ("row_group", ROW_GROUP),
    ]
)
"""One row a stretch and table: the file of its row group is called by the key.

`own_key` is that of what reuse does not tell, `digests` are the hashes of the columns, `row_group` tells its place."""


def piece_file(folder: Path, key: str) -> Path:
    """Return the file of a row group; where there is none, and so no key, one without rows."""
    return folder / (f"{key}.parquet" if key else EMPTY)


class Piece(NamedTuple):
    """A piece of a table that is to be drawn: `stretches.PIECE`."""

    name: str
    key: str
    own_key: str
    like: str
    like_digests: bytes


def columns_for(pieces: Sequence[Piece]) -> Sequence[str]:
    """Return the columns of settled rows that the pieces are drawn from."""
    if any(piece.name != EDITS and not piece.like for piece in pieces):
        return READ
    return READ_FOR_REUSE if any(piece.name != EDITS for piece in pieces) else READ_FOR_EDITS


@dataclass(frozen=True, slots=True)
class Drawing:
    """The map from `STRETCHES` to `ROW_GROUPS`, which writes the files of row groups."""

    settled: Path
    folders: Mapping[str, Path]

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Draw what is to be drawn of all stretches that come."""
        todo = [batch.slice(row, 1) for batch in batches for row in range(batch.num_rows)]
        pieces = [[Piece(**piece) for piece in stretch.column("pieces")[0].as_py()] for stretch in todo]
        columns = columns_for([piece for some in pieces for piece in some])
        for rows, stretch, some in zip(self._rows(todo, columns), todo, pieces, strict=True):
            yield as_batch([(*piece[:3], *self._drawn(piece, rows, stretch)) for piece in some], ROW_GROUPS)

    def _rows(self, todo: Sequence[pa.RecordBatch], columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Yield the settled rows of each stretch, with what reuse says of them where that is drawn."""
        rows_of = rows_at(self.settled, [list(_places(stretch)) for stretch in todo], columns)
        for rows, stretch in zip(rows_of, todo, strict=True):
            yield rows if columns is READ_FOR_EDITS else _with_reuse(rows, stretch.column("reuse").flatten())

    def _drawn(self, piece: Piece, rows: pa.RecordBatch, stretch: pa.RecordBatch) -> Stored:
        name, folder = piece.name, self.folders[piece.name]
        path, schema = piece_file(folder, piece.key), TABLES[name]
        if piece.like:
            like, columns = piece_file(folder, piece.like), DRAWN[name](rows, OF_REUSE[name])
            if name != CORPUS or _same_rows(like, rows):
                return write_anew(path, like, piece.like_digests, schema, columns)
            found = _fewer_rows(like, rows, columns)
            if found is not None:
                return write_row_group(path, schema, found, order_of(name))
            (rows,) = self._rows([stretch], READ)
        return write_row_group(path, schema, DRAWN[name](rows, None), order_of(name))


def _corpus_ids(rows: pa.RecordBatch) -> pa.StringArray:
    return rows.column("paragraph_id").filter(in_corpus(rows))


def _same_rows(like: Path, rows: pa.RecordBatch) -> bool:
    """Tell whether a piece of the corpus has just the paragraphs that it has of these rows."""
    found = pq.ParquetFile(like).read(columns=["paragraph_id"], use_threads=False)["paragraph_id"]
    return bool(found.equals(pa.chunked_array([_corpus_ids(rows)])))


def _fewer_rows(like: Path, rows: pa.RecordBatch, columns: pa.RecordBatch) -> pa.RecordBatch | None:
    """Return what the corpus has of these rows, but for `columns` out of a piece with more; None if it lacks any."""
    found = pq.ParquetFile(like).read(use_threads=False)
    at = pc.index_in(_corpus_ids(rows), found["paragraph_id"])
    if at.null_count or not len(at):
        return None
    taken = found.take(at)
    for name, column in zip(columns.schema.names, columns.columns, strict=True):
        taken = taken.set_column(taken.schema.get_field_index(name), name, column)
    return taken.combine_chunks().to_batches()[0]


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


def as_batch(rows: Sequence[tuple[object, ...]], schema: pa.Schema) -> pa.RecordBatch:
    """Return rows as a batch."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    return pa.RecordBatch.from_arrays(list(map(pa.array, columns, schema.types)), schema=schema)
