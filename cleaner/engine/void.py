"""Rows of a table that are void: they stand in its files, and nobody who reads the table sees them.

A table that has some has beside it one that names them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import Table

DOCUMENT = "doc_id"
VOID = pa.schema([(DOCUMENT, pa.string()), ("file", pa.string())])
"""A document, and the file that holds rows of it that are void."""


def void_of(table: Table) -> Table | None:
    """Return the table of `VOID` of a table, None where nothing is void."""
    folder = table.with_name(f"{table.name}_void")
    some = any(pq.read_metadata(path).num_rows for path in folder.glob("*.parquet"))
    return folder if some else None


def void_by_file(table: Table) -> dict[str, list[str]]:
    """Return the documents that are void in each file of a table that has some."""
    void = void_of(table)
    found: dict[str, list[str]] = {}
    for path in void.glob("*.parquet") if void else ():
        for document, file in zip(*pq.ParquetFile(path).read(VOID.names).to_pydict().values(), strict=True):
            found.setdefault(file, []).append(document)
    return found


def void_rows(documents: Mapping[str, Sequence[str]]) -> Iterator[pa.RecordBatch]:
    """Yield rows of `VOID` from the documents that are void in each file."""
    for file, some in documents.items():
        yield pa.RecordBatch.from_pydict({DOCUMENT: some, "file": [file] * len(some)}, VOID)


def without(batches: Iterator[pa.RecordBatch], documents: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of all other documents."""
    if not documents:
        yield from batches
        return
    void = pa.array(documents, pa.string())
    for batch in batches:
        gone = pc.is_in(batch.column(DOCUMENT), void)
        yield batch.filter(pc.invert(gone)) if pc.any(gone).as_py() else batch


def rows_of(table: Table, columns: Sequence[str], batch_rows: int) -> Iterator[pa.RecordBatch]:
    """Yield the rows of a table, in the order of its files: for those who cannot ask an engine."""
    for _, batches in rows_by_file(table, columns, batch_rows):
        yield from batches


def rows_by_file(
    table: Table, columns: Sequence[str], batch_rows: int, chosen: Collection[Path] | None = None
) -> Iterator[tuple[Path, Iterator[pa.RecordBatch]]]:
    """Yield the files of a table in their order, each with its rows; `chosen`: those of these files alone."""
    void = void_by_file(table)
    for path in sorted(table.glob("*.parquet") if chosen is None else chosen):
        documents = void.get(path.stem, [])
        read = [*columns, DOCUMENT] if documents and DOCUMENT not in columns else [*columns]
        rows = without(pq.ParquetFile(path).iter_batches(batch_size=batch_rows, columns=read), documents)
        yield path, (batch.select(columns) for batch in rows)
