"""Texts that are full of English function words, told of a column of them at once."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Flags, Ints
from cleaner.columnar import listed
from cleaner.repair.words import FUNCTION_WORDS

_KEY = np.dtype("<u4")
_LETTERS = _KEY.itemsize
_LETTERS_OF_SIZE = np.array([(1 << 8 * size) - 1 for size in range(_LETTERS + 1)], _KEY)
_SPACE = ord(" ")
_MAY_BE_WIDE = 0xC2
"""White space beyond ASCII begins with a byte that is not below."""


def surely_full(texts: pa.StringArray, chars: int, share: float) -> Flags:
    r"""Return of which texts as much as a `share` of the words at the beginning are function words without doubt.

    The words are those that `str.split` finds in the first `chars` characters.  What is counted is how many short
    ones stand between two spaces, against the most that there may be in all: so some are missed, and none is wrong.

    >>> surely_full(pa.array(["The ferry left for the pier.", "Tags", "the\u00a0lot\tof them"]), 200, 0.3).tolist()
    [True, False, False]
    """
    starts = pc.ascii_lower(pc.utf8_slice_codeunits(texts, 0, chars))
    whole = pc.binary_join(listed([len(starts)], starts), " ")[0].as_buffer().to_pybytes() + b" " * _LETTERS
    data = np.frombuffer(whole, np.uint8)
    ends = np.cumsum(pc.binary_length(starts).to_numpy() + 1, dtype=np.int64)  # each behind the space after its text
    spaces = np.flatnonzero(data[: -_LETTERS + 1] == _SPACE)
    others = np.flatnonzero((data < _SPACE) | (data >= _MAY_BE_WIDE))
    most = _counts(spaces, ends) + _counts(others, ends)
    flags: Flags = _counts(spaces[_is_hit(data, spaces)], ends) >= share * most
    return flags


def _counts(places: Ints, ends: Ints) -> Ints:
    """Return how many of the places stand before each end, and not before the last one."""
    return np.diff(np.searchsorted(places, ends), prepend=0)


def _is_hit(data: npt.NDArray[np.uint8], spaces: Ints) -> Flags:
    """Tell of each space whether a short function word ends before it."""
    sizes = np.diff(spaces, prepend=-1) - 1
    letters: np.ndarray[tuple[int], np.dtype[np.uint32]] = np.ndarray(
        len(data) - _LETTERS + 1, _KEY, data, strides=(1,)
    )
    short = np.flatnonzero((sizes > 0) & (sizes <= _LETTERS))
    words = letters[spaces[short] - sizes[short]] & _LETTERS_OF_SIZE[sizes[short]]
    found = np.zeros(len(spaces), np.bool_)
    found[short] = pc.is_in(pa.array(words), _short_words()).to_numpy(zero_copy_only=False)
    return found


@cache
def _short_words() -> pa.UInt32Array:
    short = sorted(word.encode() for word in FUNCTION_WORDS if len(word) <= _LETTERS)
    return pa.array(np.frombuffer(b"".join(word.ljust(_LETTERS, b"\0") for word in short), _KEY))
