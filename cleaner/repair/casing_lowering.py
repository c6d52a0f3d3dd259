"""Common words that were given a capital by accident."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from math import log, log1p

from cleaner.repair.casing_case import Case, Why
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_parts import Heard, Others, capitals_near
from cleaner.repair.casing_weights import Parts
from cleaner.repair.signs import NAMES
from cleaner.repair.usual_case import usual_case
from cleaner.repair.words import AUXILIARIES, DETERMINERS, FUNCTION_WORDS, SENTENCE_OPENERS

_INNER = frozenset(" ,-")


def lowering_keys(document: CasingDocument) -> list[str]:
    """Return what the document asks the corpus."""
    return list(dict.fromkeys(document.text.parts[at].lower() for at in document.odd))


def lowering_cases(document: CasingDocument, others: Heard) -> Iterator[Case]:
    """Yield capitalised dictionary words in the middle of a sentence with small words on both sides, in their order."""
    for at in document.odd:
        word = document.text.parts[at]
        small = word.lower()
        there = others[small]
        yield Case(at, word, small, partial(_why, small, there), _parts(document, at, there))


def _why(small: str, there: Others) -> Why:
    reason = f"A common word: other documents write “{small}” in small letters."
    return Why("odd-capital", reason, (f"documents={there.small}", f"contrary={there.capital}"))


def _titled(signs: str, at: int) -> bool:
    """True where a name stands two words away: `Your Undivided attention`, `Guide to Writing the Best`."""
    before = signs[at - 3] != "\n" and signs[at - 4] in NAMES
    return before or (signs[at + 1] != "\n" and signs[at + 3] != "\n" and signs[at + 4] in NAMES)


def _parts(document: CasingDocument, at: int, there: Others) -> Parts:
    parts, signs = document.text.parts, document.text.signs
    word = parts[at].lower()
    counts = document.counts
    before = parts[at - 2]
    after = parts[at + 2] if signs[at + 1] == " " else ""
    own = sum(counts.capital[word].values()) - 1
    return {
        "usual": usual_case().get(word, 0.0),
        "seldom": float(word not in usual_case()),
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
        "opener_after_function_word": float(word in SENTENCE_OPENERS and before in FUNCTION_WORDS),
        "opener_after_word": float(word in SENTENCE_OPENERS and before not in FUNCTION_WORDS),
        "after_adjective_or_verb": float(before.endswith(("ed", "ly", "ing", "al", "ous", "ive"))),
        "after_small_start": float(signs[at - 3] not in _INNER),
        "heading_near": float(_titled(signs, at)),
        "ending_ly": float(word.endswith("ly")),
        "ending_ing": float(word.endswith("ing")),
        "ending_ed": float(word.endswith("ed")),
        "ending_s": float(word.endswith("s")),
        "hyphen": float("-" in (signs[at - 1], signs[at + 1])),
        "comma": float(signs[at - 1] == ","),
        "capitals_in_line": capitals_near(signs, at),
        "length": float(min(len(word), 10)),
    }
