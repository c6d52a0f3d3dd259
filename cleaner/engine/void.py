"""Rows of a revised table that are void: they stand in its files, and nobody who reads the table sees them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.base import Table

DOCUMENT = "doc_id"
_WITHOUT = b"without"


def void_of(table: Table) -> Table | None:
    """Return the table of what is void in a revised table (`doc_id`, `file`), None where nothing is."""
    folder = table.with_name(f"{table.name}_void")
    some = any(pq.read_metadata(path).num_rows for path in folder.glob("*.parquet"))
    return folder if some else None


def void_by_file(table: Table) -> dict[str, list[str]]:
    """Return the documents that are void in each file of a table that has some, in order."""
    void = void_of(table)
    found: dict[str, list[str]] = {}
    for path in sorted(void.glob("*.parquet")) if void else ():
        for document, file in zip(*pq.read_table(path, columns=[DOCUMENT, "file"]).to_pydict().values(), strict=True):
            found.setdefault(file, []).append(document)
    return {file: sorted(documents) for file, documents in found.items()}


def named_without(documents: list[str]) -> str:
    """Return what is added to the name of a file that leaves out documents."""
    return f"-{hashlib.blake2b('/'.join(documents).encode(), digest_size=8).hexdigest()}" if documents else ""


def leaving_out(schema: pa.Schema, documents: tuple[str, ...]) -> pa.Schema:
    """Return the schema of a file that tells which documents it leaves out."""
    return schema.with_metadata({**(schema.metadata or {}), _WITHOUT: "/".join(documents)}) if documents else schema


def holds_all_but(path: Path, documents: list[str]) -> bool:
    """Tell whether a file leaves out none but some of these documents."""
    without: bytes = (pq.read_schema(path).metadata or {}).get(_WITHOUT, b"")
    return set(without.decode().split("/")) <= {"", *documents}


def without(batches: Iterator[pa.RecordBatch], documents: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of all other documents."""
    void = pa.array(documents, pa.string())
    for batch in batches:
        yield batch.filter(pc.invert(pc.is_in(batch.column(DOCUMENT), void))) if documents else batch
