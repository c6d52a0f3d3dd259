"""Names that follow from content: the id of a document and of a paragraph."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Ints


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


def paragraph_ids(doc_ids: pa.StringArray, positions: Ints) -> pa.StringArray:
    """Return the ids of the paragraphs at positions of documents, null for positions below 0.

    >>> import numpy as np
    >>> paragraph_ids(pa.array(["cb5a", "cb5a", "17ee"]), np.array([-1, 0, 3])).to_pylist()
    [None, 'cb5a:00000', '17ee:00003']
    """
    ends = pa.array([paragraph_id("", position) for position in range(int(positions.max(initial=-1)) + 1)], pa.string())
    return pc.binary_join_element_wise(doc_ids, ends.take(pa.array(positions, mask=positions < 0)), "")
