"""Reuse among paragraphs in memory: words, distinct texts, candidates, verdicts, stars.  All by number, no ids."""

from __future__ import annotations

from typing import NamedTuple

from cleaner.reuse.arrays import Ints
from cleaner.reuse.candidates import Pairs, candidates
from cleaner.reuse.canonical import best_rows, places_of
from cleaner.reuse.columns import Scratch
from cleaner.reuse.comparing import Comparing
from cleaner.reuse.excerpts import of_stretches
from cleaner.reuse.names import casing_of, casing_together
from cleaner.reuse.remembered import Memory
from cleaner.reuse.run_ons import guests_of, parted
from cleaner.reuse.settings import Settings
from cleaner.reuse.shingles import fingerprints_of
from cleaner.reuse.texts import Distinct, distinct_texts, numbers_of
from cleaner.reuse.ties import Clustered, Ties, clustered
from cleaner.reuse.words import Words


class Found(NamedTuple):
    """Reuse among distinct texts: ties and canonicals by text number, and the paragraph that shows each text best.

    `places`: that of each paragraph among those of its text, by the canonical policy, counted from 1.
    """

    distinct: Distinct
    clustered: Clustered
    best: Ints
    places: Ints


def find_among(
    words: Words, rank: Ints, settings: Settings, memory: Memory | None = None, scratch: Scratch | None = None
) -> Found:
    """Return the reuse among paragraphs; `rank` is the canonical policy's order of them, lowest best.

    `memory`: verdicts of earlier runs, which spare work and change nothing.  `scratch`: where what is told of words
    stands.
    """
    scratch = scratch or Scratch()
    distinct = distinct_texts(words, scratch.threads)
    vocabulary = casing_together(list(of_stretches(casing_of, words, scratch.threads))).vocabulary()
    places = places_of(distinct.text_of, rank)
    best = best_rows(distinct.text_of, places, len(distinct.rows))
    comparing = Comparing(words, distinct, vocabulary, scratch, memory)
    pairs = candidates(of_stretches(fingerprints_of, words, scratch.threads), numbers_of(distinct), scratch)

    ties, whole = comparing.ties(pairs, settings)
    ties = parted(ties, whole, guests_of(ties))
    guests = guests_of(ties)

    def check(shorter: Ints, longer: Ints, settings: Settings) -> Ties:
        return parted(*comparing.ties([Pairs(shorter, longer)], settings), guests)

    return Found(distinct, clustered(ties, ties.rivals(), rank[best], check, settings), best, places)
