"""Evidence of flattened text: text features, features of the phrase rules that hit, roles and repeats."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import accumulate, chain, pairwise
from urllib.parse import unquote, urlsplit

import numpy as np

from cleaner.chrome.evidence import Matrix, PageFeatures
from cleaner.chrome.phrase_filter import load_filter, rules_in
from cleaner.chrome.text_context import running, since
from cleaner.chrome.text_features import TEXT_FEATURES, features_of
from cleaner.chrome.text_roles import Roles, Rules, read_roles
from cleaner.chrome.text_runs import RUN_FEATURES, run_columns
from cleaner.chrome.text_scan import Flags
from cleaner.chrome.text_words import Pages, Reading, read_pages
from cleaner.chrome.word_weights import WordWeights, load_weights, weigh_lines
from cleaner.records import Role

_ROLES = (
    Role.COMMENT, Role.RELATED, Role.SHARE, Role.NEWSLETTER, Role.NAVIGATION, Role.FOOTER, Role.COOKIE_NOTICE,
    Role.CALL_TO_ACTION, Role.DISCLAIMER, Role.AUTHOR_BIO, Role.BYLINE, Role.DATELINE, Role.CAPTION, Role.CALLOUT_LABEL,
    Role.UNKNOWN,
)  # fmt: skip
_PLACE_OF_ROLE = {role: place for place, role in enumerate(_ROLES)}
_SINCE = (
    Role.COMMENT, Role.RELATED, Role.SHARE, Role.NEWSLETTER, Role.FOOTER, Role.AUTHOR_BIO, Role.BYLINE, Role.DATELINE,
)  # fmt: skip
_REACHES = (2, 5, 12)
# A rule for the start (end) of a page wants at most this many sentence-like lines before (after) its line.
_EDGE = 2
# Few rules hit the same line, and mostly the same few: so many choices between them are remembered.
_REMEMBERED = 4096

PHRASE_FEATURES: tuple[str, ...] = (
    *(f"phrase_{role.value}" for role in _ROLES),
    "phrase_decisive", "phrase_evidence",
    *(f"phrases_{reach}" for reach in _REACHES),
    "page_phrases",
    *(f"since_phrase_{role.value}" for role in _SINCE),
)  # fmt: skip

NAMES: tuple[str, ...] = (*TEXT_FEATURES, *RUN_FEATURES, *PHRASE_FEATURES)

_OWN_MASS = TEXT_FEATURES.index("own_mass")
_ADDRESS_WORDS = re.compile(r"[^\W\d_]{2,}|(?<!\d)\d{1,3}(?!\d)")
_FILE_ENDING = re.compile(r"\.[a-z]{2,5}\Z")


def observe_lines(lines: Sequence[str], title: str | None = None, language: str | None = None) -> PageFeatures:
    """Return the evidence of one page of flattened text, one paragraph a line; no line may be empty.

    `title` is the page's title if it is known; `address_title(url)` serves as well.  `language` chooses between phrase
    rules of several languages that say the same, and nothing else.

    >>> page = observe_lines(["Rain at last", "After nine dry weeks it rained in Alverne on Friday.", "Post a Comment"])
    >>> page.mode, page.matrix.shape == (3, len(NAMES)), page.hits[2]
    ('text', True, ('chrome/en/post-a-comment',))
    """
    return observe_pages([lines], [title or ""], [language])[0]


def observe_pages(
    pages: Sequence[Sequence[str]],
    titles: Sequence[str],
    languages: Sequence[str | None] = (),
    weights: WordWeights | None = None,
) -> list[PageFeatures]:
    """Return the evidence of several pages, cheaper together than one by one and the same.

    `titles` and `languages` have one item a page (no languages: none is known); `weights` are those of words (default:
    those that ship with the model).
    """
    if not any(map(len, pages)):
        return [_page(np.empty((0, len(NAMES)), np.float32), Roles([], [], [], []), slice(0)) for _ in pages]
    reading = read_pages(pages, titles)
    features = features_of(reading)
    good = features[:, _OWN_MASS] > 0
    runs = run_columns(reading, good, weigh_lines(reading, weights or load_weights()))
    lines = list(chain.from_iterable(pages))
    hits = _placed_rules(lines, reading, good)
    # Feature by feature, as they are read and stored.
    matrix = np.vstack([features.T, runs.T, _phrase_columns(hits, reading.layout).T]).T
    told = languages or [None] * len(pages)
    said: list[Rules] = [()] * len(lines)
    for line, rules in hits.items():
        said[line] = _said_once(rules, told[reading.layout.number[line]]) if len(rules) > 1 else rules
    roles = read_roles(lines, matrix, said, reading.layout)
    ends = list(accumulate(map(len, pages), initial=0))
    return [_page(matrix, roles, slice(*place)) for place in pairwise(ends)]


def _page(matrix: Matrix, roles: Roles, rows: slice) -> PageFeatures:
    as_content, as_chrome, repeat_of = roles.as_content[rows], roles.as_chrome[rows], roles.repeat_of[rows]
    said = tuple(as_content), tuple(as_chrome), tuple(repeat_of)
    return PageFeatures("text", matrix[rows], np.zeros(len(as_content), np.bool_), tuple(roles.hits[rows]), *said)


def address_title(url: str | None) -> str:
    """Return the words of the longest part of a page's address, which are often those of its headline, or "".

    >>> address_title("https://courier.example/2024/05/ferry-late-again-1234567.html")
    'ferry late again'
    """
    try:
        parts = unquote(urlsplit(url or "").path).split("/")
    except ValueError:
        return ""
    return " ".join(_ADDRESS_WORDS.findall(_FILE_ENDING.sub("", max(parts, key=len))))


def _placed_rules(lines: Sequence[str], reading: Reading, good: Flags) -> dict[int, Rules]:
    """Return the phrase rules that hit lines of a batch and stand where they want to in their page, by line."""
    pages = reading.layout
    sums = running({"good": good})
    before, after = sums.between(pages.start, pages.place)["good"], sums.between(pages.place + 1, pages.end)["good"]
    edges = {"start": before <= _EDGE, "end": after <= _EDGE}
    found: dict[int, Rules] = {}
    for line in np.flatnonzero(load_filter().may_hit(lines, reading.seen)).tolist():
        rules = rules_in(lines[line])
        if rules and any(rule.position != "any" for rule in rules):
            rules = tuple([rule for rule in rules if rule.position == "any" or edges[rule.position][line]])
        if rules:
            found[line] = rules
    return found


@lru_cache(maxsize=_REMEMBERED)
def _said_once(rules: Rules, language: str | None) -> Rules:
    """Return of rules one a role and strength: that of the page's language, else the English one, else the first."""
    ranked = sorted(rules, key=lambda rule: (rule.language != language, rule.language != "en", rule.id))
    best = {(rule.role, rule.strength): rule.id for rule in reversed(ranked)}
    return tuple([rule for rule in ranked if best[rule.role, rule.strength] == rule.id])


def _phrase_columns(hits: Mapping[int, Rules], pages: Pages) -> Matrix:
    """Return `PHRASE_FEATURES` of a batch: which roles the rules speak of, here, near by, and how long ago."""
    own = np.zeros((len(pages.place), len(_ROLES) + 2), dtype=np.float32)
    sizes = np.fromiter(map(len, hits.values()), np.int64, len(hits))
    lines, rules = np.repeat(np.array(list(hits), np.int64), sizes), list(chain.from_iterable(hits.values()))
    own[lines, [_PLACE_OF_ROLE[rule.role] for rule in rules]] = 1
    own[lines, [len(_ROLES) + (rule.strength != "decisive") for rule in rules]] = 1
    decisive = running({"decisive": own[:, len(_ROLES)] > 0})
    context = []
    for reach in _REACHES:
        low, high = np.maximum(pages.start, pages.place - reach), np.minimum(pages.end, pages.place + reach + 1)
        context.append(decisive.between(low, high)["decisive"] / (high - low))
    context.append(decisive.between(pages.start, pages.end)["decisive"] / (pages.end - pages.start))
    ago = since(own[:, [_PLACE_OF_ROLE[role] for role in _SINCE]] > 0, pages)
    return np.hstack([own, np.stack(context, axis=1).astype(np.float32), ago.astype(np.float32)])
