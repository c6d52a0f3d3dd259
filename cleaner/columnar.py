"""Arrow columns from flat Python lists and back: what a row costs is paid once a batch."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_LAST_SPACE = 0x3000


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


def coded(values: Iterable[Hashable], kind: pa.DataType) -> pa.Array:
    """Return a column of few distinct short values, each of them converted once.

    Not for texts: room is made for as many values of mean length as there are rows.

    >>> coded([("a/b",), (), ("a/b",)], pa.list_(pa.string())).to_pylist()
    [['a/b'], [], ['a/b']]
    """
    every = list(values)
    codes = {value: code for code, value in enumerate(dict.fromkeys(every))}
    places = np.fromiter(map(codes.__getitem__, every), np.int32, len(every))
    return pa.array(list(codes), kind).take(pa.array(places))


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


def word_counts(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    r"""Return for each text how many words `str.split` would cut it into.

    >>> word_counts(["One two.", "", " three\u00a0four\n"]).tolist()
    [2, 0, 2]
    """
    # Every text ends in a break of its own, so that a word at the end of one never meets that at the start of the next.
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    spaces = _spaces()
    space = np.ones(len(codes) + 1, np.bool_)
    spaces.take(codes, mode="clip", out=space[1:])
    before = np.zeros(len(codes) + 1, np.int64)
    np.cumsum(space[:-1] & ~space[1:], out=before[1:])
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    return np.diff(before[ends], prepend=0)


@cache
def _spaces() -> npt.NDArray[np.bool_]:
    """Return of each character up to one behind the last white space whether it is white space."""
    return np.array([chr(code).isspace() for code in range(_LAST_SPACE + 2)], np.bool_)
