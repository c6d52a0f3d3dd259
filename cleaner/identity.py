"""Names that follow from content: the id of a document and of a paragraph."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def document_id(source_uri: str, data: bytes) -> str:
    """Return the hex blake2b-128 over the URI, NUL and the bytes: same input, same id, on any machine.

    >>> document_id("a/b.txt", b"Rain.")
    '8a1a9750f7a133bd34e9784ff4ba67cb'
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(source_uri.encode("utf-8", "surrogatepass"))
    digest.update(b"\0")
    digest.update(data)
    return digest.hexdigest()


def paragraph_id(doc_id: str, position: int) -> str:
    """Return the id of the paragraph at a position, counted from 0 (blank ones too).

    >>> paragraph_id("cb5a", 7)
    'cb5a:00007'
    """
    return f"{doc_id}:{position:05d}"


def paragraph_ids(doc_ids: Sequence[str], sizes: Sequence[int]) -> list[str]:
    """Return the ids of all paragraphs of documents that have so many.

    >>> paragraph_ids(["cb5a", "17ee"], [1, 2])
    ['cb5a:00000', '17ee:00000', '17ee:00001']
    """
    ends = [paragraph_id("", position) for position in range(max(sizes, default=0))]
    return [doc_id + end for doc_id, size in zip(doc_ids, sizes, strict=True) for end in ends[:size]]
