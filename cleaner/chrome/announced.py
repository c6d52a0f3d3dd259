"""What a page says of its text elsewhere: its descriptions, mostly the standfirst, and a JSON-LD `articleBody`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaner.extraction.page_head import Head

Floats = npt.NDArray[np.float64]

FEATURES = ("lead_share", "body_found", "page_body_chars", "page_body_found")
"""How much of a description the block is; whether the body has both its ends (-1: no body is given); the length of the
body (ratio) against the page's; how much of the body the page's blocks make up."""

_DESCRIPTIONS = ("description", "og:description", "twitter:description")
_BODY = re.compile(r'"articleBody"\s{0,20}:\s{0,20}("[^"\\]*(?:\\.[^"\\]*)*")')
_MARKUP = re.compile(r"<[^<>]{1,300}>")
_NO_WORD = re.compile(r"[\W_]+")
# Characters of folded text: shorter blocks and bodies tell nothing; a start or an end of this length identifies one.
_SHORTEST, _SHORTEST_BODY = 16, 400
_START, _END = 32, 40
# Of a block so much is looked at: longer ones are no standfirst.
_LONGEST = 1200


def announced(texts: Sequence[str], head: Head) -> dict[str, Floats]:
    """Return the columns of `FEATURES`, one item a block.

    >>> head = Head(meta={"description": "The harbour froze over in January, and the ferries stayed in port."})
    >>> announced(["Menu", "The harbour froze over in January, and the ferries stayed in port."], head)["lead_share"]
    array([0., 1.])
    """
    leads, body = _leads(head), _body(head)
    lead_share, body_found = np.zeros(len(texts)), np.full(len(texts), -1.0 if not body else 0.0)
    found = 0
    for i, text in enumerate(texts if leads or body else ()):
        folded = _folded(text[:_LONGEST])
        if len(folded) >= _SHORTEST:
            lead_share[i] = max((_overlap(folded, lead) for lead in leads), default=0.0)
            if body:
                body_found[i] = (folded[:_END] in body) / 2 + (_folded(text[-2 * _END :])[-_END:] in body) / 2
                found += len(folded) * (body_found[i] == 1)
    size = max(1, sum(map(len, texts)))
    return {
        "lead_share": lead_share,
        "body_found": body_found,
        "page_body_chars": np.full(len(texts), min(2.0, len(body) / size)),
        "page_body_found": np.full(len(texts), min(2.0, found / max(1, len(body)))),
    }


def _leads(head: Head) -> list[str]:
    said = [_folded(head.meta[name]) for name in _DESCRIPTIONS if name in head.meta]
    return [text for text in dict.fromkeys(said) if len(text) >= _SHORTEST]


def _body(head: Head) -> str:
    """Return the longest body that the linked data give, folded; the JSON around it may be broken."""
    quoted = [match[1] for text in head.linked_data for match in _BODY.finditer(text)]
    try:
        body = str(json.loads(max(quoted, key=len), strict=False)) if quoted else ""
    except ValueError:
        return ""
    folded = _folded(_MARKUP.sub(" ", html.unescape(body)))
    return folded if len(folded) >= _SHORTEST_BODY else ""


def _folded(text: str) -> str:
    return _NO_WORD.sub("", text).lower()


def _overlap(block: str, lead: str) -> float:
    """Return how much of the longer the shorter is, where one begins or holds the other."""
    if block in lead or lead in block or lead[:_START] in block[: 2 * _START]:
        return min(len(block), len(lead)) / max(len(block), len(lead))
    return 0.0
