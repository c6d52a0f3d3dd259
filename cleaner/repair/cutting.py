"""Texts cut into gaps and words, many documents at once: every distinct form of word and gap is looked at once.

The bytes of all texts stand in one array; where letters begin and end it is cut, and Arrow finds the distinct
forms among millions of parts faster than Python cuts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute  # `dictionary_encode` would import it when the first text is cut
from numpy.typing import NDArray

from cleaner.repair.signs import is_letter
from cleaner.repair.vocabulary import Vocabulary, vocabulary

Ints = NDArray[np.int64]


class Cut(NamedTuple):
    """Parts of several texts, each text between line breaks: gap, word, gap, and so on to a gap.

    `codes` gives the form of each part, a place in `forms`; text `i` has the parts from `starts[i]` to `starts[i + 1]`;
    `numbers` are those of the forms in the `vocabulary`, `traits` say what each form is.
    """

    forms: list[str]
    vocabulary: Vocabulary
    numbers: Ints
    traits: Ints
    codes: NDArray[np.int32]
    starts: Ints


_ASCII_LETTERS = bytes(point < 128 and chr(point).isalpha() for point in range(256))
"""By byte of UTF-8 whether it is an ASCII letter."""


def cut_texts(texts: Sequence[str]) -> Cut:
    r"""Return the parts of the texts: runs of letters, and what stands between them.

    >>> cut = cut_texts(["It ended."])
    >>> [cut.forms[code] for code in cut.codes]
    ['\n', 'It', ' ', 'ended', '.\n']
    """
    encoded = [f"\n{text}\n".encode("utf-8", "surrogatepass") for text in texts]
    raw = b"".join(encoded)
    begins = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(list(map(len, encoded)), out=begins[1:])
    edges = _changes(_letters(raw), begins)
    buffers = [None, pa.py_buffer(edges), pa.py_buffer(raw)]
    parts = pa.Array.from_buffers(pa.large_binary(), len(edges) - 1, buffers).dictionary_encode()
    known = vocabulary()
    numbers = known.numbers(parts.dictionary.to_pylist())
    forms = list(map(known.texts.__getitem__, numbers.tolist()))
    codes = np.frombuffer(parts.indices.buffers()[1], np.int32)[: len(parts)]  # `to_numpy` would load pandas
    return Cut(forms, known, numbers, known.traits(numbers), codes, np.searchsorted(edges, begins))


def _letters(raw: bytes) -> NDArray[np.bool_]:
    """Return which bytes of UTF-8 are of letters."""
    letters = np.frombuffer(raw.translate(_ASCII_LETTERS), np.bool_)
    if raw.isascii():
        return letters
    units = np.frombuffer(raw, np.uint8)
    wide = np.flatnonzero(units > 127)
    characters = units[wide].tobytes().decode("utf-8", "surrogatepass")
    points = np.frombuffer(characters.encode("utf-32-le", "surrogatepass"), "<u4")
    distinct, which = np.unique(points, return_inverse=True)
    found = letters.copy()
    are_letters = np.array([is_letter(chr(point)) for point in distinct.tolist()])
    found[wide] = np.repeat(are_letters[which], 2 + (points > 0x7FF) + (points > 0xFFFF))
    return found


def _changes(letters: NDArray[np.bool_], begins: Ints) -> Ints:
    """Return where letters begin or end, and where texts do, in bytes."""
    changes = np.empty(len(letters) + 1, np.bool_)
    np.not_equal(letters[1:], letters[:-1], out=changes[1:-1])
    changes[begins] = True
    return np.flatnonzero(changes)
