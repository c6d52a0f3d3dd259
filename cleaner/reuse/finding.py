"""Reuse among paragraphs in memory: words, distinct texts, candidates, verdicts, stars.  All by number, no ids."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.candidates import Pairs, candidates
from cleaner.reuse.canonical import best_rows
from cleaner.reuse.names import casing_of, classes_of
from cleaner.reuse.passages import Texts, texts_for_verifying
from cleaner.reuse.settings import Settings
from cleaner.reuse.shingles import fingerprints_of
from cleaner.reuse.stars import MemberCheck, stars
from cleaner.reuse.texts import Distinct, distinct_texts, grain_of, places_of
from cleaner.reuse.verdicts import NEAR_COPY, Verdicts, verify
from cleaner.reuse.words import Words


class Found(NamedTuple):
    """Reuse among distinct texts: verified pairs, the canonical text of each text, the paragraph that shows it best."""

    distinct: Distinct
    pairs: Pairs
    verdicts: Verdicts
    canonical: NDArray[np.int64]
    best: NDArray[np.int64]


def find_among(words: Words, rank: NDArray[np.int64], settings: Settings) -> Found:
    """Return the reuse among paragraphs; `rank` is the canonical policy's order of them, lowest best."""
    distinct = distinct_texts(words)
    classes = classes_of(words, casing_of(words).names())
    place, offsets = places_of(words.offsets, distinct.rows)
    chosen = words._replace(hashes=words.hashes[place], marks=words.marks[place], offsets=offsets)
    texts = texts_for_verifying(chosen.hashes, offsets, classes[place])
    del place, classes
    grain = grain_of(chosen.marks, offsets)
    pairs = candidates(fingerprints_of(chosen))
    verdicts = verify(texts, pairs.shorter, pairs.longer, grain, settings)
    best = best_rows(distinct.text_of, rank, len(distinct.rows))
    near = verdicts.pair[(verdicts.verdict & NEAR_COPY) != 0]
    linked = replace(settings, near_share=settings.member_share, loose_run_share=settings.member_run_share)
    gathers = _check(texts, grain, linked)
    vouched = replace(linked, other_end_words=settings.free_end_words + 1)
    stays = _check(texts, grain, vouched)
    canonical = stars(pairs.shorter[near], pairs.longer[near], rank[best], gathers, stays)
    return Found(distinct, pairs, verdicts, canonical, best)


def _check(texts: Texts, grain: NDArray[np.int64], settings: Settings) -> MemberCheck:
    def is_member(members: NDArray[np.int64], canonicals: NDArray[np.int64]) -> NDArray[np.bool_]:
        # texts are numbered by length: the lower number is the shorter text
        shorter, longer = np.minimum(members, canonicals), np.maximum(members, canonicals)
        verdicts = verify(texts, shorter, longer, grain, settings)
        near = np.zeros(len(members), bool)
        near[verdicts.pair] = (verdicts.verdict & NEAR_COPY) != 0
        return near

    return is_member
