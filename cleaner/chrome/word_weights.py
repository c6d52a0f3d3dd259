"""What the words of a line say by themselves: weights learned from pages of many sites, looked up by hash.

A weight is the log-odds, in hundredths, that a word or a pair of words adds to a short line being content: "read more"
takes much, "said" gives some.  A line's score is the sum of its weights over the root of its number of words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.chrome.lexicon import HashTable, hash_table, pair_hashes
from cleaner.chrome.text_scan import Ints, scan
from cleaner.chrome.text_words import Reading

Floats = NDArray[np.float64]

_UNIT = 100.0


class WordWeights(NamedTuple):
    """Weights in hundredths, of words and of pairs of words that stand side by side."""

    words: HashTable
    pairs: HashTable


class LineWeights(NamedTuple):
    """For each paragraph: its score, its least and its greatest weight (0 among them), the share of words with one."""

    score: Floats
    low: Floats
    high: Floats
    known: Floats


def weigh_lines(reading: Reading, weights: WordWeights) -> LineWeights:
    """Return what the words of each paragraph of a batch of pages say of it."""
    seen = reading.seen
    tokens = np.diff(seen.first_word)
    of_word, of_pair = _weigh(reading, weights)
    owner = np.repeat(reading.layout.place, tokens)
    score = np.bincount(owner, of_word + of_pair, len(tokens)) / np.sqrt(np.maximum(tokens, 1)) / _UNIT
    known = np.bincount(owner, of_word != 0, len(tokens)) / np.maximum(tokens, 1)
    low, high = np.zeros(len(tokens)), np.zeros(len(tokens))
    worded = tokens > 0
    if worded.any():
        first = seen.first_word[:-1][worded]
        low[worded] = np.minimum.reduceat(np.minimum(np.minimum(of_word, of_pair), 0), first) / _UNIT
        high[worded] = np.maximum.reduceat(np.maximum(np.maximum(of_word, of_pair), 0), first) / _UNIT
    return LineWeights(score, low, high, known)


def _weigh(reading: Reading, weights: WordWeights) -> tuple[Ints, Ints]:
    """Return the weight of each word, and of each word with the one behind it in the same paragraph."""
    seen = reading.seen
    of_word = weights.words.look_up(seen.word_hash)
    of_pair = np.zeros(len(of_word), dtype=np.int64)
    if len(of_word) > 1:
        of_pair[:-1] = weights.pairs.look_up(pair_hashes(seen.word_hash))
        of_pair[seen.first_word[1:][np.diff(seen.first_word) > 0] - 1] = 0
    return of_word, of_pair


def read_weights(entries: Mapping[str, int]) -> WordWeights:
    """Return the weights (hundredths) of words and of pairs, which have a space inside.

    >>> weights = read_weights({"more": -40, "read more": -150})
    >>> weights.words.look_up(scan(["no more"]).word_hash).tolist()
    [0, -40]
    """
    seen = scan([*entries, " "])
    weights = np.array([*entries.values(), 0], dtype=np.int64)
    tables = []
    for words, hashes in ((1, seen.word_hash), (2, pair_hashes(seen.word_hash))):
        told = np.diff(seen.first_word) == words
        keys = hashes[seen.first_word[:-1][told]].tolist()
        tables.append(hash_table(dict(zip(keys, weights[told].tolist(), strict=True))))
    return WordWeights(*tables)


@cache
def load_weights() -> WordWeights:
    """Return the weights that ship with the package (`chrome/model/text_words.json`)."""
    text = (files("cleaner") / "chrome" / "model" / "text_words.json").read_text(encoding="utf-8")
    return read_weights(json.loads(text))
