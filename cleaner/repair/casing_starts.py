"""Sentences that begin with a small letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from cleaner.repair.cutting import Ints
from cleaner.repair.dictionary import is_lower_word
from cleaner.repair.running_text import Line, LineKind, Position, Reading, Text, is_whole_word, position
from cleaner.repair.signs import KNOWN, SMALL
from cleaner.repair.words import ABBREVIATIONS, CLAUSE_OPENERS, FUNCTION_WORDS, NO_OPENERS, PARTICLES, SPEECH

_NAME_PARTICLES = PARTICLES - FUNCTION_WORDS
_INNER = frozenset(" -,")
_ENDS = frozenset('.!?"”’)]…|')
_STOPS = frozenset(".?!")
_QUOTES = frozenset('”"’')
_ITEM = re.compile(r"(?:^|\n)\s*(?:[-*•–▪●]|\d{1,3}[.)])\s+$")
_BLANK_LINE = re.compile(r"\n\s*\n")
_LONG = 14  # words of a line that is a paragraph even where no mark ends it
_SHORT = 5
_TITLE = 7
_FEW = 3
_RARE = 10  # of so many items of lists one may begin small by accident
_AFTER_STOP = re.compile(rf"(?<=\.)[{SMALL}]")


class Start(NamedTuple):
    """A word that begins a sentence, or seems to, in small letters."""

    at: int
    word: str
    sure: bool  # not in lists, where a document may begin all items so
    doubtful: bool = False  # after `?` and `!` some go on small


def small_starts(text: Text) -> list[Start]:
    """Return the words in small letters that stand where a sentence begins."""
    found = [*_of_paragraphs(text), *_of_sentences(text), *_of_items(text)]
    return sorted(found)


def may_be_starts(reading: Reading) -> Ints:
    """Return the words of all texts that `small_starts` would yield, were other lines around their own."""
    small = reading.are(SMALL) & (reading.signs > 0)
    after_stop = np.flatnonzero(small[1:] & (reading.signs[:-1] == ord("."))) + 1
    sentences = [at for at in after_stop.tolist() if _begins_sentence(*reading.near(at))]
    first = reading.firsts + 1
    lines = np.flatnonzero(small[first] & ((reading.traits(first) & KNOWN) > 0)).tolist()
    return np.array([*sentences, *(int(first[line]) for line in lines if _may_begin(*reading.line(line)))], np.int64)


def _may_begin(text: Text, line: Line) -> bool:
    if _may_begin_paragraph(text, line):
        return True
    return _opens_item(text.parts[line.first]) and _may_begin_item(text, line.first + 1)


@lru_cache(maxsize=10_000)
def _opens_item(gap: str) -> bool:
    return _ITEM.search(gap) is not None


def is_style(starts: list[Start], sentences: int) -> bool:
    """Return whether so many of a document's sentences begin small that it is a style, not damage."""
    return len(starts) > _FEW and len(starts) * 4 > sentences


def telling(starts: list[Start], sentences: int) -> int:
    """Return how many of the starts speak for damage: none where they are a style."""
    return 0 if is_style(starts, sentences) else sum(start.sure and not start.doubtful for start in starts)


def _of_items(text: Text) -> Iterator[Start]:
    """Yield items of lists that begin small between items that do not, where hardly any other item does."""
    items = [first + 1 if _opens_item(text.parts[first]) else 0 for first in text.lines.firsts]
    small = [n for n, at in enumerate(items) if at and text.parts[at].islower()]
    if len(small) * _RARE > len(items) - items.count(0):
        return
    for n in small:
        at = items[n]
        near = [text.parts[near] for near in (items[n - 1 : n] + items[n + 1 : n + 2]) if near]
        if near and not any(word[0].islower() for word in near) and _may_begin_item(text, at):
            yield Start(at, text.parts[at], sure=False)


def _may_begin_item(text: Text, at: int) -> bool:
    word = text.parts[at]
    return is_lower_word(word) and word not in _NAME_PARTICLES and text.signs[at + 1] in _INNER


def _of_sentences(text: Text) -> Iterator[Start]:
    for match in _AFTER_STOP.finditer(text.signs):
        at = match.start()
        if _begins_sentence(text, at):
            after_stop = "." in text.parts[at - 1]
            doubtful = (not after_stop and text.parts[at] not in CLAUSE_OPENERS) or _tells_who_spoke(text, at)
            yield Start(at, text.parts[at], sure=after_stop, doubtful=doubtful)


def _tells_who_spoke(text: Text, at: int) -> bool:
    """True after a quotation for what belongs to it: `“It is over.” said Anna Berg`, `“It is over.” he added`."""
    quoted = text.parts[at - 1].rstrip()[-1:] in _QUOTES
    return quoted and not SPEECH.isdisjoint(text.parts[at : at + 3 : 2])


def _begins_sentence(text: Text, at: int) -> bool:
    before, gap, word, after = text.parts[at - 2 : at + 2]
    if not is_whole_word(text, at):
        return False
    if gap[0] == "." and before[:1].isupper() and len(before) > 1 and word in CLAUSE_OPENERS:  # `of AI. It is`
        return before.lower() not in ABBREVIATIONS
    if position(text, at) is not Position.AFTER_END:
        return False
    if word in _NAME_PARTICLES or (len(word) < 2 and word != "a") or after[:1] in {":", "."}:
        return False
    if gap[0] != ".":
        return True
    return is_lower_word(before) or len(before) >= 5 or (len(before) == 4 and before[0].isupper())


def _of_paragraphs(text: Text) -> Iterator[Start]:
    lines = text.lines
    for number, first in enumerate(lines.firsts):
        if text.signs[first + 1] in SMALL:
            before = lines.line(number - 1) if number else None
            if _begins_paragraph(text, lines.line(number), before):
                yield Start(first + 1, text.parts[first + 1], sure=True)


def _begins_paragraph(text: Text, line: Line, before: Line | None) -> bool:
    """True for a long line that ends as a sentence does, after a line that ended or a heading: not a wrapped one."""
    if not _may_begin_paragraph(text, line):
        return False
    word, count = text.parts[line.first + 1], (line.last - line.first) // 2
    stopped = _last_mark(text, line) in _STOPS
    apart = _BLANK_LINE.search(text.parts[line.first]) is not None
    end_before = text.parts[line.first].partition("\n")[0].rstrip()[-1:]
    if word in NO_OPENERS and not (apart and end_before in _STOPS):
        return False
    if before is None or end_before in _ENDS:
        return True
    wrapped = before.kind == LineKind.RUNNING or text.parts[before.last - 1].islower()
    return not wrapped or (apart and _may_stand_above(text, before, paragraph=stopped and count > _LONG))


def _may_begin_paragraph(text: Text, line: Line) -> bool:
    """True for a long line that ends as a sentence does, whatever stands before it."""
    word, count = text.parts[line.first + 1], (line.last - line.first) // 2
    if count < _SHORT or not is_whole_word(text, line.first + 1):
        return False
    if text.parts[line.first].rpartition("\n")[2].strip("“\"‘'") or not is_lower_word(word) or len(word) < 2:
        return False
    ends = _last_mark(text, line)
    return ends in _STOPS or count > _LONG or (ends == ":" and count > _TITLE)


def _last_mark(text: Text, line: Line) -> str:
    return text.parts[line.last].partition("\n")[0].rstrip(" ”\"’')]")[-1:]


def _may_stand_above(text: Text, line: Line, *, paragraph: bool) -> bool:
    """True for a heading, and above a paragraph for a short line that begins with a capital or a number."""
    if line.kind == LineKind.HEADING:
        return True
    words = text.words(line)
    before = text.parts[line.first].rpartition("\n")[2].strip()
    named = 1 < len(words) <= _TITLE and words[0][0].isupper() and max(map(len, words)) > 3
    return paragraph and named and (not before or before[0].isdigit())
