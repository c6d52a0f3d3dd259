"""The judge of chrome: from evidence to verdicts, the same for pages of HTML and for flattened text.

    observed = observe_page(read_page(html))        # or text_judge.observe_lines(lines, title)
    verdicts = decide([observed])[0]                # one verdict a paragraph

Observing happens once a document; deciding is a pure function of what was observed and of the evidence that other
documents added (`PageFeatures.with_hits`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from cleaner.chrome.dom_features import NAMES, observe_page
from cleaner.chrome.evidence import Matrix, PageFeatures
from cleaner.chrome.feature_words import in_words, rule_in_words
from cleaner.chrome.own_phrases import DECISIVE, EVIDENCE
from cleaner.chrome.page_cut import Cut, Flags, cut_page
from cleaner.chrome.roles import ATTACHED
from cleaner.chrome.trees import Floats, Forest, load_forest
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
    by_mode: dict[str, list[int]] = {}
    for i, page in enumerate(pages):
        by_mode.setdefault(page.mode, []).append(i)
    verdicts: list[list[Verdict]] = [[] for _ in pages]
    for mode, places in by_mode.items():
        for i, found in zip(places, _decide_mode(mode, [pages[i] for i in places]), strict=True):
            verdicts[i] = found
    return verdicts


def _decide_mode(mode: str, pages: Sequence[PageFeatures]) -> list[list[Verdict]]:
    if mode == "text":
        from cleaner.chrome.text_judge import decide_text

        return decide_text(pages)
    return decide_html(pages)


def decide_html(pages: Sequence[PageFeatures]) -> list[list[Verdict]]:
    """Return the verdicts of pages of HTML."""
    read = [page.matrix[:, _IN_MENU] == 0 for page in pages]
    rows = [page.matrix[flags] for page, flags in zip(pages, read, strict=True)]
    parts = zip(pages, read, rows, page_margins(rows), strict=True)
    return [_verdicts(page, _with_menus(cut_page(m - _named_weights(page)[at], row), at)) for page, at, row, m in parts]


# How often a block in a menu was content after all, on the training pages.
_MENU_SCORE = 0.005


def _with_menus(cut: Cut, read: Flags) -> Cut:
    """Return how all blocks of a page are cut, those in menus always out."""
    scores, bars = np.full(len(read), _MENU_SCORE), np.ones(len(read))
    scores[read], bars[read] = cut
    return Cut(scores, bars)


def page_margins(matrices: Sequence[Matrix]) -> list[Floats]:
    """Return the model's log-odds of being content for each row of each matrix."""
    if not matrices:
        return []
    margins = _forest().margins(np.concatenate(matrices))
    return np.split(margins, np.cumsum([len(matrix) for matrix in matrices])[:-1])


def _named_weights(page: PageFeatures) -> Floats:
    return np.array([max(map(_named_weight, hits), default=0.0) for hits in page.hits], np.float64)


def _named_weight(hit: str) -> float:
    if hit.startswith("site/"):
        return _SITE_WEIGHTS.get(hit, _SITE_WEIGHT)
    return next((weight for start, weight in _NAMED_WEIGHTS.items() if hit.startswith(start)), 0.0)


_NAMED_WEIGHTS = {"again/": _AGAIN_WEIGHT, DECISIVE: _OWN_WEIGHT, EVIDENCE: _OWN_EVIDENCE_WEIGHT}


@cache
def _forest() -> Forest:
    return load_forest("html").over(NAMES)


class _Span(NamedTuple):
    first: int
    end: int


def _verdicts(page: PageFeatures, cut: Cut) -> list[Verdict]:
    is_content, in_menu = cut.kept.tolist(), menu_flags(page)
    span = _running_text(page, is_content)
    return [
        _of_menu(page.as_chrome[i])
        if in_menu[i] and not page.hits[i]
        else _verdict(page, i, score, span, is_content=is_content[i], in_menu=in_menu[i])
        for i, score in enumerate(cut.scores.tolist())
    ]


@cache
def _of_menu(role: Role) -> Verdict:
    """Return the verdict of a block in a menu of which nothing else is told: most of all blocks of most pages."""
    rule, reason = _IN_MENU_SAID
    return Verdict(role, is_content=False, score=_MENU_SCORE, rule_ids=(rule,), reasons=(reason,))


def menu_flags(page: PageFeatures) -> list[bool]:
    """Tell of each block whether it stands in a menu; lines of flattened text do not."""
    if page.mode == "text":
        return [False] * len(page)
    flags: list[bool] = (page.matrix[:, _IN_MENU] > 0).tolist()
    return flags


def _running_text(page: PageFeatures, is_content: Sequence[bool]) -> _Span:
    body = [i for i, kept in enumerate(is_content) if kept and page.as_content[i] not in ATTACHED]
    return _Span(body[0] - _BEFORE, body[-1] + 1 + _AFTER) if body else _Span(0, 0)


def _verdict(page: PageFeatures, i: int, score: float, span: _Span, *, is_content: bool, in_menu: bool) -> Verdict:
    role, repeat = page.as_content[i], page.repeat_of[i]
    if repeat >= 0:
        return _content(Role.HEADLINE, score, "repeat/headline", "says again what the headline says", repeat)
    if role in ATTACHED and not is_content and not in_menu and _belongs(page, i, span):
        return _content(role, score, f"role/{role.value}", _ATTACHED_REASON[role])
    if is_content:
        return _content(role, score, "judge/html", f"stands and reads like content ({score:.2f})")
    named = [hit for hit in page.hits[i] if _named_weight(hit) or hit.startswith("chrome/")]
    rule, reason = _IN_MENU_SAID if in_menu else ("judge/html", f"stands or reads like page furniture ({score:.2f})")
    reasons = (reason, *map(rule_in_words, named))
    return Verdict(page.as_chrome[i], is_content=False, score=score, rule_ids=(rule, *named), reasons=reasons)


def _content(role: Role, score: float, rule: str, reason: str, repeat_of: int | None = None) -> Verdict:
    return Verdict(role, is_content=True, score=score, rule_ids=(rule,), reasons=(reason,), repeat_of=repeat_of)


_ATTACHED_REASON = {
    Role.HEADLINE: "says what the page's title says",
    Role.BYLINE: "names an author beside the text",
    Role.DATELINE: "is a date beside the text",
    Role.CAPTION: "stands under a picture in the text",
}


def _belongs(page: PageFeatures, i: int, span: _Span) -> bool:
    """Tell whether a headline, byline, dateline or caption belongs to the running text rather than to a teaser."""
    if page.as_content[i] is Role.HEADLINE:
        return True
    linked = page.matrix[i, _LINK_DENSITY] > 0.6
    furniture = page.as_chrome[i] in _ELSEWHERE or (linked and page.as_content[i] is not Role.BYLINE)
    return span.first <= i < span.end and not furniture


_LINK_DENSITY, _IN_MENU = NAMES.index("link_density"), NAMES.index("in_menu")
_IN_MENU_SAID = "judge/menu", "stands in a menu: a container of links, called or placed like page furniture"
_ELSEWHERE = (Role.NAVIGATION, Role.FOOTER, Role.COMMENT, Role.COOKIE_NOTICE, Role.SHARE)


def explain_features(page: PageFeatures, position: int) -> list[str]:
    """Return what moved the score of one paragraph most, in words, strongest first.

    >>> page = PageFeatures("html", np.zeros((1, len(NAMES)), np.float32), ((),), (Role.BODY,), (Role.UNKNOWN,), (-1,))
    >>> explain_features(page, 0)[0].split(":")[0] in ("for content", "for chrome")
    True
    """
    if page.mode == "text":
        from cleaner.chrome.text_judge import explain_text

        return explain_text(page.matrix[position])
    row = page.matrix[position]
    if row[_IN_MENU]:
        return [f"for chrome: {in_words('in_menu', 1.0)}"]
    moved = list(_forest().contributions(row).items())[:_EXPLAINED]
    values = dict(zip(NAMES, row.tolist(), strict=True))
    return [f"{'for content' if by > 0 else 'for chrome'}: {in_words(name, values[name])}" for name, by in moved]
