"""Verdicts that are kept from run to run: a pair of texts that have not changed is not aligned again.

A verdict follows from the words of two texts, their marks and their classes, and from the settings.  All of that goes
into a pair's key, so what is remembered is what aligning would say, whatever else came to the corpus or left it: where
new documents make a name of a word, the texts that hold it have other keys.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from functools import cache

import numpy as np
import pyarrow as pa

from cleaner.reuse.arrays import Flags, Hashes, Ints, Marks
from cleaner.reuse.hashing import scrambled, sequence_hashes
from cleaner.reuse.passages import Texts
from cleaner.reuse.settings import Settings
from cleaner.reuse.verdicts import Verdicts, verify
from cleaner.reuse.words import Words

_PASSAGE = ("shorter_start", "shorter_end", "longer_start", "longer_end", "matched")
REMEMBERED = pa.schema([(name, pa.int64()) for name in ("pair", "verdict", "similarity_bits", *_PASSAGE)])
"""One row a pair that was looked at, by its key; verdict 0: the two have nothing to do with each other."""


def states_of(words: Words, classes: Marks) -> Hashes:
    """Return a hash of all that verification reads of each paragraph."""
    values = words.hashes.astype(np.uint64)
    values |= words.marks.astype(np.uint64) << np.uint64(32)
    values |= classes.astype(np.uint64) << np.uint64(40)
    return sequence_hashes(values, words.offsets)


class Memory:
    """Verdicts by key: those of earlier runs, and those that were asked for in this one."""

    def __init__(self, rows: pa.Table) -> None:
        """Hold the rows of `REMEMBERED`, sorted by pair."""
        columns = np.stack([rows[name].to_numpy() for name in REMEMBERED.names])
        tied = columns[1] != 0
        self._strangers, self._ties = columns[0, ~tied], columns[:, tied]
        self._asked: list[tuple[Ints, Ints]] = []

    def verdicts(
        self,
        texts: Texts,
        states: Hashes,
        pairs: tuple[Ints, Ints],
        grain: Ints,
        settings: Settings,
    ) -> Verdicts:
        """Return what `verify` returns; `states` are those of the texts."""
        left, right = pairs
        keys = scrambled(states[left] * np.uint64(0x9E3779B185EBCA87) + states[right] + _rule(settings)).view(np.int64)
        tied, place = _among(self._ties[0], keys)
        new = np.flatnonzero(~tied & ~_among(self._strangers, keys)[0])
        found = verify(texts, left[new], right[new], grain, settings)
        learnt = np.stack([keys[new[found.pair]], found.verdict, found.similarity.view(np.int32), *found[3:]])
        rows = np.concatenate([self._ties[:, place[tied]], learnt], axis=1)
        pair = np.concatenate([np.flatnonzero(tied), new[found.pair]])
        self._asked.append((keys, rows))
        order = np.argsort(pair, kind="stable")
        verdict, similarity, *passage = rows[1:, order]
        return Verdicts(pair[order], verdict.astype(np.uint8), similarity.astype(np.int32).view(np.float32), *passage)

    def batch(self) -> pa.RecordBatch:
        """Return all that was asked for in this run, sorted by key."""
        every = np.sort(np.concatenate([np.zeros(0, np.int64), *(keys for keys, _ in self._asked)]))
        keys = every[np.diff(every, prepend=every[:1] - 1) != 0]
        ties = np.concatenate([self._ties[:, :0], *(rows for _, rows in self._asked)], axis=1)
        place = np.searchsorted(keys, ties[0])
        columns = [pa.array(keys)]
        for values in ties[1:]:
            column = np.zeros(len(keys), np.int64)
            column[place] = values
            columns.append(pa.array(column))
        return pa.RecordBatch.from_arrays(columns, schema=REMEMBERED)


def _among(known: Ints, keys: Ints) -> tuple[Flags, Ints]:
    """Tell which keys are among the known ones, which are sorted, and where."""
    place = np.searchsorted(known, keys)
    found = place < len(known)
    found[found] = known[place[found]] == keys[found]
    return found, place


@cache
def _rule(settings: Settings) -> np.uint64:
    digest = hashlib.blake2b(repr(astuple(settings)).encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "big"))
