"""What a page says of its text elsewhere: its descriptions, which are mostly the standfirst."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaner.extraction.page_head import Head

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_DESCRIPTIONS = ("description", "og:description", "twitter:description")
_NO_WORD = re.compile(r"[^\w]+")
_ASCII_NO_WORD = bytes(code for code in range(128) if not chr(code).isalnum())
# Characters of folded text: shorter blocks tell nothing; a start of this length identifies one.
_SHORTEST, _START = 16, 32
# Of a block so much is looked at: longer ones are no standfirst.
_LONGEST = 1200
# A block and a description are compared when they share this many of the words of the shorter one.
_COMMON = 0.6


def descriptions(head: Head) -> list[str]:
    """Return what a page gives as its description, each text once.

    >>> descriptions(Head(meta={"description": "Ice in port.", "og:description": "Ice in port."}))
    ['Ice in port.']
    """
    return list(dict.fromkeys(head.meta[name] for name in _DESCRIPTIONS if name in head.meta))


def lead_shares(texts: Sequence[str], tokens: Ints, common: Ints, said: Sequence[str]) -> Floats:
    """Return how much of a description each block is (ratio), 0 where they have no start in common.

    `tokens` are the words of each block, `common` how many of them some description of `said` has too.

    >>> said = ["The harbour froze over in January, and the ferries stayed in port."]
    >>> lead_shares(["Menu", said[0]], np.array([1, 12]), np.array([0, 12]), said)
    array([0., 1.])
    """
    shares = np.zeros(len(texts))
    leads = [lead for lead in map(_folded, said) if len(lead) >= _SHORTEST]
    if leads:
        shortest = min(text.count(" ") + 1 for text in said)
        for i in np.flatnonzero(common >= _COMMON * np.minimum(tokens, shortest)).tolist():
            if len(texts[i]) >= _SHORTEST:
                shares[i] = _lead_share(_folded(texts[i][:_LONGEST]), leads)
    return shares


def _folded(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    # Deleting bytes costs a tenth of a pattern, and leaves it the few signs beyond ASCII.
    data = text.encode("utf-8", "surrogatepass").translate(None, _ASCII_NO_WORD)
    text = data.decode("utf-8", "surrogatepass")
    return (text if text.isascii() else _NO_WORD.sub("", text)).lower()


def _lead_share(block: str, leads: Sequence[str]) -> float:
    """Return how much of the longer the shorter is, where one of block and lead begins or holds the other."""
    if len(block) < _SHORTEST:
        return 0.0
    share, start = 0.0, block[: 2 * _START]
    for lead in leads:
        if block in lead or lead in block or lead[:_START] in start:
            share = max(share, min(len(block), len(lead)) / max(len(block), len(lead)))
    return share
