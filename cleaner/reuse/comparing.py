"""Pairs of texts aligned, so many at a time: the words of a block of pairs are put together, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from cleaner.reuse.arrays import Flags, Ints
from cleaner.reuse.candidates import Pairs
from cleaner.reuse.columns import Growing, Numbers, Scratch
from cleaner.reuse.excerpts import excerpt, stretches
from cleaner.reuse.names import Vocabulary, classes_of
from cleaner.reuse.passages import texts_for_verifying
from cleaner.reuse.remembered import Memory, Tied, pair_states, states_of, tied_of
from cleaner.reuse.run_ons import ENDS, end_keys, whole_ends
from cleaner.reuse.settings import Settings
from cleaner.reuse.texts import Distinct, grain_of
from cleaner.reuse.threads import in_order
from cleaner.reuse.ties import Ties, no_ties, pair_keys, ties_of
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
        classes, states = scratch.column(np.uint8), Growing(np.uint64)
        for part in stretches(words):
            found = classes_of(part, vocabulary)
            classes.add(found)
            if memory is not None:
                states.add(states_of(part, found))
        self._classes = classes.filled()
        self._states = states.filled() if memory is None else states.filled()[distinct.rows]

    def ties(self, pairs: Iterable[Pairs], settings: Settings) -> tuple[Ties, Flags]:
        """Return the ties among the pairs, sorted, and of which an end is a text of its own."""
        found = _Gathered()

        def aligned(block: Pairs) -> tuple[Pairs, Tied]:
            return block, self._aligned(block, settings)

        blocks = (block for some in pairs for block in self._blocks(self._unknown(some, settings, found)))
        for block, tied in in_order(aligned, blocks, self._threads):
            found.add(tied)
            if self._memory is not None:
                ties = Pairs(tied.ties.shorter, tied.ties.longer)
                self._memory.learn(self._keys(block, settings), self._keys(ties, settings), tied)
        every = found.sorted()
        return every.ties, whole_ends(every.ends, self._known)

    def _keys(self, pairs: Pairs, settings: Settings) -> Ints:
        return pair_states(self._states[pairs.shorter], self._states[pairs.longer], settings)

    def _unknown(self, pairs: Pairs, settings: Settings, found: _Gathered) -> Pairs:
        """Return the pairs that are to be aligned; of the others, what is remembered is added to what was found."""
        if self._memory is None:
            return pairs
        unknown, tied, columns = self._memory.recalled(self._keys(pairs, settings))
        found.add(tied_of(pairs.shorter[tied], pairs.longer[tied], columns))
        return Pairs(pairs.shorter[unknown], pairs.longer[unknown])

    def _blocks(self, pairs: Pairs) -> Iterator[Pairs]:
        sums = np.cumsum(self._counts[pairs.shorter] + self._counts[pairs.longer])
        first = 0
        while first < len(sums):
            before = sums[first - 1] if first else 0
            last = max(first + 1, int(np.searchsorted(sums, before + self._block_words, "right")))
            yield Pairs(*(column[first:last] for column in pairs))
            first = last

    def _aligned(self, pairs: Pairs, settings: Settings) -> Tied:
        # in the order in which their words stand, which is how they are read quickest
        rows, number = np.unique(self._rows[np.concatenate(pairs)], return_inverse=True)
        words, classes = excerpt(self._words, self._classes, rows)
        ready = texts_for_verifying(words, np.arange(len(rows)), classes)
        left, right = number[: len(pairs.shorter)], number[len(pairs.shorter) :]
        ties = ties_of(left, right, verify(ready, left, right, grain_of(words), settings))
        ends = end_keys(ready, ties)
        texts = self._text_of[rows]
        return Tied(ties._replace(shorter=texts[ties.shorter], longer=texts[ties.longer]), ends)


class _Gathered:
    """Ties that come some at a time."""

    def __init__(self) -> None:
        none = np.zeros(0, np.int64)
        columns: tuple[Numbers, ...] = (*no_ties(), *(none,) * ENDS)
        self._columns = [Growing(column.dtype) for column in columns]

    def add(self, some: Tied) -> None:
        parts: tuple[Numbers, ...] = (*some.ties, *some.ends)
        for column, part in zip(self._columns, parts, strict=True):
            column.add(part)

    def sorted(self) -> Tied:
        columns = [column.filled() for column in self._columns]
        ties = Ties._make(columns[:-ENDS])
        order = np.argsort(pair_keys(ties), kind="stable")
        return Tied(ties.take(order), tuple(column[order] for column in columns[-ENDS:]))
