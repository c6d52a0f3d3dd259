"""Reading an output folder back, document by document, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from cleaner.writing.output import RUN_FILE
from cleaner.writing.schema import TABLES

Row = dict[str, Any]


class OutputError(ValueError):
    """A folder that is no finished output of a run; the message says what is missing and what to do."""


class DocumentRows(NamedTuple):
    """One document with its paragraphs (by position) and edits (by number), as rows of the tables."""

    document: Row
    paragraphs: list[Row]
    edits: list[Row]


def require_output(out: Path) -> Path:
    """Return `out` if it is a finished output; raise OutputError where it is not."""
    if not out.is_dir():
        raise OutputError(f"{out}: no such folder; give the folder that `cleaner clean … -o {out}` wrote")
    missing = [name for name in (*(f"{t}.parquet" for t in TABLES), RUN_FILE) if not (out / name).exists()]
    if missing:
        raise OutputError(f"{out}: lacks {', '.join(missing)}; run `cleaner clean … -o {out}` again to finish it")
    return out


def run_facts(out: Path) -> Row:
    """Return what `run.json` says."""
    facts: Row = json.loads((out / RUN_FILE).read_text(encoding="utf-8"))
    return facts


def table_rows(out: Path, name: str, columns: list[str] | None = None) -> Iterator[Row]:
    """Yield the rows of a table in their order."""
    for batch in table_batches(table_files(out, name), columns):
        yield from batch.to_pylist()


def table_files(out: Path, name: str) -> list[Path]:
    """Return the file of a table, or its part files in the order of their rows."""
    path = out / f"{name}.parquet"
    return sorted(path.glob("*.parquet")) if path.is_dir() else [path]


def table_batches(files: list[Path], columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of Parquet files, one after another."""
    for path in files:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=2048, columns=columns)


def document_rows(out: Path) -> Iterator[DocumentRows]:
    """Yield every document with its paragraphs and edits: the three tables are in one order, so one pass does."""
    paragraphs = _Following(table_rows(out, "paragraphs"))
    edits = _Following(table_rows(out, "edits"))
    for document in table_rows(out, "documents"):
        yield DocumentRows(document, paragraphs.of(document["doc_id"]), edits.of(document["doc_id"]))


class _Following:
    """The rows of a table, handed out document by document."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, doc_id: str) -> list[Row]:
        found: list[Row] = []
        while self._next is not None and self._next["doc_id"] == doc_id:
            found.append(self._next)
            self._next = next(self._rows, None)
        return found


def find_document(out: Path, name: str) -> DocumentRows:
    """Return the document whose id, or the end of whose id or URI, is `name`; raise OutputError for none or many."""
    ids = [
        (row["doc_id"], row["source_uri"])
        for row in table_rows(out, "documents", ["doc_id", "source_uri"])
        if row["doc_id"].startswith(name) or name in row["source_uri"]
    ]
    exact = [pair for pair in ids if name in pair] or ids
    if len(exact) != 1:
        some = ", ".join(uri for _, uri in exact[:5]) or "none"
        raise OutputError(f"{name!r} names {len(exact)} documents ({some}); give a doc_id or more of the path")
    return next(rows for rows in document_rows(out) if rows.document["doc_id"] == exact[0][0])
