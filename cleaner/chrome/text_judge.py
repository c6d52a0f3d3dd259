"""The judge of flattened text: from the evidence of lines to their verdicts.

A learned model gives each line the probability that it is content.  How sure it must be before a line is dropped
depends on the page: where little else looks like furniture, a line goes on named evidence or near-certainty only, for
there the model's doubts are mostly wrong.  Phrase rules that leave no doubt are enough by themselves.  A sentence that
quotes or names a speaker is never dropped for its phrases, nor for its shape: only where the model is as good as sure.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from cleaner.chrome.evidence import Matrix, PageFeatures
from cleaner.chrome.feature_words import in_words, rule_in_words
from cleaner.chrome.own_phrases import DECISIVE, EVIDENCE
from cleaner.chrome.text_evidence import NAMES, observe_lines, observe_pages
from cleaner.chrome.text_roles import HEADLINE, REPEATED_HEADLINE
from cleaner.chrome.trees import Forest, load_forest, probabilities
from cleaner.records import Role, Verdict

__all__ = ["content_flags", "decide_text", "explain_text", "judge_scores", "observe_lines", "observe_pages"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MODEL_RULE = "judge/text"
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
_UNITS = {Role.TABLE: 1, Role.LIST: 2}
# Names, dates and captions between the headline and the text stay content with a role of their own.
_BESIDE_ROLES = (Role.BYLINE, Role.DATELINE, Role.CAPTION)
_BESIDE = 10
_EXPLAINED = 5


def judge_scores(pages: Sequence[PageFeatures]) -> list[Floats]:
    """Return for each line of each page the probability (ratio) that it is content, by the model and site evidence."""
    if not pages:
        return []
    # The leaves are multiples of 10⁻⁵; rounding takes away what the order of a sum of floats adds.
    margins = np.round(_forest().margins(np.concatenate([page.matrix for page in pages])), 5)
    per_page = np.split(margins, np.cumsum([len(page) for page in pages])[:-1])
    return [probabilities(m - _site_weights(page)) for m, page in zip(per_page, pages, strict=True)]


def decide_text(pages: Sequence[PageFeatures]) -> list[list[Verdict]]:
    """Return the verdicts of pages of flattened text, one a line, from the stored evidence alone."""
    return [verdicts(page, scores) for page, scores in zip(pages, judge_scores(pages), strict=True)]


def verdicts(page: PageFeatures, scores: Floats) -> list[Verdict]:
    """Return the verdicts of one page under given scores."""
    content = content_flags(page, scores)
    beside = _beside_headline(page, content)
    return [_verdict(page, i, float(scores[i]), content=bool(content[i]), beside=i in beside) for i in range(len(page))]


def _beside_headline(page: PageFeatures, content: Flags) -> range:
    """Return the places from just before the headline to the running text: names, dates and captions belong there."""
    headline = next((i for i, hits in enumerate(page.hits) if HEADLINE in hits), None)
    if headline is None:
        return range(0)
    body = (i for i in range(headline + 1, min(len(page), headline + _BESIDE)) if content[i])
    return range(max(0, headline - 2), next(body, headline + 1))


def content_flags(page: PageFeatures, scores: Floats) -> Flags:
    """Tell of each line whether it is content: the bar by page and length, decisive phrases, care for speech."""
    scores = _units_as_one(page, scores)
    good = _column(page.matrix, "own_mass") > 0
    spoken = _spoken(page.matrix)
    own = _hit_by(page, DECISIVE) & ~spoken
    decisive = own | ((_column(page.matrix, "phrase_decisive") > 0) & ~spoken & (scores < _TOO_SURE))
    evidence = (_column(page.matrix, "phrase_evidence") > 0) | _hit_by(page, EVIDENCE)
    few = good & (_column(page.matrix, "page_mass") < np.log1p(_FEW_WORDS))
    bar = _bar(scores, np.expm1(_column(page.matrix, "log_words")))
    bar *= np.where(spoken, _SPEECH, 1) * np.where(evidence, _EVIDENCE, 1) * np.where(few, _FEW, 1)
    named = evidence | (_column(page.matrix, "phrase_decisive") > 0) | (_site_weights(page) > 0)
    bar = np.where(named, bar, _unnamed_bar(scores, bar))
    kept = (scores >= bar) & ~decisive
    between = np.zeros(len(kept), dtype=np.bool_)
    between[1:-1] = kept[:-2] & kept[2:]
    flags: Flags = kept | (between & ~good & ~named & (scores >= _BETWEEN * bar))
    return flags


def _hit_by(page: PageFeatures, start: str) -> Flags:
    """Tell of each line whether a rule hit it whose id begins so."""
    return np.array([any(hit.startswith(start) for hit in hits) for hits in page.hits], dtype=np.bool_)


def _spoken(matrix: Matrix) -> Flags:
    """Tell of each line whether it is a sentence that quotes or names a speaker."""
    speaks = (_column(matrix, "quotes") > 0) | (_column(matrix, "speech") > 0)
    long = _column(matrix, "log_words") >= np.log1p(_SPEECH_WORDS)
    flags: Flags = speaks & long & (_column(matrix, "ends_sentence") > 0)
    return flags


def _units_as_one(page: PageFeatures, scores: Floats) -> Floats:
    """Return the scores with the rows of a table, and items of a list, given their mean: they stay or go together."""
    role = np.array([_UNITS.get(role, 0) for role in page.as_content], dtype=np.int64)
    if not role.any():
        return scores
    unit = np.cumsum(np.diff(role, prepend=0) != 0)
    means = np.bincount(unit, scores) / np.maximum(np.bincount(unit), 1)
    return np.where(role > 0, means[unit], scores)


def _bar(scores: Floats, words: Floats) -> Floats:
    """Return the probability from which on each line is content, by the page's furniture and the line's length."""
    share = _furniture_share(scores)
    short, long = float(np.interp(share, _SHARES, _SHORT)), float(np.interp(share, _SHARES, _LONG))
    found: Floats = np.interp(np.log1p(words), np.log1p([_SHORT_WORDS, _LONG_WORDS]), [short, long])
    return found


def _unnamed_bar(scores: Floats, bar: Floats) -> Floats:
    """Return the bar for lines that no rule names: low where the page is clean."""
    trust = float(np.interp(_furniture_share(scores), _CLEAN, (0, 1)))
    lowered: Floats = bar * trust + np.minimum(bar, _CERTAIN) * (1 - trust)
    return lowered


def _furniture_share(scores: Floats) -> float:
    """Return the share of lines that the model expects to be furniture."""
    return float(np.mean(1 - scores)) if len(scores) else 0.0


def _column(matrix: Matrix, name: str) -> Matrix:
    return matrix[:, NAMES.index(name)]


def _site_weights(page: PageFeatures) -> Floats:
    return np.array([_SITE_WEIGHT * any(h.startswith("site/") for h in hits) for hits in page.hits], np.float64)


@cache
def _forest() -> Forest:
    return load_forest("text").over(NAMES)


# ---------------------------------------------------------------- verdicts in words


def _verdict(page: PageFeatures, i: int, score: float, *, content: bool, beside: bool) -> Verdict:
    hits, repeat, role = page.hits[i], page.repeat_of[i], page.as_content[i]
    rules: tuple[str, ...] = (MODEL_RULE,)
    reason = f"reads like content ({score:.2f})"
    if repeat >= 0 and (REPEATED_HEADLINE in hits or not content):
        rules = tuple(hit for hit in hits if hit.startswith("repeat/"))
        reason = f"says again what {'the headline' if REPEATED_HEADLINE in rules else 'an earlier paragraph'} says"
        return Verdict(role, is_content=True, score=score, rule_ids=rules, reasons=(reason,), repeat_of=repeat)
    if HEADLINE in hits:
        rules, reason = (HEADLINE,), "stands where the headline stands"
    elif not content and beside and role in _BESIDE_ROLES:
        rules, reason = (f"role/{role.value}",), f"is a {role.value} beside the headline"
    elif not content:
        return _chrome_verdict(page.as_chrome[i], hits, score)
    return Verdict(role, is_content=True, score=score, rule_ids=rules, reasons=(reason,))


def _chrome_verdict(role: Role, hits: Sequence[str], score: float) -> Verdict:
    named = tuple(hit for hit in hits if hit.startswith(("chrome/", "site/", DECISIVE, EVIDENCE)))
    reasons = (*map(rule_in_words, named), f"stands like page furniture ({score:.2f})")
    return Verdict(role, is_content=False, score=score, rule_ids=(*named, MODEL_RULE), reasons=reasons)


def explain_text(row: Matrix) -> list[str]:
    """Return the features that moved the score of one line most, in words, strongest first; `row` is one matrix row."""
    moved = list(_forest().contributions(row).items())[:_EXPLAINED]
    values = dict(zip(NAMES, row.tolist(), strict=True))
    return [f"{'for content' if by > 0 else 'for chrome'}: {in_words(name, values[name])}" for name, by in moved]
