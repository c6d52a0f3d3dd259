"""A word that might change its case, with the evidence on it."""

from __future__ import annotations

from typing import NamedTuple

from cleaner.repair.casing_weights import Parts


class Case(NamedTuple):
    """One word in question: where it stands, what it would become, why, and the named parts of the evidence."""

    at: int
    word: str
    surface: str
    rule: str
    reason: str
    evidence: tuple[str, ...]
    parts: Parts
    least: float = 0.0  # confidence that needs no weighing
