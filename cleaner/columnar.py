"""Arrow columns from flat Python lists and back: what a row costs is paid once a batch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cleaner.coded import Coded, Flags, Ints

Bytes = npt.NDArray[np.uint8]


def nested(lists: Sequence[Sequence[Any]], kind: pa.DataType) -> pa.ListArray:
    """Return a column of lists of `kind`.

    >>> nested([["a"], [], ["b", "c"]], pa.string()).to_pylist()
    [['a'], [], ['b', 'c']]
    """
    return listed([len(values) for values in lists], pa.array(list(chain.from_iterable(lists)), kind))


def listed(sizes: Sequence[int] | npt.NDArray[np.int64], values: pa.Array) -> pa.ListArray:
    """Return `values` cut into lists of these sizes.

    >>> listed([1, 0, 2], pa.array([7, 8, 9])).to_pylist()
    [[7], [], [8, 9]]
    """
    ends = np.zeros(len(sizes) + 1, np.int32)
    np.cumsum(sizes, out=ends[1:])
    return pa.ListArray.from_arrays(pa.array(ends), values)


def encoded(column: Coded[Any], kind: pa.DataType) -> pa.Array:
    """Return a column of few distinct values as Arrow has it, each of them converted once.

    Not for texts: room is made for as many values of mean length as there are rows.

    >>> encoded(Coded(np.array([0, 1, 0]), [("a/b",), ()]), pa.list_(pa.string())).to_pylist()
    [['a/b'], [], ['a/b']]
    """
    return pa.array(column.values, kind).take(pa.array(column.codes))


def spread(texts: pa.StringArray, at: Flags) -> pa.StringArray:
    """Return a column with the texts in the places that are marked, and null in the others; `texts` has no nulls.

    Where `take` would make room for a text in every row, this copies none.

    >>> spread(pa.array(["a", "b"]), np.array([True, False, True])).to_pylist()
    ['a', None, 'b']
    """
    _, bounds, data = texts.buffers()
    own = np.frombuffer(bounds, np.int32)[texts.offset :] if len(texts) else np.zeros(1, np.int32)
    ends = np.zeros(len(at) + 1, np.int64)
    np.cumsum(at, out=ends[1:])
    return pa.StringArray.from_buffers(len(at), pa.py_buffer(own[ends]), data, pa.array(at).buffers()[1])


def stored(texts: Sequence[str]) -> Sequence[str]:
    r"""Return texts as Parquet will give them back: UTF-8 has no place for lone surrogates.

    >>> stored(["a", "b\ud800"])
    ['a', 'b?']
    """
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return [text.encode("utf-8", "replace").decode() for text in texts]
    return texts


def word_counts(texts: Sequence[str] | pa.StringArray) -> Ints:
    r"""Return for each text how many words `str.split` would cut it into; a column has no nulls.

    >>> word_counts(["One two.", "", " three\u00a0four\n"]).tolist()
    [2, 0, 2]
    """
    data, bounds = _in_bytes(texts)
    begins = ~_spaces(data)
    starts = bounds[bounds < len(data)]
    at_start = begins[starts]
    begins[1:] &= ~begins[:-1]
    begins[starts] = at_start  # a word at the end of one text is none with that at the start of the next
    return np.diff(np.searchsorted(np.flatnonzero(begins), bounds))


def _in_bytes(texts: Sequence[str] | pa.StringArray) -> tuple[Bytes, Ints]:
    """Return texts in UTF-8, one behind another, and their bounds: where they begin, and where the last one ends."""
    if not isinstance(texts, pa.StringArray):
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        return np.frombuffer(b"".join(encoded), np.uint8), np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    if not len(texts):
        return np.zeros(0, np.uint8), np.zeros(1, np.int64)
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    return np.frombuffer(data or b"", np.uint8)[bounds[0] : bounds[-1]], bounds - bounds[0]


_ASCII_SPACES = (0x09, 0x0D), (0x1C, 0x20)
"""The first and last of each run of white space in ASCII."""
_WIDE_SPACES = [chr(point).encode() for point in range(0x80, 0x3001) if chr(point).isspace()]
_LEADS = sorted({space[0] for space in _WIDE_SPACES})
_NUMBERS = np.array([int.from_bytes(space.ljust(3, b"\0"), "big") for space in _WIDE_SPACES])
_THREE_BYTES = 0xE0


def _spaces(data: Bytes) -> Flags:
    """Return which bytes of UTF-8 are white space, or part of it."""
    spaces, leads = np.zeros((2, len(data)), np.bool_)
    for first, last in _ASCII_SPACES:
        spaces |= data - np.uint8(first) <= last - first  # what is below wraps round
    for lead in _LEADS:
        leads |= data == lead
    at = np.flatnonzero(leads)
    is_three, end = data[at] >= _THREE_BYTES, len(data) - 1
    one, two, three = (data[np.minimum(at + n, end)].astype(np.int64) for n in range(3))
    numbers = (one << 16) + (two << 8) + three * is_three
    found = _NUMBERS[np.minimum(np.searchsorted(_NUMBERS, numbers), len(_NUMBERS) - 1)] == numbers
    spaces[at[found]] = spaces[at[found] + 1] = spaces[at[found & is_three] + 2] = True
    return spaces
