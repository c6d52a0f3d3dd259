"""Words and what stands beside them as numbers: SQL tells numbers apart in a third of the time that texts take."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.reuse.hashing import scrambled, sequence_hashes

Hashes = NDArray[np.uint64]

_OF_BYTES = scrambled(np.arange(1, 257, dtype=np.uint64))


def word_numbers(words: pa.StringArray) -> Hashes:
    """Return a number of 64 bits for each word, the same on every machine; `words` has no nulls and is no slice.

    >>> a, b, c = word_numbers(pa.array(["oslo", "solo", "oslo"]))
    >>> bool(a == c), bool(a == b)
    (True, False)
    """
    _, ends, texts = words.buffers()
    if not len(words):
        return np.zeros(0, np.uint64)
    ends = np.frombuffer(ends, np.int32)[: len(words) + 1].astype(np.int64)
    return sequence_hashes(_OF_BYTES[np.frombuffer(texts, np.uint8)[: ends[-1]]], ends)


def key_numbers(words: Hashes, near: Hashes, further: Hashes, sides: NDArray[np.int64]) -> Hashes:
    """Return the number of each key: that of its word, if it stands alone (side 0); else one of all that the key names.

    `near` and `further` are the numbers of what stands beside it, 0 where there is none.
    """
    beside = scrambled(scrambled(further + sides.astype(np.uint64)) + near)
    return np.where(sides == 0, words, scrambled(beside + words))
