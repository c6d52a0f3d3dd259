"""What the judge says of paragraphs, column by column, and the same in words, as records."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.evidence import ROLES
from cleaner.chrome.feature_words import rule_in_words
from cleaner.coded import Coded, Flags, Ints
from cleaner.records import Verdict

Rules = tuple[str, ...]

MENU, HTML, TEXT, SECOND = "judge/menu", "judge/html", "judge/text", "judge/trafilatura"
ROLE_RULES: list[Rules] = [(f"role/{role.value}",) for role in ROLES]
"""By code of the role: the rule of content that is none by its looks, but for what it does beside the text."""

_SAID = {
    "repeat/headline": "says again what the headline says",
    "repeat/paragraph": "says again what an earlier paragraph says",
    "structure/headline": "stands where the headline stands",
    "role/headline": "says what the page's title says",
    "role/byline": "names an author beside the text",
    "role/dateline": "is a date beside the text",
    "role/caption": "stands under a picture in the text",
    MENU: "stands in a menu: a container of links, called or placed like page furniture",
}
# Of chrome and of content.
_JUDGED = {
    HTML: ("stands or reads like page furniture ({score:.2f})", "stands and reads like content ({score:.2f})"),
    TEXT: ("stands like page furniture ({score:.2f})", "reads like content ({score:.2f})"),
    SECOND: ("trafilatura leaves it out", "trafilatura keeps it"),
}


class Verdicts(NamedTuple):
    """Verdicts, an item each: the fields of `Verdict` but for its reasons; roles are codes, `repeat_of` -1 for None."""

    role: Ints
    is_content: Flags
    score: npt.NDArray[np.float64]
    rules: Coded[Rules]
    repeat_of: Ints

    def records(self) -> list[Verdict]:
        """Return one record a paragraph, with reasons; what says the same of several is made once."""
        columns = (self.role, self.is_content, self.score, self.rules.codes, self.repeat_of)
        rows = list(zip(*(column.tolist() for column in columns), strict=True))
        made = {row: self._record(*row) for row in dict.fromkeys(rows)}
        return [made[row] for row in rows]

    def _record(self, role: int, is_content: bool, score: float, rules: int, repeat_of: int) -> Verdict:
        rule_ids = self.rules.values[rules]
        reasons = tuple(_reason(rule, rule_ids, score, is_content=is_content) for rule in rule_ids)
        return Verdict(ROLES[role], is_content, score, rule_ids, reasons, None if repeat_of < 0 else repeat_of)


def _reason(rule: str, rules: Rules, score: float, *, is_content: bool) -> str:
    """Return what one of the rules of a verdict says in words."""
    if rule in _JUDGED:
        overruled = SECOND in rules and rule != SECOND
        return _JUDGED[rule][is_content != overruled].format(score=score)
    return _SAID.get(rule) or rule_in_words(rule)


def together(parts: list[tuple[Ints, Verdicts]]) -> Verdicts:
    """Return the verdicts of several parts of a column of paragraphs, each with the places that are its own."""
    size = sum(len(places) for places, _ in parts)
    role, codes, repeat_of = (np.zeros(size, np.int64) for _ in range(3))
    is_content, score = np.zeros(size, np.bool_), np.zeros(size)
    rules: list[Rules] = []
    for places, part in parts:
        role[places], is_content[places], score[places] = part[:3]
        codes[places], repeat_of[places] = part.rules.codes + len(rules), part.repeat_of
        rules += part.rules.values
    return Verdicts(role, is_content, score, Coded(codes, rules), repeat_of)
