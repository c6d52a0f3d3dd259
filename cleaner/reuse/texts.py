"""Distinct texts of many paragraphs: everybody with one comparison key is one text, looked at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Flags, Ints
from cleaner.reuse.excerpts import of_stretches
from cleaner.reuse.hashing import sequence_hashes
from cleaner.reuse.names import soundly_cased
from cleaner.reuse.words import SINGLE_CHAR, Words, counted


class Voices(NamedTuple):
    """What is told of paragraphs without their words: how many these are, their comparison key, how they sound.

    `voices`: a hash of how words are cased, set and quoted; `unsound`: that the casing is no sound one.
    """

    counts: Ints
    keys: Ints
    voices: Ints
    unsound: Flags

    def take(self, rows: Ints) -> Voices:
        """Return those of the chosen paragraphs."""
        return Voices._make(column[rows] for column in self)


class Distinct(NamedTuple):
    """Distinct texts, numbered by (words, key): who stands for each, each paragraph's text, each text's key.

    Paragraphs without a word have text -1: they are never compared.
    """

    rows: Ints
    text_of: Ints
    keys: Ints


def distinct_texts(told: Voices) -> Distinct:
    """Return the distinct texts; of paragraphs with one key a soundly cased one stands for all, whatever the order."""
    order = np.lexsort((told.keys, told.counts))
    order = order[np.searchsorted(told.counts[order], 1) :]
    keys, counts = told.keys[order], told.counts[order]
    new = np.ones(len(order), bool)
    new[1:] = (keys[1:] != keys[:-1]) | (counts[1:] != counts[:-1])
    text = np.cumsum(new) - 1
    text_of = np.full(len(told.counts), -1, np.int64)
    text_of[order] = text
    rows = order[new]
    several = np.bincount(text) > 1
    some = np.flatnonzero(several[text])
    some = some[np.lexsort((told.voices[order[some]], told.unsound[order[some]], text[some]))]
    rows[several] = order[some[np.diff(text[some], prepend=-1) != 0]]
    return Distinct(rows, text_of, keys[new])


def voices_in(words: Words, threads: int = 1) -> Voices:
    """Return what is told of paragraphs."""
    parts = list(of_stretches(lambda part: (keys_of(part), voices_of(part), ~soundly_cased(part)), words, threads))
    keys, voices, unsound = map(np.concatenate, zip(*parts, strict=True)) if parts else np.zeros((3, 0), np.int64)
    return Voices(words.counts, keys, voices, unsound.astype(np.bool_))


def keys_of(words: Words) -> Ints:
    """Return the comparison key of every paragraph: a 63-bit hash of its words in their order."""
    return (sequence_hashes(words.hashes, words.offsets) >> np.uint64(1)).astype(np.int64)


def voices_of(words: Words) -> Ints:
    """Return a 63-bit hash of how the words of every paragraph are cased, set and quoted."""
    return (sequence_hashes(words.marks, words.offsets) >> np.uint64(1)).astype(np.int64)


def numbers_of(distinct: Distinct, paragraphs: int) -> Ints:
    """Return the text's number for those of so many paragraphs that stand for a text, -1 for all others."""
    numbers = np.full(paragraphs, -1, np.int64)
    numbers[distinct.rows] = np.arange(len(distinct.rows))
    return numbers


def grain_of(words: Words) -> Ints:
    """Return how many units of each paragraph make a word: 1 where words are spaced, 2 where characters stand alone."""
    alone = counted((words.marks & SINGLE_CHAR) != 0, words.offsets)
    return np.where(alone * 2 > words.counts, 2, 1)
