"""Reuse among paragraphs in memory: words, distinct texts, candidates, verdicts, stars.  All by number, no ids."""

from __future__ import annotations

from typing import NamedTuple

from cleaner.reuse.archive import Archive
from cleaner.reuse.arrays import Ints
from cleaner.reuse.candidates import Pairs
from cleaner.reuse.canonical import best_rows, places_of
from cleaner.reuse.columns import Scratch
from cleaner.reuse.comparing import Comparing
from cleaner.reuse.growth import casings, growth_of
from cleaner.reuse.regrown import candidates_of
from cleaner.reuse.remembered import Memory
from cleaner.reuse.run_ons import guests_of, parted
from cleaner.reuse.settings import Settings
from cleaner.reuse.texts import Distinct, distinct_texts
from cleaner.reuse.ties import Clustered, Ties, clustered
from cleaner.reuse.told import Told


class Found(NamedTuple):
    """Reuse among distinct texts: ties and canonicals by text number, and the paragraph that shows each text best.

    `places`: that of each paragraph among those of its text, by the canonical policy, counted from 1.
    """

    distinct: Distinct
    clustered: Clustered
    best: Ints
    places: Ints


def find_among(
    told: Told, rank: Ints, settings: Settings, archive: Archive | None = None, scratch: Scratch | None = None
) -> Found:
    """Return the reuse among paragraphs; `rank` is the canonical policy's order of them, lowest best.

    `archive`: what an earlier run found, which spares work and changes nothing; it takes what this one finds.
    `scratch`: where what is told of words stands.
    """
    scratch = scratch or Scratch()
    distinct = distinct_texts(told.voices.take(told.run_of))
    places = places_of(distinct.text_of, rank)
    best = best_rows(distinct.text_of, places, len(distinct.rows))
    texts = distinct._replace(rows=told.run_of[distinct.rows])
    before, after = (casing.vocabulary() for casing in casings(told, archive, scratch.threads))
    memory = Memory(archive, growth_of(archive, told, texts, before, after), scratch) if archive else None
    comparing = Comparing(told.words, texts, after, scratch, memory)
    pairs = candidates_of(told, texts, memory, settings, scratch)

    ties, whole = comparing.ties(pairs, settings)
    ties = parted(ties, whole, guests_of(ties))
    guests = guests_of(ties)

    def check(shorter: Ints, longer: Ints, settings: Settings) -> Ties:
        return parted(*comparing.ties([Pairs(shorter, longer)], settings), guests)

    found = clustered(ties, ties.rivals(), rank[best], check, settings)
    if memory:
        memory.keep()
    return Found(distinct, found, best, places)
