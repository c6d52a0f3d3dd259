"""What the lines of flattened text do in their page: the headline, repeats, and the two roles that each could have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cleaner.chrome.evidence import Matrix
from cleaner.chrome.phrases import Hit
from cleaner.chrome.text_features import TEXT_FEATURES
from cleaner.extraction.flattened_text import line_kind
from cleaner.records import Kind, Role

Hits = Sequence[Sequence[Hit]]

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

    as_content: tuple[Role, ...]
    as_chrome: tuple[Role, ...]
    repeat_of: tuple[int, ...]
    hits: tuple[tuple[str, ...], ...]


class _Columns(NamedTuple):
    """The features that roles are read from, as plain lists."""

    words: list[float]
    ends_sentence: list[float]
    ends_colon: list[float]
    is_title: list[float]
    copies: list[float]
    good: list[bool]
    inside: list[bool]
    since_comment: list[float]
    since_related: list[float]


def read_roles(lines: Sequence[str], features: Matrix, phrase_hits: Hits) -> Roles:
    """Return the roles of the lines of one page; `features` holds `TEXT_FEATURES`.

    >>> from cleaner.chrome.text_features import text_features
    >>> page = ["Rain at last", "Rain at last", "After nine dry weeks it rained in Alverne on Friday night, at last."]
    >>> roles = read_roles(page, text_features(page), [(), (), ()])
    >>> [role.value for role in roles.as_content], roles.repeat_of
    (['headline', 'headline', 'body'], (-1, 0, -1))
    """
    columns = _columns(features)
    headline = _headline(lines, columns, phrase_hits)
    repeat_of = _repeats(lines, columns, headline)
    as_content = tuple(
        Role.HEADLINE
        if headline >= 0 and headline in {i, repeat_of[i]}
        else _content_role(line, i, columns, phrase_hits)
        for i, line in enumerate(lines)
    )
    as_chrome = tuple(_chrome_role(i, columns, phrase_hits[i]) for i in range(len(lines)))
    named = tuple(
        (*_structure_hits(i, headline, repeat_of[i]), *(hit.rule.id for hit in phrase_hits[i]))
        for i in range(len(lines))
    )
    return Roles(as_content, as_chrome, repeat_of, named)


def _columns(features: Matrix) -> _Columns:
    def column(name: str) -> list[float]:
        values: list[float] = features[:, TEXT_FEATURES.index(name)].tolist()
        return values

    good = features[:, TEXT_FEATURES.index("own_mass")] > 0
    before = np.cumsum(good)
    words = np.rint(np.expm1(features[:, TEXT_FEATURES.index("log_words")]))
    return _Columns(
        words=words.tolist(),
        ends_sentence=column("ends_sentence"),
        ends_colon=column("ends_colon"),
        is_title=column("is_title"),
        copies=column("copies"),
        good=good.tolist(),
        inside=((before > _OUTER_REACH) & (before < good.sum() - _OUTER_REACH)).tolist(),
        since_comment=column("since_comment"),
        since_related=column("since_related"),
    )


def _structure_hits(i: int, headline: int, repeat_of: int) -> tuple[str, ...]:
    if i == headline:
        return (HEADLINE,)
    if repeat_of < 0:
        return ()
    return (REPEATED_HEADLINE if repeat_of == headline else REPEATED_PARAGRAPH,)


# ---------------------------------------------------------------- headline and repeats


def _headline(lines: Sequence[str], columns: _Columns, phrase_hits: Hits) -> int:
    """Return the line that is the headline, or -1.

    It says what the title says; without a title it stands twice before the first sentences, or is the longest of the
    lines close before them that could be one: what else stands there is mostly shorter.
    """
    titled = [i for i, flag in enumerate(columns.is_title) if flag]
    if titled:
        return titled[0]
    first_good = next((i for i, good in enumerate(columns.good) if good), len(lines))
    able = [i for i in range(first_good) if _could_be_headline(lines[i], i, columns, phrase_hits)]
    doubled = [i for i in able if columns.copies[i]]
    if doubled:
        return doubled[0]
    near = [i for i in able if first_good < len(lines) and first_good - i <= _HEADLINE_REACH and i < _HEADLINE_REACH]
    return max(near, key=lambda i: (columns.words[i], -i), default=-1)


def _could_be_headline(line: str, i: int, columns: _Columns, phrase_hits: Hits) -> bool:
    if int(columns.words[i]) not in _HEADLINE_WORDS or phrase_hits[i] or columns.ends_colon[i]:
        return False
    plain = line_kind(line) in {Kind.PARAGRAPH, Kind.HEADING}
    return plain and not line[0].islower() and line[-1] not in ".,;…" and "|" not in line


def _repeats(lines: Sequence[str], columns: _Columns, headline: int) -> tuple[int, ...]:
    """Return for each line the earlier line that it repeats: the headline, or a long paragraph word for word."""
    first: dict[tuple[str, ...], int] = {}
    if headline >= 0:
        first[_key(lines[headline])] = headline
    repeat_of = [-1] * len(lines)
    for i, line in enumerate(lines):
        if columns.copies[i] and (columns.words[i] >= _REPEATED_WORDS or headline >= 0):
            key = _key(line)
            if columns.words[i] >= _REPEATED_WORDS:
                first.setdefault(key, i)
            if first.get(key, i) < i:
                repeat_of[i] = first[key]
    return tuple(repeat_of)


def _key(line: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(line.casefold()))


# ---------------------------------------------------------------- roles


def _content_role(line: str, i: int, columns: _Columns, phrase_hits: Hits) -> Role:
    said = next((hit.rule.role for hit in phrase_hits[i] if hit.rule.role in _CONTENT_ROLES), None)
    if said is not None and not (said in _OUTER_ROLES and columns.inside[i]):
        return said
    kind = line_kind(line)
    if kind in {Kind.LIST_ITEM, Kind.TABLE_ROW}:
        return Role.LIST if kind is Kind.LIST_ITEM else Role.TABLE
    follows = i + 1 < len(columns.good) and columns.good[i + 1]
    heading = kind is Kind.HEADING or (follows and not columns.good[i] and not columns.ends_sentence[i])
    return Role.SUBHEADING if heading and columns.words[i] <= _HEADING_WORDS else Role.BODY


def _chrome_role(i: int, columns: _Columns, hits: Sequence[Hit]) -> Role:
    if hits:
        return min(hits, key=lambda hit: hit.rule.strength != "decisive").rule.role
    comment, related = columns.since_comment[i], columns.since_related[i]
    if 0 <= comment <= _SECTION_REACH and not 0 <= related < comment:
        return Role.COMMENT
    if 0 <= related <= _SECTION_REACH:
        return Role.RELATED
    return Role.NAVIGATION if columns.words[i] <= 4 and not columns.ends_sentence[i] else Role.UNKNOWN
