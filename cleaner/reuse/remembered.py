"""Verdicts that are kept from run to run: a pair of texts that have not changed is not aligned again.

A verdict follows from the words of two texts, their marks and their classes, and from the settings.  So it stands as
long as both texts do, whatever else came to the corpus or left it; where new documents make a name of a word, nothing
is known of the texts that hold it.
"""

from __future__ import annotations

import hashlib
from dataclasses import astuple
from functools import cache
from typing import NamedTuple

import numpy as np

from cleaner.reuse.archive import Archive
from cleaner.reuse.arrays import Flags, Hashes, Ints, once
from cleaner.reuse.candidates import Pairs, packed_pairs, pairs_of
from cleaner.reuse.columns import Column, Growing, Numbers, Scratch
from cleaner.reuse.growth import Growth
from cleaner.reuse.settings import Settings
from cleaner.reuse.ties import Ties

_PAIRS, _TIES = "pairs", "ties"
_PLACES, _ENDS = 5, 4
_TIE_COLUMNS = 2 + 2 + _PLACES + _ENDS  # pair, verdict and similarity


class Tied(NamedTuple):
    """Ties, and the comparison keys of what is unmatched at either end of either text (`run_ons.end_keys`)."""

    ties: Ties
    ends: tuple[Ints, ...]

    def take(self, chosen: Flags | Ints) -> Tied:
        """Return the chosen ones."""
        return Tied(self.ties.take(chosen), tuple(column[chosen] for column in self.ends))


class _Known(NamedTuple):
    """Pairs that were looked at, sorted, and those of them that are tied."""

    pairs: Hashes
    tied_pairs: Hashes
    tied: Tied


class Memory:
    """Verdicts by settings: those of the run before that still stand, and those that this run keeps."""

    def __init__(self, archive: Archive, growth: Growth | None, scratch: Scratch) -> None:
        self.archive, self.growth, self._scratch = archive, growth, scratch
        self._before: dict[Settings, _Known] = {}
        self._stood: dict[Settings, Tied] = {}
        self._asked: dict[Settings, Column] = {}
        self._tied: dict[Settings, list[Growing]] = {}

    @property
    def is_empty(self) -> bool:
        """Tell that nothing is remembered of an earlier run."""
        return self.growth is None

    def standing(self, settings: Settings) -> Hashes:
        """Return the pairs, sorted, that were looked at in the run before and of which both texts are there."""
        return self._moved(self.archive.read(f"{_PAIRS}-{_rule(settings)}", np.uint64)[0])[0]

    def stand(self, pairs: Hashes, settings: Settings) -> Hashes:
        """Take sorted pairs of those that are `standing` as looked at; return those that are to be looked at again."""
        stale = self._is_stale(pairs)
        stood = pairs[~stale]
        self._ask(stood, settings)
        tied_pairs, tied = self._ties(settings)
        some = among(tied_pairs, stood)[0]
        self._stood[settings] = tied.take(some)
        self._before[settings] = _Known(stood[:0], tied_pairs[:0], tied.take(some & False))
        return pairs[stale]

    def stood(self, settings: Settings) -> Tied | None:
        """Return the ties among the pairs that stand, once."""
        return self._stood.pop(settings, None)

    def recalled(self, pairs: Hashes, settings: Settings) -> tuple[Flags, Tied]:
        """Return which pairs nothing is known of, and the ties among the others; all of them are looked at now."""
        self._ask(pairs, settings)
        known = self._known(settings)
        some, place = among(pairs, known.tied_pairs)
        return ~among(pairs, known.pairs)[0], known.tied.take(place[some])

    def _ask(self, pairs: Hashes, settings: Settings) -> None:
        if settings not in self._asked:
            self._asked[settings] = self._scratch.column(np.uint64)
        self._asked[settings].add(pairs)

    def learn(self, tied: Tied, settings: Settings) -> None:
        """Take in what came of pairs that were looked at."""
        columns = self._tied.setdefault(settings, [Growing(np.int64) for _ in range(_TIE_COLUMNS)])
        ties = tied.ties._replace(similarity=tied.ties.similarity.view(np.int32))
        numbers: tuple[Numbers, ...] = (*ties, *tied.ends)
        for column, values in zip(columns, numbers, strict=True):
            column.add(values.astype(np.int64))

    def keep(self) -> None:
        """Keep what was looked at in this run, and nothing else."""
        for settings, asked in self._asked.items():
            pairs = asked.filled()
            if (pairs[1:] <= pairs[:-1]).any():
                pairs = once(pairs)
            self.archive.keep(f"{_PAIRS}-{_rule(settings)}", pairs)
        for settings, columns in self._tied.items():
            rows = np.stack([column.filled() for column in columns])
            _, first = np.unique(_packed(rows), return_index=True)
            self.archive.keep(f"{_TIES}-{_rule(settings)}", rows[:, first])

    def _known(self, settings: Settings) -> _Known:
        if settings not in self._before:
            pairs = self.standing(settings)
            pairs = pairs[~self._is_stale(pairs)]
            tied_pairs, tied = self._ties(settings)
            some = among(tied_pairs, pairs)[0]
            self._before[settings] = _Known(pairs, tied_pairs[some], tied.take(some))
        return self._before[settings]

    def _ties(self, settings: Settings) -> tuple[Hashes, Tied]:
        """Return the ties of the run before among texts that are there, and their pairs, sorted."""
        rows = self.archive.read(f"{_TIES}-{_rule(settings)}", np.int64, _TIE_COLUMNS)
        pairs, stand = self._moved(_packed(rows))
        return pairs, _tied_of(pairs_of(pairs), rows[:, stand])

    def _is_stale(self, pairs: Hashes) -> Flags:
        if self.growth is None:
            return np.zeros(len(pairs), np.bool_)
        shorter, longer = pairs_of(pairs)
        found: Flags = self.growth.stale[shorter] | self.growth.stale[longer]
        return found

    def _moved(self, pairs: Hashes) -> tuple[Hashes, Flags]:
        """Return the pairs of which both texts are there, by their numbers of today, and which these are."""
        if self.growth is None:
            return pairs[:0], np.zeros(len(pairs), np.bool_)
        shorter, longer = (self.growth.moved[side] for side in pairs_of(pairs))
        stand = (shorter >= 0) & (longer >= 0)
        return packed_pairs(shorter[stand], longer[stand]), stand


def _packed(rows: Ints) -> Hashes:
    return packed_pairs(rows[0], rows[1])


def _tied_of(pairs: Pairs, rows: Ints) -> Tied:
    """Return the ties that remembered columns tell of, between these texts."""
    verdict, similarity, *rest = rows[2:]
    places = [column.astype(np.int32) for column in rest[:_PLACES]]
    ratio = similarity.astype(np.int32).view(np.float32)
    return Tied(Ties(*pairs, verdict.astype(np.uint8), ratio, *places), tuple(rest[_PLACES:]))


def among(keys: Hashes, known: Hashes) -> tuple[Flags, Ints]:
    """Tell which of the keys are among the sorted known ones, and where these are."""
    place = np.searchsorted(known, keys)
    found = place < len(known)
    found[found] = known[place[found]] == keys[found]
    return found, place


@cache
def _rule(settings: Settings) -> str:
    return hashlib.blake2b(repr(astuple(settings)).encode(), digest_size=8).hexdigest()
