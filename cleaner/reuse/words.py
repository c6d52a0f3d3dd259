"""Texts as sequences of word hashes: what paragraphs are compared by.

A word is a run of letters or of digits, or one character of a script without spaces.  Its hash is a polynomial over
folded code points, taken from one running sum over the whole block, so that no Python loop touches a character.
Keys fold case, accents, `1,234`/`1234`, `U.S.`/`US`, `3%`/`3 per cent`, `$90bn`/`$90 billion` and spellings; quotes,
dashes and other marks are no part of a key.  Stored text is never changed; starts and ends count its code points.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from cleaner.engine.threads import in_order
from cleaner.reuse.arrays import Codes, Flags, Hashes, Ints, Marks, numbers_in, offsets_of, utf8_of
from cleaner.reuse.characters import (
    ALONE,
    CLASS_MASK,
    DIGIT,
    DROPPED,
    ENDS_SENTENCE,
    LETTER,
    OPENS_QUOTE,
    UPPER,
    characters,
    class_of_rare,
)
from cleaner.reuse.columns import Growing, Scratch
from cleaner.reuse.equivalents import equivalents, fold_words
from cleaner.reuse.hashing import letter_values, mixed, powers
from cleaner.reuse.mending import mended
from cleaner.reuse.quotation_marks import QuotationMarks, quoted_words

BLOCK_CHARS = 1 << 18
NUMBER, CAPITAL, STARTS_SENTENCE, QUOTED, SINGLE_CHAR, ADDRESS = 1, 2, 4, 8, 16, 32
"""Marks of a word (bits)."""


class Words(NamedTuple):
    """Words of many paragraphs, one after the other; paragraph `i` owns `offsets[i]:offsets[i + 1]`.

    `hashes` (uint32, never 0 or 1), `marks` (bits), `starts` and `ends` (code points in the paragraph's text).
    """

    hashes: Codes
    marks: Marks
    starts: Codes
    ends: Codes
    offsets: Ints

    @property
    def counts(self) -> Ints:
        """Number of words of each paragraph."""
        return np.diff(self.offsets)


def words_of(texts: pa.Array | pa.ChunkedArray | Iterable[pa.Array], scratch: Scratch | None = None) -> Words:
    """Return the words of Arrow strings, at once or array after array; null counts as empty.

    `scratch`: where what is told of each word stands.

    >>> got = words_of(pa.array(["The U.S. gave $1,200", "the US gave 1200", ""]))
    >>> got.counts.tolist(), bool((got.hashes[:4] == got.hashes[4:]).all())
    ([4, 4, 0], True)
    >>> got.starts.tolist()[:4], got.ends.tolist()[:4]
    ([0, 4, 9, 15], [3, 7, 13, 20])
    """
    scratch = scratch or Scratch()
    columns = [*map(scratch.column, (np.uint32, np.uint8, np.uint32, np.uint32)), Growing(np.int64)]
    for words in in_order(_words_of_block, _blocks(texts), scratch.threads):
        parts: tuple[NDArray[Any], ...] = (words.hashes, words.marks, words.starts, words.ends, words.counts)
        for column, part in zip(columns, parts, strict=True):
            column.add(part)
    hashes, marks, starts, ends, counts = (column.filled() for column in columns)
    return Words(hashes, marks, starts, ends, offsets_of(counts))


def counted(flags: Flags, offsets: Ints) -> Ints:
    """Return how many flags of each run `offsets[i]:offsets[i + 1]` are set."""
    counts = np.empty(len(offsets) - 1, np.int64)
    step = 1 << 12
    for first in range(0, len(counts), step):
        bounds = offsets[first : first + step + 1]
        before = np.zeros(bounds[-1] - bounds[0] + 1, np.int32)
        np.cumsum(flags[bounds[0] : bounds[-1]], out=before[1:])
        counts[first : first + step] = np.diff(before[bounds - bounds[0]])
    return counts


def _blocks(texts: pa.Array | pa.ChunkedArray | Iterable[pa.Array]) -> Iterable[pa.Array]:
    """Yield arrays of about `BLOCK_CHARS` bytes: small enough for the cache, large enough for numpy."""
    if isinstance(texts, pa.Array | pa.ChunkedArray):
        texts = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    for chunk in texts:
        rows = max(1, len(chunk) * BLOCK_CHARS // max(1, chunk.nbytes))
        for first in range(0, len(chunk), rows):
            yield chunk.slice(first, rows)


def _words_of_block(texts: pa.Array) -> Words:
    import pyarrow.compute as pc

    texts = mended((pc.fill_null(texts, "") if texts.null_count else texts).cast(pa.large_string()))
    begins = offsets_of(numbers_in(pc.utf8_length(texts)).astype(np.int64))
    codes = _code_points(texts)
    if not len(codes):
        none = np.zeros(0, np.uint32)
        return Words(none, np.zeros(0, np.uint8), none, none, np.zeros(len(texts) + 1, np.int64))
    return _Block(codes, begins).words()


def _code_points(texts: pa.Array) -> Codes:
    return np.frombuffer(str(utf8_of(texts), "utf-8").encode("utf-32-le"), np.uint32)


class _Block:
    """The code points of consecutive paragraphs, on their way to words."""

    def __init__(self, codes: Codes, begins: Ints) -> None:
        table = characters()
        rare = codes > 0xFFFF
        low = np.minimum(codes, 0xFFFF) if rare.any() else codes
        self.codes, self.begins = codes, begins
        self.starts: Ints
        self.ends: Ints
        self.kinds: Marks
        self.sums: Hashes
        self.info = table.info.take(low)
        self.values = table.values.take(low)
        if rare.any():
            self.info[rare] = class_of_rare(codes[rare])
            self.values[rare] = letter_values(codes[rare])

    def words(self) -> Words:
        classes = self.info & np.uint8(CLASS_MASK)
        self._find_runs(classes)
        self._hash_runs()
        joined = self._joined(classes)
        if len(joined):
            self._join(joined)
        offsets = np.searchsorted(self.starts, self.begins)
        paragraph = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
        marks = self._marks(offsets)
        hashes = mixed(self.sums)
        keep = fold_words(hashes, self.kinds == DIGIT, paragraph, self.ends, equivalents())
        if keep is not None:
            hashes, marks, paragraph = hashes[keep], marks[keep], paragraph[keep]
            self.starts, self.ends = self.starts[keep], self.ends[keep]
        counts = np.bincount(paragraph, minlength=len(self.begins) - 1)
        base = self.begins[paragraph]
        starts, ends = (self.starts - base).astype(np.uint32), (self.ends - base).astype(np.uint32)
        return Words(hashes, marks, starts, ends, offsets_of(counts))

    def _find_runs(self, classes: Marks) -> None:
        """Cut where the class changes, around every lone character and at paragraph borders."""
        cut = np.empty(len(classes), bool)
        cut[0] = True
        np.not_equal(classes[1:], classes[:-1], out=cut[1:])
        cut |= classes == ALONE
        inner = self.begins[self.begins < len(classes)]
        cut[inner] = True
        runs = np.flatnonzero(cut)
        kinds = classes[runs]
        chosen = np.flatnonzero((kinds == LETTER) | (kinds == DIGIT) | (kinds == ALONE))
        bounds = np.append(runs, len(classes))
        self.starts, self.ends, self.kinds = bounds[chosen], bounds[chosen + 1], kinds[chosen]

    def _hash_runs(self) -> None:
        """Sum folded code points times powers once; a run's sum is a difference, scaled back to power zero."""
        power, inverse = powers(len(self.codes))
        running = np.empty(len(self.codes) + 1, np.uint64)
        running[0] = 0
        np.multiply(self.values, power[: len(self.codes)], out=running[1:])
        np.cumsum(running[1:], out=running[1:])
        self.sums = (running[self.ends] - running[self.starts]) * inverse[self.starts]

    def _joined(self, classes: Marks) -> Ints:
        """Return which runs belong to the word before: `1,234`, `3.5`, `U.S.`, and across dropped characters."""
        if len(self.starts) < 2:
            return np.zeros(0, np.int64)
        gap = self.starts[1:] - self.ends[:-1]
        first = np.searchsorted(self.starts, self.begins[1:-1])
        gap[first[(first > 0) & (first < len(self.starts))] - 1] = -1  # nothing is joined to the paragraph before
        between = self.codes[self.ends[:-1]]
        joints = (between == ord(".")) | (between == ord(",")) | (between == ord(":"))
        near = np.flatnonzero((gap == 1) & joints) + 1
        near = near[self.kinds[near] == self.kinds[near - 1]]
        comma, number = between[near - 1] == ord(","), self.kinds[near] == DIGIT
        length, before = self.ends[near] - self.starts[near], self.ends[near - 1] - self.starts[near - 1]
        thousands = comma & number & (length == 3)
        clock = (between[near - 1] == ord(":")) & number & (length == 2)
        dot = between[near - 1] == ord(".")
        point = (dot & number) | clock
        letters = dot & (self.kinds[near] == LETTER) & (length == 1) & (before == 1)
        self.sums[near[point]] += np.uint64(0x2E)  # 3.5 is not 35, nor is 9:05 905
        joined = near[thousands | point | letters]
        if (classes == DROPPED).any():
            joined = np.union1d(joined, self._across_dropped(gap, classes))
        found: Ints = joined
        return found

    def _across_dropped(self, gap: Ints, classes: Marks) -> Ints:
        wide = np.flatnonzero((gap >= 1) & (gap <= 16) & (self.kinds[1:] == self.kinds[:-1])) + 1
        wide = wide[(classes[self.ends[wide - 1]] == DROPPED) & (self.kinds[wide] != ALONE)]
        only = [bool((classes[self.ends[k - 1] : self.starts[k]] == DROPPED).all()) for k in wide.tolist()]
        found: Ints = wide[np.array(only, bool)]
        return found

    def _join(self, joined: Ints) -> None:
        """Add the sums of joined runs, raised by the length before them, to the run that they belong to."""
        length = self.ends - self.starts
        opens = np.diff(joined, prepend=-2) != 1
        first = joined[np.maximum.accumulate(np.where(opens, np.arange(len(joined)), 0))]
        head = first - 1
        passed = np.cumsum(length[joined]) - length[joined]
        passed += length[head] - passed[np.searchsorted(joined, first)]
        power, _ = powers(len(self.codes))
        np.add.at(self.sums, head, self.sums[joined] * power[passed])
        np.maximum.at(self.ends, head, self.ends[joined])
        keep = np.ones(len(self.starts), bool)
        keep[joined] = False
        self.sums, self.kinds = self.sums[keep], self.kinds[keep]
        self.starts, self.ends = self.starts[keep], self.ends[keep]

    def _marks(self, offsets: Ints) -> Marks:
        marks = (self.kinds == DIGIT) * np.uint8(NUMBER)
        marks |= (self.kinds == ALONE) * np.uint8(SINGLE_CHAR)
        marks |= ((self.info[self.starts] & UPPER) != 0) * np.uint8(CAPITAL)
        marks[offsets[:-1][offsets[:-1] < offsets[1:]]] |= STARTS_SENTENCE
        marks[self._addresses(offsets)] |= ADDRESS
        telling = np.flatnonzero(self.info >= ENDS_SENTENCE)
        info = self.info[telling]
        word_after = np.searchsorted(self.starts, telling)
        starts = word_after[(info & ENDS_SENTENCE) != 0]
        marks[starts[starts < len(marks)]] |= STARTS_SENTENCE
        quotes = info >= OPENS_QUOTE
        if quotes.any():
            marks_of_quotes = QuotationMarks(telling[quotes], self.codes[telling[quotes]], info[quotes])
            marks |= quoted_words(marks_of_quotes, word_after[quotes], self.begins, offsets) * np.uint8(QUOTED)
        found: Marks = marks
        return found

    def _addresses(self, offsets: Ints) -> Ints:
        """Return the words that a dot joins to a short one in small letters: `daily.example`, `node.js`."""
        if len(self.starts) < 2:
            return np.zeros(0, np.int64)
        dot = (self.starts[1:] - self.ends[:-1] == 1) & (self.codes[self.ends[:-1]] == ord("."))
        first = offsets[1:-1]
        dot[first[(first > 0) & (first < len(self.starts))] - 1] = False  # the next paragraph is another matter
        found = np.flatnonzero(dot & (self.kinds[1:] == LETTER) & (self.kinds[:-1] == LETTER))
        length, upper = (self.ends - self.starts)[found + 1], (self.info[self.starts[found + 1]] & UPPER) != 0
        chosen: Ints = found[(length >= 2) & (length <= 4) & ~upper]
        return chosen
