"""Reading an output folder back, document by document, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cleaner.engine.following import Following
from cleaner.records import Edit
from cleaner.writing.schema import RUN_FILE, TABLES

Row = dict[str, Any]

BATCH_ROWS = 2048

STRETCH_BYTES = 16 << 20
"""Source bytes of the documents that are looked at together."""


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


def files_of(out: Path) -> Files:
    """Return the files of all tables, by name."""
    return {name: table_files(out, name) for name in TABLES}


def table_batches(files: list[Path], columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the rows of Parquet files, one after another."""
    for path in files:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=BATCH_ROWS, columns=columns)


Columns = list[str] | None
Files = Mapping[str, list[Path]]


class Stretch(NamedTuple):
    """Some documents, one after another, with all their paragraphs and edits, in columns."""

    documents: pa.Table
    paragraphs: pa.Table
    edits: pa.Table

    def documents_where(self, wanted: npt.NDArray[np.bool_]) -> Stretch:
        """Return those of the documents that are wanted, with what belongs to them."""
        documents = self.documents.filter(pa.array(wanted))
        of_them = (table.filter(pc.is_in(table["doc_id"], documents["doc_id"])) for table in self[1:])
        return Stretch(documents, *of_them)

    def rows(self) -> Iterator[DocumentRows]:
        """Yield the documents, each with its rows."""
        paragraphs, edits = map(_by_document, self[1:])
        for document in self.documents.to_pylist():
            yield DocumentRows(document, paragraphs.get(document["doc_id"], []), edits.get(document["doc_id"], []))


def _by_document(rows: pa.Table) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows.to_pylist():
        found.setdefault(row["doc_id"], []).append(row)
    return found


def stretches(files: Files, documents: Columns = None, paragraphs: Columns = None) -> Iterator[Stretch]:
    """Yield all documents in stretches of bounded size: the three tables are in one order, so one pass does.

    `documents` and `paragraphs` are the columns that are read of these tables, `doc_id` among them, if not all.
    """
    following = _following(files["paragraphs"], paragraphs), _following(files["edits"])
    for batch in table_batches(files["documents"], documents):
        for some in _bounded(batch):
            ids = some.column("doc_id")
            yield Stretch(pa.Table.from_batches([some]), *(table.of(ids) for table in following))


def _bounded(documents: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Cut a batch of documents where their sources sum up to a stretch's bytes."""
    stretch = np.cumsum(documents.column("source_num_bytes").to_numpy()) // STRETCH_BYTES
    firsts = np.flatnonzero(np.diff(stretch, prepend=-1)).tolist()
    for first, end in zip(firsts, (*firsts[1:], documents.num_rows), strict=True):
        yield documents.slice(first, end - first)


def document_rows(out: Path) -> Iterator[DocumentRows]:
    """Yield every document with its paragraphs and edits."""
    for stretch in stretches(files_of(out)):
        yield from stretch.rows()


def _following(files: list[Path], columns: Columns = None) -> Following:
    """Return the rows of a table, handed out as their documents come."""
    schema = pq.read_schema(files[0])
    some = pa.schema([field for field in schema if columns is None or field.name in columns])
    return Following(table_batches(files, columns), some, "doc_id")


def edit_of(row: Row) -> Edit:
    """Return the edit that a row of `edits` stores."""
    return Edit(
        stage=row["stage"],
        rule_ids=tuple(row["rule_ids"]),
        char_start=row["char_start"],
        char_end=row["char_end"],
        before=row["before"],
        after=row["after"],
        reason=row["reason"],
        confidence=row["confidence"],
        evidence=tuple(row["evidence"]),
        applied=row["applied"],
    )


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
