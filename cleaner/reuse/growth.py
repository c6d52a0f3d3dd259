"""What became of texts since the run before: who went, who came, and whom the corpus now reads otherwise."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.archive import Archive
from cleaner.reuse.arrays import Codes, Flags, Ints
from cleaner.reuse.excerpts import of_rows, of_stretches
from cleaner.reuse.names import Casing, Vocabulary, casing_of, casing_together, classes_of, holding
from cleaner.reuse.texts import Distinct
from cleaner.reuse.told import Told

_TEXTS, _CASING = "texts", "casing"


class Texts(NamedTuple):
    """Texts by number: words, key, the run that stands for each, and who has few grams."""

    counts: Ints
    keys: Ints
    runs: Ints
    few: Flags

    def keep(self, archive: Archive) -> None:
        """Keep them for the next run."""
        archive.keep(_TEXTS, np.stack(self))


class Growth(NamedTuple):
    """What became of the texts of the run before, `texts`.

    `moved`: the number that each has today, -1 for those that are gone.  By number of today: `came`, who is new;
    `stale`, of whom earlier verdicts say nothing, for other words or marks show the text, or words have other classes.
    """

    texts: Texts
    moved: Ints
    came: Flags
    stale: Flags


def casings(told: Told, archive: Archive | None, threads: int = 1) -> tuple[Casing, Casing]:
    """Return the casing evidence of the run before, and that of today: what came is added, what went taken away."""
    earlier = Casing(*(archive.read(_CASING, np.int64, 3) if archive else np.zeros((3, 0), np.int64)))
    before = earlier._replace(words=earlier.words.astype(np.uint32))
    if len(told.times_before):
        more = told.times.copy()
        more[: len(told.times_before)] -= told.times_before
        changed = sorted({*more[more != 0].tolist()})
        parts = [(times, casing_of(of_rows(told.words, np.flatnonzero(more == times)))) for times in changed]
        every = [before, *(Casing(part.words, part.seen * times, part.capital * times) for times, part in parts)]
    else:
        every = list(of_stretches(casing_of, told.words, threads))
    after = casing_together(every)
    if archive:
        seen = after.seen > 0
        archive.keep(_CASING, np.stack([column[seen].astype(np.int64) for column in after]))
    return before, after


def growth_of(archive: Archive, told: Told, texts: Distinct, before: Vocabulary, after: Vocabulary) -> Growth | None:
    """Return what became of the texts of the run before, given those of today and what either took for names.

    `texts`: with the runs that stand for them.  None where nothing is known of that run.
    """
    if archive.is_empty:
        return None
    counts, keys, runs, few = archive.read(_TEXTS, np.int64, len(Texts._fields))
    order = np.argsort(texts.keys)
    place = np.searchsorted(texts.keys, keys, sorter=order)
    stands = place < len(order)
    number = np.full(len(keys), -1, np.int64)
    number[stands] = order[place[stands]]
    stands[stands] = (texts.keys[number[stands]] == keys[stands]) & (
        told.voices.counts[texts.rows[number[stands]]] == counts[stands]
    )
    number[~stands] = -1
    came = np.ones(len(texts.keys), np.bool_)
    came[number[stands]] = False
    stale = came | _reclassed(told, before, after)[texts.rows]
    stale[number[stands]] |= texts.rows[number[stands]] != runs[stands]
    return Growth(Texts(counts, keys, runs, few != 0), number, came, stale)


def _reclassed(told: Told, before: Vocabulary, after: Vocabulary) -> Flags:
    """Tell which runs hold words of which the class is another than before."""
    found = np.zeros(len(told.voices.counts), np.bool_)
    changed = np.sort(np.concatenate([_in_one(before.names, after.names), _in_one(before.common, after.common)]))
    if len(changed):
        rows = np.flatnonzero(np.concatenate(list(of_stretches(lambda part: holding(part, changed), told.words))))
        some = of_rows(told.words, rows)
        other = np.flatnonzero(classes_of(some, before) != classes_of(some, after))
        found[rows[np.searchsorted(some.offsets, other, "right") - 1]] = True
    return found


def _in_one(before: Codes, after: Codes) -> Codes:
    """Return what stands in one of two sets (`np.setxor1d` fills hash tables, which takes longer than sorting)."""
    both = np.sort(np.concatenate([before, after]))
    alone = np.ones(len(both) + 1, np.bool_)
    alone[1:-1] = both[1:] != both[:-1]
    return both[alone[1:] & alone[:-1]]
