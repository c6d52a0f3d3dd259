"""Names that lost their capitals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cleaner.repair.casing_case import Case
from cleaner.repair.casing_document import Candidate, CasingDocument
from cleaner.repair.casing_parts import Evidence, Others, best_surface, gather, parts_of
from cleaner.repair.dictionary import is_lower_word
from cleaner.repair.words import ALWAYS_CAPITAL


def raising_cases(document: CasingDocument, others: Mapping[str, Others]) -> Iterator[Case]:
    """Yield the words in small letters that some evidence would give capitals, in the order of the document."""
    for candidate in document.candidates:
        evidence = gather(document, candidate, others)
        if evidence is not None:
            surface = best_surface(document, candidate, evidence)
            if surface != candidate.word:
                yield _case(document, candidate, evidence, surface)


def _case(document: CasingDocument, candidate: Candidate, evidence: Evidence, surface: str) -> Case:
    rule, reason = _why(candidate, evidence, surface)
    parts = parts_of(document.text, candidate, evidence, surface)
    least = ALWAYS if rule == "always-capital" else UNCHALLENGED if _is_unchallenged(candidate, evidence) else 0.0
    return Case(candidate.at, candidate.word, surface, rule, reason, _cited(evidence), parts, least)


ALWAYS = 0.95
"""The least confidence for days, months, countries and peoples: English writes them with capitals everywhere."""
UNCHALLENGED = 0.8
"""The least confidence for a name that several write with a capital and nobody else small."""


def _is_unchallenged(candidate: Candidate, evidence: Evidence) -> bool:
    """True for a long word of no dictionary that three outlets capitalise, or two after this name."""
    there, left = evidence.others, evidence.left
    if len(candidate.word) < 4 or is_lower_word(candidate.word) or evidence.own_small + there.small > 0:
        return False
    return there.outlets >= 3 or left[0] + left[2].outlets >= 2


EXACT_COUNTS = 4
"""Counts from here on come in steps from a corpus (see `casing_stage`): they are lower bounds."""


def _why(candidate: Candidate, evidence: Evidence, surface: str) -> tuple[str, str]:
    """Return the rule that the strongest part of the evidence names, and one plain sentence."""
    own, there = evidence.own_capital, evidence.others
    if candidate.word in ALWAYS_CAPITAL and evidence.own_small + there.small == 0:
        return "always-capital", "A day, month, country, people, faith or city: English writes it with a capital."
    for side, key in ((evidence.right, candidate.right_key), (evidence.left, candidate.left_key)):
        if side[0] or side[2].capital:
            pair = key[1:]
            return "neighbour", f"Beside its neighbour (“{pair}”) the word is written with a capital elsewhere."
    if own:
        return "own-document", f"The document itself writes “{surface}” {_times(own)} in running text."
    if there.capital:
        count = there.capital
        documents = "document writes" if count == 1 else "documents write"
        number = f"At least {count}" if count >= EXACT_COUNTS else str(count)
        return "other-documents", f"{number} other {documents} “{surface}” in running text."
    return "dictionary", f"The dictionary knows the word only as “{surface}”."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _cited(evidence: Evidence) -> tuple[str, ...]:
    there = evidence.others
    rows = (
        f"own={evidence.own_capital}",
        f"own_contrary={evidence.own_small}",
        f"documents={there.capital}",
        f"outlets={there.outlets}",
        f"contrary={there.small}",
    )
    examples = dict.fromkeys(x for answer in there.surfaces for x in answer.examples)
    return (*rows, *list(examples)[:3])
