"""trafilatura as another judge of a page: instead of ours, or as the arbiter where ours is least sure.

Its extraction is asked for while a page is understood, and noted as evidence (`trafilatura/content`) on the blocks that
it keeps.  Deciding uses the note alone, so that `explain` comes to the same verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cleaner.chrome.evidence import PageFeatures
from cleaner.config import ChromeSettings
from cleaner.records import Role, Verdict

HIT = "trafilatura/content"
DOUBT = 0.25
"""Doubt (ratio) from which on the arbiter is heard: about one development page in fifty.  Of more pages it makes the
text worse: F1 of articles falls by .001 when it is heard of the least sure tenth (`bench/RESULTS.md`)."""

_WHOLE_LINE_CHARS = 25
# What is kept beside the running text is policy, not a question to an extractor of running text.
_ATTACHED = frozenset({Role.HEADLINE, Role.BYLINE, Role.DATELINE, Role.CAPTION})


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


def reconsidered(page: PageFeatures, verdicts: Sequence[Verdict], settings: ChromeSettings) -> list[Verdict]:
    """Return the verdicts of a page after the second opinion, where the settings want one."""
    asked = page.mode == "html" and is_asked(settings)
    if not asked or (settings.judge != "trafilatura" and doubt(verdicts) < DOUBT):
        return list(verdicts)
    return [_overruled(v, is_content=HIT in hits) for v, hits in zip(verdicts, page.hits, strict=True)]


def doubt(verdicts: Sequence[Verdict]) -> float:
    """Return how unsure the verdicts of a page are (ratio): the mean distance of a score from the nearer certainty.

    >>> round(doubt([Verdict(Role.BODY, True, 0.9), Verdict(Role.BODY, False, 0.3)]), 2)
    0.2
    """
    return sum(min(v.score, 1 - v.score) for v in verdicts) / len(verdicts) if verdicts else 0.0


def _overruled(verdict: Verdict, *, is_content: bool) -> Verdict:
    if verdict.role in _ATTACHED or verdict.repeat_of is not None or verdict.is_content == is_content:
        return verdict
    role = Role.BODY if is_content else Role.UNKNOWN
    reason = "trafilatura keeps it" if is_content else "trafilatura leaves it out"
    return verdict._replace(
        role=role,
        is_content=is_content,
        rule_ids=(*verdict.rule_ids, "judge/trafilatura"),
        reasons=(*verdict.reasons, reason),
    )
