"""Reuse among paragraphs in memory: words, distinct texts, candidates, verdicts, stars.  All by number, no ids."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Ints
from cleaner.reuse.candidates import candidates
from cleaner.reuse.canonical import best_rows
from cleaner.reuse.names import casing_of, classes_of
from cleaner.reuse.passages import Texts, texts_for_verifying
from cleaner.reuse.run_ons import Guests, end_keys, guests_of, parted
from cleaner.reuse.settings import Settings
from cleaner.reuse.shingles import fingerprints_of
from cleaner.reuse.texts import Distinct, distinct_texts, grain_of, numbers_of
from cleaner.reuse.ties import Clustered, Ties, Verify, clustered, ties_of
from cleaner.reuse.verdicts import verify
from cleaner.reuse.words import Words


class Found(NamedTuple):
    """Reuse among distinct texts: ties and canonicals by text number, and the paragraph that shows each text best."""

    distinct: Distinct
    clustered: Clustered
    best: Ints


def find_among(words: Words, rank: Ints, settings: Settings) -> Found:
    """Return the reuse among paragraphs; `rank` is the canonical policy's order of them, lowest best."""
    distinct = distinct_texts(words)
    classes = classes_of(words, casing_of(words).names())
    texts = texts_for_verifying(words, distinct.rows, classes)
    pairs = candidates(fingerprints_of(words), numbers_of(distinct))
    known = np.sort(distinct.keys)
    grain = grain_of(words)[distinct.rows]
    best = best_rows(distinct.text_of, rank, len(distinct.rows))
    ties = ties_of(pairs.shorter, pairs.longer, verify(texts, pairs.shorter, pairs.longer, grain, settings))
    ties = parted(ties, end_keys(texts, ties), known, guests_of(ties))
    check = verifying(texts, grain, known, guests_of(ties))
    return Found(distinct, clustered(ties, rank[best], check, settings), best)


def verifying(texts: Texts, grain: Ints, known: Ints, guests: Guests) -> Verify:
    """Return the function that aligns pairs of these texts; `known`: the sorted keys of all texts there are."""

    def check(shorter: Ints, longer: Ints, settings: Settings) -> Ties:
        ties = ties_of(shorter, longer, verify(texts, shorter, longer, grain, settings))
        return parted(ties, end_keys(texts, ties), known, guests)

    return check
