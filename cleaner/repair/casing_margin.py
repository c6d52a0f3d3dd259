"""How far what others say of words may move before anything changes in the document that asked.

Answers about case move a step now and then as a corpus grows, and mostly nothing comes of it: the word is none that
changes, and none that looks damaged.  So when a document is settled it is noted of each of its words what is left
before it would be either, in log odds.  While new answers stay below that, its edits are those that it has: not only
alike, but the same in every part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import floor, inf, log, log1p
from typing import Any

from cleaner.repair.casing import PROPOSED, Weighed
from cleaner.repair.casing_damage import LEAST
from cleaner.repair.casing_document import CasingDocument
from cleaner.repair.casing_facts import word_of
from cleaner.repair.casing_parts import Heard, Others, by_key
from cleaner.repair.casing_raising import ends_given_name
from cleaner.repair.casing_stage import casing_answers
from cleaner.repair.casing_weights import Parts, casing_weights, weigh

Row = Sequence[Any]

_UNIT = 1000
_SIDES = {"<": "left_", ">": "right_"}
_UNHEARD = ("name_unchallenged", "surname")
"""Parts of words that nobody writes small."""
_CHOSEN = log(PROPOSED / (1 - PROPOSED))


def margins(document: CasingDocument, weighed: Iterable[Weighed]) -> str:
    """Return the margins of the words of a document, packed: each word and what is left to it, in thousandths.

    Of those with nothing left no number may move.  Words without a case are not told: they have none whatever the
    numbers are, as long as those `_speaks_alike`.
    """
    words = list(weighed)
    odd = {word.case.at for word in words if word.direction == "lower"}
    found = dict.fromkeys(_fixed(document), 0)
    for word in words:
        beside = word.direction == "raise" and not odd.isdisjoint((word.case.at - 2, word.case.at + 2))
        left = 0 if beside else max(0, floor(_UNIT * _left(word)))
        small = word.case.word.lower()
        found[small] = min(left, found.get(small, left))
    return " ".join(f"{word} {left}" for word, left in found.items())


def _fixed(document: CasingDocument) -> Iterator[str]:
    """Yield words of which every number counts.

    Those of ledes, and those of which it depends on numbers whether they are written in capitals throughout.
    """
    text, capital = document.text, document.counts.capital
    yield from (text.parts[at].lower() for lede in document.ledes for at in lede)
    for at, word, *_ in zip(*document.candidates, strict=True):
        if ends_given_name(text, at, word.upper()) or any(map(str.isupper, capital.get(word, ()))):
            yield word


def _left(word: Weighed) -> float:
    """Return what a word may gain before it is a suspect, or proposed."""
    if word.confidence >= PROPOSED:
        return 0.0
    by_rest = (_CHOSEN - word.together) / casing_weights()[word.direction].together["alone"]
    return min(LEAST - word.alone, by_rest)


def changes_nothing(before: Iterable[Row], now: Iterable[Row], told: str) -> bool:
    """Return whether a document whose words have these margins after some answers keeps all edits after others.

    Answers are rows of `casing_stage.ANSWER_COLUMNS`.

    >>> few, many = ([["council", "", False, count, 1, 0, None, None]] for count in (4, 8))
    >>> changes_nothing(few, many, "council 1500"), changes_nothing(few, many, "council 0")
    (True, False)
    """
    old, new = _by_word(before), _by_word(now)
    if old.keys() != new.keys():
        return False
    parts = told.split()
    left = dict(zip(parts[::2], map(int, parts[1::2]), strict=True))
    moved = ((word, casing_answers(rows), casing_answers(new[word])) for word, rows in old.items() if rows != new[word])
    return all(_stays(word, by_key(some), by_key(others), left.get(word, inf)) for word, some, others in moved)


def _by_word(answers: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in answers:
        found.setdefault(word_of(row[0]), []).append(row)
    return found


def _stays(word: str, old: Heard, new: Heard, left: float) -> bool:
    """Return whether a word that has so much left stays as it is after other answers about it."""
    keys = [key for key in {**old, **new} if old[key] != new[key]]
    if not all(_speaks_alike(key, old[key], new[key]) for key in keys):
        return False
    raised = max(_raised(which, keys, old, new) for which in ("word", "name"))
    surfaces = (answer.surface for heard in (old, new) for others in heard.values() for answer in others.surfaces)
    loud = abs(casing_weights()["raise"].alone["all_capitals"]) * any(map(str.isupper, surfaces))
    return _UNIT * max(0.0, raised + loud, _lowers(new[word]) - _lowers(old[word])) <= left - 1


def _speaks_alike(key: str, old: Others, new: Others) -> bool:
    """Return whether a word that is not in question stays so, whatever the numbers are.

    That depends on who writes it with a capital at all, or mostly beside a neighbour, and on small letters that are
    gone: those that come only speak against it.
    """
    if (old.capital > 0) != (new.capital > 0):
        return False
    if key[0] in _SIDES:
        return (old.capital > old.small) == (new.capital > new.small)
    return new.small > 0 or old.small == 0


def _raised(which: str, keys: Sequence[str], old: Heard, new: Heard) -> float:
    """Return no less than what the log odds of a capital gain, were it a word of the dictionary, or a name.

    Beside its neighbours a word stands in some places only.
    """
    weights, gains = casing_weights()["raise"].alone, dict[str, float]()
    for key in keys:
        side = _SIDES.get(key[0], "")
        gain = _raises(which, side, new[key]) - _raises(which, side, old[key])
        if (old[key].small > 0) != (new[key].small > 0):
            gain += sum(abs(weights.get(part, 0.0)) for part in ((f"{which}_{side}only",) if side else _UNHEARD))
        gains[side] = max(gain, gains.get(side, 0.0 if side else gain))
    return sum(gains.values())


def _raises(kind: str, side: str, others: Others) -> float:
    """Return what others add to the log odds of a capital, but for what depends on whether there are any."""
    which = f"{kind}_{side}others"
    capital, small = log1p(others.capital), log1p(others.small)
    parts: Parts = {which: capital, f"{which}_small": small}
    if not side:
        parts[f"{which}_ratio"] = log((others.capital + 0.2) / (others.small + 0.2))
        parts[f"{which}_only"] = capital if others.small == 0 else 0.0
        parts |= {"outlet": min(others.here_capital, 3), "outlet_small": min(others.here_small, 3)}
    return weigh(casing_weights()["raise"].alone, parts)


def _lowers(others: Others) -> float:
    """Return what others add to the log odds of small letters."""
    parts: Parts = {
        "others_small": log1p(others.small),
        "others_capital": log1p(others.capital),
        "others_ratio": log((others.capital + 0.3) / (others.small + 0.3)),
    }
    return weigh(casing_weights()["lower"].alone, parts)
