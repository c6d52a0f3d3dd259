"""Verdicts that are kept from run to run: a pair of texts that have not changed is not aligned again.

A verdict follows from the words of two texts, their marks and their classes, and from the settings.  All of that goes
into a pair's key, so what is remembered is what aligning would say, whatever else came to the corpus or left it: where
new documents make a name of a word, the texts that hold it have other keys.
"""

from __future__ import annotations

import hashlib
import mmap
from dataclasses import astuple
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Flags, Hashes, Ints
from cleaner.reuse.columns import Numbers, Scratch
from cleaner.reuse.hashing import scrambled
from cleaner.reuse.settings import Settings
from cleaner.reuse.ties import Ties

NUMBER = np.dtype("<i8")
STRANGERS, TIES = "strangers", "ties"
"""Files of numbers, sorted by their keys: keys of pairs that have nothing to do with each other, and rows of ties."""
_PLACES, _ENDS = 5, 4
_TIE_COLUMNS = 3 + _PLACES + _ENDS  # after the key: verdict and similarity


class Tied(NamedTuple):
    """Ties, and the comparison keys of what is unmatched at either end of either text (`run_ons.end_keys`)."""

    ties: Ties
    ends: tuple[Ints, ...]


def pair_states(left: Hashes, right: Hashes, settings: Settings) -> Ints:
    """Return the keys of pairs of texts in these states."""
    return scrambled(left * np.uint64(0x9E3779B185EBCA87) + right + _rule(settings)).view(np.int64)


class Memory:
    """Verdicts by key: those of earlier runs, and those that this one adds."""

    def __init__(self, folder: Path, scratch: Scratch) -> None:
        """Take up what an earlier run left in the folder; nothing where it left nothing."""
        self._folder = folder
        self._strangers = _Known(_stored(folder / STRANGERS, 1))
        self._ties = _Known(_stored(folder / TIES, _TIE_COLUMNS))
        self._asked = scratch.column(NUMBER)
        self._learnt = [scratch.column(NUMBER) for _ in range(_TIE_COLUMNS)]

    @property
    def is_empty(self) -> bool:
        """Tell that nothing is remembered of an earlier run."""
        return not self._strangers.rows.size and not self._ties.rows.size

    def recalled(self, keys: Ints) -> tuple[Flags, Ints, tuple[Ints, ...]]:
        """Return which pairs were never looked at, which are known to be tied (numbers), and the columns of these.

        What was never looked at is looked at next: `learn` is told which of it is tied.
        """
        order = np.argsort(keys)
        ordered = keys[order]
        tied, place = self._ties.among(ordered)
        new = ~(tied | self._strangers.among(ordered)[0])
        unknown = np.zeros(len(keys), np.bool_)
        unknown[order[new]] = True
        self._asked.add(ordered[new])
        return unknown, order[tied], tuple(column[place] for column in self._ties.rows[1:])

    def learn(self, tied: Ints, found: Tied) -> None:
        """Take in ties, and the keys of their pairs."""
        ties = found.ties
        places = (ties.shorter_start, ties.shorter_end, ties.longer_start, ties.longer_end, ties.matched)
        numbers: tuple[Numbers, ...] = (tied, ties.verdict, ties.similarity.view(np.int32), *places, *found.ends)
        for column, values in zip(self._learnt, numbers, strict=True):
            column.add(values.astype(NUMBER))

    def save(self) -> None:
        """Keep what was asked for in this run, and nothing else."""
        learnt = np.stack([column.filled() for column in self._learnt])
        ties = learnt[:, np.unique(learnt[0], return_index=True)[1]]
        asked = np.sort(self._asked.filled())  # `np.setdiff1d` fills hash tables, which takes ten times as long
        asked = asked[np.diff(asked, prepend=asked[:1] - 1) != 0]
        strangers = asked[~_Known(ties).among(asked)[0]]
        self._folder.mkdir(exist_ok=True)
        _store(self._folder / STRANGERS, self._strangers, strangers[None])
        _store(self._folder / TIES, self._ties, ties)


def tied_of(shorter: Ints, longer: Ints, columns: tuple[Ints, ...]) -> Tied:
    """Return the ties that remembered columns tell of, between these texts."""
    verdict, similarity, *rest = columns
    places = [column.astype(np.int32) for column in rest[:_PLACES]]
    ratio = similarity.astype(np.int32).view(np.float32)
    return Tied(Ties(shorter, longer, verdict.astype(np.uint8), ratio, *places), tuple(rest[_PLACES:]))


class _Known:
    """Rows of numbers, a column each, sorted by the first; and which of them were asked for."""

    def __init__(self, rows: Ints) -> None:
        self.rows = rows
        self.asked = np.zeros(rows.shape[1], np.bool_)

    def among(self, keys: Ints) -> tuple[Flags, Ints]:
        """Tell which of the sorted keys are known, and where these are."""
        known = self.rows[0]
        place = np.searchsorted(known, keys)
        found = place < len(known)
        found[found] = known[place[found]] == keys[found]
        self.asked[place[found]] = True
        return found, place[found]


def _stored(path: Path, columns: int) -> Ints:
    """Return the rows of a file, mapped; none where it is missing or was cut short."""
    size = path.stat().st_size if path.exists() else 0
    if not size or size % (columns * NUMBER.itemsize):
        return np.zeros((columns, 0), NUMBER)
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return np.frombuffer(mapped, NUMBER).reshape(columns, -1)


def _store(path: Path, known: _Known, added: Ints) -> None:
    """Write the rows that were asked for and the added ones, sorted, in place of the file."""
    if known.asked.all() and not added.shape[1] and path.exists():
        return
    rows = np.concatenate([known.rows[:, known.asked], added], axis=1)
    known.rows = added  # a file that is mapped cannot be replaced everywhere
    temporary = path.with_suffix(".tmp")
    rows[:, np.argsort(rows[0], kind="stable")].tofile(temporary)
    temporary.replace(path)


@cache
def _rule(settings: Settings) -> np.uint64:
    digest = hashlib.blake2b(repr(astuple(settings)).encode(), digest_size=8).digest()
    return np.uint64(int.from_bytes(digest, "big"))
