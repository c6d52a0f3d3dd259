"""The judge of flattened text: from the evidence of lines to their verdicts.

A learned model gives each line the probability that it is content.  How sure it must be before a line is dropped
depends on the page: where little else looks like furniture, a line goes on named evidence or near-certainty only, for
there the model's doubts are mostly wrong.  Phrase rules that leave no doubt are enough by themselves.  A sentence that
quotes or names a speaker is never dropped for its phrases, nor for its shape: only where the model is as good as sure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.chrome.evidence import Evidence, Matrix, PageFeatures, gathered, role_flags
from cleaner.chrome.feature_words import in_words
from cleaner.chrome.own_phrases import DECISIVE, EVIDENCE
from cleaner.chrome.text_evidence import NAMES, observe_lines, observe_pages
from cleaner.chrome.text_roles import HEADLINE, REPEATED_HEADLINE
from cleaner.chrome.trees import Forest, load_forest, probabilities
from cleaner.chrome.verdicts import ROLE_RULES, TEXT, Verdicts
from cleaner.coded import Coded, Flags, Ints
from cleaner.records import Role, Verdict

__all__ = ["decide_text", "explain_text", "observe_lines", "observe_pages"]

Floats = NDArray[np.float64]

# What one hit of a site template takes from the log-odds.
_SITE_WEIGHT = 4.0
# A line is content from this probability on.  Rows: pages by the share of furniture that the model expects in them;
# columns: lines of up to 5 words, lines of 30 and more.  Between them it is interpolated.  All figures here were chosen
# by cross-validation over hosts (bench/train_text_judge.py): few words lost first, then the most furniture found.
_SHARES = (0.03, 0.2, 0.5)
_SHORT = (0.3, 0.45, 0.425)
_LONG = (0.25, 0.3, 0.17)
_SHORT_WORDS, _LONG_WORDS = 5, 30
# A phrase rule that is evidence only raises the bar.
_EVIDENCE = 1.5
# Speech must be this much less likely to be content than other lines before it goes.
_SPEECH = 0.7
_SPEECH_WORDS = 8
# The model learned from whole articles; of sentences in a text this short it must be much surer.
_FEW_WORDS = 300
_FEW = 0.1
# Where the model expects less furniture than this, what no rule names goes on near-certainty only; from the second
# share on, the bars above hold alone.
_CLEAN = (0.05, 0.1)
_CERTAIN = 0.1
# A short line between two that stay is part of what they are part of, unless the model is surer than this.
_BETWEEN = 0.65
# A decisive phrase does not count against a model that is surer than this.
_TOO_SURE = 0.97
# Lines that stand side by side in these roles are one thing.
_UNIT = role_flags([Role.TABLE]) + 2 * role_flags([Role.LIST])
# Names, dates and captions between the headline and the text stay content with a role of their own.
_IS_BESIDE = role_flags((Role.BYLINE, Role.DATELINE, Role.CAPTION))
_BESIDE = 10
_EXPLAINED = 5


class Lines(NamedTuple):
    """The lines of several pages, one behind another; `number` is that of a line's page, `said` what its rules mean."""

    matrix: Matrix
    number: Ints
    said: NDArray[np.uint8]
    as_content: Ints

    def column(self, name: str) -> Matrix:
        return self.matrix[:, NAMES.index(name)]

    def are(self, meaning: int) -> Flags:
        flags: Flags = (self.said & meaning) > 0
        return flags


# What rules that hit a line mean to the judge, as bits.
_OWN_DECISIVE, _OWN_EVIDENCE, _ON_SITE, _IS_HEADLINE, _SAYS_HEADLINE = 1, 2, 4, 8, 16
_MEANINGS = {DECISIVE: _OWN_DECISIVE, EVIDENCE: _OWN_EVIDENCE, "site/": _ON_SITE}


def _meaning(hits: Sequence[str]) -> int:
    if not hits:
        return 0
    named = sum(bit * any(hit.startswith(start) for hit in hits) for start, bit in _MEANINGS.items())
    return named | _IS_HEADLINE * (HEADLINE in hits) | _SAYS_HEADLINE * (REPEATED_HEADLINE in hits)


def decide_text(pages: Sequence[PageFeatures]) -> list[list[Verdict]]:
    """Return the verdicts of pages of flattened text, one a line, from the stored evidence alone."""
    found = iter(judge_text(gathered(pages)).records() if pages else ())
    return [list(islice(found, len(page))) for page in pages]


def judge_text(seen: Evidence, score: Callable[[Lines], Floats] | None = None) -> Verdicts:
    """Return the verdicts of pages; `score` gives each of their lines the probability (ratio) that it is content."""
    lines = Lines(seen.matrix, seen.number, seen.hits.each(_meaning, np.uint8), seen.as_content)
    scores = (score or _scores)(lines)
    kept = _content(lines, scores)
    repeated = (seen.repeat_of >= 0) & (lines.are(_SAYS_HEADLINE) | ~kept)
    headline, beside = lines.are(_IS_HEADLINE), _IS_BESIDE[seen.as_content] & _beside_headline(lines, kept)
    is_content = repeated | headline | beside | kept
    again = [tuple(hit for hit in hits if hit.startswith("repeat/")) for hits in seen.hits.values]
    chrome = [(*(hit for hit in hits if hit.startswith(_OF_CHROME)), TEXT) for hits in seen.hits.values]
    size = len(again)
    rules = Coded(
        np.select(
            [repeated, headline, kept, beside],
            [size + seen.hits.codes, 2 * size, 2 * size + 1, 2 * size + 2 + seen.as_content],
            seen.hits.codes,
        ),
        [*chrome, *again, (HEADLINE,), (TEXT,), *ROLE_RULES],
    )
    role = np.where(is_content, seen.as_content, seen.as_chrome)
    return Verdicts(role, is_content, scores, rules, np.where(repeated, seen.repeat_of, -1))


_OF_CHROME = ("chrome/", "site/", DECISIVE, EVIDENCE)


def _scores(lines: Lines) -> Floats:
    """Return for each line the probability (ratio) that it is content, by the model and site evidence."""
    # The leaves are multiples of 10⁻⁵; rounding takes away what the order of a sum of floats adds.
    margins = np.round(_forest().margins(lines.matrix), 5)
    return probabilities(margins - _SITE_WEIGHT * lines.are(_ON_SITE))


def _beside_headline(lines: Lines, content: Flags) -> Flags:
    """Mark the lines from just before the headline to the running text: names, dates and captions belong there."""
    flags = np.zeros(len(content), np.bool_)
    headlines = np.flatnonzero(lines.are(_IS_HEADLINE))
    pages, first = np.unique(lines.number[headlines], return_index=True)
    starts, ends = (np.searchsorted(lines.number, pages, side).tolist() for side in ("left", "right"))
    for headline, start, end in zip(headlines[first].tolist(), starts, ends, strict=True):
        near = content[headline + 1 : min(end, headline + _BESIDE)]
        body = headline + 1 + int(near.argmax()) if near.any() else headline + 1
        flags[max(start, headline - 2) : body] = True
    return flags


def _content(lines: Lines, scores: Floats) -> Flags:
    """Tell of each line whether it is content: the bar by page and length, decisive phrases, care for speech."""
    scores = _units_as_one(lines, scores)
    share = _furniture_share(lines, scores)
    good, spoken = lines.column("own_mass") > 0, _spoken(lines)
    phrased = lines.column("phrase_decisive") > 0
    decisive = (lines.are(_OWN_DECISIVE) & ~spoken) | (phrased & ~spoken & (scores < _TOO_SURE))
    evidence = (lines.column("phrase_evidence") > 0) | lines.are(_OWN_EVIDENCE)
    few = good & (lines.column("page_mass") < np.log1p(_FEW_WORDS))
    bar = _bar(share, np.log1p(np.expm1(lines.column("log_words"))))
    bar *= np.where(spoken, _SPEECH, 1) * np.where(evidence, _EVIDENCE, 1) * np.where(few, _FEW, 1)
    named = evidence | phrased | lines.are(_ON_SITE)
    bar = np.where(named, bar, _unnamed_bar(share, bar))
    kept = (scores >= bar) & ~decisive
    between = np.zeros(len(kept), dtype=np.bool_)
    between[1:-1] = kept[:-2] & kept[2:] & (lines.number[:-2] == lines.number[2:])
    flags: Flags = kept | (between & ~good & ~named & (scores >= _BETWEEN * bar))
    return flags


def _spoken(lines: Lines) -> Flags:
    """Tell of each line whether it is a sentence that quotes or names a speaker."""
    speaks = (lines.column("quotes") > 0) | (lines.column("speech") > 0)
    long = lines.column("log_words") >= np.log1p(_SPEECH_WORDS)
    flags: Flags = speaks & long & (lines.column("ends_sentence") > 0)
    return flags


def _units_as_one(lines: Lines, scores: Floats) -> Floats:
    """Return the scores with the rows of a table, and items of a list, given their mean: they stay or go together."""
    role = _UNIT[lines.as_content]
    begins = (np.diff(role, prepend=0) != 0) | (np.diff(lines.number, prepend=0) != 0)
    unit = np.cumsum(begins)
    means = np.bincount(unit, scores) / np.maximum(np.bincount(unit), 1)
    return np.where(role > 0, means[unit], scores)


def _bar(share: Floats, log_words: Matrix) -> Floats:
    """Return the probability from which on each line is content, by the page's furniture and the line's length."""
    short, long = np.interp(share, _SHARES, _SHORT), np.interp(share, _SHARES, _LONG)
    low, high = np.log1p([_SHORT_WORDS, _LONG_WORDS])
    between = (long - short) / (high - low) * (log_words - low) + short
    found: Floats = np.where(log_words >= high, long, np.where(log_words <= low, short, between))
    return found


def _unnamed_bar(share: Floats, bar: Floats) -> Floats:
    """Return the bar for lines that no rule names: low where the page is clean."""
    trust = np.interp(share, _CLEAN, (0, 1))
    lowered: Floats = bar * trust + np.minimum(bar, _CERTAIN) * (1 - trust)
    return lowered


def _furniture_share(lines: Lines, scores: Floats) -> Floats:
    """Return for each line the share of the lines of its page that the model expects to be furniture."""
    begins = np.flatnonzero(np.diff(lines.number, prepend=-1))
    sizes = np.diff(begins, append=len(scores))
    return np.repeat(np.add.reduceat(1 - scores, begins) / sizes, sizes)


@cache
def _forest() -> Forest:
    return load_forest("text").over(NAMES)


def explain_text(row: Matrix) -> list[str]:
    """Return the features that moved the score of one line most, in words, strongest first; `row` is one matrix row."""
    moved = list(_forest().contributions(row).items())[:_EXPLAINED]
    values = dict(zip(NAMES, row.tolist(), strict=True))
    return [f"{'for content' if by > 0 else 'for chrome'}: {in_words(name, values[name])}" for name, by in moved]
