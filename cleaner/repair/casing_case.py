"""A word that might change its case, with the evidence on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from cleaner.repair.casing_weights import Parts


class Why(NamedTuple):
    """Why a word would change: the rule, one plain sentence, and what is cited."""

    rule: str
    reason: str
    evidence: tuple[str, ...] = ()


class Case(NamedTuple):
    """One word in question: where it stands, what it would become, and the named parts of the evidence.

    `why` is asked of the few words that change.
    """

    at: int
    word: str
    surface: str
    why: Callable[[], Why]
    parts: Parts
    least: float = 0.0  # confidence that needs no weighing
