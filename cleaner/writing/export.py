"""The corpus in other forms: JSON lines, CSV that a spreadsheet may open, SQLite, one Parquet file, text files."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import TextIO

import pyarrow as pa

from cleaner.writing.joined import add_file, empty_file
from cleaner.writing.parquet import stamp_of
from cleaner.writing.parquet_joining import Joining
from cleaner.writing.reader import OutputError, Row, require_output, run_facts, table_files, table_rows
from cleaner.writing.schema import TABLES

FORMULA = re.compile(r"'*[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""What makes a spreadsheet compute a cell (OWASP, CSV Injection; with the full-width forms that some fold)."""
GUARDED = re.compile(r"'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
UNSAFE_IN_NAMES = re.compile(r'[\x00-\x1f<>:"\\|?*\x7f]')
LONGEST_NAME = 120
"""Characters; 255 bytes is what most file systems take, and a character may need four of them in part."""
CHUNK = 1000


def export_jsonl(out: Path, sink: TextIO, table: str = "corpus") -> int:
    """Write a table as JSON lines, times in ISO 8601, and return the number of rows."""
    rows = 0
    for row in table_rows(_output(out, table), table):
        sink.write(json.dumps(row, ensure_ascii=False, default=_plain) + "\n")
        rows += 1
    return rows


def export_csv(out: Path, sink: TextIO, table: str = "corpus", *, guard: bool = True) -> int:
    """Write a table as CSV (RFC 4180) and return the number of rows; lists stand as JSON in their cell.

    With `guard` a text that a spreadsheet would compute as a formula gets an apostrophe before it; `unguarded`
    takes it away again.  Open `sink` with `newline=""`.
    """
    writer = csv.writer(sink)
    names = TABLES[table].names
    writer.writerow(names)
    rows = 0
    for row in table_rows(_output(out, table), table):
        writer.writerow([_cell(row[name], guard=guard) for name in names])
        rows += 1
    return rows


def guarded(text: str) -> str:
    """Return the text, behind an apostrophe where a spreadsheet would take it for a formula.

    >>> guarded("=1+1"), guarded("1+1")
    ("'=1+1", '1+1')
    """
    return f"'{text}" if FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given.

    >>> unguarded(guarded("'@home")) == "'@home"
    True
    """
    return text[1:] if GUARDED.match(text) else text


def export_sqlite(out: Path, path: Path) -> int:
    """Write all five tables into a new SQLite file with indexes on their ids, and return the number of rows.

    Lists stand as JSON, times as ISO 8601.  Raises OutputError where `path` exists.
    """
    if path.exists():
        raise OutputError(f"{path} exists already; name another file or remove it")
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(temporary)
        with connection:
            rows = sum(_sqlite_table(connection, out, name) for name in TABLES)
        connection.close()
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return rows


def export_parquet(out: Path, path: Path, table: str = "corpus") -> int:
    """Write a table as one Parquet file, whether it is one or a folder of parts, and return the number of rows.

    The row groups are copied as they are, and the bytes are those that a run on one machine writes.  Raises OutputError
    where `path` exists.
    """
    if path.exists():
        raise OutputError(f"{path} exists already; name another file or remove it")
    files = table_files(_output(out, table), table)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        content_sha256 = run_facts(out)["tables"][table]["content_sha256"]
        with temporary.open("wb") as sink:
            joining = Joining(sink)
            for file in files:
                add_file(joining, file)
            joining.done(empty_file(TABLES[table], stamp_of(files[0]), joining.rows, content_sha256))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return joining.rows


def _sqlite_table(connection: sqlite3.Connection, out: Path, name: str) -> int:
    schema = TABLES[name]
    columns = ", ".join(f'"{field.name}" {_affinity(field.type)}' for field in schema)
    connection.execute(f'CREATE TABLE "{name}" ({columns})')
    insert = f'INSERT INTO "{name}" VALUES ({", ".join("?" * len(schema))})'  # noqa: S608  (names of the schema)
    rows = 0
    for chunk in _chunks(table_rows(_output(out, name), name)):
        connection.executemany(insert, [[_stored(row[field.name]) for field in schema] for row in chunk])
        rows += len(chunk)
    for column in ("paragraph_id", "doc_id", "cluster_id", "a_paragraph_id", "b_paragraph_id"):
        if column in schema.names:
            connection.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
    return rows


def export_text(out: Path, folder: Path) -> int:
    """Write the text of each document into a file below `folder`, named as its source, and return how many.

    A name is made harmless (no `..`, no absolute path, no control characters); a document whose name is taken gets
    its id added.  Raises OutputError where `folder` holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise OutputError(f"{folder} is not empty; name a new folder")
    taken: set[str] = set()
    for row in table_rows(_output(out, "documents"), "documents", ["doc_id", "source_uri", "text", "status"]):
        if row["status"] != "kept" or row["text"] is None:
            continue
        name = harmless_path(row["source_uri"])
        if str(name).casefold() in taken:
            name = name.with_name(f"{name.stem}-{row['doc_id']}{name.suffix}")
        taken.add(str(name).casefold())
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(row["text"] + "\n", encoding="utf-8", newline="\n")
    return len(taken)


def harmless_path(source_uri: str) -> PurePosixPath:
    """Return a relative path for a document that stays below the folder it is joined to.

    >>> harmless_path("../../etc/pass?wd")
    PurePosixPath('_/_/etc/pass_wd.txt')
    """
    parts = [_harmless_name(part) for part in source_uri.replace("\\", "/").split("/") if part not in {"", "."}]
    name = parts.pop() if parts else "_"
    return PurePosixPath(*parts, name if name.endswith(".txt") else f"{name}.txt")


def _harmless_name(part: str) -> str:
    cleaned = UNSAFE_IN_NAMES.sub("_", part)[-LONGEST_NAME:].strip(". ") if part != ".." else ""
    return cleaned or "_"


def _output(out: Path, table: str) -> Path:
    if table not in TABLES:
        raise OutputError(f"no table {table!r}; there are {', '.join(TABLES)}")
    return require_output(out)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _cell(value: object, *, guard: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value) if guard else value
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return _plain(value) if isinstance(value, (datetime, bytes)) else str(value)


def _stored(value: object) -> object:
    if isinstance(value, list):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return value.isoformat() if isinstance(value, datetime) else value


def _affinity(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return "INTEGER"
    if pa.types.is_floating(kind):
        return "REAL"
    return "BLOB" if pa.types.is_binary(kind) else "TEXT"


def _chunks(rows: Iterable[Row]) -> Iterable[list[Row]]:
    held: list[Row] = []
    for row in rows:
        held.append(row)
        if len(held) == CHUNK:
            yield held
            held = []
    if held:
        yield held
