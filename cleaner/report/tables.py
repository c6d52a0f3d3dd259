"""The tables of a finished run, open for questions in SQL and bounded in memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa

from cleaner.writing.reader import require_output
from cleaner.writing.schema import TABLES

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
MEMORY_LIMITS = ("112MB", "448MB", "2GB")
"""What the SQL engine may hold; where it cannot spill what a question needs, the next is tried."""
GLOB_CHARACTERS = re.compile(r"([*?\[])")


def open_tables(out: Path, memory: str = MEMORY_LIMITS[-1], **others: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection in which the five tables of `out` are views, named as the files are.

    The tables of `others` stand in a schema of the keyword's name.  A table is one file or a folder of part files.
    Times are UTC and come without a zone.  Memory is bounded; what does not fit spills to a temporary folder.
    Raises OutputError where a folder is no finished output.
    """
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "threads": 1,
        "preserve_insertion_order": False,
    }
    connection = duckdb.connect(config=settings)
    for schema, folder in {"main": out, **others}.items():
        require_output(folder)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for name in TABLES:
            _create_view(connection, f"{schema}.{name}", folder / f"{name}.parquet", TABLES[name])
    return connection


def _create_view(connection: duckdb.DuckDBPyConnection, name: str, path: Path, schema: pa.Schema) -> None:
    pattern = GLOB_CHARACTERS.sub(r"[\1]", path.as_posix()) + ("/*.parquet" if path.is_dir() else "")
    quoted = pattern.replace("'", "''")
    columns = _naive_times(schema)
    connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet('{quoted}')")  # noqa: S608  (quoted above)


def _naive_times(schema: pa.Schema) -> str:
    """Return all columns, times as UTC without a zone: with one DuckDB asks for pytz, which nothing else here needs."""
    times = [field.name for field in schema if pa.types.is_timestamp(field.type)]
    replaced = ", ".join(f"make_timestamp(epoch_us({name})) AS {name}" for name in times)
    return f"* REPLACE ({replaced})" if replaced else "*"


def fetch(
    connection: duckdb.DuckDBPyConnection, shape: type[T], query: str, parameters: list[object] | None = None
) -> list[T]:
    """Return the rows of a query whose answer is small, each as one `shape` (a NamedTuple, or `str`, `int`…)."""
    return [shape(*row) for row in connection.execute(query, parameters or []).fetchall()]
