"""What a document tells of its site's template: one plain row a paragraph, and a sketch of what the document says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

import pyarrow as pa

from cleaner.chrome.evidence import PageFeatures
from cleaner.records import Role

FACTS = pa.schema(
    [
        ("doc_id", pa.string()),
        ("outlet", pa.string()),
        ("position", pa.int64()),
        ("paragraph", pa.int64()),
        ("path", pa.int64()),
        ("content", pa.int64()),
        ("words", pa.int64()),
        ("prose", pa.bool_()),
        ("supported", pa.bool_()),
        ("counted", pa.bool_()),
        ("sketched", pa.bool_()),
    ]
)
"""One row a paragraph with letters; `position` counts the paragraphs that are not blank.

`paragraph`, `path` and `content` are hashes: of the letters, of the tag path, of all prose of the
document (of everything where it has none).  `prose`: reads like a sentence.  `supported`: its role or place is that of
furniture.  `counted`: may count as a repetition (headlines, bylines, dates and captions may not).  `sketched`: one of
the paragraphs that stand for the document when twins are looked for.
"""

_LETTERS = re.compile(r"[^\W\d_]+")
_SIGNS = re.compile("[“”‘’–—…\u00a0]")
_ASCII_BESIDE_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*\Z")
_PROSE_WORDS = 8
_SKETCH_WORDS = 15
_SKETCH_SIZE = 16
# Short lines between sentences support one another when so many stand in a row; a heading stands alone.
_ROW = 4
_ATTACHED = frozenset((Role.HEADLINE, Role.BYLINE, Role.DATELINE, Role.CAPTION))
# Roles that the structure of a page tells; "unknown" tells nothing.
_TOLD = frozenset(Role) - {Role.UNKNOWN, Role.BODY}


class SitePage(NamedTuple):
    """A document as its site sees it; texts and paths of the paragraphs that are not blank, as in the evidence."""

    doc_id: str
    outlet: str
    texts: Sequence[str]
    paths: Sequence[str]
    observed: PageFeatures


class Fact(NamedTuple):
    """A row of `FACTS`."""

    doc_id: str
    outlet: str
    position: int
    paragraph: int
    path: int
    content: int
    words: int
    prose: bool
    supported: bool
    counted: bool
    sketched: bool


def paragraph_hash(text: str) -> int | None:
    """Return the signed 64-bit hash of a paragraph's letters, or None where it has none: numbers do not count.

    >>> paragraph_hash("12 Comments") == paragraph_hash("3 comments:"), paragraph_hash("* * *")
    (True, None)
    """
    folded = _SIGNS.sub("", text.casefold())
    if folded.isascii():  # as most texts are without those signs: ten times as fast as to look for letters
        letters = folded.encode().translate(None, _ASCII_BESIDE_LETTERS)
    else:
        letters = "".join(_LETTERS.findall(folded)).encode("utf-8", "replace")
    return _hash(letters) if letters else None


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little", signed=True)


def page_facts(page: SitePage) -> list[Fact]:
    """Return the rows of one document."""
    hashes = [paragraph_hash(text) for text in page.texts]
    words = [len(text.split()) for text in page.texts]
    prose = [n >= _PROSE_WORDS and bool(_SENTENCE_END.search(text)) for n, text in zip(words, page.texts, strict=True)]
    said = [h for h, is_prose in zip(hashes, prose, strict=True) if is_prose] or hashes
    content = _hash(" ".join(map(str, said)).encode())
    sketch = _sketch(hashes, words, prose)
    places = _furniture_places(prose)
    paths = {path: _hash(path.encode("utf-8", "replace")) for path in set(page.paths)}
    return [
        Fact(
            page.doc_id,
            page.outlet,
            i,
            hashed,
            paths[page.paths[i]],
            content,
            words[i],
            prose[i],
            _is_told(page.observed, i) or (places[i] and not prose[i]),
            page.observed.as_content[i] not in _ATTACHED,
            prose[i] and hashed in sketch,
        )
        for i, hashed in enumerate(hashes)
        if hashed is not None
    ]


def _sketch(hashes: Sequence[int | None], words: Sequence[int], prose: Sequence[bool]) -> frozenset[int]:
    """Return the smallest hashes of long sentences: the same ones in a twin, whatever was added or taken away."""
    rows = zip(hashes, words, prose, strict=True)
    long = {hashed for hashed, n, is_prose in rows if hashed is not None and is_prose and n >= _SKETCH_WORDS}
    return frozenset(sorted(long)[:_SKETCH_SIZE])


def _furniture_places(prose: Sequence[bool]) -> list[bool]:
    """Tell of each paragraph whether it stands before or after all sentences, or in a row of short lines."""
    if not any(prose):
        return [True] * len(prose)
    first, last = prose.index(True), len(prose) - 1 - prose[::-1].index(True)
    places: list[bool] = []
    for is_prose, group in groupby(prose):
        size = len(list(group))
        places += [not is_prose and size >= _ROW] * size
    return [place or i < first or i > last for i, place in enumerate(places)]


def _is_told(observed: PageFeatures, i: int) -> bool:
    """Tell whether a rule or the structure of the page gives the paragraph a role of furniture."""
    if any(hit.startswith("chrome/") for hit in observed.hits[i]):
        return True
    return observed.mode == "html" and observed.as_chrome[i] in _TOLD


def facts_table(pages: Iterable[SitePage]) -> pa.Table:
    """Return the facts of documents in hand; documents without an outlet have none, for each is its own site."""
    rows = [fact for page in pages if page.outlet for fact in page_facts(page)]
    columns = zip(*rows, strict=True) if rows else ((),) * len(FACTS)
    return pa.table([pa.array(column, kind.type) for column, kind in zip(columns, FACTS, strict=True)], schema=FACTS)
