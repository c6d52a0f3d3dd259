"""Sentences that begin with a small letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cleaner.repair.casing_document import CasingDocument, PlacedLine
from cleaner.repair.dictionary import is_lower_word
from cleaner.repair.running_text import Line, LineKind, Position, is_whole_word, position
from cleaner.repair.words import FUNCTION_WORDS, NO_OPENERS, PARTICLES

_NAME_PARTICLES = PARTICLES - FUNCTION_WORDS
_ENDS = frozenset('.!?"”’)]…|')
_STOPS = frozenset(".?!")
_SMALL_AFTER_STOP = re.compile(r"[.?!][\"”’)\]]*\s+[“\"‘]?[^\W\d_A-Z]")
_FULL_STOP = re.compile(r"(?: ?[$£€]?\d[\d,.%]*)?[.?!][\"”’)\]]*\s+[“\"‘]?")


class Start(NamedTuple):
    """A word that begins a sentence, or seems to, in small letters."""

    place: PlacedLine
    word_at: int  # which word of the line
    word: str
    sure: bool  # after a full stop; not at the start of a line, nor after `?` and `!`, where some go on small


def small_starts(document: CasingDocument) -> list[Start]:
    """Return the words in small letters that stand where a sentence begins."""
    found: list[Start] = []
    before: Line | None = None
    for placed in document.lines:
        if placed.line.kind is LineKind.RUNNING:
            found += _in_line(placed, before)
        before = placed.line
    return found


def _in_line(placed: PlacedLine, before: Line | None) -> Iterator[Start]:
    line = placed.line
    if line.words and line.words[0].islower() and _begins_paragraph(line, before):
        yield Start(placed, 0, line.words[0], sure=False)
    if _SMALL_AFTER_STOP.search(line.text) is None:
        return
    for i in range(1, len(line.words)):
        if len(line.gaps[i]) > 1 and _begins_sentence(line, i):
            yield Start(placed, i, line.words[i], sure="." in line.gaps[i])


def _begins_sentence(line: Line, index: int) -> bool:
    word = line.words[index]
    if not word.islower() or _FULL_STOP.fullmatch(line.gaps[index]) is None:
        return False
    if position(line, index) is not Position.AFTER_END or not is_whole_word(line, index):
        return False
    if word in _NAME_PARTICLES or (len(word) < 2 and word != "a") or line.gaps[index + 1][:1] in {":", "."}:
        return False
    before = line.words[index - 1]
    return (
        is_lower_word(before)
        or len(before) >= 5
        or (len(before) == 4 and before[0].isupper())
        or "." not in line.gaps[index]
    )


def _begins_paragraph(line: Line, before: Line | None) -> bool:
    """True for a long line that ends as a sentence does, after a line that ended or a heading: not a wrapped one."""
    word = line.words[0]
    if line.gaps[0].strip("“\"‘'") or len(line.words) < 5 or not is_whole_word(line, 0) or word in NO_OPENERS:
        return False
    if before and before.kind is LineKind.RUNNING and before.text.rstrip()[-1:] not in _ENDS:
        return False
    ends = line.text.rstrip(" ”\"’')]")[-1:]
    long = len(line.words) > 14 or (ends == ":" and len(line.words) > 7)
    return (ends in _STOPS or long) and is_lower_word(word) and len(word) > 1
