"""From what the model says of the blocks of a page to which of them are content."""

from __future__ import annotations

import numpy as np

from cleaner.chrome.containers import Floats
from cleaner.chrome.dom_features import NAMES
from cleaner.chrome.evidence import Matrix
from cleaner.chrome.trees import probabilities
from cleaner.chrome.units import joined

# Where a page's threshold lies between its best expected F1 and half of it; by cross-validation over hosts.
_SLOPE, _OFFSET = 0.8, -0.25
_LOWEST, _HIGHEST = 0.25, 0.6
_LOG_WORDS = NAMES.index("log_words")
_LIST = NAMES.index("list_number")
_HEADINGS = [NAMES.index(f"tag_h{level}") for level in (2, 3, 4)]


def page_scores(margins: Floats, matrix: Matrix) -> Floats:
    """Return the probability (ratio) of being content for each block; what belongs together has one.

    `margins` are log-odds, `matrix` has the columns `dom_features.NAMES`.
    """
    headings = matrix[:, _HEADINGS].sum(axis=1).astype(np.int64)
    return probabilities(joined(margins, matrix[:, _LIST].astype(np.int64), headings, word_counts(matrix)))


def word_counts(matrix: Matrix) -> Floats:
    """Return the words of each block, from its features."""
    counts: Floats = np.rint(np.expm1(matrix[:, _LOG_WORDS].astype(np.float64)))
    return counts


def threshold(scores: Floats, words: Floats) -> float:
    """Return the probability from which on blocks of a page are content; `words` are the words of its blocks.

    A set of blocks has the best expected F1 when it holds those above half of that F1 (Lipton et al., "Optimal
    Thresholding of Classifiers to Maximize F1", 2014): where the model is sure the threshold is near one half, where a
    page puzzles it, it is lower.

    >>> words = np.array([50.0, 50.0])
    >>> threshold(np.array([0.99, 0.01]), words) > threshold(np.array([0.6, 0.3]), words)
    True
    """
    if not len(scores):
        return _HIGHEST
    order = np.argsort(-scores, kind="stable")
    weight = words[order] + 0.3
    hits = np.cumsum(scores[order] * weight)
    best = float((2 * hits / (np.cumsum(weight) + hits[-1])).max())
    return min(max(_SLOPE * best + _OFFSET, _LOWEST), _HIGHEST)
