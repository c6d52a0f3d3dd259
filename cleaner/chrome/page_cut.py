"""From what the model says of the blocks of a page to which of them are content."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.containers import Floats, Ints
from cleaner.chrome.dom_features import NAMES
from cleaner.chrome.evidence import Matrix
from cleaner.chrome.trees import probabilities
from cleaner.chrome.units import joined

Flags = npt.NDArray[np.bool_]

# Where a page's threshold lies between its best expected F1 and half of it; by cross-validation over hosts.
_SLOPE, _OFFSET = 0.8, -0.25
_LOWEST, _HIGHEST = 0.25, 0.6
# What a phrase rule that is evidence, and a decisive one, take from the log-odds: rare as they are, the trees learn
# less of them than they tell.
_PHRASE_WEIGHTS = np.array([0.0, 1.0, 3.0])
_SUREST = float(_PHRASE_WEIGHTS.max() + np.log(_HIGHEST / (1 - _HIGHEST)))
# A sentence that quotes or names a speaker, where nothing that is called furniture holds it, goes only when it is this
# much less likely to be content than other blocks.
_SPEECH, _SPEECH_WORDS = 0.6, 8
_LOG_WORDS, _LINKS, _LIST, _PHRASE = map(NAMES.index, ("log_words", "link_density", "list_number", "phrase"))
_HEADINGS = [NAMES.index(f"tag_h{level}") for level in (2, 3, 4)]
_QUOTES, _SPEAKS, _ENDS = (NAMES.index(name) for name in ("quotes", "speech", "ends_sentence"))
_FURNITURE = [
    *(NAMES.index(f"in_{name}") for name in ("aside", "nav", "header", "footer", "form", "dialog", "button")),
    *(
        NAMES.index(f"path_{name}")
        for name in ("navigation", "footer", "side", "related", "comment", "share", "advert", "sign_up", "bottom")
    ),
]


class Cut(NamedTuple):
    """The probability (ratio) of being content for each block, and the bars from which on they are."""

    scores: Floats
    bars: Floats

    @property
    def kept(self) -> Flags:
        """Which blocks are content."""
        flags: Flags = self.scores >= self.bars
        return flags


def cut_page(margins: Floats, matrix: Matrix, phrase: Callable[[Ints], Ints] | None = None) -> Cut:
    """Return how a page is cut; what belongs together has one score.

    `margins` are log-odds, `matrix` has the columns `dom_features.NAMES`.  `phrase` gives the strength of the phrases
    of some blocks, asked only of those that one could push out (default: what the matrix says of all).
    """
    words = word_counts(matrix)
    lists, headings = matrix[:, _LIST].astype(np.int64), matrix[:, _HEADINGS].sum(axis=1)
    margins = joined(margins, lists, headings, words, matrix[:, _LINKS].astype(np.float64))
    scores = probabilities(margins)
    bar = threshold(scores, words)
    near = np.flatnonzero(scores >= _SPEECH * bar)
    if phrase:  # no phrase could take the surest below the bar
        near = near[margins[near] < _SUREST]
    said = phrase(near) if phrase else matrix[near, _PHRASE].astype(np.int64)
    scores[near] = probabilities(margins[near] - _PHRASE_WEIGHTS[said])
    bars = np.full(len(scores), bar)
    doubtful = near[(scores[near] < bar) & (said == 0)]
    bars[doubtful[_spoken(matrix[doubtful])]] *= _SPEECH
    return Cut(scores, bars)


def _spoken(matrix: Matrix) -> Flags:
    """Tell of each block whether it is speech that nothing but its shape could tell from content."""
    speaks = (matrix[:, _QUOTES] > 0) | (matrix[:, _SPEAKS] > 0)
    sentence = (matrix[:, _LOG_WORDS] >= np.log1p(_SPEECH_WORDS)) & (matrix[:, _ENDS] > 0)
    flags: Flags = speaks & sentence & ~(matrix[:, _FURNITURE] > 0).any(axis=1)
    return flags


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
