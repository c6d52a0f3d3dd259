"""Names that lost their capitals."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from cleaner.repair.casing_case import Case, Why
from cleaner.repair.casing_document import Candidate, CasingDocument
from cleaner.repair.casing_parts import Evidence, Heard, Others, best_surface, follows_first_name, gather, parts_of
from cleaner.repair.dictionary import capital_forms, english_words, is_lower_word
from cleaner.repair.running_text import Text
from cleaner.repair.words import ALWAYS_CAPITAL

_CODE = frozenset("[]{}<>|=`")


def raising_cases(document: CasingDocument, others: Heard) -> Iterator[Case]:
    """Yield the words in small letters that some evidence would give capitals, in the order of the document."""
    for candidate in _spoken_for(document, others):
        evidence = gather(document, candidate, others)
        if evidence is not None and not _in_code(document.text, candidate.at):
            surface = best_surface(document, candidate, evidence)
            if surface != candidate.word and not ends_given_name(document.text, candidate.at, surface):
                parts = parts_of(document.text, candidate, evidence, surface)
                why = partial(_why, candidate, evidence, surface, others)
                yield Case(
                    candidate.at, candidate.word, surface, why, parts, _least(document.text, candidate, evidence)
                )


def _spoken_for(document: CasingDocument, others: Heard) -> Iterator[Candidate]:
    """Yield the words in question that somebody, or the dictionary alone, writes with a capital, and new surnames."""
    text, counts, heard = document.text, document.counts, others.capitalised
    known, forms, pairs = english_words().lower, capital_forms(), heard | counts.pair_capital.keys()
    for at, word, left, right in zip(*document.candidates, strict=True):
        spoken = word in counts.capital or left in pairs or right in pairs
        if spoken or (word not in known and (word in heard or word in forms or follows_first_name(text, at))):
            yield Candidate(at, word, left, right)


def ends_given_name(text: Text, at: int, surface: str) -> bool:
    """True where an acronym would be the second half of a name: `Jong-un` is not of the UN."""
    joined = surface.isupper() and text.signs[at - 1] == "-" and text.signs[at - 2] in "TS"
    return joined and not is_lower_word(text.parts[at - 2].lower())


def _in_code(text: Text, at: int) -> bool:
    """True where what touches a word is the stuff of code and of names for machines: `[scsi|eisa.<slot>`, `.github`."""
    before, after = text.parts[at - 1], text.parts[at + 1]
    return before[-1:] in _CODE or after[:1] in _CODE or (before[-1:] == "." and not before[-2:-1].isalnum())


ALWAYS = 0.95
"""The least confidence for days, months, countries and peoples: English writes them with capitals everywhere."""
FULL_NAME = 0.85
"""The least confidence for the second part of a name that stands in full elsewhere and that nobody writes small."""


def _least(text: Text, candidate: Candidate, evidence: Evidence) -> float:
    """Return the confidence in a word that needs no weighing."""
    if evidence.own_small + evidence.others.small:
        return 0.0
    if candidate.word in ALWAYS_CAPITAL:
        return ALWAYS
    return FULL_NAME if _ends_full_name(text, candidate, evidence) else 0.0


def _ends_full_name(text: Text, candidate: Candidate, evidence: Evidence) -> bool:
    """True for a long word of no dictionary after a name beside which it is capitalised elsewhere: `Anna lindqvist`."""
    if len(candidate.word) < 4 or is_lower_word(candidate.word):
        return False
    return text.signs[candidate.at - 1] == " " and evidence.left[0] + evidence.left[2].capital > 0


EXACT_COUNTS = 4
"""Counts from here on come in steps from a corpus (see `casing_stage`): they are lower bounds."""


def _why(candidate: Candidate, evidence: Evidence, surface: str, others: Heard) -> Why:
    return Why(*_rule(candidate, evidence, surface), _cited(evidence, others.cited(candidate.word)))


def _rule(candidate: Candidate, evidence: Evidence, surface: str) -> tuple[str, str]:
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


def _cited(evidence: Evidence, there: Others) -> tuple[str, ...]:
    rows = (
        f"own={evidence.own_capital}",
        f"own_contrary={evidence.own_small}",
        f"documents={there.capital}",
        f"outlets={there.outlets}",
        f"contrary={there.small}",
    )
    examples = dict.fromkeys(x for answer in there.surfaces for x in answer.examples)
    return (*rows, *list(examples)[:3])
