"""Who signed a page, read from its visible bylines: for pages that name nobody in their head.

Found by what elements are called (`byline`, `author`), by links to author pages and by `address`, in the page's order;
the first line that is nothing but names counts.  On 190 articles of the development data that name their authors in
the head (hidden for the test) it names 97 rightly and 8 otherwise, trafilatura 98 and 13, at fifteen times the cost
(`bench/metadata_fill.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from selectolax.lexbor import LexborHTMLParser

from cleaner.chrome.class_words import split_name
from cleaner.extraction.author_names import author_names

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_SIGNED: Final = ", ".join((
    *(f'[class*="{word}" i]' for word in ("byline", "author", "autor", "auteur", "writer", "contributor")),
    *('[id*="author" i]', '[itemprop~="author" i]', '[rel~="author" i]'),
    *('a[href*="/author/" i]', 'a[href*="/autor/" i]', "address"),
))  # fmt: skip
# What a byline is never inside of: names there are of those who comment, or wrote another story.
_ELSEWHERE_TAGS: Final = frozenset(("nav", "footer", "aside"))
_ELSEWHERE_NAMES: Final = (
    "comment comments commentlist reply replies sidebar footer related teaser teasers promo popular recommended"
    " recommendations newsletter carousel trending avatar reviewer"
)
_ELSEWHERE: Final = frozenset(_ELSEWHERE_NAMES.split())
_BY: Final = re.compile(
    r"(?:(?:written|posted|published|reviewed|words|story)\s)?(?:by|von|par|por|di|door|av|af|text|autor|author|автор)\b:?",
    re.IGNORECASE,
)
_OTHER_WORDS: Final = (
    "about article articles author authors autor blog by click contributing contributor contributors correspondent"
    " digital director editor editors expert follow founder from gmbh guest image inc insights is last latest llc ltd"
    " manager marketing media more news newsblog newsroom officer our photo photos post posts published read reporter"
    " senior share sign specialist staff team the this updated view was writer zur"
)
_NO_NAMES: Final = frozenset(_OTHER_WORDS.split())
_JOINTS: Final = (" and", "and ", " und", "und ", " et", "et ", " y", "y ", "&", ",")
_LEVELS, _MOST_PLACES, _PLACE_CHARS, _LINE_CHARS = 12, 60, 400, 160


def visible_authors(html: str) -> tuple[str, ...]:
    """Return the names in the first byline of a page, as it writes them; none where no line is sure to be names.

    >>> visible_authors('<h1>Rain</h1><p class="post-byline">By <a href=/kv>Kari Vik</a> and Olav Aas</p>')
    ('Kari Vik', 'Olav Aas')
    >>> visible_authors('<div class="comment-author">Kari Vik</div><p class="author">Staff writer</p>')
    ()
    """
    return authors_below(LexborHTMLParser(html.encode("utf-8", "replace")).body)


def authors_below(body: LexborNode | None, plain: Callable[[str], str] = str) -> tuple[str, ...]:
    """Return what `visible_authors` does, of a page that was parsed before.

    `plain` gives visible text without what was put into it: marks, at most one a character.
    """
    for node in body.css(_SIGNED)[:_MOST_PLACES] if body is not None else ():
        names = _names(plain((node.text(separator="\n") or "")[: 2 * _PLACE_CHARS])[:_PLACE_CHARS])
        if names and not _is_elsewhere(node):
            return names
    return ()


def _names(text: str) -> tuple[str, ...]:
    """Return the names in the first line that says more than `By`, and in the lines that go on from it."""
    line = ""
    for part in (" ".join(part.split()) for part in text.split("\n")):
        if not line:
            line = "" if _BY.fullmatch(part) else part
        elif part in _JOINTS or line.endswith(_JOINTS) or part.startswith(_JOINTS):
            line = f"{line} {part}"
        elif part:
            break
    return tuple(name for name in author_names([line[:_LINE_CHARS]]) if _is_full_name(name))


def _is_full_name(name: str) -> bool:
    """Tell the name of a person from what else stands in bylines (`View all posts`, `Senior Editor`)."""
    words = name.split()
    if not 2 <= len(words) <= 4 or not name.isprintable() or any(char in "!?:&/()" for char in name):
        return False
    cased = all(word[0].isupper() or word.islower() for word in words) and words[0][0].isupper()
    return cased and words[-1][0].isupper() and _NO_NAMES.isdisjoint(word.strip(".").casefold() for word in words)


def _is_elsewhere(node: LexborNode) -> bool:
    place: LexborNode | None = node
    for _ in range(_LEVELS):
        if place is None:
            break
        attributes = place.attributes
        called = split_name(f"{attributes.get('class') or ''} {attributes.get('id') or ''}")
        if place.tag in _ELSEWHERE_TAGS or not _ELSEWHERE.isdisjoint(called):
            return True
        place = place.parent
    return False
