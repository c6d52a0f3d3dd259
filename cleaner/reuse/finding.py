"""Reuse among paragraphs in memory: words, distinct texts, candidates, verdicts, stars.  All by number, no ids."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Ints
from cleaner.reuse.candidates import candidates
from cleaner.reuse.canonical import best_rows
from cleaner.reuse.names import casing_of, classes_of
from cleaner.reuse.passages import texts_for_verifying
from cleaner.reuse.remembered import Memory, states_of
from cleaner.reuse.run_ons import end_keys, guests_of, parted
from cleaner.reuse.settings import Settings
from cleaner.reuse.shingles import fingerprints_of
from cleaner.reuse.texts import Distinct, distinct_texts, grain_of, numbers_of
from cleaner.reuse.ties import Clustered, Ties, clustered, ties_of
from cleaner.reuse.verdicts import verify
from cleaner.reuse.words import Words


class Found(NamedTuple):
    """Reuse among distinct texts: ties and canonicals by text number, and the paragraph that shows each text best."""

    distinct: Distinct
    clustered: Clustered
    best: Ints


def find_among(words: Words, rank: Ints, settings: Settings, memory: Memory | None = None) -> Found:
    """Return the reuse among paragraphs; `rank` is the canonical policy's order of them, lowest best.

    `memory`: verdicts of earlier runs, which spare work and change nothing.
    """
    distinct = distinct_texts(words)
    classes = classes_of(words, casing_of(words).names())
    texts = texts_for_verifying(words, distinct.rows, classes)
    pairs = candidates(fingerprints_of(words), numbers_of(distinct))
    known = np.sort(distinct.keys)
    best = best_rows(distinct.text_of, rank, len(distinct.rows))
    grain = grain_of(words)[distinct.rows]
    states = states_of(words, classes)[distinct.rows] if memory else None

    def aligned(shorter: Ints, longer: Ints, settings: Settings) -> Ties:
        if memory is None or states is None:
            return ties_of(shorter, longer, verify(texts, shorter, longer, grain, settings))
        return ties_of(shorter, longer, memory.verdicts(texts, states, (shorter, longer), grain, settings))

    ties = aligned(pairs.shorter, pairs.longer, settings)
    ties = parted(ties, end_keys(texts, ties), known, guests_of(ties))
    guests = guests_of(ties)

    def check(shorter: Ints, longer: Ints, settings: Settings) -> Ties:
        asked = aligned(shorter, longer, settings)
        return parted(asked, end_keys(texts, asked), known, guests)

    return Found(distinct, clustered(ties, ties.rivals(), rank[best], check, settings), best)
