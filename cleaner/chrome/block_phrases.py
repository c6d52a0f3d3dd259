"""What phrase rules say of the blocks of a page of HTML: named evidence, how strong it is, the roles they speak of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.phrase_filter import load_filter, rules_in
from cleaner.chrome.phrases import PhraseRule
from cleaner.chrome.roles import ATTACHED, Roles
from cleaner.chrome.text_scan import Flags, Scan
from cleaner.records import Role

PhraseHits = Sequence[Sequence[PhraseRule]]

# What a rule may call a block that turns out to be content.
_CONTENT_ROLES = frozenset({Role.CALLOUT_LABEL, Role.AUTHOR_BIO, Role.DISCLAIMER, Role.CALL_TO_ACTION})


class _Said(NamedTuple):
    decisive: bool
    role: Role


def phrase_hits(texts: Sequence[str], seen: Scan, asked: Flags) -> PhraseHits:
    """Return the rules that hit each block that is asked, wherever it stands: a page tells its places by containers.

    >>> from cleaner.chrome.text_scan import scan
    >>> texts = ["Post a Comment", "He had no comment on the matter."]
    >>> [[rule.id for rule in rules] for rules in phrase_hits(texts, scan(texts), np.array([True, True]))]
    [['chrome/en/post-a-comment'], []]
    """
    found: list[Sequence[PhraseRule]] = [()] * len(texts)
    for i in np.flatnonzero(asked & load_filter().may_hit(texts, seen)).tolist():
        found[i] = rules_in(texts[i])
    return found


def phrase_strength(hits: PhraseHits) -> npt.NDArray[np.int64]:
    """Return for each block 0 where no rule hits it, 1 for evidence, 2 for what is decisive for flattened text."""
    strengths = [max(2 if r.strength == "decisive" else 1 for r in rules) if rules else 0 for rules in hits]
    return np.array(strengths, np.int64)


def with_phrases(roles: Roles, places: Sequence[int], hits: PhraseHits) -> Roles:
    """Return the roles of a page where phrases say more of them than its structure does, and the rules as evidence.

    `places` are the blocks that `hits` speak of.
    """
    as_content, as_chrome, named = list(roles.as_content), list(roles.as_chrome), list(roles.hits)
    for i, rules in zip(places, hits, strict=True):
        if rules:
            said = _said(rules)
            named[i] = (*named[i], *(rule.id for rule in rules))
            if said.decisive or as_chrome[i] is Role.UNKNOWN:
                as_chrome[i] = said.role
            if said.role in _CONTENT_ROLES and as_content[i] not in ATTACHED:
                as_content[i] = said.role
    return roles._replace(as_content=tuple(as_content), as_chrome=tuple(as_chrome), hits=tuple(named))


def _said(rules: Sequence[PhraseRule]) -> _Said:
    """Return what the strongest rule says, of equals the first."""
    rule = min(rules, key=lambda rule: rule.strength != "decisive")
    return _Said(rule.strength == "decisive", rule.role)
