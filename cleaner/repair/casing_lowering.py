"""Common words that were given a capital by accident."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import log, log1p

from cleaner.repair.casing_case import Case
from cleaner.repair.casing_document import CasingDocument, PlacedLine, _contested
from cleaner.repair.casing_parts import NOBODY, Others, capitals_near
from cleaner.repair.casing_weights import Parts
from cleaner.repair.dictionary import english_words
from cleaner.repair.running_text import INNER_GAPS, Line, LineKind, is_whole_word
from cleaner.repair.words import AUXILIARIES, DETERMINERS, FUNCTION_WORDS


class LoweringCases:
    """The capitalised dictionary words in the middle of a sentence, with small words on both sides."""

    @staticmethod
    def keys(document: CasingDocument) -> list[str]:
        """Return what the document asks the corpus."""
        return list(dict.fromkeys(line.words[i].lower() for line, i in _odd(document)))

    def __call__(self, document: CasingDocument, others: Mapping[str, Others]) -> Iterator[Case]:
        """Yield the cases of a document, in its order."""
        for placed, i in _places(document):
            word = placed.line.words[i]
            small = word.lower()
            there = others.get(small, NOBODY)
            yield Case(
                placed,
                i,
                word,
                small,
                "odd-capital",
                f"A common word: other documents write “{small}” in small letters.",
                (f"documents={there.small}", f"contrary={there.capital}"),
                _parts(document, placed.line, i, there),
            )


lowering_cases = LoweringCases()


def _odd(document: CasingDocument) -> Iterator[tuple[Line, int]]:
    return ((placed.line, i) for placed, i in _places(document))


def _places(document: CasingDocument) -> Iterator[tuple[PlacedLine, int]]:
    words = english_words().lower
    counts = document.counts.capital
    odd = {w for w, found in counts.items() if w in words and len(w) > 3 and sum(found.values()) < 3}
    odd &= {w for w in odd if w.capitalize() in counts[w]}
    surfaces = {w.capitalize() for w in odd if w not in _contested()}
    for placed in document.lines:
        line = placed.line
        if line.kind is not LineKind.RUNNING or surfaces.isdisjoint(line.words):
            continue
        for i in range(1, len(line.words)):
            if line.words[i] in surfaces and _is_alone(line, i):
                yield placed, i


def _is_alone(line: Line, i: int) -> bool:
    """True where no neighbour is part of the same name."""
    if line.gaps[i] not in INNER_GAPS or not is_whole_word(line, i) or not line.words[i - 1].islower():
        return False
    return i + 1 == len(line.words) or line.gaps[i + 1] not in {" ", "-", " & "} or line.words[i + 1].islower()


def _parts(document: CasingDocument, line: Line, i: int, there: Others) -> Parts:
    word = line.words[i].lower()
    counts = document.counts
    before = line.words[i - 1]
    after = line.words[i + 1] if i + 1 < len(line.words) and line.gaps[i + 1] == " " else ""
    own = sum(counts.capital[word].values()) - 1
    return {
        "own_capital": log1p(own),
        "own_small": float(word in document.vocabulary),
        "others_small": log1p(there.small),
        "others_capital": log1p(there.capital),
        "others_ratio": log((there.capital + 0.3) / (there.small + 0.3)),
        "after_determiner": float(before in DETERMINERS),
        "after_the": float(before == "the"),
        "after_function_word": float(before in FUNCTION_WORDS),
        "after_auxiliary": float(before in AUXILIARIES),
        "before_function_word": float(after in FUNCTION_WORDS),
        "before_word": float(bool(after)),
        "function_word": float(word in FUNCTION_WORDS),
        "ending_ly": float(word.endswith("ly")),
        "ending_ing": float(word.endswith("ing")),
        "ending_ed": float(word.endswith("ed")),
        "ending_s": float(word.endswith("s")),
        "hyphen": float(line.gaps[i] == "-" or (i + 1 < len(line.words) and line.gaps[i + 1] == "-")),
        "comma": float(line.gaps[i] == ", "),
        "capitals_in_line": capitals_near(line.words, i),
        "length": float(min(len(word), 10)),
    }
