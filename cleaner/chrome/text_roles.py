"""What the lines of flattened text do in their page: the headline, repeats, and the two roles that each could have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import repeat
from operator import is_
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.evidence import Matrix
from cleaner.chrome.phrases import PhraseRule
from cleaner.chrome.text_features import TEXT_FEATURES
from cleaner.chrome.text_scan import Flags, Ints
from cleaner.chrome.text_words import Pages
from cleaner.extraction.flattened_text import line_kinds
from cleaner.records import Kind, Role

Rules = tuple[PhraseRule, ...]
Floats = npt.NDArray[np.float32]

REPEATED_HEADLINE = "repeat/headline"
REPEATED_PARAGRAPH = "repeat/paragraph"
HEADLINE = "structure/headline"

# Roles that phrase rules may give to content; all others are given to chrome.
_CONTENT_ROLES = (Role.BYLINE, Role.DATELINE, Role.CAPTION, Role.CALLOUT_LABEL, Role.AUTHOR_BIO, Role.DISCLAIMER)
# Within the running text, names and dates are content like any other: these roles are played at its ends.
_OUTER_ROLES = (Role.BYLINE, Role.DATELINE)
_OUTER_REACH = 2
_WORDS = re.compile(r"\w+")
_HEADLINE_WORDS = range(3, 31)
# A headline that nothing but its place tells stands this close to the first sentences.
_HEADLINE_REACH = 8
_HEADING_WORDS = 16
# A shorter paragraph may be said twice on purpose: refrains, answers, rows of a table.
_REPEATED_WORDS = 12
# A line this far behind the head of a section (comments, related) still belongs to it.
_SECTION_REACH = 40


class Roles(NamedTuple):
    """One item a line, as `PageFeatures` wants them."""

    as_content: list[Role]
    as_chrome: list[Role]
    repeat_of: list[int]
    hits: list[tuple[str, ...]]


class _Lines(NamedTuple):
    """The lines of a batch of pages: their texts, the rules that hit them, and features that roles are read from."""

    texts: Sequence[str]
    rules: Sequence[Rules]
    pages: Pages
    words: Floats
    ends_sentence: Flags
    ends_colon: Flags
    is_title: Flags
    copied: Flags
    good: Flags
    since_comment: Floats
    since_related: Floats


def read_roles(texts: Sequence[str], features: Matrix, rules: Sequence[Rules], pages: Pages) -> Roles:
    """Return the roles of the lines of a batch of pages; `features` holds `TEXT_FEATURES`, `rules` hit the lines.

    >>> from cleaner.chrome.text_features import text_features
    >>> from cleaner.chrome.text_words import lay_out
    >>> page = ["Rain at last", "Rain at last", "After nine dry weeks it rained in Alverne on Friday night, at last."]
    >>> roles = read_roles(page, text_features(page), [(), (), ()], lay_out(np.array([3])))
    >>> [role.value for role in roles.as_content], roles.repeat_of
    (['headline', 'headline', 'body'], [-1, 0, -1])
    """
    lines = _lines(texts, features, rules, pages)
    headlines = _headlines(lines)
    repeats = _repeats(lines, headlines)
    names: list[tuple[str, ...]] = [tuple([rule.id for rule in said]) if said else () for said in rules]
    as_content, as_chrome = _content_roles(lines), _chrome_roles(lines)
    for line in headlines.values():
        names[line] = (HEADLINE, *names[line])
        as_content[line] = Role.HEADLINE
    repeat_of = [-1] * len(texts)
    for line, (page, earlier) in repeats.items():
        is_headline = headlines.get(page) == earlier
        names[line] = (REPEATED_HEADLINE if is_headline else REPEATED_PARAGRAPH, *names[line])
        as_content[line] = Role.HEADLINE if is_headline else as_content[line]
        repeat_of[line] = earlier - int(pages.start[line])
    return Roles(as_content, as_chrome, repeat_of, names)


def _lines(texts: Sequence[str], features: Matrix, rules: Sequence[Rules], pages: Pages) -> _Lines:
    def column(name: str) -> Matrix:
        return features[:, TEXT_FEATURES.index(name)]

    return _Lines(
        texts,
        rules,
        pages,
        words=np.rint(np.expm1(column("log_words"))),
        ends_sentence=column("ends_sentence") > 0,
        ends_colon=column("ends_colon") > 0,
        is_title=column("is_title") > 0,
        copied=column("copies") > 0,
        good=column("own_mass") > 0,
        since_comment=column("since_comment"),
        since_related=column("since_related"),
    )


# ---------------------------------------------------------------- headline and repeats


def _headlines(lines: _Lines) -> dict[int, int]:
    """Return the line that is the headline, by the number of its page.

    It says what the title says; without a title it stands twice before the first sentences, or is the longest of the
    lines close before them that could be one: what else stands there is mostly shorter.
    """
    titled = _first_of_pages(lines.is_title, lines.pages)
    first_good = _first_of_pages(lines.good, lines.pages)
    able: dict[int, list[int]] = {}
    for line in _before_sentences(lines, first_good).tolist():
        page = int(lines.pages.number[line])
        if page not in titled and _could_be_headline(lines, line):
            able.setdefault(page, []).append(line)
    found = {page: _likeliest(lines, places, first_good.get(page)) for page, places in able.items()}
    return titled | {page: line for page, line in found.items() if line is not None}


def _first_of_pages(flags: Flags, pages: Pages) -> dict[int, int]:
    """Return the first flagged line of each page that has one."""
    places = np.flatnonzero(flags)
    numbers, at = np.unique(pages.number[places], return_index=True)
    return dict(zip(numbers.tolist(), places[at].tolist(), strict=True))


def _before_sentences(lines: _Lines, first_good: dict[int, int]) -> Ints:
    """Return the lines before the first sentences of their page that are as long as headlines are."""
    ends = lines.pages.end.copy()
    for line in first_good.values():
        page = slice(int(lines.pages.start[line]), int(lines.pages.end[line]))
        ends[page] = line
    long = (lines.words >= _HEADLINE_WORDS.start) & (lines.words < _HEADLINE_WORDS.stop)
    return np.flatnonzero((lines.pages.place < ends) & long & ~lines.ends_colon)


def _could_be_headline(lines: _Lines, line: int) -> bool:
    text = lines.texts[line]
    if lines.rules[line] or text[0].islower() or text[-1] in ".,;…" or "|" in text:
        return False
    return line_kinds([text])[0] in {Kind.PARAGRAPH, Kind.HEADING}


def _likeliest(lines: _Lines, able: Sequence[int], first_good: int | None) -> int | None:
    doubled = next((line for line in able if lines.copied[line]), None)
    if doubled is not None or first_good is None:
        return doubled
    last = min(first_good, int(lines.pages.start[first_good]) + _HEADLINE_REACH)
    near = [line for line in able if first_good - _HEADLINE_REACH <= line < last]
    return max(near, key=lambda line: (lines.words[line], -line), default=None)


def _repeats(lines: _Lines, headlines: dict[int, int]) -> dict[int, tuple[int, int]]:
    """Return the lines that repeat an earlier one of their page: the headline, or a long paragraph word for word.

    With each its page, and the line that it repeats.
    """
    first = {(page, _key(lines.texts[line])): line for page, line in headlines.items()}
    repeats: dict[int, tuple[int, int]] = {}
    for line in np.flatnonzero(lines.copied).tolist():
        page, is_long = int(lines.pages.number[line]), lines.words[line] >= _REPEATED_WORDS
        if is_long or page in headlines:
            key = (page, _key(lines.texts[line]))
            if is_long:
                first.setdefault(key, line)
            if first.get(key, line) < line:
                repeats[line] = page, first[key]
    return repeats


@lru_cache(maxsize=1 << 12)  # what stands twice in a page is asked for twice, and a menu on every page
def _key(line: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(line.casefold()))


# ---------------------------------------------------------------- roles


def _content_roles(lines: _Lines) -> list[Role]:
    kinds = line_kinds(lines.texts)
    of_kind = {kind: np.fromiter(map(is_, kinds, repeat(kind)), np.bool_, len(kinds)) for kind in _KIND_ROLES}
    follows = np.append(lines.good[1:], values=False) & (lines.pages.place + 1 < lines.pages.end)
    of_kind[Kind.HEADING] |= follows & ~lines.good & ~lines.ends_sentence
    of_kind[Kind.HEADING] &= lines.words <= _HEADING_WORDS
    chosen = np.select(list(of_kind.values()), range(len(of_kind)), len(of_kind))
    roles: list[Role] = np.array([*_KIND_ROLES.values(), Role.BODY], dtype=object)[chosen].tolist()
    inside = _inside(lines)
    for line, rules in enumerate(lines.rules):
        said = next((rule.role for rule in rules if rule.role in _CONTENT_ROLES), None) if rules else None
        if said is not None and not (said in _OUTER_ROLES and inside[line]):
            roles[line] = said
    return roles


_KIND_ROLES = {Kind.LIST_ITEM: Role.LIST, Kind.TABLE_ROW: Role.TABLE, Kind.HEADING: Role.SUBHEADING}


def _inside(lines: _Lines) -> Flags:
    """Tell of each line whether more than two sentence-like ones stand before it, itself among them, and after it."""
    before = np.concatenate(([0], np.cumsum(lines.good)))
    passed = before[lines.pages.place + 1] - before[lines.pages.start]
    every = before[lines.pages.end] - before[lines.pages.start]
    flags: Flags = (passed > _OUTER_REACH) & (passed < every - _OUTER_REACH)
    return flags


def _chrome_roles(lines: _Lines) -> list[Role]:
    comment, related = lines.since_comment, lines.since_related
    choices = [
        (comment >= 0) & (comment <= _SECTION_REACH) & ~((related >= 0) & (related < comment)),
        (related >= 0) & (related <= _SECTION_REACH),
        (lines.words <= _MENU_WORDS) & ~lines.ends_sentence,
    ]
    chosen = np.select(choices, [0, 1, 2], 3)
    roles: list[Role] = np.array(_CHROME_ROLES, dtype=object)[chosen].tolist()
    for line, rules in enumerate(lines.rules):
        if rules:
            roles[line] = min(rules, key=lambda rule: rule.strength != "decisive").role
    return roles


_CHROME_ROLES = (Role.COMMENT, Role.RELATED, Role.NAVIGATION, Role.UNKNOWN)
_MENU_WORDS = 4
