"""Two texts compared: which small ranges of the first became what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_WORD = re.compile(r"[^ \t\n]+")


class Difference(NamedTuple):
    """`before` at `char_start` of the first text became `after`."""

    char_start: int
    before: str
    after: str


def differences(before: str, after: str) -> list[Difference]:
    """Return disjoint differences, sorted, as small as a comparison word by word makes them; linear in time.

    Words are runs between ASCII spaces; where their number changed, one difference spans from the first to the last
    character that changed.

    >>> differences("a cafÃ© for me", "a café for me")
    [Difference(char_start=5, before='Ã©', after='é')]
    """
    if before == after:
        return []
    old, new = list(_WORD.finditer(before)), _WORD.findall(after)
    if len(old) != len(new) or _WORD.sub("", before) != _WORD.sub("", after):
        return [_trimmed(0, before, after)]
    return list(_by_word(old, new))


def _by_word(old: list[re.Match[str]], new: list[str]) -> Iterator[Difference]:
    for match, word in zip(old, new, strict=True):
        if match.group() != word:
            yield _trimmed(match.start(), match.group(), word)


def _trimmed(at: int, before: str, after: str) -> Difference:
    """Return the difference without what both texts begin and end with."""
    shorter = min(len(before), len(after))
    head = _same(before, after, shorter)
    tail = _same(before[::-1], after[::-1], shorter - head)
    return Difference(at + head, before[head : len(before) - tail], after[head : len(after) - tail])


def _same(a: str, b: str, limit: int) -> int:
    return next((i for i in range(limit) if a[i] != b[i]), limit)
