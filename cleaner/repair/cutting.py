"""Texts cut into gaps and words, many documents at once: every distinct form of word and gap is looked at once.

The characters of all texts stand in one array; where letters begin and end it is cut, and Arrow finds the distinct
forms among millions of parts faster than Python cuts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute  # `dictionary_encode` would import it when the first text is cut
from numpy.typing import NDArray

from cleaner.repair.signs import is_letter, traits_of

Ints = NDArray[np.int64]


class Cut(NamedTuple):
    """Parts of several texts, each text between line breaks: gap, word, gap, and so on to a gap.

    `codes` gives the form of each part, a place in `forms`; `ends` where the part ends (characters from the start of
    the first text); text `i` has the parts from `starts[i]` to `starts[i + 1]`; `traits` says what each form is.
    """

    forms: list[str]
    traits: Ints
    codes: NDArray[np.int32]
    ends: Ints
    starts: Ints


_ASCII_LETTERS = np.array([chr(point).isalpha() for point in range(128)])


def cut_texts(texts: Sequence[str]) -> Cut:
    r"""Return the parts of the texts: runs of letters, and what stands between them.

    >>> cut = cut_texts(["It ended."])
    >>> [cut.forms[code] for code in cut.codes]
    ['\n', 'It', ' ', 'ended', '.\n']
    """
    whole = "".join([f"\n{text}\n" for text in texts])
    begins = np.zeros(len(texts) + 1, np.int64)
    np.cumsum([len(text) + 2 for text in texts], out=begins[1:])
    edges, byte_edges, raw = _edges(whole, begins)
    buffers = [None, pa.py_buffer(byte_edges), pa.py_buffer(raw)]
    encoded = pa.Array.from_buffers(pa.large_binary(), len(edges) - 1, buffers).dictionary_encode()
    forms = [form.decode("utf-8", "surrogatepass") for form in encoded.dictionary.to_pylist()]
    codes = np.frombuffer(encoded.indices.buffers()[1], np.int32)[: len(encoded)]  # `to_numpy` would load pandas
    return Cut(forms, traits_of(forms), codes, edges[1:], np.searchsorted(edges, begins))


def _edges(whole: str, begins: Ints) -> tuple[Ints, Ints, bytes]:
    """Return where parts begin and end, in characters and in bytes of UTF-8, and those bytes."""
    raw = whole.encode("utf-8", "surrogatepass")
    if len(raw) == len(whole):
        edges = _changes(_ASCII_LETTERS[np.frombuffer(raw, np.uint8)], begins)
        return edges, edges, raw
    points = np.frombuffer(whole.encode("utf-32-le", "surrogatepass"), "<u4")
    letters = _ASCII_LETTERS[np.minimum(points, 127)]  # 127 is none
    wide = np.flatnonzero(points > 127)
    distinct, which = np.unique(points[wide], return_inverse=True)
    letters[wide] = np.array([is_letter(chr(point)) for point in distinct.tolist()])[which]
    edges = _changes(letters, begins)
    more = np.zeros(len(wide) + 1, np.int64)
    np.cumsum(1 + (points[wide] > 0x7FF) + (points[wide] > 0xFFFF), out=more[1:])
    return edges, edges + more[np.searchsorted(wide, edges)], raw


def _changes(letters: NDArray[np.bool_], begins: Ints) -> Ints:
    """Return where letters begin or end, and where texts do."""
    changes = np.empty(len(letters) + 1, np.bool_)
    np.not_equal(letters[1:], letters[:-1], out=changes[1:-1])
    changes[begins] = True
    return np.flatnonzero(changes)
