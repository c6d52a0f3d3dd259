"""Which words stand in quotation marks: “so”, "so", «so», „so“, »so«, 「so」."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.arrays import Codes, Flags, Ints, Marks, offsets_of
from cleaner.reuse.characters import CLOSES_QUOTE, OPENS_QUOTE, TURNS_QUOTE


class QuotationMarks(NamedTuple):
    """Quotation marks of many paragraphs: their places in the whole, code points and what each may do."""

    at: Ints
    codes: Codes
    info: Marks


def quoted_words(marks: QuotationMarks, word_after: Ints, begins: Ints, offsets: Ints) -> Flags:
    """Tell which words stand between quotation marks of their paragraph; an unclosed quotation runs to its end.

    `word_after`: the first word after each mark; paragraphs own places from `begins` on and words from `offsets` on.
    """
    home = np.searchsorted(begins, marks.at, "right") - 1
    step = ((marks.info & OPENS_QUOTE) != 0).astype(np.int32) - ((marks.info & CLOSES_QUOTE) != 0)
    german = np.zeros(len(begins), bool)
    german[home[marks.codes == ord("„")]] = True
    step[(marks.codes == ord("“")) & german[home]] = -1  # „so“: the mark that opens in English closes
    _turn_guillemets(step, marks.codes, home, len(begins))
    first_mark = np.searchsorted(marks.at, begins[:-1])
    depth = _running(step, word_after, first_mark, offsets)
    turned = _running(((marks.info & TURNS_QUOTE) != 0).astype(np.int32), word_after, first_mark, offsets)
    found: Flags = (depth > 0) | ((turned & 1) == 1)
    return found


def _turn_guillemets(step: NDArray[np.int32], codes: Codes, home: Ints, paragraphs: int) -> None:
    """Turn »so« round, where « closes, and pass over a » that only marks an item."""
    shuts, opens = codes == ord("»"), codes == ord("«")
    marks = np.flatnonzero(shuts | opens)
    first = marks[np.diff(home[marks], prepend=-1) != 0]
    led, answered = np.zeros(paragraphs, np.int32), np.zeros(paragraphs, np.int32)
    led[home[first[shuts[first]]]] = 1
    answered[home[opens]] = 1
    paragraph = home[marks]
    step[marks] *= 1 - led[paragraph] - led[paragraph] * answered[paragraph]


def _running(steps: NDArray[np.int32], word_after: Ints, first_mark: Ints, offsets: Ints) -> NDArray[np.int32]:
    """Return the sum of the steps that stand before each word in its own paragraph."""
    change = np.bincount(word_after, weights=steps, minlength=offsets[-1] + 1).astype(np.int32)
    total = np.cumsum(change[:-1], dtype=np.int32)
    return total - np.repeat(offsets_of(steps)[first_mark].astype(np.int32), np.diff(offsets))
