"""How damaged a document is: what it shows of itself, apart from the word in question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import log
from typing import NamedTuple

from cleaner.repair.casing_weights import Parts


class Damage(NamedTuple):
    """Signs of damage in a document: sentences that begin small, and words that look lowered."""

    small_starts: int
    capitals: int
    suspects: float
    by_word: dict[str, float]


def damage_of(small_starts: int, capitals: int, judged: Iterable[tuple[str, float]]) -> Damage:
    """Return the damage of a document from pairs of word and the probability that it is wrong."""
    by_word: dict[str, float] = defaultdict(float)
    for word, chance in judged:
        if chance > 0.3:
            by_word[word] += chance
    return Damage(small_starts, capitals, sum(by_word.values()), dict(by_word))


def damage_parts(damage: Damage, word: str, log_odds: float) -> Parts:
    """Return the named parts that the rest of the document adds to the judgement of `word`."""
    suspects = max(0.0, damage.suspects - damage.by_word.get(word, 0.0))
    return {
        "alone": log_odds,
        "small_starts_rate": log((damage.small_starts + 0.2) / (damage.capitals + 50)),
        "suspects_rate": log((suspects + 0.2) / (damage.capitals + 50)),
        "some_small_start": float(damage.small_starts > 0),
        "some_suspect": float(suspects > 0.5),
        "some_suspects": float(suspects > 1.5),
    }
