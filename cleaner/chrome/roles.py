"""What a block does in its page: the role it has if it is content, and the role it has if it is chrome.

Both are read from structure and names alone; which of them holds is the judge's decision.  Four roles belong to an
article without being its running text (headline, byline, dateline, caption): the judge's model never learned them, as
the texts it learned from leave them out, so they are recognised here and named in the evidence (`role/byline`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache, reduce
from operator import or_
from typing import NamedTuple

from cleaner.chrome.class_words import load_class_words, split_name
from cleaner.chrome.containers import Containers
from cleaner.chrome.names import LANDMARKS
from cleaner.extraction.html_page import Page
from cleaner.records import Kind, Role

ATTACHED = (Role.HEADLINE, Role.BYLINE, Role.DATELINE, Role.CAPTION)

_MARK = {name: 1 << place for place, name in enumerate(LANDMARKS)}
_NAME = {name: 1 << place for place, name in enumerate(load_class_words().categories)}
_WORDS = re.compile(r"\w+")
_BYLINE = re.compile(
    r"(?:by|von|par|por|di|door|av|af|автор|автори|written by|words by|story by|text:|foto:)\s+\S", re.IGNORECASE
)
# The first two letters of these: most lines are ruled out by theirs.
_BYLINE_STARTS = frozenset(["by", "vo", "pa", "po", "di", "do", "av", "af", "ав", "wr", "wo", "st", "te", "fo"])
_BYLINE_WORDS = 14
_DIGIT = re.compile(r"\d")
_MONTHS = (
    "jan feb mar apr may jun jul aug sep oct nov dec mär mai okt dez janv févr avr juin juil août déc ene abr ago dic"
    " gen mag giu lug set ott янв фев мар апр мая июн июл авг сен окт ноя дек січ лют бер кві тра чер лип сер вер жов"
    " лис гру"
)
_MONTH_STARTS = frozenset(_MONTHS.split())
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d\b")
_DATE = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{2,4}\b")
_AGO = re.compile(r"\b\d+\s?(?:min|minutes?|h|hours?|days?|weeks?|months?|years?)\.? ago\b", re.IGNORECASE)
_DATELINE_WORDS = 14
_LONGEST_TITLE = 400
_TITLE_JOINT = re.compile(r"\s(?:[|–—-]|::|»)\s")

# The first line that fits gives the role; more specific evidence stands first.
_CHROME_BY_NAME: tuple[tuple[Role, int, int], ...] = (
    (Role.COMMENT, _NAME["comment"], 0),
    (Role.SHARE, _NAME["share"], 0),
    (Role.NAVIGATION, 0, _MARK["nav"]),
    (Role.FOOTER, _NAME["footer"], _MARK["footer"]),
    (Role.RELATED, _NAME["related"], 0),
    (Role.NEWSLETTER, _NAME["sign_up"], _MARK["dialog"]),
    (Role.CALL_TO_ACTION, _NAME["advert"], _MARK["button"]),
    (Role.NAVIGATION, _NAME["navigation"], _MARK["header"] | _MARK["select"]),
    (Role.RELATED, _NAME["side"], _MARK["aside"]),
)
_COOKIE_NAMES = frozenset(("cookie", "cookies", "consent", "gdpr", "onetrust", "cmp"))
_BIO_NAMES = frozenset(("bio", "author", "authors", "contributor"))


class Roles(NamedTuple):
    """One item a block: its two roles, the position of the block it repeats (-1: none), the names of what was seen."""

    as_content: tuple[Role, ...]
    as_chrome: tuple[Role, ...]
    repeat_of: tuple[int, ...]
    hits: tuple[tuple[str, ...], ...]


def read_roles(page: Page, boxes: Containers) -> Roles:
    """Return the roles of a page's blocks.

    >>> from cleaner.chrome.class_words import class_scores
    >>> from cleaner.chrome.containers import read_containers
    >>> from cleaner.chrome.names import Names
    >>> from cleaner.extraction.html_page import read_page
    >>> page = read_page("<title>Rain at last | Gazette</title><h1>Rain at last</h1><p>By Kari Vik</p><nav>Home</nav>")
    >>> roles = read_roles(page, read_containers(page, Names(class_scores({}))))
    >>> [role.value for role in roles.as_content]
    ['headline', 'byline', 'body']
    >>> roles.as_chrome[2].value
    'navigation'
    """
    headline, repeats = _find_headline(page, boxes)
    kinds, around = page.elements.kinds, boxes.place[page.owners]
    marks, words, near = (bits[around].tolist() for bits in (boxes.landmarks, boxes.words, boxes.near_words))
    as_content = [_BY_KIND.get(kinds[owner], _ROLE_BODY) for owner in page.owners]
    for i in boxes.blocks.tolist():
        owner = page.owners[i]
        as_content[i] = _content_role(page, kinds[owner], page.texts[i], owner, marks[i], near[i])
    if headline >= 0:
        as_content[headline] = Role.HEADLINE
    named = _Ancestors(page)
    as_chrome = [_chrome_role(page, named, i, *bits) for i, bits in enumerate(zip(words, marks, strict=True))]
    hits = [_HITS.get(role, ()) for role in as_content]
    repeat_of = [-1] * len(page)
    for i in repeats:
        hits[i], repeat_of[i] = ("repeat/headline",), headline
    return Roles(tuple(as_content), tuple(as_chrome), tuple(repeat_of), tuple(hits))


_HITS = {role: (f"role/{role.value}",) for role in ATTACHED}


def _find_headline(page: Page, boxes: Containers) -> tuple[int, frozenset[int]]:
    """Return the block that is the headline (-1: none) and the later and earlier blocks that say the same.

    It says what the page's title says, the site's name aside; an `h1` goes before other headings, those before the
    rest.  Without a match the only `h1` of the page is it.
    """
    titles = _titles(page)
    tags = page.elements.tags
    shortest = min((sum(map(len, key)) for keys in titles.values() for key in keys), default=_LONGEST_TITLE)
    long = [i for i, text in enumerate(page.texts) if shortest <= len(text) < _LONGEST_TITLE]
    matches = [i for i in long if _says_one_of(titles, page.texts[i])]
    outside = _MARK["nav"] | _MARK["footer"] | _MARK["aside"]
    placed = [i for i in matches if not boxes.landmarks[boxes.place[page.owners[i]]] & outside] or matches
    if placed:
        headline = min(placed, key=lambda i: (_rank(tags[page.owners[i]]), i))
        return headline, frozenset(i for i in matches if i != headline)
    h1 = [i for i, owner in enumerate(page.owners) if tags[owner] == "h1"]
    return (h1[0] if len(h1) == 1 and len(page.texts[h1[0]].split()) >= 4 else -1), frozenset()


def _says_one_of(titles: Mapping[str, list[tuple[str, ...]]], text: str) -> bool:
    """Tell whether a text is one of the titles, which are given by their first words."""
    first = _WORDS.search(text.lower())
    return first is not None and first[0] in titles and _key(text) in titles[first[0]]


def _rank(tag: str) -> int:
    return 0 if tag == "h1" else 1 if tag[0] == "h" and tag[1:].isdigit() else 2


def _titles(page: Page) -> Mapping[str, list[tuple[str, ...]]]:
    meta = page.head.meta
    said = dict.fromkeys((page.head.title, meta.get("og:title", ""), meta.get("twitter:title", "")))
    titles: dict[str, list[tuple[str, ...]]] = {}
    for title in said:
        for key in map(_key, (title, *_without_site(title))):
            if len(key) >= 3:
                titles.setdefault(key[0], []).append(key)
    return titles


def _without_site(title: str) -> list[str]:
    """Return what is left of a title when parts are taken from its end (or its first one): `Rain | News | Gazette`."""
    joints = [(m.start(), m.end()) for m in _TITLE_JOINT.finditer(title[:500])]
    return [title[:start] for start, _ in joints] + [title[end:] for _, end in joints[:1]]


def _key(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(text.lower()))


def _content_role(page: Page, kind: Kind, text: str, owner: int, marks: int, near: int) -> Role:
    words = text.count(" ") + 1
    if kind is _HEADING:
        return _SUBHEADING
    if kind is _KIND_CAPTION or (marks & _FIGURE and words < 80):
        return _ROLE_CAPTION
    if words <= _BYLINE_WORDS and text[:2].lower() in _BYLINE_STARTS and _is_byline(text, near):
        return Role.BYLINE
    if words <= _DATELINE_WORDS and _DIGIT.search(text) and is_date(text):
        return Role.DATELINE
    if near & _CAPTION and not near & _BODY and words < 60:
        return _ROLE_CAPTION
    pulled = kind is _QUOTE and "pull" in page.elements.classes[owner].lower()
    return Role.PULL_QUOTE if pulled else _BY_KIND.get(kind, _ROLE_BODY)


# Members of an enumeration take a tenth of a microsecond to look up.
_HEADING, _KIND_CAPTION, _QUOTE = Kind.HEADING, Kind.CAPTION, Kind.QUOTE
_SUBHEADING, _ROLE_CAPTION, _ROLE_BODY = Role.SUBHEADING, Role.CAPTION, Role.BODY
_BY_KIND = {Kind.LIST_ITEM: Role.LIST, Kind.TABLE_ROW: Role.TABLE}
_FIGURE, _CAPTION, _BODY = _MARK["figure"], _NAME["caption"], _NAME["body"]


def _is_byline(text: str, near: int) -> bool:
    if text[-1:] in ".!?" and " " in text and not near & _NAME["meta"]:
        return False
    return bool(_BYLINE.match(text)) and any(part[:1].isupper() for part in text.split()[1:])


def is_date(text: str) -> bool:
    """Tell whether a short line is a date or a time and little else.

    >>> is_date("Published 4 May 2021, 10:15"), is_date("In May 2021 the harbour froze over for a week.")
    (True, False)
    """
    if not _DIGIT.search(text):
        return False
    words = _key(text)
    if _AGO.search(text) or _DATE.search(text):
        return len(words) <= 10
    months = any(word[:3] in _MONTH_STARTS or word[:4] in _MONTH_STARTS for word in words)
    dated = months and (_YEAR.search(text) or _CLOCK.search(text))
    return bool(dated) and text[-1] not in ".!?" and len(words) <= 12


def _chrome_role(page: Page, named: _Ancestors, i: int, names: int, marks: int) -> Role:
    if names & _SIGN_UP and named.are_called(page.owners[i], _COOKIE):
        return Role.COOKIE_NOTICE
    if names & _META and len(page.texts[i]) > 60 and named.are_called(page.owners[i], _BIO):
        return Role.AUTHOR_BIO
    role = _by_name(names & _TELLING_NAMES, marks & _TELLING_MARKS)
    if role is not None:
        return role
    return _LINKED if page.link_chars[i] >= 0.6 * len(page.texts[i]) else _UNKNOWN


@cache
def _by_name(names: int, marks: int) -> Role | None:
    return next((role for role, name, mark in _CHROME_BY_NAME if names & name or marks & mark), None)


_SIGN_UP, _META = _NAME["sign_up"], _NAME["meta"]
_TELLING_NAMES, _TELLING_MARKS = (reduce(or_, bits) for bits in list(zip(*_CHROME_BY_NAME, strict=True))[1:])
_LINKED, _UNKNOWN = Role.NAVIGATION, Role.UNKNOWN
_COOKIE, _BIO = 1, 2


class _Ancestors:
    """What the eight elements around a block are called, each looked at once."""

    def __init__(self, page: Page) -> None:
        self._elements = page.elements
        self._called: dict[int, int] = {}

    def are_called(self, element: int, wanted: int) -> bool:
        """Tell whether one of them has a name of the kind."""
        parents = self._elements.parents
        for _ in range(8):
            bits = self._called.get(element)
            if bits is None:
                bits = self._called[element] = self._look(element)
            if bits & wanted:
                return True
            element = parents[element]
        return False

    def _look(self, element: int) -> int:
        attributes = self._elements.attributes[element]
        return _called(attributes.get("class"), attributes.get("id"))


@lru_cache(maxsize=1 << 14)
def _called(*names: str | None) -> int:
    words = split_name(" ".join(filter(None, names)))
    return _COOKIE * (not _COOKIE_NAMES.isdisjoint(words)) | _BIO * (not _BIO_NAMES.isdisjoint(words))
