"""Work in which nobody may import pandas, because nothing in it is a frame.

Arrow and DuckDB ask pandas whether a list or a number is one of its own, and import it to ask: a fifth of a second in
each process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _NoPandas(MetaPathFinder):
    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if fullname == "pandas":
            raise ModuleNotFoundError("not needed here", name=fullname)
        return None


@contextmanager
def without_pandas() -> Iterator[None]:
    """Hide pandas; for processes of our own, where nobody hands a Series to Arrow.  One that is there already stays.

    Whoever imports pandas afterwards gets it, and `to_pandas` works.

    >>> import pyarrow as pa
    >>> with without_pandas():
    ...     pa.array([1, 2]).to_pylist()
    [1, 2]
    """
    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
