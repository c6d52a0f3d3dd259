"""One document read for case: its lines, what it writes with capitals and without, and which words are in question."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from cleaner.repair.dictionary import english_words
from cleaner.repair.ledes import lede_length
from cleaner.repair.running_text import (
    INNER_GAPS,
    PAIR_GAPS,
    Line,
    LineKind,
    Position,
    is_whole_word,
    position,
    read_line,
)
from cleaner.repair.words import DETERMINERS, FUNCTION_WORDS, MONTHS_AND_VERBS, PARTICLES, VERBS


class PlacedLine(NamedTuple):
    """A line and where it stands: the paragraph's number, and the offset in that paragraph."""

    paragraph: int
    char_start: int
    line: Line


class Candidate(NamedTuple):
    """A word whose case is in question; the keys name it beside its neighbours, or are empty where it has none."""

    place: PlacedLine
    word_at: int  # which word of the line
    word: str
    left_key: str
    right_key: str
    position: Position


@dataclass(slots=True)
class Counts:
    """How a document writes words, counted in the middle of sentences of running text only.

    `capital[word][surface]` and `small[word]` count words (keys in small letters), `pair_capital[key]` and
    `pair_small[key]` words beside a neighbour.  Small words are counted only where they are in question.
    """

    capital: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    small: Counter[str] = field(default_factory=Counter)
    pair_capital: Counter[str] = field(default_factory=Counter)
    pair_small: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class CasingDocument:
    """A document read for case."""

    lines: list[PlacedLine]
    vocabulary: set[str]
    counts: Counts
    candidates: list[Candidate]
    capital_places: dict[tuple[str, str], int]  # (key, surface) -> number of the paragraph where it stands first
    capital_total: int  # capitalised words in running text, wherever they stand
    capital_starts: int  # lines of running text that begin with a capital


def left_key(line: Line, index: int) -> str:
    """Return the name of a word beside the word before it, or an empty string."""
    if index == 0 or line.gaps[index] not in PAIR_GAPS:
        return ""
    return f"<{_neighbour(line.words[index - 1])} {line.words[index].lower()}"


def right_key(line: Line, index: int) -> str:
    """Return the name of a word beside the word after it, or an empty string."""
    if index + 1 >= len(line.words) or line.gaps[index + 1] not in PAIR_GAPS:
        return ""
    return f">{line.words[index].lower()} {_neighbour(line.words[index + 1])}"


def _neighbour(word: str) -> str:
    """Return the word as a key names it: the capital of `The` at the start of a sentence is not its own."""
    small = word.lower()
    return small if small in FUNCTION_WORDS else word


def read_document(paragraphs: Sequence[str]) -> CasingDocument:
    """Return the document whose paragraphs have these texts (encoding and spacing already repaired)."""
    lines = list(_lines(paragraphs))
    vocabulary: set[str] = set()
    for placed in lines:
        if placed.line.kind is LineKind.RUNNING:
            vocabulary.update(placed.line.words)
    document = CasingDocument(lines, vocabulary, Counts(), [], {}, 0, 0)
    capitals = [_count_capitals(document, placed) for placed in lines]
    asked = _words_in_question(document)
    counts = document.counts
    found: list[Candidate] = []
    for placed, indexes in zip(lines, capitals, strict=True):
        if placed.line.kind is LineKind.RUNNING and (indexes or not asked.isdisjoint(placed.line.words)):
            found += _candidates(counts, placed, _hits(placed.line, indexes, asked))
    document.candidates += (candidate for candidate in found if _speaks(counts, candidate))
    return document


def _lines(paragraphs: Sequence[str]) -> Iterator[PlacedLine]:
    for number, text in enumerate(paragraphs):
        at = 0
        for part in text.split("\n") if "\n" in text else (text,):
            if part and not part.isspace():
                yield PlacedLine(number, at, read_line(part))
            at += len(part) + 1


def _count_capitals(document: CasingDocument, placed: PlacedLine) -> list[int]:
    """Count the capitalised words in the middle of sentences; return where any capitalised word stands."""
    line = placed.line
    if line.kind is not LineKind.RUNNING:
        return []
    words, gaps = line.words, line.gaps
    found = [i for i, word in enumerate(words) if word < "a" or (word > "z" and word[0].isupper())]
    document.capital_total += len(found)
    document.capital_starts += line.text.count(". ") + int(bool(words) and words[0][0].isupper())
    counts, places = document.counts, document.capital_places
    lede = lede_length(line) if len(words) > 4 and words[0].isupper() else 0
    for i in found[lede:]:  # every word of a lede is in `found`
        if not i or gaps[i] not in INNER_GAPS or (gaps[i + 1] not in INNER_GAPS and not is_whole_word(line, i)):
            continue
        word = words[i]
        small = word.lower()
        counts.capital[small][word] += 1
        places.setdefault((small, word), placed.paragraph)
        for key in (left_key(line, i), right_key(line, i)):
            if key:
                counts.pair_capital[key] += 1
                places.setdefault((key, word), placed.paragraph)
    return found


@cache
def _contested() -> frozenset[str]:
    """Dictionary words that the dictionary also holds with capitals: `may` and `May`, `us` and `US`."""
    words = english_words()
    return frozenset(small for small in (w.lower() for w in words.capital) if small in words.lower)


def _words_in_question(document: CasingDocument) -> set[str]:
    """Return the words of the document, in small letters, that may stand for a name."""
    words = english_words().lower
    unknown = {w for w in document.vocabulary - words if w.islower()}
    capitalised = document.counts.capital.keys() & document.vocabulary
    asked = unknown | capitalised | (_contested() & document.vocabulary)
    return {w for w in asked if len(w) > 1 and w not in PARTICLES}


def _hits(line: Line, capitals: list[int], asked: set[str]) -> list[int]:
    """Return where words in question stand: those asked for anywhere, and content words beside a name."""
    words, gaps = line.words, line.gaps
    hits = {i for i, word in enumerate(words) if word in asked}
    last = len(words) - 1
    for i in capitals:
        if words[i].lower() in FUNCTION_WORDS:
            continue
        if i and gaps[i] in PAIR_GAPS and _may_belong(words[i - 1]):
            hits.add(i - 1)
        if i < last and gaps[i + 1] in PAIR_GAPS and _may_belong(words[i + 1]) and not _is_verb(words[i + 1]):
            hits.add(i + 1)
    return sorted(hits)


def _candidates(counts: Counts, placed: PlacedLine, hits: list[int]) -> Iterator[Candidate]:
    line = placed.line
    words, gaps = line.words, line.gaps
    for i in hits:
        word = words[i]
        if not word.islower() or not _is_open(line, i):
            continue
        inner = gaps[i] in INNER_GAPS
        where = Position.INNER if inner else position(line, i)
        if where is Position.AFTER_END or (not (inner and gaps[i + 1] in INNER_GAPS) and not is_whole_word(line, i)):
            continue
        candidate = Candidate(placed, i, word, left_key(line, i), right_key(line, i), where)
        if inner:
            counts.small[word] += 1
            counts.pair_small[candidate.left_key] += 1
            counts.pair_small[candidate.right_key] += 1
        yield candidate


def _is_open(line: Line, index: int) -> bool:
    """Return False for words that a glance at their neighbours settles."""
    word = line.words[index]
    if word in FUNCTION_WORDS:
        return index > 0 and line.words[index - 1].lower() in DETERMINERS
    return word not in MONTHS_AND_VERBS or _may_be_month(line, index)


def _speaks(counts: Counts, candidate: Candidate) -> bool:
    """Return False where the document itself writes the word small more often than not, alone and in this company."""
    found = counts.capital.get(candidate.word)
    if not found or candidate.word not in english_words().lower:
        return True
    if candidate.left_key in counts.pair_capital or candidate.right_key in counts.pair_capital:
        return True
    return sum(found.values()) > 2 * (counts.small[candidate.word] - 1)


def _may_be_month(line: Line, index: int) -> bool:
    """True where no content word follows: `in march time` and `they may go` name no month."""
    after = line.words[index + 1] if index + 1 < len(line.words) and line.gaps[index + 1] in PAIR_GAPS else ""
    return not after or after in FUNCTION_WORDS or after[0].isupper()


def _may_belong(word: str) -> bool:
    """True for a content word in small letters: `foreign` before `Minister`."""
    return len(word) > 2 and word.islower() and word not in FUNCTION_WORDS and word not in PARTICLES


def _is_verb(word: str) -> bool:
    """True for what mostly follows a name and is no part of it."""
    return word.endswith(("ed", "ing")) or word in VERBS
