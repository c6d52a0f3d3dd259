"""The judge of chrome: from evidence to verdicts, the same for pages of HTML and for flattened text.

    observed = observe_page(read_page(html))        # or text_judge.observe_lines(lines, title)
    verdicts = decide([observed])[0]                # one verdict a paragraph

Observing happens once a document; deciding is a pure function of what was observed and of the evidence that other
documents added (`PageFeatures.with_hits`).
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import cache
from itertools import islice

import numpy as np

from cleaner.chrome.dom_features import NAMES, observe_page
from cleaner.chrome.evidence import ROLES, Evidence, Matrix, Mode, PageFeatures, gathered, role_flags
from cleaner.chrome.feature_words import in_words
from cleaner.chrome.own_phrases import DECISIVE, EVIDENCE
from cleaner.chrome.page_cut import cut_page
from cleaner.chrome.roles import ATTACHED
from cleaner.chrome.trees import Floats, Forest, load_forest
from cleaner.chrome.verdicts import HTML, MENU, ROLE_RULES, Verdicts
from cleaner.coded import Coded, Flags
from cleaner.records import Role, Verdict

__all__ = ["decide", "explain_features", "observe_page"]

# What repetition on other pages of the site takes from the log-odds, by the rule that was hit.  Where containers tell
# so much, a short line on a few pages is as often the label of a specification as it is furniture; by cross-validation.
_SITE_WEIGHTS = {"site/on-2-documents": 0.25, "site/on-4-documents": 0.5, "site/on-8-documents": 2.0}
_SITE_WEIGHT, _AGAIN_WEIGHT = 4.0, 2.0
# What a phrase rule of the user's own takes from them.
_OWN_WEIGHT, _OWN_EVIDENCE_WEIGHT = 6.0, 1.5
# Headlines, bylines, datelines and captions count as content this many blocks around the running text.
_BEFORE, _AFTER = 25, 4
_EXPLAINED = 5


def decide(pages: Sequence[PageFeatures]) -> list[list[Verdict]]:
    """Return the verdicts of each page, one a paragraph, from the stored evidence alone."""
    by_mode: dict[Mode, list[int]] = {}
    for i, page in enumerate(pages):
        by_mode.setdefault(page.mode, []).append(i)
    verdicts: list[list[Verdict]] = [[] for _ in pages]
    for mode, places in by_mode.items():
        found = iter(judge(mode, gathered([pages[i] for i in places])).records())
        for i in places:
            verdicts[i] = list(islice(found, len(pages[i])))
    return verdicts


def judge(mode: Mode, seen: Evidence) -> Verdicts:
    """Return the verdicts of pages of one mode, as columns."""
    if mode == "text":
        from cleaner.chrome.text_judge import judge_text

        return judge_text(seen)
    return judge_html(seen)


def judge_html(seen: Evidence) -> Verdicts:
    """Return the verdicts of pages of HTML, as columns."""
    in_menu = seen.in_menu
    scores, kept = _cut(seen, ~in_menu)
    repeated = (seen.repeat_of >= 0) & ~(in_menu & seen.hits.each(operator.not_, np.bool_))
    attached = _IS_ATTACHED[seen.as_content] & ~kept & ~in_menu & _belongs(seen, kept)
    is_content = repeated | attached | kept
    role = np.select([repeated, is_content], [ROLES.index(Role.HEADLINE), seen.as_content], seen.as_chrome)
    named = [tuple(hit for hit in hits if _named_weight(hit) or hit.startswith("chrome/")) for hits in seen.hits.values]
    chrome = [(rule, *hits) for rule in (HTML, MENU) for hits in named]
    rules = Coded(
        np.select(
            [repeated, attached, kept],
            [len(chrome), len(chrome) + 2 + seen.as_content, len(chrome) + 1],
            seen.hits.codes + in_menu * len(named),
        ),
        [*chrome, ("repeat/headline",), (HTML,), *ROLE_RULES],
    )
    return Verdicts(role, is_content, scores, rules, np.where(repeated, seen.repeat_of, -1))


# How often a block in a menu was content after all, on the training pages.
_MENU_SCORE = 0.005


def _cut(seen: Evidence, read: Flags) -> tuple[Floats, Flags]:
    """Return the scores of all blocks and which of them are content; those that are not read, in menus, never are."""
    scores, kept = np.full(len(read), _MENU_SCORE), np.zeros(len(read), np.bool_)
    ends = np.cumsum(np.bincount(seen.number[read], minlength=len(seen.sizes)))[:-1]
    margins = _forest().margins(seen.matrix) - seen.hits.each(_most, np.float64)[read]
    cuts = list(map(cut_page, np.split(margins, ends), np.split(seen.matrix, ends)))
    scores[read], kept[read] = np.concatenate([c.scores for c in cuts]), np.concatenate([c.kept for c in cuts])
    return scores, kept


def page_margins(matrices: Sequence[Matrix]) -> list[Floats]:
    """Return the model's log-odds of being content for each row of each matrix."""
    if not matrices:
        return []
    margins = _forest().margins(np.concatenate(matrices))
    return np.split(margins, np.cumsum([len(matrix) for matrix in matrices])[:-1])


def _most(hits: Sequence[str]) -> float:
    return max(map(_named_weight, hits), default=0.0)


def _named_weight(hit: str) -> float:
    if hit.startswith("site/"):
        return _SITE_WEIGHTS.get(hit, _SITE_WEIGHT)
    return next((weight for start, weight in _NAMED_WEIGHTS.items() if hit.startswith(start)), 0.0)


_NAMED_WEIGHTS = {"again/": _AGAIN_WEIGHT, DECISIVE: _OWN_WEIGHT, EVIDENCE: _OWN_EVIDENCE_WEIGHT}


@cache
def _forest() -> Forest:
    return load_forest("html").over(NAMES)


def _belongs(seen: Evidence, kept: Flags) -> Flags:
    """Tell whether headlines, bylines, datelines and captions belong to the running text rather than to a teaser."""
    body = np.flatnonzero(kept & ~_IS_ATTACHED[seen.as_content])
    begin, end = np.full(len(seen.sizes), len(kept)), np.zeros(len(seen.sizes), np.int64)
    number, row = seen.number, np.arange(len(kept))
    np.minimum.at(begin, number[body], body - _BEFORE)
    np.maximum.at(end, number[body], body + 1 + _AFTER)
    inside = (begin[number] <= row) & (row < end[number]) & ~_IS_ELSEWHERE[seen.as_chrome]
    linked = np.zeros(len(kept), np.bool_)
    linked[~seen.in_menu] = seen.matrix[:, _LINK_DENSITY] > _LINKED
    inside &= ~linked | (seen.as_content == ROLES.index(Role.BYLINE))
    flags: Flags = inside | (seen.as_content == ROLES.index(Role.HEADLINE))
    return flags


_LINKED = 0.6
_LINK_DENSITY = NAMES.index("link_density")
_IS_ATTACHED = role_flags(ATTACHED)
_IS_ELSEWHERE = role_flags((Role.NAVIGATION, Role.FOOTER, Role.COMMENT, Role.COOKIE_NOTICE, Role.SHARE))


def explain_features(mode: Mode, row: Matrix | None) -> list[str]:
    """Return what moved the score of one paragraph most, in words, strongest first; `row` is its `Evidence.row`.

    >>> explain_features("html", np.zeros(len(NAMES), np.float32))[0].split(":")[0] in ("for content", "for chrome")
    True
    """
    if row is None:
        return [f"for chrome: {in_words('in_menu', 1.0)}"]
    if mode == "text":
        from cleaner.chrome.text_judge import explain_text

        return explain_text(row)
    moved = list(_forest().contributions(row).items())[:_EXPLAINED]
    values = dict(zip(NAMES, row.tolist(), strict=True))
    return [f"{'for content' if by > 0 else 'for chrome'}: {in_words(name, values[name])}" for name, by in moved]
