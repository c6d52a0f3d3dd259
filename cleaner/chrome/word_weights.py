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
from cleaner.chrome.text_context import means_within
from cleaner.chrome.text_scan import Ints, scan
from cleaner.chrome.text_words import Reading

Matrix = NDArray[np.float32]

_REACHES = (1, 3, 8)
_LOWEST_REACH = 3
WORD_FEATURES: tuple[str, ...] = (
    "word_score", "word_low", "word_high", "words_known",
    *(f"word_score_{reach}" for reach in _REACHES),
    f"word_low_{_LOWEST_REACH}",
)  # fmt: skip
_UNIT = 100.0


class WordWeights(NamedTuple):
    """Weights in hundredths, of words and of pairs of words that stand side by side."""

    words: HashTable
    pairs: HashTable


def word_columns(reading: Reading, weights: WordWeights) -> Matrix:
    """Return `WORD_FEATURES` of the paragraphs of a batch of pages.

    `word_score` is the line's score, `word_low` and `word_high` its least and its greatest weight (0 among them),
    `words_known` the share of its words that have one; the others are means over the paragraphs around.
    """
    seen, layout = reading.seen, reading.layout
    tokens = np.diff(seen.first_word)
    of_word, of_pair = _weigh(reading, weights)
    owner = np.repeat(layout.place, tokens)
    root = np.sqrt(np.maximum(tokens, 1))
    score = np.bincount(owner, of_word + of_pair, len(tokens)) / root / _UNIT
    low, high = np.zeros(len(tokens)), np.zeros(len(tokens))
    worded = tokens > 0
    if worded.any():
        first = seen.first_word[:-1][worded]
        low[worded] = np.minimum.reduceat(np.minimum(np.minimum(of_word, of_pair), 0), first) / _UNIT
        high[worded] = np.maximum.reduceat(np.maximum(np.maximum(of_word, of_pair), 0), first) / _UNIT
    known = np.bincount(owner, of_word != 0, len(tokens)) / np.maximum(tokens, 1)
    near = [means["score"] for means in (means_within({"score": score}, reach, layout) for reach in _REACHES)]
    lowest = means_within({"low": low}, _LOWEST_REACH, layout)["low"]
    return np.stack([score, low, high, known, *near, lowest], axis=1).astype(np.float32)


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
    texts = sorted(entries)
    seen = scan(texts or [" "])
    tokens = np.diff(seen.first_word).tolist()
    starts = seen.first_word.tolist()
    words: dict[int, int] = {}
    pairs: dict[int, int] = {}
    for text, at, count in zip(texts, starts, tokens, strict=False):
        if count == 1:
            words[int(seen.word_hash[at])] = entries[text]
        elif count == 2:
            pairs[int(pair_hashes(seen.word_hash[at : at + 2])[0])] = entries[text]
    return WordWeights(hash_table(words), hash_table(pairs))


@cache
def load_weights() -> WordWeights:
    """Return the weights that ship with the package (`chrome/model/text_words.json`)."""
    text = (files("cleaner") / "chrome" / "model" / "text_words.json").read_text(encoding="utf-8")
    return read_weights(json.loads(text))
