"""What the tag, the names and the attributes of one element say of it, and the memory of it."""

from __future__ import annotations

from functools import reduce
from operator import or_

from cleaner.chrome.class_words import ClassScores, NameReader, load_class_words
from cleaner.extraction.page_walk import Attributes

LANDMARKS = (
    "article", "main", "aside", "nav", "header", "footer", "form", "figure", "list", "table", "blockquote", "pre",
    "button", "dialog", "details", "section", "select", "article_body", "styled_away", "video",
)  # fmt: skip
MARKS = {name: 1 << place for place, name in enumerate(LANDMARKS)}
_TAG_MARKS = {
    **{name: MARKS[name] for name in LANDMARKS[:17]},
    **dict.fromkeys(("ul", "ol", "dl", "menu"), MARKS["list"]),
    **dict.fromkeys(("video", "audio", "object", "canvas"), MARKS["video"]),
    "textarea": MARKS["button"],
}
_ROLE_LANDMARKS = {
    "navigation": "nav", "menu": "nav", "menubar": "nav", "main": "main", "complementary": "aside",
    "contentinfo": "footer", "banner": "header", "dialog": "dialog", "alertdialog": "dialog", "search": "form",
    "article": "article", "tablist": "nav",
}  # fmt: skip
_ROLE_MARKS = {role: MARKS[name] for role, name in _ROLE_LANDMARKS.items()}
# So many names and parts of names are remembered.
_REMEMBERED = 200_000

_Said = tuple[int, int, float, float]
"""What one element says by itself: category bits of its names, landmark bits, its lowest and highest score."""


class Names:
    """What names say, remembered: pages use the same ones again and again.

    Whole attributes and their parts are remembered both: utility classes come in ever new combinations.
    """

    def __init__(self, scores: ClassScores) -> None:
        self._reader = NameReader(load_class_words(), scores)
        self._parts: dict[str, tuple[int, float, float]] = {}
        self._known: dict[tuple[str | None, ...], _Said] = {}

    def said(self, tag: str, attributes: Attributes) -> _Said:
        """Return what an element says by itself; its place changes nothing of it."""
        get = attributes.get
        key = tag, get("class"), get("id"), get("role")
        found = self._known.get(key)
        if found is None:
            found = self._say(*key)
            if len(self._known) < _REMEMBERED:
                self._known[key] = found
        return found

    def _say(self, tag: str, *names: str | None) -> _Said:
        marks = _TAG_MARKS.get(tag, 0)
        for word in (names[-1] or "").split():
            marks |= _ROLE_MARKS.get(word, 0)
        parts = " ".join(filter(None, names)).split()
        if not parts:
            return 0, marks, 0.0, 0.0
        known = self._parts
        bits, lowest, highest = zip(*[known.get(part) or self._part(part) for part in parts], strict=True)
        return reduce(or_, bits), marks, min(lowest), max(highest)

    def _part(self, part: str) -> tuple[int, float, float]:
        found = self._reader.read(part)
        if len(self._parts) < _REMEMBERED:
            self._parts[part] = found
        return found


def own_landmarks(attributes: Attributes) -> int:
    """Return the landmarks that neither tag nor name tell."""
    bits = 0
    if "articlebody" in (attributes.get("itemprop") or "").lower():
        bits |= MARKS["article_body"]
    if attributes.get("aria-hidden") == "true" or _is_hidden(attributes.get("style") or ""):
        bits |= MARKS["styled_away"]
    return bits


def _is_hidden(style: str) -> bool:
    flat = style.replace(" ", "").lower()
    return "display:none" in flat or "visibility:hidden" in flat
