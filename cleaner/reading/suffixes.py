"""Public suffixes: the names below which anybody may register one, as `co.uk` and `github.io`.

The list is the one that ships with tldextract (publicsuffix.org, private suffixes too), found and read by what its own
`suffix_index` does.  The library itself imports what would fetch a newer list, and makes two trees of this one: a sixth
of a second in each process.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

_SNAPSHOT = ".tld_set_snapshot"


class _Suffixes(NamedTuple):
    """The rules of the list, and those and all that they end with: labels that some rule goes on from."""

    rules: frozenset[str]
    endings: frozenset[str]


def suffix_start(labels: list[str]) -> int:
    """Return the number of the label with which a host's public suffix begins, from 0; behind the last if it has none.

    >>> suffix_start(["www", "bbc", "co", "uk"]), suffix_start(["a", "b", "kawasaki", "jp"]), suffix_start(["printer"])
    (2, 1, 1)
    """
    rules, endings = _suffixes()
    start, ending = len(labels), ""
    for at in range(len(labels) - 1, -1, -1):
        label = _plain(labels[at])
        longer = f"{label}.{ending}" if ending else label
        if longer not in endings:
            if f"*.{ending}" in rules:
                return at + 1 if f"!{longer}" in rules else at
            break
        ending = longer
        if ending in rules:
            start = at
    return start


def _plain(label: str) -> str:
    """Return a label as the list writes it: not in the letters of ASCII that stand for others."""
    if not label.startswith("xn--"):
        return label
    try:
        return label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label


@cache
def _suffixes() -> _Suffixes:
    found = find_spec("tldextract")
    assert found is not None
    assert found.origin is not None
    lines = Path(found.origin).with_name(_SNAPSHOT).read_text(encoding="utf-8").splitlines()
    rules = [line.split(None, 1)[0] for line in lines if line.strip() and not line.startswith("//")]
    endings, more = set[str](), set(rules)
    while more:
        endings |= more
        more = {ending.partition(".")[2] for ending in more} - {""}
    return _Suffixes(frozenset(rules), frozenset(endings))
