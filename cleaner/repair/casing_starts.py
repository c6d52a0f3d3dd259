"""Sentences that begin with a small letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from cleaner.repair.dictionary import is_lower_word
from cleaner.repair.running_text import Line, LineKind, Position, Text, is_whole_word, position
from cleaner.repair.signs import SMALL
from cleaner.repair.words import FUNCTION_WORDS, NO_OPENERS, PARTICLES

_NAME_PARTICLES = PARTICLES - FUNCTION_WORDS
_ENDS = frozenset('.!?"”’)]…|')
_STOPS = frozenset(".?!")
_AFTER_STOP = re.compile(rf"(?<=\.)[{SMALL}]")


class Start(NamedTuple):
    """A word that begins a sentence, or seems to, in small letters."""

    at: int
    word: str
    sure: bool  # after a full stop; not at the start of a line, nor after `?` and `!`, where some go on small


def small_starts(text: Text) -> list[Start]:
    """Return the words in small letters that stand where a sentence begins."""
    found = [*_of_paragraphs(text), *_of_sentences(text)]
    return sorted(found)


def _of_sentences(text: Text) -> Iterator[Start]:
    for match in _AFTER_STOP.finditer(text.signs):
        at = match.start()
        if _begins_sentence(text, at):
            yield Start(at, text.parts[at], sure="." in text.parts[at - 1])


def _begins_sentence(text: Text, at: int) -> bool:
    before, gap, word, after = text.parts[at - 2 : at + 2]
    if position(text, at) is not Position.AFTER_END or not is_whole_word(text, at):
        return False
    if word in _NAME_PARTICLES or (len(word) < 2 and word != "a") or after[:1] in {":", "."}:
        return False
    return is_lower_word(before) or len(before) >= 5 or (len(before) == 4 and before[0].isupper()) or "." not in gap


def _of_paragraphs(text: Text) -> Iterator[Start]:
    before: Line | None = None
    for line in text.lines:
        at = line.first + 1
        if text.signs[at] in SMALL and _begins_paragraph(text, line, before):
            yield Start(at, text.parts[at], sure=False)
        before = line


def _begins_paragraph(text: Text, line: Line, before: Line | None) -> bool:
    """True for a long line that ends as a sentence does, after a line that ended or a heading: not a wrapped one."""
    word, count = text.parts[line.first + 1], (line.last - line.first) // 2
    if count < 5 or word in NO_OPENERS or not is_whole_word(text, line.first + 1):
        return False
    if text.parts[line.first].rpartition("\n")[2].strip("“\"‘'"):
        return False
    end_before = text.parts[line.first].partition("\n")[0].rstrip()[-1:]
    if before and before.kind is LineKind.RUNNING and end_before not in _ENDS:
        return False
    ends = text.parts[line.last].partition("\n")[0].rstrip(" ”\"’')]")[-1:]
    long = count > 14 or (ends == ":" and count > 7)
    return (ends in _STOPS or long) and is_lower_word(word) and len(word) > 1
