"""The corpus as a data frame."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cleaner.writing.reader import OutputError
from cleaner.writing.schema import TABLES

if TYPE_CHECKING:
    import pandas as pd


def read_corpus(
    path: str | Path,
    *,
    table: str = "corpus",
    columns: Sequence[str] | None = None,
    filters: Sequence[Any] | None = None,
) -> pd.DataFrame:
    """Return a table of an output (by default the corpus, one row a kept paragraph) as an Arrow-backed data frame.

    `path` is the output folder or a Parquet file of it.  `columns` and `filters` (as in `pandas.read_parquet`, such as
    `[("outlet", "==", "example.org")]`) are pushed down to the file.  Integers stay integers, times are UTC.
    Raises OutputError where there is no such table.

    >>> read_corpus("out", columns=["outlet", "text"])  # doctest: +SKIP
    """
    import pandas as pd

    if table not in TABLES:
        raise OutputError(f"no table {table!r}; there are {', '.join(TABLES)}")
    file = Path(path)
    if not (file.suffix == ".parquet" and file.exists()):
        file /= f"{table}.parquet"
    if not file.exists():
        raise OutputError(f"{file}: not there; `cleaner clean SRC -o {path}` writes it")
    return pd.read_parquet(
        file,
        columns=None if columns is None else list(columns),
        filters=None if filters is None else list(filters),
        dtype_backend="pyarrow",
    )
