"""Names for the arrays that this package hands around, and the one layout of runs in them."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeVar

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)

Ints: TypeAlias = NDArray[np.int64]
"""Numbers of texts, places, counts."""

Flags: TypeAlias = NDArray[np.bool_]

Codes: TypeAlias = NDArray[np.uint32]
"""Code points, or hashes of words."""

Hashes: TypeAlias = NDArray[np.uint64]

Marks: TypeAlias = NDArray[np.uint8]
"""Bits or classes, one byte each."""

Ratios: TypeAlias = NDArray[np.float32]

Places: TypeAlias = NDArray[np.int32]
"""Words or characters of one paragraph, counted."""

Counts: TypeAlias = NDArray[np.uint16]
"""Running counts modulo 65,536."""


def offsets_of(counts: NDArray[np.signedinteger[Any]]) -> Ints:
    """Return where each of consecutive runs begins, and where the last ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(counts, dtype=np.int64)])


def first_of_runs(ordered: NDArray[Any]) -> Flags:
    """Tell which numbers differ from the one before."""
    first = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def once(values: NDArray[Number]) -> NDArray[Number]:
    """Return numbers, sorted, each of them once; `numpy.unique` fills a hash table, which takes ten times as long."""
    ordered = np.sort(values)
    return ordered[first_of_runs(ordered)]


def arrow_of(values: NDArray[np.generic]) -> pa.Array:
    """Return numbers as an Arrow array over the same memory; `pyarrow.array` would import pandas first (.2 s)."""
    flat = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(flat.dtype), len(flat), [None, pa.py_buffer(flat)])


def numbers_in(column: pa.Array) -> NDArray[np.generic]:
    """Return an Arrow array of numbers, none of them null, over the same memory; `to_numpy` would import pandas."""
    values: NDArray[np.generic] = np.frombuffer(column.buffers()[1], column.type.to_pandas_dtype())
    return values[column.offset : column.offset + len(column)]


def strings_of(texts: list[str]) -> pa.Array:
    """Return Arrow strings, again without pandas."""
    encoded = [text.encode() for text in texts]
    bounds = offsets_of(np.fromiter(map(len, encoded), np.int64, len(encoded)))
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(b"".join(encoded))]
    return pa.Array.from_buffers(pa.large_string(), len(encoded), buffers)


def utf8_of(texts: pa.Array) -> memoryview:
    """Return the bytes of large strings, one after the other, over the same memory."""
    bounds = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = texts.buffers()[2]
    return memoryview(b"") if data is None else memoryview(data)[bounds[0] : bounds[-1]]
