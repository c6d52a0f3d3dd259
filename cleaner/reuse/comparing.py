"""Pairs of texts aligned, so many at a time: the words of a block of pairs are put together, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain, islice
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from cleaner.engine.base import Batches, Engine
from cleaner.reuse.alignment import LONG_WORDS
from cleaner.reuse.arrays import Flags, Hashes, arrow_of, numbers_in, once
from cleaner.reuse.bounds import hopeful_by_length
from cleaner.reuse.candidates import Pairs, packed_pairs
from cleaner.reuse.columns import Column, Growing, Numbers, Scratch
from cleaner.reuse.excerpts import excerpt, of_rows, of_stretches, packed
from cleaner.reuse.names import Vocabulary, classes_of
from cleaner.reuse.passages import texts_for_verifying
from cleaner.reuse.remembered import Memory, Tied
from cleaner.reuse.run_ons import ENDS, end_keys, whole_ends
from cleaner.reuse.settings import Settings
from cleaner.reuse.texts import Distinct, grain_of
from cleaner.reuse.ties import Ties, no_ties, pair_keys, ties_of
from cleaner.reuse.verdicts import verify
from cleaner.reuse.words import Words

BLOCK_WORDS = 1 << 22
"""Words of the pairs that are aligned at one time, with the machine words that the bits of their equal words fill.

As most texts are in several pairs, fewer words are held."""
_MATRIX_BITS = 64

PAIRS = pa.schema([(name, pa.int64()) for name in Pairs._fields])
_ENDS = [f"end_{number}" for number in range(ENDS)]
TIED = pa.schema(
    [
        *((name, pa.from_numpy_dtype(column.dtype)) for name, column in no_ties()._asdict().items()),
        *((name, pa.int64()) for name in _ENDS),
    ]
)
"""One row a tie between numbered texts, with the keys of what is unmatched at their ends."""


class Library(NamedTuple):
    """What is told of each word (`excerpts.packed`), and where the words of each numbered text begin and end."""

    words: Column
    begins: Column
    ends: Column


class Comparing:
    """Aligns pairs of numbered texts; `vocabulary`: what the corpus says of words.

    Where verdicts of an earlier run are remembered, few pairs are left: what is told of the words of these is told
    when they are looked at.
    """

    def __init__(
        self, words: Words, distinct: Distinct, vocabulary: Vocabulary, scratch: Scratch, memory: Memory | None = None
    ) -> None:
        self._words, self._rows, self._vocabulary, self._scratch = words, distinct.rows, vocabulary, scratch
        self._counts, self._memory, self._engine = words.counts[distinct.rows], memory, scratch.engine
        self._known = np.sort(distinct.keys)
        self._block_words = BLOCK_WORDS
        self._library = self._whole_library() if memory is None or memory.is_empty else None

    def _whole_library(self) -> Library:
        library = Library(*map(self._scratch.column, (np.uint64, np.int64, np.int64)))

        def told(part: Words) -> Hashes:
            return packed(part, classes_of(part, self._vocabulary))

        for values in of_stretches(told, self._words, self._scratch.threads):
            library.words.add(values)
        library.begins.add(self._words.offsets[self._rows])
        library.ends.add(self._words.offsets[self._rows + 1])
        return library

    def _library_of(self, pairs: Pairs) -> Library:
        """Return what is told of the words of these texts alone."""
        library = Library(*map(Growing, (np.uint64, np.int64, np.int64)))
        texts = once(np.concatenate(pairs))
        texts = texts[np.argsort(self._rows[texts])]
        words = of_rows(self._words, self._rows[texts])
        library.words.add(packed(words, classes_of(words, self._vocabulary)))
        for column, bounds in ((library.begins, words.offsets[:-1]), (library.ends, words.offsets[1:])):
            places = np.zeros(len(self._rows), np.int64)
            places[texts] = bounds
            column.add(places)
        return library

    def ties(self, pairs: Iterable[Pairs], settings: Settings) -> tuple[Ties, Flags]:
        """Return the ties among the pairs, sorted, and of which an end is a text of its own."""
        found = _Gathered()
        if self._memory is not None and (stood := self._memory.stood(settings)):
            found.add(stood)
        blocks = self._blocks(self._unknown(some, settings, found) for some in pairs)
        for tied in self._aligned(blocks, settings):
            found.add(tied)
        every = found.sorted()
        if self._memory is not None:
            self._memory.learn(every, settings)
        return every.ties, whole_ends(every.ends, self._known)

    def _unknown(self, pairs: Pairs, settings: Settings, found: _Gathered) -> Pairs:
        """Return the pairs that are to be aligned; of the others, what is remembered is added to what was found."""
        hopeful = hopeful_by_length(self._counts[pairs.shorter], self._counts[pairs.longer], settings)
        pairs = Pairs(pairs.shorter[hopeful], pairs.longer[hopeful])
        if self._memory is None:
            return pairs
        unknown, tied = self._memory.recalled(packed_pairs(*pairs), settings)
        found.add(tied)
        return Pairs(pairs.shorter[unknown], pairs.longer[unknown])

    def _blocks(self, some: Iterable[Pairs]) -> Iterator[Pairs]:
        """Yield the pairs in blocks of so many words; the last is what is left."""
        held = Pairs(*np.zeros((2, 0), np.int64))
        for pairs in some:
            held = Pairs(*map(np.concatenate, zip(held, pairs, strict=True)))
            shorter, longer = (self._counts[texts] for texts in held)
            sums = np.cumsum(shorter + longer + shorter * np.minimum(longer, LONG_WORDS) // _MATRIX_BITS)
            first = 0
            while first < len(sums) and sums[-1] - (before := sums[first - 1] if first else 0) > self._block_words:
                last = max(first + 1, int(np.searchsorted(sums, before + self._block_words, "right")))
                yield Pairs(*(column[first:last] for column in held))
                first = last
            held = Pairs(*(column[first:] for column in held))
        if len(held.shorter):
            yield held

    def _aligned(self, blocks: Iterator[Pairs], settings: Settings) -> Iterator[Tied]:
        """Yield what comes of the blocks, in any order; where there are several, the engine's processes share them."""
        some = list(islice(blocks, 2))
        if self._library is None and len(some) < 2:
            return (aligned(self._library_of(block), block, settings) for block in some)
        library = self._library = self._library or self._whole_library()
        if self._engine is None or len(some) < 2:
            return (aligned(library, block, settings) for block in chain(some, blocks))
        return _shared_out(self._engine, chain(some, blocks), partial(aligned_rows, library, settings))


def aligned(library: Library, pairs: Pairs, settings: Settings) -> Tied:
    """Return the ties among pairs of texts."""
    begins, ends = library.begins.filled(), library.ends.filled()
    both = np.concatenate(pairs)
    # in the order in which their words stand, which is how they are read quickest
    first, place, number = np.unique(begins[both], return_index=True, return_inverse=True)
    texts = both[place]
    words, classes = excerpt(library.words.filled(), first, ends[texts])
    ready = texts_for_verifying(words, np.arange(len(texts)), classes)
    left, right = number[: len(pairs.shorter)], number[len(pairs.shorter) :]
    ties = ties_of(left, right, verify(ready, left, right, grain_of(words), settings))
    found = end_keys(ready, ties)
    return Tied(ties._replace(shorter=texts[ties.shorter], longer=texts[ties.longer]), found)


def aligned_rows(library: Library, settings: Settings, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield rows of `TIED` for those of `PAIRS`, all at once: what a numpy operation costs is shared by them."""
    pairs = pa.Table.from_batches(batches, PAIRS)
    if pairs.num_rows:
        tied = aligned(library, Pairs(*_columns(pairs)), settings)
        yield _batch((*tied.ties, *tied.ends), TIED)


def _shared_out(engine: Engine, blocks: Iterable[Pairs], work: Batches) -> Iterator[Tied]:
    pairs = engine.groups("reuse_pairs", PAIRS, ([_batch(block, PAIRS)] for block in blocks))
    table = engine.map("reuse_tied", work, pairs, TIED)
    for path in table.glob("*.parquet"):
        rows = pq.ParquetFile(path).read()
        if rows.num_rows:
            columns = _columns(rows)
            yield Tied(Ties(*columns[:-ENDS]), tuple(columns[-ENDS:]))


def _columns(rows: pa.Table) -> list[NDArray[Any]]:
    return [numbers_in(column.chunk(0)) for column in rows.combine_chunks().columns]


def _batch(columns: Iterable[Numbers], schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([arrow_of(column) for column in columns], schema=schema)


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
