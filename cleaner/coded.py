"""Columns of few distinct values, so that what holds of a value is asked once, not once a row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Value = TypeVar("Value", bound=Hashable)


class Coded(NamedTuple, Generic[Value]):
    """A column of few distinct values: `codes` are their places in `values`, of which some may stand in no row."""

    codes: Ints
    values: list[Value]

    def each(self, told: Callable[[Value], Any], kind: npt.DTypeLike) -> npt.NDArray[Any]:
        """Return what is told of the value of each row; no value is asked about twice.

        >>> coded(["a", "bc", "a"]).each(len, np.int64).tolist()
        [1, 2, 1]
        """
        return np.array([told(value) for value in self.values], kind)[self.codes]

    def changed(self, values: Mapping[int, Value]) -> Coded[Value]:
        """Return the column with other values in some rows, keyed by the number of the row."""
        known = {value: code for code, value in enumerate(self.values)}
        codes = self.codes.copy()
        codes[list(values)] = [known.setdefault(value, len(known)) for value in values.values()]
        return Coded(codes, list(known))


def coded(values: Iterable[Value]) -> Coded[Value]:
    """Return a column of few distinct values.

    >>> coded(["b", "a", "b"]).values
    ['b', 'a']
    """
    every = list(values)
    codes = {value: code for code, value in enumerate(dict.fromkeys(every))}
    return Coded(np.fromiter(map(codes.__getitem__, every), np.int64, len(every)), list(codes))
