"""How English usually writes a common word: what is known of it before a corpus is read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from math import log


@cache
def usual_case() -> Mapping[str, float]:
    """Return by word the log odds (natural) that a document writes it with a capital in the middle of a sentence.

    From `rules/usual_case.json`, which `bench/usual_case.py` counts in sound text: dictionary words that enough
    documents write, in groups.

    >>> usual_case()["because"] < usual_case()["university"]
    True
    """
    groups: Mapping[str, str] = json.loads(files("cleaner.rules").joinpath("usual_case.json").read_text("utf-8"))
    return {word: int(odds) / STEPS for odds, words in groups.items() for word in words.split()}


STEPS = 2
"""Groups are half a unit of log odds apart."""
MOST = 3.0
"""A word of the dictionary may always be meant small, whoever the news is about."""


def odds_of(capital: int, small: int) -> float:
    """Return the log odds of so many documents, in steps.

    >>> odds_of(2, 2), odds_of(0, 90) < odds_of(0, 9)
    (0.0, True)
    """
    return min(MOST, round(log((capital + 0.3) / (small + 0.3)) * STEPS) / STEPS)
