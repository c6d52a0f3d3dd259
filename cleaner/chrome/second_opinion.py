"""trafilatura as another judge of a page: instead of ours, or as the arbiter where ours is least sure.

Its extraction is asked for while a page is understood, and noted as evidence (`trafilatura/content`) on the blocks that
it keeps.  Deciding uses the note alone, so that `explain` comes to the same verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from cleaner.chrome.evidence import ROLES, Evidence, role_flags
from cleaner.chrome.roles import ATTACHED
from cleaner.chrome.verdicts import SECOND, Verdicts
from cleaner.coded import Coded
from cleaner.config import ChromeSettings
from cleaner.records import Role

HIT = "trafilatura/content"
DOUBT = 0.25
"""Doubt (ratio) from which on the arbiter is heard: about one development page in fifty.  Of more pages it makes the
text worse: F1 of articles falls by .001 when it is heard of the least sure tenth (`bench/RESULTS.md`)."""

_WHOLE_LINE_CHARS = 25


def is_asked(settings: ChromeSettings) -> bool:
    """Return whether these settings want trafilatura's opinion at all."""
    return "trafilatura" in (settings.judge, settings.arbiter)


def opinion(html: str, texts: Sequence[str]) -> Mapping[int, tuple[str, ...]]:
    """Return the note for each block that trafilatura's extraction of the page holds, by number of the block.

    A short block must be a line of the extraction, a longer one must stand in it.  Source: `trafilatura.extract` in
    its default mode, without its process-wide deduplication.
    """
    import trafilatura

    extracted = trafilatura.extract(html, include_comments=False, deduplicate=False) or ""
    lines = {_folded(line) for line in extracted.splitlines()}
    whole = _folded(extracted)
    folded = (_folded(text) for text in texts)
    kept = (f in lines or (len(f) > _WHOLE_LINE_CHARS and f in whole) for f in folded)
    return {i: (HIT,) for i, is_kept in enumerate(kept) if is_kept}


def _folded(text: str) -> str:
    return " ".join(text.lstrip("-•| ").rstrip("| ").split())


def reconsidered(seen: Evidence, verdicts: Verdicts, settings: ChromeSettings) -> Verdicts:
    """Return the verdicts of pages of HTML after the second opinion, where the settings want one."""
    if not is_asked(settings):
        return verdicts
    says = seen.hits.each(lambda hits: HIT in hits, np.bool_)
    heard = (doubts(seen, verdicts) >= DOUBT) | (settings.judge == "trafilatura")
    # What is kept beside the running text is policy, not a question to an extractor of running text.
    fixed = role_flags(ATTACHED)[verdicts.role] | (verdicts.repeat_of >= 0)
    overruled = heard[seen.number] & ~fixed & (verdicts.is_content != says)
    role = np.where(says, ROLES.index(Role.BODY), ROLES.index(Role.UNKNOWN))
    rules = verdicts.rules
    return verdicts._replace(
        role=np.where(overruled, role, verdicts.role),
        is_content=verdicts.is_content ^ overruled,
        rules=Coded(
            rules.codes + overruled * len(rules.values), [*rules.values, *((*rule, SECOND) for rule in rules.values)]
        ),
    )


def doubts(seen: Evidence, verdicts: Verdicts) -> npt.NDArray[np.float64]:
    """Return how unsure the verdicts of pages are (ratio): the mean distance of a score from the nearer certainty."""
    distances = np.minimum(verdicts.score, 1 - verdicts.score)
    found: npt.NDArray[np.float64] = np.bincount(seen.number, distances, len(seen.sizes)) / np.maximum(seen.sizes, 1)
    return found
