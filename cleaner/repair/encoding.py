"""Damage of encoding mended: mojibake, entities left in, invisible characters, exotic spaces, split accents.

Mojibake is ftfy's work (Speer, `ftfy: fixes text for you`), one line at a time so that a bad line does not decide for
its neighbours, and before any other character is touched: C1 controls and no-break spaces are its evidence.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cleaner.ledger import apply_edits, compose
from cleaner.records import Edit
from cleaner.repair.characters import (
    COMMON,
    CURLY_QUOTE,
    CURLY_QUOTES,
    EXOTIC_SPACE,
    INVISIBLE,
    UNUSUAL,
    may_be_garbled,
)
from cleaner.repair.code_pages import reread
from cleaner.repair.differences import differences
from cleaner.repair.settings import Quotes

if TYPE_CHECKING:
    from ftfy import TextFixerConfig

STAGE = "encoding"

# An entity that was escaped again (`&amp;rsquo;`) any number of times is one entity.
_ENTITY = re.compile(
    r"&(?:(?:amp|AMP|#0{0,6}38|#[xX]0{0,6}26);)*"
    r"(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
)
_TAG = re.compile(
    r"</?(?:a|b|i|p|u|br|em|h[1-6]|hr|li|ol|td|th|tr|ul|div|img|pre|svg|body|code|font|form|head|html|link|main|meta|nav"
    r"|span|input|label|style|table|title|button|center|iframe|script|select|strong|section|textarea)\b[^<>]{0,500}>",
    re.IGNORECASE,
)
_INNERMOST = re.compile(r"&?([^&;]+);$")
_MENTION = re.compile(r"[\"'“‘`«][^\W\d_][^\w\s][\"'”’`»]|[\"'“‘`«]â[^\w\s]{2}[\"'”’`»]")
"""One garbled character between quotation marks is spoken of: a text tells what it looks like."""
_LINE = re.compile(r"[^\n]+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_ROUNDS = 4


def repair_encoding(text: str, quotes: Quotes = "keep") -> list[Edit]:
    """Return the edits that mend what decoding, escaping and copying did to `text`: disjoint, sorted, in its offsets.

    Pure ASCII without `&` costs one scan.  U+FFFD stays: what was lost must show.

    >>> [(e.before, e.after, e.rule_ids) for e in repair_encoding("itâ€™s")]
    [('â€™', '’', ('encoding/ftfy/encode:sloppy-windows-1252>decode:utf-8',))]
    >>> repair_encoding("It’s naïve.")
    []
    """
    if not is_doubtful(text, quotes):
        return []
    layers: list[list[Edit]] = []
    mended = text
    for _ in range(_ROUNDS):
        found = list(_one_round(mended, quotes))
        if not found:
            break
        layers += found
        for layer in found:
            mended = apply_edits(mended, layer)
    return list(compose(text, layers))


def is_doubtful(text: str, quotes: Quotes = "keep") -> bool:
    """Return whether something may be wrong with the encoding of `text`: fast searches for each cause."""
    if not text.isascii():
        if UNUSUAL.search(text) and (
            may_be_garbled(text)
            or INVISIBLE.search(text)
            or EXOTIC_SPACE.search(text)
            or not unicodedata.is_normalized("NFC", text)
        ):
            return True
        if quotes == "straight" and CURLY_QUOTE.search(text):
            return True
    return "&" in text and _ENTITY.search(text) is not None


_COMMON_LEAD = "–".encode()[:2]
_COMMON_ENDS = np.array([character.encode().removeprefix(_COMMON_LEAD)[0] for character in COMMON], np.uint8)


def unusual(raw: bytes, quotes: Quotes = "keep") -> NDArray[np.int64]:
    """Return where characters begin without which no text is doubtful; places are bytes of UTF-8."""
    units = np.frombuffer(raw, np.uint8)
    found = np.flatnonzero((units >= 0xC0) | (units == ord("&")))
    if quotes == "straight":
        return found
    common = units[found] == _COMMON_LEAD[0]
    at = found[common]
    common[common] = (units[at + 1] == _COMMON_LEAD[1]) & np.isin(units[at + 2], _COMMON_ENDS)
    rest: NDArray[np.int64] = found[~common]
    return rest


def _one_round(text: str, quotes: Quotes) -> Iterator[list[Edit]]:
    """Yield the layers of edits of one pass, each in the coordinates that the one before leaves."""
    steps: list[Callable[[str], list[Edit]]] = [_entities, _mojibake, _invisibles, _exotic_spaces, _accents]
    if quotes == "straight":
        steps.append(_straight_quotes)
    for step in steps:
        layer = step(text)
        if layer:
            yield layer
            text = apply_edits(text, layer)


def _entities(text: str) -> list[Edit]:
    if "&" not in text or ("<" in text and _TAG.search(text)):  # beside tags an entity may be what its author wanted
        return []
    found: list[Edit] = []
    for match in _ENTITY.finditer(text):
        core = _INNERMOST.search(match.group())
        after = html.unescape(f"&{core.group(1)};") if core else match.group()
        if after != match.group() and not after.endswith(";"):
            found.append(_edit("entity", match.start(), match.group(), after, "an HTML entity was left in the text"))
    return found


def import_ftfy() -> None:
    """Import what mends mojibake (0.05 s), which otherwise waits until a text is garbled."""
    _ftfy_settings()
    _unwelcome()


@cache
def _ftfy_settings() -> TextFixerConfig:
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False, uncurl_quotes=False, fix_character_width=False, fix_line_breaks=False, explain=True
    )


@cache
def _unwelcome() -> re.Pattern[str]:
    """Return what finds the characters that ftfy replaces in lines that are not garbled, too."""
    from ftfy.chardata import CONTROL_CHARS, LIGATURES

    replaced = "".join(re.escape(chr(point)) for point in (*CONTROL_CHARS, *LIGATURES))
    return re.compile(f"[{replaced}\x80-\x9f\ud800-\udfff]")


def _may_be_fixed(line: str) -> bool:
    """Return False where ftfy would leave a line as it is, having tried one repair after the other."""
    return _is_bad(line) or _unwelcome().search(line) is not None or not unicodedata.is_normalized("NFC", line)


def _is_bad(line: str) -> bool:
    """Return what `ftfy.badness.is_bad` says of a line: nothing that it looks for is farther from an unusual character.

    It tries all that it knows at every character, and most are ASCII.
    """
    from ftfy.badness import BADNESS_RE

    runs = _NOT_ASCII.finditer(line)
    return any(BADNESS_RE.search(line, max(0, run.start() - 2), run.end() + 2) for run in runs)


def _mojibake(text: str) -> list[Edit]:
    if text.isascii():
        return []
    from ftfy import fix_and_explain

    found: list[Edit] = []
    for line in _LINE.finditer(text):
        if not may_be_garbled(line.group()):
            continue
        fixed, steps = line.group(), None
        if _may_be_fixed(fixed):
            fixed, steps = fix_and_explain(fixed, _ftfy_settings())
        if fixed != line.group():
            plan = ">".join(f"{action}:{parameter}" for action, parameter in steps or ())
            reason = f"ftfy's steps for this line: {plan.replace('>', ', ')}"
            found += _line_edits(line, fixed, f"ftfy/{plan}", reason)
        elif (misread := reread(line.group())) is not None:
            rule = f"code-page/encode:{misread.page}>decode:utf-8"
            found += _line_edits(line, misread.text, rule, f"UTF-8 that was read as {misread.page}")
    return found


def _line_edits(line: re.Match[str], fixed: str, rule: str, reason: str) -> Iterator[Edit]:
    for at, before, after in differences(line.group(), fixed):
        around = line.string[max(0, line.start() + at - 1) : line.start() + at + len(before) + 1]
        if not _MENTION.fullmatch(around):
            yield _edit(rule, line.start() + at, before, after, reason)


def _invisibles(text: str) -> list[Edit]:
    return [
        _edit(
            "invisible",
            match.start(),
            match.group(),
            "",
            "invisible characters removed",
            (f"characters={len(match.group())}", *_names(match.group())),
        )
        for match in INVISIBLE.finditer(text)
    ]


def _names(characters: str) -> Iterator[str]:
    return (f"U+{ord(c):04X}={characters.count(c)}" for c in sorted(set(characters)))


def _exotic_spaces(text: str) -> list[Edit]:
    return [
        _edit(
            "space",
            m.start(),
            m.group(),
            " " * len(m.group()),
            "plain spaces in place of others",
            (*_names(m.group()),),
        )
        for m in EXOTIC_SPACE.finditer(text)
    ]


def _accents(text: str) -> list[Edit]:
    if unicodedata.is_normalized("NFC", text):
        return []
    composed = unicodedata.normalize("NFC", text)
    return [
        _edit("nfc", at, before, after, "letters and their accents composed (Unicode NFC)")
        for at, before, after in differences(text, composed)
    ]


def _straight_quotes(text: str) -> list[Edit]:
    return [
        _edit("quotes", m.start(), m.group(), CURLY_QUOTES[m.group()], "curly quotes made straight, as asked for")
        for m in CURLY_QUOTE.finditer(text)
    ]


def _edit(rule: str, start: int, before: str, after: str, reason: str, evidence: tuple[str, ...] = ()) -> Edit:
    return Edit(STAGE, (f"{STAGE}/{rule}",), start, start + len(before), before, after, reason, evidence=evidence)
