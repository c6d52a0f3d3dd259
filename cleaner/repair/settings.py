"""What a user may choose about repairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Mode = Literal["off", "safe", "full"]
Quotes = Literal["keep", "straight"]


@dataclass(frozen=True, slots=True)
class RepairSettings:
    """The `[repair]` section of the configuration.

    `mode` is `off` (nothing is repaired), `safe` (of the changes of case, only those that are certain by themselves)
    or `full` (all that the evidence supports); what a mode leaves out is stored as a proposal.  `quotes` is `keep` or
    `straight` (curly quotation marks and apostrophes become ASCII).
    """

    mode: Mode = "full"
    quotes: Quotes = "keep"
