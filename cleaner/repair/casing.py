"""Case repaired on evidence: a word changes only where the corpus, the document or the dictionary says so.

English alone.  House style is never unified: a document that writes a word one way throughout keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from cleaner.records import Edit
from cleaner.repair.casing_capitals import heading_cases, lede_cases, start_case
from cleaner.repair.casing_case import Case
from cleaner.repair.casing_damage import Damage, damage_of, damage_parts
from cleaner.repair.casing_document import CasingDocument, read_document
from cleaner.repair.casing_lowering import lowering_cases
from cleaner.repair.casing_parts import Others, by_key
from cleaner.repair.casing_raising import raising_cases
from cleaner.repair.casing_records import Answer
from cleaner.repair.casing_starts import Start, small_starts
from cleaner.repair.casing_weights import casing_weights, probability, weigh
from cleaner.repair.dictionary import is_lower_word
from cleaner.repair.running_text import Position, position
from cleaner.repair.settings import Mode
from cleaner.repair.words import FUNCTION_WORDS

STAGE = "casing"
APPLIED: dict[Mode, float] = {"full": 0.66, "safe": 0.95, "off": 2.0}
"""The least confidence of a change that each mode carries out."""
OUTSIDE = 0.5
"""What a word after a quotation mark, a bullet or a bar loses in log odds: small letters are commoner there."""
PROPOSED = 0.4
"""The least confidence of a change that is stored as a proposal."""


def repair_casing(paragraphs: Sequence[str], answers: Iterable[Answer] = (), mode: Mode = "full") -> list[list[Edit]]:
    """Return the edits of each paragraph, in coordinates of the texts given; without answers the document stands alone.

    >>> text = "The minister of Norway met reporters in Oslo. later she left norway."
    >>> [[(e.before, e.after) for e in edits] for edits in repair_casing([text])]
    [[('later', 'Later'), ('norway', 'Norway')]]
    """
    found = repair_document(read_document(paragraphs), by_key(answers), mode)
    return [found.get(number, []) for number in range(len(paragraphs))]


def repair_document(document: CasingDocument, others: Mapping[str, Others], mode: Mode) -> dict[int, list[Edit]]:
    """Return by number the edits of the paragraphs of a document that was read already, by what `others` write."""
    edits: dict[int, list[Edit]] = {}
    taken: set[int] = set()
    for case, confidence in _decided(document, others):
        if case.at not in taken:
            taken.add(case.at)
            place = document.place_of(case.at)
            edits.setdefault(place.paragraph, []).append(_edit(case, place.char_start, confidence, mode))
    return {number: sorted(found, key=lambda e: e.char_start) for number, found in edits.items()}


def _decided(document: CasingDocument, others: Mapping[str, Others]) -> Iterator[tuple[Case, float]]:
    """Yield the cases worth a row with their confidence; of two cases of one word the first counts."""
    starts = small_starts(document.text)
    raising = list(raising_cases(document, others))
    lowering = list(lowering_cases(document, others))
    alone = {"raise": _alone("raise", raising), "lower": _alone("lower", lowering)}
    judged = [(case.word, probability(odds)) for case, odds in alone["raise"]]
    damage = damage_of(len(starts), document.capital_total, judged)
    yield from ((case, 0.97) for case in lede_cases(document, others))
    yield from _starts(document, starts, damage)
    for direction, cases in alone.items():
        weights = casing_weights()[direction].together
        for case, odds in cases:
            odds_together = weigh(weights, damage_parts(damage, case.word, odds))
            inner = position(document.text, case.at) is Position.INNER
            confidence = probability(odds_together - (0.0 if inner else OUTSIDE))
            confidence = max(confidence, case.least)
            if confidence >= PROPOSED:
                yield case, confidence
    damaged = damage.suspects > 1 and damage.small_starts > 0
    yield from ((case, 0.9 if damaged or case.rule == "title-case" else 0.5) for case in heading_cases(document))


def _alone(direction: str, cases: list[Case]) -> list[tuple[Case, float]]:
    weights = casing_weights()[direction].alone
    return [(case, weigh(weights, case.parts)) for case in cases]


def _starts(document: CasingDocument, starts: list[Start], damage: Damage) -> Iterator[tuple[Case, float]]:
    """Yield sentences that begin small; where much of a document does so it is a style, not damage."""
    style = len(starts) > 3 and len(starts) * 4 > document.sentence_total
    sure = sum(start.sure for start in starts)
    damaged = damage.suspects > 0.5 or sure > 1
    for start in starts:
        confidence = 0.97 if damaged else 0.9 if start.sure else 0.5
        if document.counts.small[start.word] > 1 and not is_lower_word(start.word):
            confidence = 0.5  # a name of its own kind: `npm`
        yield start_case(start, _start_surface(document, start)), 0.5 if style else confidence


def _start_surface(document: CasingDocument, start: Start) -> str:
    own = document.counts.capital.get(start.word)
    if own and start.word not in FUNCTION_WORDS:
        most = max(own, key=lambda surface: (own[surface], surface))
        if most.isupper() and own[most] > 1 and start.word not in document.vocabulary - {start.word}:
            return most
    return start.word[0].upper() + start.word[1:]


def _edit(case: Case, start: int, confidence: float, mode: Mode) -> Edit:
    return Edit(
        stage=STAGE,
        rule_ids=(f"{STAGE}/{case.rule}",),
        char_start=start,
        char_end=start + len(case.word),
        before=case.word,
        after=case.surface,
        reason=case.reason,
        confidence=round(confidence, 3),
        evidence=case.evidence,
        applied=confidence >= APPLIED[mode],
    )
