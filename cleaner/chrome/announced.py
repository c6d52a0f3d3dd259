"""What a page says of its text elsewhere: its descriptions, mostly the standfirst, and a JSON-LD `articleBody`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Sequence

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
_NO_WORD = re.compile(r"[^\w\n]+")
_ASCII_NO_WORD = bytes(code for code in range(128) if not chr(code).isalnum())
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
    for i, folded in _folded_blocks(texts if leads or body else ()):
        lead_share[i] = _lead_share(folded, leads)
        if body:
            body_found[i] = (folded[:_END] in body) / 2 + (_folded(texts[i][-2 * _END :])[-_END:] in body) / 2
            found += len(folded) * (body_found[i] == 1)
    size = max(1, sum(map(len, texts)))
    return {
        "lead_share": lead_share,
        "body_found": body_found,
        "page_body_chars": np.full(len(texts), min(2.0, len(body) / size)),
        "page_body_found": np.full(len(texts), min(2.0, found / max(1, len(body)))),
    }


def _folded_blocks(texts: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield place and folded text of the blocks that are long enough to tell something; all are folded in one go."""
    places = [i for i, text in enumerate(texts) if len(text) >= _SHORTEST]
    lines = _folded("\n".join([texts[i][:_LONGEST] for i in places]), keep=b"\n").split("\n")
    return ((i, line) for i, line in zip(places, lines, strict=False) if len(line) >= _SHORTEST)


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


def _folded(text: str, keep: bytes = b"") -> str:
    """Return the letters and digits of a text in lower case; `keep` may be a line break."""
    # Deleting bytes costs a tenth of a pattern, and leaves it the few signs beyond ASCII.
    data = text.encode("utf-8", "surrogatepass").translate(None, _ASCII_NO_WORD.translate(None, keep))
    text = data.decode("utf-8", "surrogatepass")
    return (text if text.isascii() else _NO_WORD.sub("", text)).lower()


def _lead_share(block: str, leads: Sequence[str]) -> float:
    """Return how much of the longer the shorter is, where one of block and lead begins or holds the other."""
    share, start = 0.0, block[: 2 * _START]
    for lead in leads:
        if block in lead or lead in block or lead[:_START] in start:
            share = max(share, min(len(block), len(lead)) / max(len(block), len(lead)))
    return share
