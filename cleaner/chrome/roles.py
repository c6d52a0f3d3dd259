"""What a block does in its page: the role it has if it is content, and the role it has if it is chrome.

Both are read from structure and names alone; which of them holds is the judge's decision.  Four roles belong to an
article without being its running text (headline, byline, dateline, caption): the judge's model never learned them, as
the texts it learned from leave them out, so they are recognised here and named in the evidence (`role/byline`).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from cleaner.chrome.class_words import load_class_words, split_name
from cleaner.chrome.containers import LANDMARKS, Containers
from cleaner.extraction.html_page import Page
from cleaner.records import Kind, Role

ATTACHED = (Role.HEADLINE, Role.BYLINE, Role.DATELINE, Role.CAPTION)

_MARK = {name: 1 << place for place, name in enumerate(LANDMARKS)}
_NAME = {name: 1 << place for place, name in enumerate(load_class_words().categories)}
_WORDS = re.compile(r"\w+")
_BYLINE = re.compile(
    r"(?:by|von|par|por|di|door|av|af|автор|автори|written by|words by|story by|text:|foto:)\s+\S", re.IGNORECASE
)
_BYLINE_WORDS = 14
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
    >>> from cleaner.chrome.containers import Names, read_containers
    >>> from cleaner.extraction.html_page import read_page
    >>> page = read_page("<title>Rain at last | Gazette</title><h1>Rain at last</h1><p>By Kari Vik</p><nav>Home</nav>")
    >>> roles = read_roles(page, read_containers(page.elements, page.owners, Names(class_scores({}))))
    >>> [role.value for role in roles.as_content]
    ['headline', 'byline', 'body']
    >>> roles.as_chrome[2].value
    'navigation'
    """
    headline, repeats = _find_headline(page, boxes)
    as_content: list[Role] = []
    as_chrome: list[Role] = []
    hits: list[tuple[str, ...]] = []
    for i, (text, owner) in enumerate(zip(page.texts, page.owners, strict=True)):
        role = Role.HEADLINE if i == headline else _content_role(page, boxes, text, owner)
        as_content.append(role)
        as_chrome.append(_chrome_role(page, boxes, i, owner))
        hits.append(_named(role, i in repeats))
    repeat_of = tuple(headline if i in repeats else -1 for i in range(len(page)))
    return Roles(tuple(as_content), tuple(as_chrome), repeat_of, tuple(hits))


def _named(role: Role, repeats_headline: bool) -> tuple[str, ...]:
    if repeats_headline:
        return ("repeat/headline",)
    return (f"role/{role.value}",) if role in ATTACHED else ()


def _find_headline(page: Page, boxes: Containers) -> tuple[int, frozenset[int]]:
    """Return the block that is the headline (-1: none) and the later and earlier blocks that say the same.

    It says what the page's title says, the site's name aside; an `h1` goes before other headings, those before the
    rest.  Without a match the only `h1` of the page is it.
    """
    titles = _titles(page)
    tags = page.elements.tags
    matches = [i for i, text in enumerate(page.texts) if len(text) < 400 and _key(text) in titles]
    outside = _MARK["nav"] | _MARK["footer"] | _MARK["aside"]
    placed = [i for i in matches if not boxes.landmarks[page.owners[i]] & outside] or matches
    if placed:
        headline = min(placed, key=lambda i: (_rank(tags[page.owners[i]]), i))
        return headline, frozenset(i for i in matches if i != headline)
    h1 = [i for i, owner in enumerate(page.owners) if tags[owner] == "h1"]
    return (h1[0] if len(h1) == 1 and len(page.texts[h1[0]].split()) >= 4 else -1), frozenset()


def _rank(tag: str) -> int:
    return 0 if tag == "h1" else 1 if tag[0] == "h" and tag[1:].isdigit() else 2


def _titles(page: Page) -> frozenset[tuple[str, ...]]:
    meta = page.head.meta
    said = [page.head.title, meta.get("og:title", ""), meta.get("twitter:title", "")]
    whole = [*said, *(part for title in said for part in _without_site(title))]
    return frozenset(key for key in map(_key, whole) if len(key) >= 3)


def _without_site(title: str) -> list[str]:
    """Return what is left of a title when parts are taken from its end (or its first one): `Rain | News | Gazette`."""
    joints = [(m.start(), m.end()) for m in _TITLE_JOINT.finditer(title[:500])]
    return [title[:start] for start, _ in joints] + [title[end:] for _, end in joints[:1]]


def _key(text: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(text.lower()))


def _content_role(page: Page, boxes: Containers, text: str, owner: int) -> Role:
    kind = page.elements.kinds[owner]
    near, marks = int(boxes.near_words[owner]), int(boxes.landmarks[owner])
    words = text.count(" ") + 1
    if kind is Kind.HEADING:
        return Role.SUBHEADING
    if kind is Kind.CAPTION or (marks & _MARK["figure"] and words < 80):
        return Role.CAPTION
    if words <= _BYLINE_WORDS and _is_byline(text, near):
        return Role.BYLINE
    if words <= _DATELINE_WORDS and is_date(text):
        return Role.DATELINE
    if near & _NAME["caption"] and not near & _NAME["body"] and words < 60:
        return Role.CAPTION
    return {Kind.LIST_ITEM: Role.LIST, Kind.TABLE_ROW: Role.TABLE}.get(kind) or _quoted(page, kind, owner)


def _quoted(page: Page, kind: Kind, owner: int) -> Role:
    if kind is not Kind.QUOTE:
        return Role.BODY
    names = page.elements.classes[owner].lower()
    return Role.PULL_QUOTE if "pull" in names else Role.BODY


def _is_byline(text: str, near: int) -> bool:
    if text[-1:] in ".!?" and " " in text and not near & _NAME["meta"]:
        return False
    return bool(_BYLINE.match(text)) and any(part[:1].isupper() for part in text.split()[1:])


def is_date(text: str) -> bool:
    """Tell whether a short line is a date or a time and little else.

    >>> is_date("Published 4 May 2021, 10:15"), is_date("In May 2021 the harbour froze over for a week.")
    (True, False)
    """
    if not any(char.isdigit() for char in text):
        return False
    words = _key(text)
    if _AGO.search(text) or _DATE.search(text):
        return len(words) <= 10
    months = any(word[:3] in _MONTH_STARTS or word[:4] in _MONTH_STARTS for word in words)
    dated = months and (_YEAR.search(text) or _CLOCK.search(text))
    return bool(dated) and text[-1] not in ".!?" and len(words) <= 12


def _chrome_role(page: Page, boxes: Containers, i: int, owner: int) -> Role:
    names, marks = int(boxes.words[owner]), int(boxes.landmarks[owner])
    if names & _NAME["sign_up"] and _any_name(page, owner, _COOKIE_NAMES):
        return Role.COOKIE_NOTICE
    if names & _NAME["meta"] and _any_name(page, owner, _BIO_NAMES) and len(page.texts[i]) > 60:
        return Role.AUTHOR_BIO
    for role, name, mark in _CHROME_BY_NAME:
        if names & name or marks & mark:
            return role
    linked = page.link_chars[i] >= 0.6 * len(page.texts[i])
    return Role.NAVIGATION if linked else Role.UNKNOWN


def _any_name(page: Page, owner: int, wanted: frozenset[str]) -> bool:
    elements = page.elements
    for _ in range(8):
        name = f"{elements.classes[owner]} {elements.attributes[owner].get('id') or ''}"
        if not wanted.isdisjoint(split_name(name)):
            return True
        owner = elements.parents[owner]
    return False
