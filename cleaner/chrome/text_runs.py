"""Features of flattened text that HTML does not need: what words say here and around, and the run of like lines.

Without tags, the lines that belong together are known by standing together: a menu, a block of related headlines and a
comment thread are runs of lines of which none reads like a sentence, or all do; their words speak for the whole run.
"""

from __future__ import annotations

import numpy as np

from cleaner.chrome.text_context import Columns, Floats, running, since, until
from cleaner.chrome.text_features import Matrix
from cleaner.chrome.text_scan import Flags, Ints
from cleaner.chrome.text_words import Pages, Reading
from cleaner.chrome.word_weights import LineWeights

_REACHES = (1, 3, 8)
_LOW_REACH = 3
_LONG_WORDS = 25

RUN_FEATURES: tuple[str, ...] = (
    "word_score", "word_low", "word_high", "words_known",
    *(f"word_score_{reach}" for reach in _REACHES), f"word_low_{_LOW_REACH}",
    "run_score", "run_low", "run_words", "run_lines",
    "page_score", "score_before", "score_after",
    "since_long", "until_long", "longs_before", "longs_after",
)  # fmt: skip


def run_columns(reading: Reading, good: Flags, weights: LineWeights) -> Matrix:
    """Return `RUN_FEATURES` of the paragraphs of a batch of pages; `good` ones read like sentences.

    A run is the paragraphs side by side that are all good, or all not (`run_lines` is then negative); a long paragraph
    is a good one of at least 25 words.
    """
    columns = _words(weights) | _near(reading.layout, weights) | _runs(reading, good, weights) | _longs(reading, good)
    return np.stack([columns[name] for name in RUN_FEATURES], axis=1).astype(np.float32)


def _words(weights: LineWeights) -> Columns:
    names = ("word_score", "word_low", "word_high", "words_known")
    return dict(zip(names, weights, strict=True))


def _near(pages: Pages, weights: LineWeights) -> Columns:
    """Return means of the scores around, over the page, and over what stands before and after."""
    sums = running({"score": weights.score, "low": weights.low})
    columns: Columns = {}
    for reach in _REACHES:
        low, high = np.maximum(pages.start, pages.place - reach), np.minimum(pages.end, pages.place + reach + 1)
        means = {name: total / (high - low) for name, total in sums.between(low, high).items()}
        columns[f"word_score_{reach}"], columns[f"word_low_{reach}"] = means["score"], means["low"]
    for name, low, high in (
        ("page_score", pages.start, pages.end),
        ("score_before", pages.start, pages.place),
        ("score_after", pages.place, pages.end),
    ):
        columns[name] = sums.between(low, high)["score"] / np.maximum(high - low, 1)
    return columns


def _runs(reading: Reading, good: Flags, weights: LineWeights) -> Columns:
    number = reading.layout.number
    starts = np.concatenate(([True], (good[1:] != good[:-1]) | (number[1:] != number[:-1])))
    run = np.cumsum(starts) - 1
    lines = np.bincount(run)

    def mean(values: Floats) -> Floats:
        means: Floats = (np.bincount(run, values) / lines)[run]
        return means

    return {
        "run_score": mean(weights.score),
        "run_low": mean(weights.low),
        "run_words": mean(np.log1p(reading.words.size)),
        "run_lines": np.where(good, lines[run], -lines[run]),
    }


def _longs(reading: Reading, good: Flags) -> Columns:
    pages = reading.layout
    long: Flags = good & (reading.words.size >= _LONG_WORDS)
    before: Ints = np.concatenate(([0], np.cumsum(long)))
    return {
        "since_long": since(long[:, None], pages)[:, 0],
        "until_long": until(long, pages),
        "longs_before": before[pages.place] - before[pages.start],
        "longs_after": before[pages.end] - before[pages.place + 1],
    }
