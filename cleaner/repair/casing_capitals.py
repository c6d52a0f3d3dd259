"""Whole runs in the wrong case: ledes in capitals, and words left small in Title Case headings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain

import numpy as np

from cleaner.repair.casing_case import Case, Why
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_parts import Heard, Others
from cleaner.repair.casing_starts import Start
from cleaner.repair.dictionary import capital_forms, is_lower_word
from cleaner.repair.running_text import Line, LineKind, Reading, Text, is_whole_word
from cleaner.repair.signs import CAPITALS, contested
from cleaner.repair.usual_case import usual_case
from cleaner.repair.words import FUNCTION_WORDS, PARTICLES

_SMALL_CONTENT = "xvyd"
"""Signs of long words in small letters that are no function words: one alone may have lost its capital."""
_LIST_MARKS = ("-", "*", "•", "|", "–")
_WITHIN = frozenset((" ", ", "))
_STOP = re.compile(r"[.?!] ")
_GOES_ON = re.compile(r"[\d…][^\n]*$")  # `2026 IS SHAPING UP`, `…AS TALKS END`
_APOSTROPHES = frozenset("’'")
_UNLIKE_HEADING = re.compile(r"[\d:()/]")


_LEDE = partial(Why, "lede", "The line begins with a run of capitals and goes on in small letters.")
_TITLE = partial(Why, "title-case", "This word was left small. The heading capitalises every other word.")
_START = partial(Why, "sentence-start", "A sentence begins here with a small letter.")


def lede_keys(document: CasingDocument) -> list[str]:
    """Return the words of ledes, in small letters: what the document asks of the corpus."""
    found = (document.text.parts[at].lower() for lede in document.ledes for at in lede)
    return list(dict.fromkeys(found))


def lede_cases(document: CasingDocument, others: Heard) -> Iterator[Case]:
    """Yield the words of ledes in capitals, each as running text would write it."""
    for lede in document.ledes:
        for at in lede:
            word = document.text.parts[at]
            before = document.text.parts[at - 1]
            opens = _GOES_ON.search(before) is None if at == lede.start else _STOP.search(before) is not None
            if before in _APOSTROPHES:
                surface = word.lower()
            elif not opens and _in_name(document.text, at):
                surface = _most(document, word.lower(), others[word.lower()])
            else:
                surface = _written(document, word, others, opens=opens)
            if surface != word:
                yield Case(at, word, surface, _LEDE, {})


PAIR = 0.5
"""The least sum of usual log odds for two words of a lede that are a name together: `UNITED STATES`."""
NAME = 1.0
"""The usual log odds of a word that is in no dictionary."""


def _in_name(text: Text, at: int) -> bool:
    """True where a common word and a neighbour are usually written with capitals."""
    word = text.parts[at].lower()
    if word in FUNCTION_WORDS or not is_lower_word(word):
        return False
    near = [text.parts[at + step] for step in (-2, 2) if text.parts[at + step // 2] == " "]
    names = [name.lower() for name in near if name[0].isupper() and name.lower() not in FUNCTION_WORDS]
    return any(_usual(word) + _usual(name) >= PAIR for name in names)


def _usual(word: str) -> float:
    return usual_case().get(word, 0.0) if is_lower_word(word) else NAME


def _written(document: CasingDocument, word: str, others: Heard, *, opens: bool) -> str:
    """Return how running text writes a word of a lede, guessing a name where nothing is known of it."""
    small = word.lower()
    there = others[small]
    own = sum(document.counts.capital.get(small, {}).values())
    known = is_lower_word(small)
    if opens:
        return word[0] + word[1:].lower() if known or own + there.capital == 0 else _most(document, small, there)
    if small == "i":
        return "I"
    if small in FUNCTION_WORDS or (known and small not in contested()):
        named = own > 1 and small not in document.vocabulary and small not in FUNCTION_WORDS
        return _most(document, small, there) if named else small
    capital, lower = there.capital + 3 * own, there.small + 3 * int(small in document.vocabulary)
    if capital > (2 * lower + 1 if known else lower):
        return _most(document, small, there)
    if known or lower:
        return small
    return small.capitalize() if small in capital_forms() or len(small) > 3 else word


def _most(document: CasingDocument, small: str, there: Others) -> str:
    own = document.counts.capital.get(small)
    if own:
        return max(own, key=lambda surface: (own[surface], surface))
    if not there.surfaces:
        return small.capitalize()
    return max(there.surfaces, key=lambda a: (a.here, a.documents, a.surface)).surface


TITLE = 0.9
"""The least confidence where all other words of a heading have capitals."""


def heading_cases(document: CasingDocument) -> Iterator[Case]:
    """Yield words left small at either end of a Title Case heading, in a document that writes headings so."""
    text = document.text
    headings = [(line, _content(text.words(line))) for line in _headings(text)]
    for line, content in headings:
        if _capitalises_all(text, line):
            yield from _at_ends(text, line, content, _TITLE, TITLE)
    headings = [(line, content) for line, content in headings if len(content) >= 2 and _has_common_word(content)]
    clean = sum(all(word[0].isupper() for word in content) for _, content in headings)
    if clean >= 2 and clean * 2 >= len(headings):
        for line, content in headings:
            yield from _in_heading(text, line, content, clean)


def may_be_headings(reading: Reading) -> list[int]:
    """Return the lines, numbered through all texts, of which `heading_cases` may yield words in some document."""
    small = reading.are(_SMALL_CONTENT)
    headings = np.flatnonzero(reading.kinds == LineKind.HEADING)
    first, last = reading.firsts[headings] + 1, reading.lasts[headings] - 1
    smalls, capitals, joins = (np.cumsum(found) for found in (small, reading.are(CAPITALS), reading.are(",")))
    found = (small[first] | small[last]) & (smalls[last] - smalls[first - 1] == 1)
    found &= (capitals[last] - capitals[first - 1] > 1) | (joins[last] > joins[first])
    return [number for number in headings[found].tolist() if _may_change(*reading.line(number))]


def _may_change(text: Text, line: Line) -> bool:
    content = _content(text.words(line))
    found = _at_ends(text, line, content, _TITLE) if _capitalises_all(text, line) else ()
    return any(chain(found, _in_heading(text, line, content, 0)))


def _capitalises_all(text: Text, line: Line) -> bool:
    """True where all words but one have capitals, and a function word among them that is not the first of its part."""
    words, gaps = text.words(line), text.gaps(line)
    if len(words) < 4 or sum(word[0].islower() for word in words) != 1:
        return False
    return any(
        w.lower() in PARTICLES and w[0].isupper() and gap in _WITHIN for w, gap in zip(words, gaps, strict=False)
    )


def _headings(text: Text) -> Iterator[Line]:
    """Yield the headings that stand alone: items of a list are in the company of their like."""
    lines = text.lines
    for number, kind in enumerate(lines.kinds):
        if kind == LineKind.HEADING and not text.written(line := lines.line(number)).startswith(_LIST_MARKS):
            near = [n for n in (number - 1, number + 1) if 0 <= n < len(lines.kinds)]
            headings = [lines.line(n) for n in near if lines.kinds[n] == LineKind.HEADING]
            if all(text.written(heading).startswith("|") for heading in headings):
                yield line


def _content(words: list[str]) -> list[str]:
    return [w for w in words if len(w) > 3 and w.lower() not in FUNCTION_WORDS]


def _has_common_word(words: list[str]) -> bool:
    return any(is_lower_word(w.lower()) for w in words)


def _in_heading(text: Text, line: Line, content: list[str], clean: int) -> Iterator[Case]:
    capitals = [w for w in content if w[0].isupper()]
    if len(capitals) != len(content) - 1 or not _has_common_word(capitals):
        return
    if _UNLIKE_HEADING.search(text.written(line)):
        return
    if len(content) >= 3 or " & " in text.gaps(line):
        written = f"The document writes {clean} other headings in Title Case."
        yield from _at_ends(text, line, content, partial(Why, "heading", f"This word was left small. {written}"))


def _at_ends(text: Text, line: Line, content: list[str], why: Callable[[], Why], least: float = 0.0) -> Iterator[Case]:
    for at in (line.first + 1, line.last - 1):
        word = text.parts[at]
        if word in content and is_lower_word(word) and word not in PARTICLES and is_whole_word(text, at):
            yield Case(at, word, word.capitalize(), why, {}, least)


def start_case(start: Start, surface: str) -> Case:
    """Return the case of a sentence that begins small."""
    return Case(start.at, start.word, surface, _START, {})
