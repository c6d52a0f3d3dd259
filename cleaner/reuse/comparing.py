"""Pairs of texts aligned, so many at a time: the words of a block of pairs are put together, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from cleaner.engine.threads import in_order
from cleaner.reuse.arrays import Flags
from cleaner.reuse.candidates import Pairs
from cleaner.reuse.columns import Growing, Numbers, Scratch
from cleaner.reuse.excerpts import excerpt, stretches
from cleaner.reuse.names import Vocabulary, classes_of
from cleaner.reuse.passages import texts_for_verifying
from cleaner.reuse.remembered import Memory, states_of
from cleaner.reuse.run_ons import end_keys, whole_ends
from cleaner.reuse.settings import Settings
from cleaner.reuse.texts import Distinct, grain_of
from cleaner.reuse.ties import Ties, no_ties, ties_of
from cleaner.reuse.verdicts import verify
from cleaner.reuse.words import Words

BLOCK_WORDS = 1 << 22
"""Words of the pairs that are aligned at one time; as most texts are in several pairs, fewer are held."""


class Comparing:
    """Aligns pairs of numbered texts; `vocabulary`: what the corpus says of words."""

    def __init__(
        self, words: Words, distinct: Distinct, vocabulary: Vocabulary, scratch: Scratch, memory: Memory | None = None
    ) -> None:
        self._words, self._rows, self._text_of, self._memory = words, distinct.rows, distinct.text_of, memory
        self._counts = words.counts[distinct.rows]
        self._known = np.sort(distinct.keys)
        self._threads = scratch.threads
        self._block_words = BLOCK_WORDS // scratch.threads
        classes = scratch.column(np.uint8)
        for part in stretches(words):
            classes.add(classes_of(part, vocabulary))
        self._classes = classes.filled()

    def ties(self, pairs: Iterable[Pairs], settings: Settings) -> tuple[Ties, Flags]:
        """Return the ties among the pairs, in their order, and of which an end is a text of its own."""

        def aligned(block: Pairs) -> tuple[Ties, Flags]:
            return self._aligned(block, settings)

        columns = [Growing(column.dtype) for column in (*no_ties(), np.zeros(0, np.bool_))]
        blocks = (block for some in pairs for block in self._blocks(some))
        for ties, whole in in_order(aligned, blocks, self._threads):
            parts: tuple[Numbers, ...] = (*ties, whole)
            for column, part in zip(columns, parts, strict=True):
                column.add(part)
        *found, every_whole = (column.filled() for column in columns)
        return Ties._make(found), every_whole

    def _blocks(self, pairs: Pairs) -> Iterator[Pairs]:
        sums = np.cumsum(self._counts[pairs.shorter] + self._counts[pairs.longer])
        first = 0
        while first < len(sums):
            before = sums[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(sums, before + self._block_words, "right")))
            yield Pairs(*(column[first:last] for column in pairs))
            first = last

    def _aligned(self, pairs: Pairs, settings: Settings) -> tuple[Ties, Flags]:
        # in the order in which their words stand, which is how they are read quickest
        rows, number = np.unique(self._rows[np.concatenate(pairs)], return_inverse=True)
        words, classes = excerpt(self._words, self._classes, rows)
        ready = texts_for_verifying(words, np.arange(len(rows)), classes)
        left, right = number[: len(pairs.shorter)], number[len(pairs.shorter) :]
        if self._memory is None:
            found = verify(ready, left, right, grain_of(words), settings)
        else:
            found = self._memory.verdicts(ready, states_of(words, classes), (left, right), grain_of(words), settings)
        ties = ties_of(left, right, found)
        whole = whole_ends(end_keys(ready, ties), self._known)
        texts = self._text_of[rows]
        return ties._replace(shorter=texts[ties.shorter], longer=texts[ties.longer]), whole
