"""Pairs of texts aligned, so many at a time: the words of a block of pairs are put together, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cleaner.reuse.arrays import Codes, Flags, Ints
from cleaner.reuse.columns import Growing
from cleaner.reuse.excerpts import excerpt
from cleaner.reuse.names import classes_of
from cleaner.reuse.passages import texts_for_verifying
from cleaner.reuse.remembered import Memory, states_of
from cleaner.reuse.run_ons import end_keys, whole_ends
from cleaner.reuse.settings import Settings
from cleaner.reuse.texts import Distinct, grain_of
from cleaner.reuse.ties import Ties, no_ties, ties_of
from cleaner.reuse.verdicts import verify
from cleaner.reuse.words import Words

BLOCK_WORDS = 1 << 22
"""Words on either side of the pairs that are aligned together; as most texts are in several, fewer are held."""


class Comparing:
    """Aligns pairs of numbered texts."""

    def __init__(self, words: Words, distinct: Distinct, names: Codes, memory: Memory | None = None) -> None:
        self._words, self._rows, self._names, self._memory = words, distinct.rows, names, memory
        self._known = np.sort(distinct.keys)

    def ties(self, shorter: Ints, longer: Ints, settings: Settings) -> tuple[Ties, Flags]:
        """Return the ties among the pairs, in their order, and of which an end is a text of its own."""
        columns = [Growing(column.dtype) for column in (*no_ties(), np.zeros(0, np.bool_))]
        for some in self._blocks(shorter, longer):
            ties, whole = self._block(shorter[some], longer[some], settings)
            for column, part in zip(columns, (*ties, whole), strict=True):
                column.add(part)
        *found, whole = (column.filled() for column in columns)
        return Ties._make(found), whole

    def _blocks(self, shorter: Ints, longer: Ints) -> Iterator[slice]:
        counts = self._words.counts[self._rows]
        sums = np.cumsum(counts[shorter] + counts[longer])
        first = 0
        while first < len(sums):
            before = sums[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(sums, before + BLOCK_WORDS, "right")))
            yield slice(first, last)
            first = last

    def _block(self, shorter: Ints, longer: Ints, settings: Settings) -> tuple[Ties, Flags]:
        texts, number = np.unique(np.concatenate([shorter, longer]), return_inverse=True)
        words = excerpt(self._words, self._rows[texts])
        classes = classes_of(words, self._names)
        ready = texts_for_verifying(words, np.arange(len(texts)), classes)
        left, right = number[: len(shorter)], number[len(shorter) :]
        if self._memory is None:
            found = verify(ready, left, right, grain_of(words), settings)
        else:
            found = self._memory.verdicts(ready, states_of(words, classes), (left, right), grain_of(words), settings)
        ties = ties_of(left, right, found)
        whole = whole_ends(end_keys(ready, ties), self._known)
        return ties._replace(shorter=texts[ties.shorter], longer=texts[ties.longer]), whole
