"""Passages that are quotations: who quotes has matter of its own around them, and is no copy of who else quotes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Flags, Ints
from cleaner.reuse.passages import Passages, Texts
from cleaner.reuse.settings import Settings
from cleaner.reuse.words import STARTS_SENTENCE

ATTRIBUTION_WORDS = 12
"""A speaker with office, place and listeners; what is longer is a statement of its own."""


class Quotations(NamedTuple):
    """For each pair: whether the passage is quoted, on one side at least, and whether a text says more around it."""

    quoted: Flags
    framed: Flags


def quotations(texts: Texts, left: Ints, right: Ints, passage: Passages, settings: Settings) -> Quotations:
    """Return which passages are quotations and which of these stand in a frame.

    Who said it, where and to whom is no frame; a sentence is one: a quotation and its host are two statements.
    """
    sums, p = texts.quoted_before, passage
    begin, end = np.stack([texts.begins[left], texts.begins[right]]), np.stack([texts.ends[left], texts.ends[right]])
    first, last = begin + np.stack([p.left_start, p.right_start]), begin + np.stack([p.left_end, p.right_end])
    inside = (sums[last] - sums[first]).astype(np.int64)
    quoted = (inside >= settings.quoted_share * (last - first)).any(axis=0) & (p.matched > 0)
    heads, tails = first - begin, end - last
    around = heads + tails
    unquoted = around - (sums[end] - sums[begin] - inside)
    tails = np.where(_goes_on(texts, last, end), tails, 0)
    longest = np.maximum(heads, tails).max(axis=0)
    framed = (longest > settings.short_free_end_words) & (2 * unquoted > around).any(axis=0)
    replaced = np.maximum(heads.min(axis=0), tails.min(axis=0))
    framed |= np.minimum(replaced, unquoted.min(axis=0)) > settings.other_end_words
    own = (end - begin - (sums[end] - sums[begin])).max(axis=0)
    framed |= (own > ATTRIBUTION_WORDS) & (2 * (p.matched - inside.min(axis=0)) < own)
    return Quotations(quoted, quoted & framed)


def _goes_on(texts: Texts, start: Ints, end: Ints) -> Flags:
    """Tell which ends of texts are more than the rest of a sentence: who said it, where, to whom."""
    found: Flags = end - start > ATTRIBUTION_WORDS
    for step in range(1, ATTRIBUTION_WORDS):
        place = start + step
        found |= (place < end) & ((texts.marks.take(place, mode="clip") & STARTS_SENTENCE) != 0)
    return found
