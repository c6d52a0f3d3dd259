"""Web text made fit to be looked at: hostile characters visible, edits in place, words aligned."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from markupsafe import Markup, escape

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""Controls that would be invisible or turn the reading direction; ZWJ and ZWNJ are left, scripts need them."""
WORDS = re.compile(r"\S+\s*")
LONGEST_ALIGNED = 400
"""Words; alignment is quadratic at worst, and a card in a report is no place for a longer text."""


class EditMark(NamedTuple):
    """An edit as the reader shows it; offsets count code points of the paragraph's source text."""

    char_start: int
    char_end: int
    before: str
    after: str
    applied: bool
    rule_ids: list[str]
    reason: str
    confidence: float


class Segment(NamedTuple):
    """A piece of a paragraph: text as it was, and the edit that touches it, if any."""

    before: str
    after: str
    edit: EditMark | None


class Piece(NamedTuple):
    """A run of words in an alignment: `same`, `added` (only here) or `missing` (only in the other)."""

    kind: str
    text: str


def visible(text: str) -> Markup:
    """Return the text escaped, every control character replaced by a mark that names it.

    >>> visible("<b>" + chr(0x202E) + "abc")
    Markup('&lt;b&gt;<i class="ctl" data-code="U+202E" title="RIGHT-TO-LEFT OVERRIDE"></i>abc')
    """
    return Markup(CONTROLS.sub(_mark, str(escape(text))))  # noqa: S704  (escaped; marks hold hex digits and Unicode names)


def _mark(match: re.Match[str]) -> str:
    character = match[0]
    kind = "ctl cr" if character == "\r" else "ctl"
    name = unicodedata.name(character, "control character")
    return f'<i class="{kind}" data-code="U+{ord(character):04X}" title="{name}"></i>'


def segments(source_text: str, edits: Sequence[EditMark]) -> list[Segment]:
    """Return the source text cut at its edits, in order; concatenated `before` is the source text.

    Edits that do not fit the text, or overlap one before them, are left out: the text is never shown wrong.
    """
    pieces: list[Segment] = []
    at = 0
    for edit in sorted(edits):
        if edit.char_start < at or source_text[edit.char_start : edit.char_end] != edit.before:
            continue
        pieces.append(Segment(source_text[at : edit.char_start], "", None))
        pieces.append(Segment(edit.before, edit.after, edit))
        at = edit.char_end
    pieces.append(Segment(source_text[at:], "", None))
    return [piece for piece in pieces if piece.before or piece.after]


def aligned(canonical: str, member: str) -> list[Piece]:
    """Return the member's words aligned with the canonical's.

    >>> aligned("shut at dawn", "closed at dawn")
    [Piece(kind='missing', text='shut '), Piece(kind='added', text='closed '), Piece(kind='same', text='at dawn')]
    """
    left, right = WORDS.findall(canonical)[:LONGEST_ALIGNED], WORDS.findall(member)[:LONGEST_ALIGNED]
    matcher = SequenceMatcher(None, [w.rstrip() for w in left], [w.rstrip() for w in right], autojunk=False)
    pieces: list[Piece] = []
    for tag, a_start, a_end, b_start, b_end in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(right[b_start:b_end])))
            continue
        gap = " " if pieces and not pieces[-1].text[-1:].isspace() else ""
        pieces.append(Piece("missing", gap + "".join(left[a_start:a_end]) if a_start < a_end else ""))
        pieces.append(Piece("added", "".join(right[b_start:b_end])))
    return [piece for piece in pieces if piece.text]
