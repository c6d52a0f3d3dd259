"""What a document tells of its site's template: one plain row a paragraph, and a sketch of what the document says."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from cleaner.chrome.evidence import PageFeatures
from cleaner.columnar import word_counts
from cleaner.documents import IDENTITY
from cleaner.records import Role

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

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
# “ ” ‘ ’ – — … and the no-break space, in UTF-8.
_SIGNS = re.compile(rb"\xe2\x80[\x93\x94\x98\x99\x9c\x9d\xa6]|\xc2\xa0")
_PART = "\0"
_ASCII_FOLDED = bytes(range(256)).lower()
_ASCII_BESIDE_LETTERS = bytes(code for code in range(1, 128) if not chr(code).isalpha())
_HASH_BYTES = 8
_SENTENCE_ENDS, _CLOSING = tuple(".!?…。！？"), "\"'”’»)]"
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


class Facts(NamedTuple):
    """How many rows of `FACTS` each page has, and the rows of all of them without the columns of `IDENTITY`."""

    sizes: list[int]
    rows: pa.StructArray


class _Told(NamedTuple):
    """What pages say, an item a paragraph: the hash of its letters, 0 where it has none, its words, if it is prose."""

    hashes: Ints
    worded: Flags
    words: Ints
    prose: Flags
    sizes: list[int]

    def pages(self) -> Iterator[tuple[list[int | None], list[int], list[bool]]]:
        """Yield hashes, words and prose of each page."""
        hashes, words, prose, at = _or_none(self.hashes, self.worded), self.words.tolist(), self.prose.tolist(), 0
        for size in self.sizes:
            page = slice(at, at + size)
            at += size
            yield hashes[page], words[page], prose[page]


def _or_none(hashes: Ints, worded: Flags) -> list[int | None]:
    return [hashed if told else None for hashed, told in zip(hashes.tolist(), worded.tolist(), strict=True)]


def paragraph_hash(text: str) -> int | None:
    """Return the signed 64-bit hash of a paragraph's letters, or None where it has none: numbers do not count.

    >>> paragraph_hash("12 Comments") == paragraph_hash("3 comments:"), paragraph_hash("* * *")
    (True, None)
    """
    return _or_none(*_hashes([text]))[0]


def _hashes(texts: Sequence[str]) -> tuple[Ints, Flags]:
    """Return the hash of the letters of each text, and whether it has any."""
    letters = _letters(texts)
    digests = b"".join([hashlib.blake2b(said, digest_size=_HASH_BYTES).digest() for said in letters])
    worded = np.fromiter(map(bool, letters), np.bool_, len(letters))
    return np.where(worded, np.frombuffer(digests, "<i8"), 0), worded


def _letters(texts: Sequence[str]) -> list[bytes]:
    """Return the letters of texts in UTF-8, case folded."""
    parts = _folded(_PART.join(texts)).split(_PART.encode())
    if len(parts) != len(texts):
        parts = [_folded(text.replace(_PART, "")) for text in texts]
    return [part if part.isascii() else _letters_of(part.decode()) for part in parts]


def _folded(text: str) -> bytes:
    """Return a text in UTF-8 with the case of ASCII folded, without its other ASCII and without frequent signs."""
    folded = text.encode("utf-8", "ignore").translate(_ASCII_FOLDED, _ASCII_BESIDE_LETTERS)
    return folded if folded.isascii() else _SIGNS.sub(b"", folded)  # but for those signs most texts would be ASCII


def _letters_of(text: str) -> bytes:
    return "".join(_LETTERS.findall(text.casefold())).encode()


def _hash(data: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(data, digest_size=_HASH_BYTES).digest(), "little", signed=True)


def page_facts(pages: Sequence[SitePage]) -> Facts:
    """Return what pages tell, in columns: what a paragraph costs is mostly its hash."""
    told = _told(list(chain.from_iterable(page.texts for page in pages)), [len(page.texts) for page in pages])
    number = np.repeat(np.arange(len(pages)), told.sizes)
    every = np.arange(len(number))
    position = every - (np.cumsum(told.sizes) - told.sizes)[number]
    contents = [_hash(_said(hashes, prose)) for hashes, _, prose in told.pages()]
    columns = {
        "position": position,
        "paragraph": told.hashes,
        "path": _path_hashes(list(chain.from_iterable(page.paths for page in pages))),
        "content": np.array(contents, np.int64)[number],
        "words": told.words,
        "prose": told.prose,
        "supported": _named(pages) | (_furniture_places(told.prose, number) & ~told.prose),
        "counted": [role not in _ATTACHED for page in pages for role in page.observed.as_content],
        "sketched": list(chain.from_iterable(_sketched(*page) for page in told.pages())),
    }
    kind = [field for field in FACTS if field.name not in IDENTITY]
    arrays = [pa.array(np.asarray(columns[field.name])[told.worded], field.type) for field in kind]
    sizes = np.bincount(number, told.worded, len(pages)).astype(np.int64).tolist()
    return Facts(sizes, pa.StructArray.from_arrays(arrays, fields=kind))


def _told(texts: Sequence[str], sizes: list[int]) -> _Told:
    words = word_counts(texts)
    ends = np.fromiter((text.rstrip(_CLOSING).endswith(_SENTENCE_ENDS) for text in texts), np.bool_, len(texts))
    return _Told(*_hashes(texts), words, (words >= _PROSE_WORDS) & ends, sizes)


def _said(hashes: Sequence[int | None], prose: Sequence[bool]) -> bytes:
    """Return what stands for all prose of a document, or for everything where it has none."""
    said = [h for h, is_prose in zip(hashes, prose, strict=True) if is_prose] or hashes
    return " ".join(map(str, said)).encode()


def _path_hashes(paths: Sequence[str]) -> list[int]:
    known = {path: _hash(path.encode("utf-8", "replace")) for path in set(paths)}
    return [known[path] for path in paths]


def _sketched(hashes: Sequence[int | None], words: Sequence[int], prose: Sequence[bool]) -> list[bool]:
    """Mark the smallest hashes of long sentences: the same ones in a twin, whatever was added or taken away."""
    rows = zip(hashes, words, prose, strict=True)
    long = {hashed for hashed, n, is_prose in rows if hashed is not None and is_prose and n >= _SKETCH_WORDS}
    sketch = frozenset(sorted(long)[:_SKETCH_SIZE])
    return [is_prose and hashed in sketch for hashed, is_prose in zip(hashes, prose, strict=True)]


def _furniture_places(prose: Flags, number: Ints) -> Flags:
    """Tell of each paragraph whether it stands before or after all sentences of its page, or in a row of short lines.

    `number` is that of its page.
    """
    every, sentences = np.arange(len(prose)), np.flatnonzero(prose)
    first, last = np.full((2, int(number[-1]) + 1 if len(number) else 0), len(prose))
    first[number[sentences[::-1]]] = sentences[::-1]
    last[number[sentences]] = sentences
    begins = np.ones(len(prose), np.bool_)
    begins[1:] = (prose[1:] != prose[:-1]) | (number[1:] != number[:-1])
    run = np.cumsum(begins) - 1
    row = ~prose & (np.bincount(run)[run] >= _ROW)
    places: Flags = row | (every < first[number]) | (every > last[number])
    return places


def _named(pages: Sequence[SitePage]) -> Flags:
    """Tell whether a rule or the structure of the page gives a paragraph a role of furniture."""
    told: list[bool] = []
    for observed in (page.observed for page in pages):
        ruled = [bool(hits) and any(hit.startswith("chrome/") for hit in hits) for hits in observed.hits]
        if observed.mode == "html":
            ruled = [is_ruled or role in _TOLD for is_ruled, role in zip(ruled, observed.as_chrome, strict=True)]
        told += ruled
    return np.array(told, np.bool_)


def facts_table(pages: Iterable[SitePage]) -> pa.Table:
    """Return the facts of documents in hand; documents without an outlet have none, for each is its own site."""
    sited = [page for page in pages if page.outlet]
    facts = page_facts(sited)
    of_page = pa.array(np.repeat(np.arange(len(sited)), facts.sizes))
    identity = [pa.array([getattr(page, name) for page in sited], pa.string()).take(of_page) for name in IDENTITY]
    return pa.table([*identity, *facts.rows.flatten()], schema=FACTS)
