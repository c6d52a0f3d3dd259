"""Lost and superfluous spaces mended; the rules stand in `rules/spacing.toml`.

Never inside addresses, numbers, times, file names, code or abbreviations.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from string import ascii_letters
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.records import Edit
from cleaner.repair.code_text import LETTER, is_code_line, is_code_or_address, is_name_of_code, looks_like_code
from cleaner.repair.dictionary import capital_forms, is_lower_word
from cleaner.repair.words import ABBREVIATIONS, ADDRESS_ENDINGS, DEGREES, NAME_TITLES, SENTENCE_OPENERS

STAGE = "spacing"

_GLUED = re.compile(f'[,;.?!:][”"’)]?(?=[“"‘(]?[{LETTER}])')
_LEFT = re.compile(f"[{LETTER}]+$")
_RIGHT = re.compile(f'[“"‘(]?([{LETTER}]+)')
_LINE = re.compile(r"[^\n]+")
_INITIALS = re.compile(r"(?:^|[^\w.])(?:[A-Z]\.)+[A-Z]$")
_HALF_DAY = re.compile(r"(?:^|[^\w.])[ap]\.m$")
_NAME = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]{2,}$")
_MIDDLE_INITIAL = re.compile(r"[A-Z][a-z’'-]+ [A-Z]$")
_LAID_OUT = re.compile(r"[|=<>().0U](?:(?<=[|=<>])|(?<=\() |(?<= \))|(?<=\w \.) \w|(?<!\w0)(?<=0)x|(?<=U)\+[0-9A-F])")
_COLUMNS = re.compile(r"\S {3,}\S.*\S {3,}\S")
_SPACES = re.compile(" (?=[ ,.;?!]) *")
_UNSIDED = 0.7
"""The confidence in a space beside a straight quotation mark, which does not show whether it opens or closes."""
_WINDOW = 48  # characters looked at on either side of a mark: no word that matters is longer


class Rule(NamedTuple):
    """One entry of the rules file; a `pattern` matches a run of spaces from where the run begins."""

    rule_id: str
    why: str
    languages: tuple[str, ...]
    marks: str
    guard: str
    pattern: re.Pattern[str] | None
    replacement: str
    examples: tuple[tuple[str, str], ...]
    counter_examples: tuple[str, ...]


class Gap(NamedTuple):
    """A mark with no space after it, and the words on both sides."""

    mark: str
    before: str  # up to _WINDOW characters that end at the mark
    left: str
    right: str
    after: str  # what follows the right word


@cache
def spacing_rules() -> tuple[Rule, ...]:
    """Return the rules of `rules/spacing.toml`, in the order of the file."""
    raw = tomllib.loads(files("cleaner.rules").joinpath("spacing.toml").read_text("utf-8"))
    return tuple(
        Rule(
            rule_id=entry["id"],
            why=entry["why"],
            languages=tuple(entry["languages"]),
            marks=entry.get("marks", ""),
            guard=entry.get("guard", ""),
            pattern=re.compile(entry["pattern"]) if "pattern" in entry else None,
            replacement=entry.get("replacement", " "),
            examples=tuple((before, after) for before, after in entry["examples"]),
            counter_examples=tuple(entry["counter_examples"]),
        )
        for entry in raw["rule"]
    )


def repair_spacing(text: str, language: str | None = None, *, code: bool = False) -> list[Edit]:
    """Return the edits that put in lost spaces and take out superfluous ones: disjoint, sorted, in offsets of `text`.

    `language` is an ISO 639-1 code, or None where it is unknown; French keeps its spaces before `: ; ? !`.  `code` says
    that the document shows code (see `code_text`): there `file.Close` is a name.  What a straight quotation mark leaves
    in doubt is only proposed (`applied=False`).

    >>> [(e.char_start, e.before, e.after) for e in repair_spacing("It ended.Later,we left .", "en")]
    [(9, '', ' '), (15, '', ' '), (22, ' ', '')]
    """
    found = list(_lost(text, language or "", code=code))
    if superfluous := list(_superfluous(text, language or "")):
        found += superfluous
        found.sort(key=lambda e: (e.char_start, -e.char_end, len(e.after)))  # no space wins over one
        found = [e for e, last in zip(found, [0, *(f.char_end for f in found)], strict=False) if e.char_start >= last]
    return found


def doubtful_pairs(raw: bytes) -> NDArray[np.int64]:
    """Return where characters stand after which a space may be lost or superfluous, as the next character tells.

    Places are bytes of UTF-8; a longer look is for `is_doubtful_at`.
    """
    classes = np.frombuffer(raw.translate(_CLASSES), np.uint8)
    return np.flatnonzero((classes[:-1] & (classes[1:] >> _SECOND)) > 0)


def is_doubtful_at(text: str, at: int) -> bool:
    """Return whether a space may be lost after the first of a doubtful pair, or is superfluous."""
    return text[at] == " " or _GLUED.match(text, at) is not None


_SECOND = 2
"""From this bit on classes tell what a character is as the second of a pair, before it what it is as the first."""


def _classes() -> bytes:
    """Return by byte of UTF-8 what it is: 1 in a pair that begins with a mark, 2 in one with a space.

    A character that is not ASCII may be the second of any pair.
    """
    roles = (",;.?!:", " ", f"\"'(){ascii_letters}", " ,.;?!")
    classes = [sum(1 << bit for bit, of in enumerate(roles) if chr(point) in of) for point in range(128)]
    return bytes([*classes, *[0] * 64, *[1 << _SECOND] * 64])


_CLASSES = _classes()


def _applies(rule: Rule, language: str) -> bool:
    return "*" in rule.languages or language[:2] in rule.languages


def _lost(text: str, language: str, *, code: bool) -> Iterator[Edit]:
    chunk_end = 0
    refused = False
    for match in _GLUED.finditer(text):
        if match.start() >= chunk_end:
            chunk_start, chunk_end = _chunk(text, match.start(), chunk_end)
            chunk = text[chunk_start:chunk_end]
            refused = is_code_or_address(chunk) or is_name_of_code(chunk, code=code)
        rule = None if refused else _rule_for(_gap(text, match), language)
        if rule and not is_code_line(text, match.start()):
            yield _lost_space(rule, text, match)


def _lost_space(rule: Rule, text: str, match: re.Match[str]) -> Edit:
    """Return the space after a mark and the quotation mark that closes with it.

    Beside a straight one it is a proposal, on the side that the marks before it in the line leave.
    """
    if not match.group().endswith('"'):
        return _edit(rule, match.end(), "")
    closes = text.count('"', text.rfind("\n", 0, match.start()) + 1, match.start()) % 2 == 1
    return replace(_edit(rule, match.end() - (not closes), ""), confidence=_UNSIDED, applied=False)


def _chunk(text: str, at: int, least: int) -> tuple[int, int]:
    """Return the run of characters between white space round `at`; it begins no earlier than `least`."""
    start = max(text.rfind(" ", least, at), text.rfind("\n", least, at), text.rfind("\t", least, at), least - 1) + 1
    ends = (text.find(space, at) for space in " \n\t")
    return start, min((end for end in ends if end >= 0), default=len(text))


def _gap(text: str, match: re.Match[str]) -> Gap:
    before = text[max(0, match.start() - _WINDOW) : match.start()]
    left = _LEFT.search(before)
    right = _RIGHT.match(text, match.end(), match.end() + _WINDOW)
    after = text[right.end() : right.end() + 3] if right else ""
    return Gap(match.group()[0], before, left.group() if left else "", right.group(1) if right else "", after)


def _rule_for(gap: Gap, language: str) -> Rule | None:
    for rule in spacing_rules():
        if gap.mark in rule.marks and _applies(rule, language) and _GUARDS[rule.guard](gap):
            return rule
    return None


def _between_words(gap: Gap) -> bool:
    if gap.mark == ";" and gap.left.isupper() and gap.right.isupper():  # TL;DR
        return False
    short = min(len(gap.left), len(gap.right))
    return short > 1 or (
        short == 1 and max(len(gap.left), len(gap.right)) > 1 and {gap.left, gap.right} & {"I", "a", "A"} != set()
    )


def _begins_sentence(gap: Gap) -> bool:
    if gap.right in {"I", "A"}:
        return gap.after[:1] in {" ", "’", "'"} and gap.after[1:2].islower()
    if gap.right.isupper():
        return len(gap.right) > 1 and gap.after[:1] == " " and gap.after[1:2].islower()
    return len(gap.right) > 1 and gap.right[0].isupper() and gap.right[1:].islower()


def _sentence_end(gap: Gap) -> bool:
    right = gap.right.lower()
    if not _begins_sentence(gap) or right in ADDRESS_ENDINGS or right == gap.left.lower() or _goes_on(gap):
        return False
    if right in SENTENCE_OPENERS:
        return len(gap.left) >= 2
    if len(gap.left) >= 3 and gap.left.islower():
        return gap.mark != "." or _may_end_sentence(gap.left)
    return _ends_name(gap)


def _ends_name(gap: Gap) -> bool:
    """True where a name ends a sentence and a common word follows: `the Marrow Bridge.Men had`, `in Venice.Rain`."""
    left = gap.left.lower()
    name = _NAME.search(gap.before) is not None or (left in capital_forms() and not is_lower_word(left))
    if not name or not gap.left[1:].islower() or len(gap.right) < 3:
        return False
    return is_lower_word(gap.right.lower()) and gap.after[:1] == " " and gap.after[1:2].islower()


def _goes_on(gap: Gap) -> bool:
    """True where the right word is part of a longer name: `Example.Org.uk`, `src.Close(`."""
    return gap.after[:1] in set(".@/(") and gap.after[1:2] not in {"", " "}


def _may_end_sentence(word: str) -> bool:
    return is_lower_word(word) or not word.isascii()


def _abbreviation(gap: Gap) -> bool:
    if gap.right.lower() in DEGREES or len(gap.right) < 2 or gap.after[:1] in {".", "@"}:
        return False
    if _INITIALS.search(gap.before) or _HALF_DAY.search(gap.before):
        return len(gap.right) > 2 or gap.right.islower()
    if gap.right[0].isupper():
        named = gap.left.lower() in NAME_TITLES and gap.left[:1].isupper()
        return named or _MIDDLE_INITIAL.search(gap.before) is not None
    return gap.left.lower() in ABBREVIATIONS and gap.left[:1].isupper() and is_lower_word(gap.right)


def _colon(gap: Gap) -> bool:
    if len(gap.left) < 3 or not is_lower_word(gap.left.lower()) or _goes_on(gap):
        return False
    return _begins_sentence(gap) or (len(gap.left) > 3 and gap.right in SENTENCE_OPENERS)


_GUARDS: dict[str, Callable[[Gap], bool]] = {
    "between_words": _between_words,
    "sentence_end": _sentence_end,
    "abbreviation": _abbreviation,
    "colon": _colon,
}


def _superfluous(text: str, language: str) -> Iterator[Edit]:
    """Yield what rules with a pattern find, which are tried where spaces begin that may be too many."""
    rules = [(r, r.pattern) for r in spacing_rules() if r.pattern and _applies(r, language)]
    for line in _LINE.finditer(text) if _SPACES.search(text) else ():
        starts = [spaces.start() for spaces in _SPACES.finditer(text, *line.span())]
        matches = ((rule, pattern.match(text, at, line.end())) for at in starts for rule, pattern in rules)
        found = [_edit(rule, match.start(), match.group()) for rule, match in matches if match]
        if found and not _is_laid_out(line.group()):
            yield from found


def _is_laid_out(line: str) -> bool:
    """True for code, tables and columns: there spaces carry the layout."""
    if looks_like_code(line) or _LAID_OUT.search(line):
        return True
    return "   " in line and _COLUMNS.search(line) is not None


def _edit(rule: Rule, start: int, before: str) -> Edit:
    return Edit(STAGE, (rule.rule_id,), start, start + len(before), before, rule.replacement, rule.why)
