"""Arrow columns from flat Python lists and back: what a row costs is paid once a batch."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Coded, Flags, Ints

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
    if isinstance(texts, pa.StringArray):
        whole, sizes = pc.binary_join(listed([len(texts)], texts), "")[0].as_py(), pc.utf8_length(texts).to_numpy()
    else:
        whole, sizes = "".join(texts), np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(sizes, dtype=np.int64)
    starts = ends[ends < len(whole)]
    space = _spaces().take(np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), np.uint32), mode="clip")
    begins = ~space
    begins[1:] &= space[:-1]
    begins[starts] = ~space[starts]  # a word at the end of one text is none with that at the start of the next
    return np.diff(np.searchsorted(np.flatnonzero(begins), ends), prepend=0)


@cache
def _spaces() -> npt.NDArray[np.bool_]:
    """Return of each character up to one behind the last white space whether it is white space."""
    return np.array([chr(code).isspace() for code in range(_LAST_SPACE + 2)], np.bool_)
