"""How damaged a document is: what it shows of itself, apart from the word in question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import log
from typing import NamedTuple

from cleaner.repair.casing_weights import Parts

SUSPECT = 0.3
"""The least probability that a word is wrong with which it counts as a sign of damage."""
LEAST = log(SUSPECT / (1 - SUSPECT))
"""The log odds of that."""


class Suspects(NamedTuple):
    """Words that look wrong, each with the probability that it is: how many are expected, in all and by word."""

    total: float
    by_word: dict[str, float]

    def besides(self, word: str) -> float:
        """Return how many are expected apart from `word`."""
        return max(0.0, self.total - self.by_word.get(word, 0.0))


class Damage(NamedTuple):
    """Signs of damage in a document: sentences that begin small, words that look lowered, words that look raised."""

    small_starts: int
    capitals: int
    lowered: Suspects
    raised: Suspects


def suspects_of(judged: Iterable[tuple[str, float]]) -> Suspects:
    """Return the suspects among pairs of word and probability."""
    by_word: dict[str, float] = defaultdict(float)
    for word, chance in judged:
        if chance > SUSPECT:
            by_word[word] += chance
    return Suspects(sum(by_word.values()), dict(by_word))


def damage_parts(damage: Damage, word: str, log_odds: float) -> Parts:
    """Return the named parts that the rest of the document adds to the judgement of `word`."""
    lowered, raised = damage.lowered.besides(word), damage.raised.besides(word)
    return {
        "alone": log_odds,
        "small_starts_rate": log((damage.small_starts + 0.2) / (damage.capitals + 50)),
        "suspects_rate": log((lowered + 0.2) / (damage.capitals + 50)),
        "raised_rate": log((raised + 0.2) / (damage.capitals + 50)),
        "some_small_start": float(damage.small_starts > 0),
        "some_suspect": float(lowered > 0.5),
        "some_suspects": float(lowered > 1.5),
        "some_raised": float(raised > 0.5),
    }


def parts_beside(chances: Mapping[int, float], signs: str, at: int) -> Parts:
    """Return what the words next to a capitalised one say, from the probabilities by place that a word was lowered.

    Of `google Assistant`, it is the other word that is wrong.
    """
    after = chances.get(at + 2, 0.0) if signs[at + 1] != "\n" else 0.0  # the word before is of the same sentence
    return {"beside_suspect": max(chances.get(at - 2, 0.0), after)}
