"""UTF-8 that was read through a code page which ftfy leaves alone, as `itΓÇÖs`: found by what cannot be text.

A run of characters counts only where its bytes are one UTF-8 character that news writes (punctuation, a sign, a Latin
letter, an emoji), and its line is Latin text that holds nothing else of the script which the run seems to be of.
Russian in a Cyrillic code page, and tables drawn with lines, therefore stay.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

_COMMON = re.compile(
    "[\u00a0-\u00bf\u00d7\u00f7]"  # signs of Latin-1
    "|[\u00c0-\u017f\u0218-\u021b\u1e9e\u1ef3]"  # Latin letters with accents
    "|[\u0391-\u03c9]"  # Greek letters, as formulas use them
    "|[\u2010-\u203a\u20a0-\u20bf\u2100-\u214f\u2190-\u22ff\u25a0-\u27bf]"  # punctuation, currencies, signs, arrows
    "|[\ufb00-\ufb04\ufe0f\U0001f300-\U0001faff]"  # ligatures, emoji
)
_LATIN = re.compile("[A-Za-z]")


class CodePage(NamedTuple):
    """A code page; `shortest` is the least number of characters that prove it, `strange` what the line may not hold."""

    name: str
    shortest: int
    strange: re.Pattern[str]


_GREEK_OR_BOXES = re.compile("[\u0370-\u03ff\u2500-\u259f]")
_CYRILLIC_OR_BOXES = re.compile("[\u0400-\u04ff\u2500-\u259f]")
_ACCENTED = re.compile("[\u00c0-\u024f]")
_NOTHING = re.compile(r"(?!)")

CODE_PAGES = (
    CodePage("cp437", 2, _GREEK_OR_BOXES),
    CodePage("cp850", 2, _GREEK_OR_BOXES),
    CodePage("cp1251", 2, _CYRILLIC_OR_BOXES),
    CodePage("cp866", 2, _CYRILLIC_OR_BOXES),
    CodePage("koi8-r", 2, _CYRILLIC_OR_BOXES),
    CodePage("mac-roman", 2, _ACCENTED),
    CodePage("cp1252", 3, _NOTHING),
    CodePage("cp1250", 3, _NOTHING),
)
"""The order settles what several could explain.  Between Latin letters two characters of cp1252 may be text."""

_SURE_PAIRS = frozenset("├┬√")
"""Leads of two characters that no Latin text holds; after the others a pair must follow a letter or a mark."""


@cache
def _sequences(page: CodePage) -> re.Pattern[str]:
    """Return the pattern of UTF-8 sequences of at least two bytes as the code page shows them."""
    tail = _shown(0x80, 0xBF, page)
    longer = f"{_shown(0xE2, 0xEF, page)}{tail}{{2}}|{_shown(0xF0, 0xF4, page)}{tail}{{3}}"
    return re.compile(longer if page.shortest > 2 else f"{longer}|{_shown(0xC2, 0xDF, page)}{tail}")


@cache
def _leads() -> re.Pattern[str]:
    """Return the pattern of what the sequences of every code page begin with, whichever it is."""
    return re.compile(_shown(0xC2, 0xF4, *CODE_PAGES) + _shown(0x80, 0xBF, *CODE_PAGES))


def _shown(first: int, last: int, *pages: CodePage) -> str:
    """Return the set of characters as which code pages show bytes."""
    bytes_shown = (bytes([byte]).decode(page.name, "ignore") for page in pages for byte in range(first, last + 1))
    return "[" + "".join(map(re.escape, sorted(set(bytes_shown) - {""}))) + "]"


class Misread(NamedTuple):
    """A line that was read through `page`, and what it should be."""

    page: str
    text: str


def reread(line: str) -> Misread | None:
    """Return a line as UTF-8 would have read it, or None where no code page explains it beyond doubt.

    >>> reread("ItΓÇÖs late").text
    'It’s late'
    >>> reread("√2 is no sign of it")
    """
    if not _leads().search(line) or not _LATIN.search(line):
        return None
    for page in CODE_PAGES:
        text = _reread_as(page, line)
        if text is not None:
            return Misread(page.name, text)
    return None


def _reread_as(page: CodePage, line: str) -> str | None:
    pieces = _pieces(page, line)
    if len(pieces) < 2:
        return None
    kept = "".join(pieces[::2])
    return None if page.strange.search(kept) else "".join(pieces)


def _pieces(page: CodePage, line: str) -> list[str]:
    """Return what stays and what was misread, by turns: one piece where nothing proves the page."""
    at = 0
    pieces: list[str] = []
    proved = False
    for match in _sequences(page).finditer(line):
        character = _decoded(page, match.group())
        if character is not None:
            proved = proved or _proves(line, match)
            pieces += (line[at : match.start()], character)
            at = match.end()
    return [*pieces, line[at:]] if proved else [line]


def _decoded(page: CodePage, shown: str) -> str | None:
    try:
        character = shown.encode(page.name).decode("utf-8")
    except UnicodeError:
        return None
    return character if _COMMON.fullmatch(character) else None


def _proves(line: str, match: re.Match[str]) -> bool:
    """True for three characters, for two that no text holds, and for two that are glued to what goes before."""
    shown = match.group()
    if len(shown) > 2 or shown[0] in _SURE_PAIRS:
        return True
    before = line[match.start() - 1 : match.start()]
    return bool(before) and not before.isspace() and (before.isascii() or not before.isalpha())
