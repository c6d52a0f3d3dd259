"""The tables of a finished run, open for questions in SQL and bounded in memory."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from cleaner.writing.schema import TABLES

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
MEMORY_LIMIT = "160MB"
GLOB_CHARACTERS = re.compile(r"([*?\[])")


class NotACorpusError(ValueError):
    """The folder does not hold the tables of a finished run; the message says which is missing and what to do."""


def open_tables(out: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection in which the five tables of `out` are views, named as the files are.

    A table is one file or a folder of part files.  Times are UTC and come without a zone.  Memory is bounded; what
    does not fit spills to a temporary folder.  Raises NotACorpusError where a table is missing.
    """
    import duckdb

    settings = {"memory_limit": MEMORY_LIMIT, "threads": 2, "preserve_insertion_order": False}
    connection = duckdb.connect(config=settings)
    for name in TABLES:
        path = out / f"{name}.parquet"
        if not path.exists():
            raise NotACorpusError(f"{out} holds no {name}.parquet: make it with `cleaner clean SRC... -o {out}`")
        pattern = GLOB_CHARACTERS.sub(r"[\1]", path.as_posix()) + ("/*.parquet" if path.is_dir() else "")
        quoted = pattern.replace("'", "''")
        columns = _naive_times(TABLES[name])
        connection.execute(f"CREATE VIEW {name} AS SELECT {columns} FROM read_parquet('{quoted}')")  # noqa: S608  (quoted above)
    return connection


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


def run_facts(out: Path) -> dict[str, Any]:
    """Return what `run.json` says of the run; an empty dict where there is none."""
    path = out / "run.json"
    if not path.exists():
        return {}
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return facts
