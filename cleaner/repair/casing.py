"""Case repaired on evidence: a word changes only where the corpus, the document or the dictionary says so.

English alone.  House style is never unified: a document that writes a word one way throughout keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import log1p
from typing import NamedTuple

from cleaner.records import Edit
from cleaner.repair.casing_capitals import heading_cases, lede_cases, start_case
from cleaner.repair.casing_case import Case
from cleaner.repair.casing_damage import Damage, damage_parts, parts_beside, suspects_of
from cleaner.repair.casing_document import CasingDocument, read_document
from cleaner.repair.casing_lowering import lowering_cases
from cleaner.repair.casing_parts import Heard, by_key
from cleaner.repair.casing_raising import raising_cases
from cleaner.repair.casing_records import Answer
from cleaner.repair.casing_starts import Start, is_style, small_starts, telling
from cleaner.repair.casing_weights import casing_weights, probability, weigh
from cleaner.repair.dictionary import capital_forms, is_lower_word
from cleaner.repair.running_text import Position, position
from cleaner.repair.settings import Mode
from cleaner.repair.words import FUNCTION_WORDS

STAGE = "casing"
_Judged = dict[str, list[tuple[Case, float]]]
"""For each direction of change the words in question with their log odds."""
APPLIED: dict[Mode, float] = {"full": 0.8, "safe": 0.95, "off": 2.0}
"""The least confidence of a change that each mode carries out."""
LOWERING = 1.0
"""What a capital loses in log odds: more often than the weights tell, it was given on purpose."""
OUTSIDE = 0.4
"""What a word after a quotation mark, a bullet or a bar loses in log odds: small letters are commoner there."""
OWN_NAME = 0.8
"""The least confidence for a name of the document's own, where sentences show that the document is damaged."""
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


class Weighed(NamedTuple):
    """A word in question, its log odds by itself and with what the rest of the document shows, and the confidence."""

    case: Case
    direction: str
    alone: float
    together: float
    confidence: float


class Repaired(NamedTuple):
    """The edits of a document by the number of their paragraphs, and all words that were weighed, changed or not."""

    edits: dict[int, list[Edit]]
    weighed: list[Weighed]


def repair_document(document: CasingDocument, others: Heard, mode: Mode) -> dict[int, list[Edit]]:
    """Return by number the edits of the paragraphs of a document that was read already, by what `others` write."""
    return repaired(document, others, mode).edits


def repaired(document: CasingDocument, others: Heard, mode: Mode, *, words_alone: bool = False) -> Repaired:
    """Return the edits of a document that was read already, by what `others` write, and what was weighed.

    `words_alone` says that no sentence, lede or heading of the document may change.
    """
    starts = [] if words_alone else small_starts(document.text)
    alone = _judged(document, others)
    damage = _damage(document, telling(starts, document.sentence_total) if starts else 0, alone)
    words = list(_weighed(document, alone, damage))
    chosen: dict[int, tuple[Case, float]] = {}
    for case, confidence in _words(words) if words_alone else _decided(document, others, starts, damage, words):
        chosen.setdefault(case.at, (case, confidence))
    edits: dict[int, list[Edit]] = {}
    at = sorted(chosen)
    for word, place in zip(at, document.places_of(at), strict=True):
        edits.setdefault(place.paragraph, []).append(_edit(chosen[word][0], place.char_start, chosen[word][1], mode))
    return Repaired(edits, words)


def _decided(
    document: CasingDocument, others: Heard, starts: list[Start], damage: Damage, words: Iterable[Weighed]
) -> Iterator[tuple[Case, float]]:
    """Yield the cases worth a row with their confidence; of two cases of one word the first counts."""
    yield from ((case, 0.97) for case in lede_cases(document, others))
    yield from _starts(document, starts, damage)
    yield from _words(words)
    damaged = damage.lowered.total > 2 and damage.small_starts > 1
    yield from ((case, max(case.least, 0.9 if damaged else 0.5)) for case in heading_cases(document))


def _words(words: Iterable[Weighed]) -> Iterator[tuple[Case, float]]:
    """Yield the words worth a row."""
    return ((word.case, word.confidence) for word in words if word.confidence >= PROPOSED)


def _judged(document: CasingDocument, others: Heard) -> _Judged:
    return {
        "raise": _alone("raise", raising_cases(document, others)),
        "lower": _alone("lower", lowering_cases(document, others)),
    }


def _alone(direction: str, cases: Iterable[Case]) -> list[tuple[Case, float]]:
    weights = casing_weights()[direction].alone
    return [(case, weigh(weights, case.parts)) for case in cases]


def _damage(document: CasingDocument, small_starts: int, alone: _Judged) -> Damage:
    """Return the damage of a document, from its starts that tell of it and from the words judged alone."""
    lowered, raised = (suspects_of((c.word, probability(odds)) for c, odds in alone[d]) for d in ("raise", "lower"))
    return Damage(small_starts, document.capital_total, lowered, raised)


def _weighed(document: CasingDocument, alone: _Judged, damage: Damage) -> Iterator[Weighed]:
    """Yield the words judged alone, judged again with what the rest of the document shows."""
    lowered = {case.at: probability(odds) for case, odds in alone["raise"]}
    for direction, cases in alone.items():
        weights = casing_weights()[direction].together
        for case, odds in cases:
            parts = damage_parts(damage, case.word, odds)
            handicap = 0.0 if position(document.text, case.at) is Position.INNER else OUTSIDE
            if direction == "lower":
                parts |= parts_beside(lowered, document.text.signs, case.at)
                handicap += LOWERING
            least = max(case.least, OWN_NAME if damage.small_starts and _is_own_name(case) else 0.0)
            together = weigh(weights, parts) - handicap
            yield Weighed(case, direction, odds, together, max(probability(together), least))


def _is_own_name(case: Case) -> bool:
    """True for a word of no dictionary that its document writes three times with a capital, and nobody small."""
    parts = case.parts
    return parts.get("name_own", 0.0) >= log1p(3) and not (parts["name_own_small"] or parts["name_others_small"])


def _starts(document: CasingDocument, starts: list[Start], damage: Damage) -> Iterator[tuple[Case, float]]:
    """Yield sentences that begin small; where much of a document does so it is a style, not damage."""
    style = is_style(starts, document.sentence_total)
    damaged = damage.lowered.total > 0.5 or damage.small_starts > 1
    for start in starts:
        confidence = 0.97 if damaged else 0.9 if start.sure else 0.5
        if style or start.doubtful or _keeps_small(document, start.word):
            confidence = 0.5
        yield start_case(start, _start_surface(document, start)), confidence


def _keeps_small(document: CasingDocument, word: str) -> bool:
    """True for a name of its own kind, as `npm`: in no dictionary, and nobody here gives it a capital."""
    if is_lower_word(word) or capital_forms().get(word, word)[0].isupper():
        return False
    return document.counts.small[word] > 1 or word not in document.counts.capital


def _start_surface(document: CasingDocument, start: Start) -> str:
    own = document.counts.capital.get(start.word)
    if own and start.word not in FUNCTION_WORDS:
        most = max(own, key=lambda surface: (own[surface], surface))
        if most.isupper() and own[most] > 1 and start.word not in document.vocabulary - {start.word}:
            return most
    form = capital_forms().get(start.word, "")
    if form[:1].isupper() and not own and not is_lower_word(start.word):
        return form
    return start.word[0].upper() + start.word[1:]


def _edit(case: Case, start: int, confidence: float, mode: Mode) -> Edit:
    why = case.why()
    return Edit(
        stage=STAGE,
        rule_ids=(f"{STAGE}/{why.rule}",),
        char_start=start,
        char_end=start + len(case.word),
        before=case.word,
        after=case.surface,
        reason=why.reason,
        confidence=round(confidence, 3),
        evidence=why.evidence,
        applied=confidence >= APPLIED[mode],
    )
