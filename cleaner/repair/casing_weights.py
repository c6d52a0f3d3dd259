"""Weights of evidence: a logistic sum whose parts are named, for one word whose case is in question.

The weights were fitted by `bench/repair_train.py` on damaged news and web articles; they stand in
`rules/casing_weights.toml`.  First every word is weighed by itself, then again with what the rest of its document
shows: a text that begins sentences small, or that lowers names elsewhere, is damaged, and a clean one gets the benefit
of the doubt.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

Parts = dict[str, float]


class Weights(NamedTuple):
    """The two sums: `alone` for a word by itself, `together` with the rest of its document."""

    alone: Mapping[str, float]
    together: Mapping[str, float]


@cache
def casing_weights() -> dict[str, Weights]:
    """Return the weights for each direction of change, `raise` and `lower`."""
    raw = tomllib.loads(files("cleaner.rules").joinpath("casing_weights.toml").read_text("utf-8"))
    return {name: Weights(raw[name]["alone"], raw[name]["together"]) for name in ("raise", "lower")}


def weigh(weights: Mapping[str, float], parts: Parts) -> float:
    """Return the sum of the parts, each times its weight: log odds (natural) that the change is right."""
    total = weights["bias"]
    for name, value in parts.items():
        if value:
            total += weights.get(name, 0.0) * value
    return total


def probability(log_odds: float) -> float:
    """Return the probability of log odds.

    >>> probability(0.0)
    0.5
    """
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))
