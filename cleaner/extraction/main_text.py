"""The main text of one page: body text only, one paragraph a line, no spans and no evidence from other pages."""

from __future__ import annotations

from itertools import compress

from cleaner.chrome.block_phrases import phrase_hits, phrase_strength
from cleaner.chrome.containers import Ints
from cleaner.chrome.dom_features import asks_for_phrases, measure_page
from cleaner.chrome.judge import page_margins
from cleaner.chrome.page_cut import cut_page
from cleaner.extraction.html_page import read_page
from cleaner.garbage import uncollected


def main_text(page: str | bytes, url: str | None = None, media_type: str | None = None) -> str:
    """Return the running text of a page of HTML, or of flattened text when `media_type` is `text/plain`.

    Headlines, bylines, datelines and captions are left out unless the judge takes them for body text.  Bytes are
    decoded as `decoding.decode` does.  `url` is not used by the judge of single pages.

    >>> main_text("<nav><a href=/>Home</a></nav>")
    ''
    """
    del url
    if media_type == "text/plain":
        return _from_lines(page)
    with uncollected():  # what a page makes must be gone before the search goes on: so a call of its own
        return _from_blocks(page)


def _from_blocks(page: str | bytes) -> str:
    blocks = read_page(page if isinstance(page, str) else _readable(page), body_only=True)
    boxes, matrix, seen = measure_page(blocks)
    if seen is None:
        return ""
    texts, scan, asked = boxes.texts, seen, asks_for_phrases(matrix)

    def phrase(near: Ints) -> Ints:
        return phrase_strength(phrase_hits([texts[i] for i in near.tolist()], scan.only(near), asked[near]))

    kept = cut_page(page_margins([matrix])[0], matrix, phrase).kept
    return "\n".join(compress(texts, kept.tolist()))


def _readable(data: bytes) -> str | bytes:
    """Return the text of a page, or its bytes where they are what the parser reads."""
    from cleaner.decoding import decode, is_clean_utf8

    return data if is_clean_utf8(data) else decode(data, is_html=True).text


def _from_lines(page: str | bytes) -> str:
    from cleaner.chrome.judge import decide
    from cleaner.chrome.text_judge import observe_lines
    from cleaner.decoding import decode

    text = page if isinstance(page, str) else decode(page).text
    lines = [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]
    verdicts = decide([observe_lines(lines, None)])[0]
    return "\n".join(line for line, v in zip(lines, verdicts, strict=True) if v.is_content and v.repeat_of is None)
