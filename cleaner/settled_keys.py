"""What tells settled documents apart: a hash of all that a document's rows say but for its edits, and one of these."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from cleaner.coded import Coded, Flags, Ints
from cleaner.settle import Fates
from cleaner.settled_documents import LISTS

KEYS = ("row_count", "source_sha256", "rows_key", "edits_key")
"""Columns of documents alone: how many rows are theirs, the hash of what was read, what their rows and edits are."""


def key_columns(
    made: Mapping[str, pa.Array], source_sha256: pa.Array, numbers: Sequence[Ints], head: Flags
) -> dict[str, pa.Array]:
    """Return `KEYS`, in the rows of documents; others hold nothing.

    `made` are columns of settled rows, `numbers` tell of paragraphs.  Where keys of two documents are equal, so are
    their rows, or their edits; without edits that of them is empty.  Not all is looked at: what a paragraph was read
    from follows from the id of its document, a hash of all bytes; what is kept, from the hash of the document's text.
    """
    firsts = np.flatnonzero(head)
    sizes = np.diff(firsts, append=len(head))
    edits = _edits_keys(made["edits"], firsts)
    told = {
        "row_count": pa.array(sizes),
        "source_sha256": source_sha256,
        "rows_key": pa.array(_rows_keys(made, numbers, head, sizes - 1), pa.string()),
        "edits_key": pa.array([edits.get(number, "") for number in range(len(sizes))], pa.string()),
    }
    places = pa.array(np.cumsum(head) - 1, mask=~head)
    return {name: column.take(places) for name, column in told.items()}


def fate_numbers(fates: Fates) -> list[Ints]:
    """Return what becomes of paragraphs, in numbers that are the same in every batch."""
    languages = np.zeros(len(fates.status), np.int64)
    languages[fates.kept] = _stable(fates.languages)
    scores = fates.chrome_score.astype(np.float32).view(np.int32).astype(np.int64)
    return [fates.status, fates.role, _stable(fates.rules), scores, languages]


def _stable(column: Coded[Any]) -> Ints:
    return column.each(lambda value: int.from_bytes(_hash(repr(value).encode())[:7], "little"), np.int64)


def _hash(*data: bytes | memoryview) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for some in data:
        digest.update(some)
    return digest.digest()


def _rows_keys(made: Mapping[str, pa.Array], numbers: Sequence[Ints], head: Flags, sizes: Ints) -> list[str]:
    values = made["document"].flatten()
    each = len(values) // max(len(sizes), 1)
    offsets = np.frombuffer(values.buffers()[1], np.int32)[values.offset : values.offset + len(values) + 1]
    lengths = np.where(values.is_valid().to_numpy(zero_copy_only=False), np.diff(offsets), -1).reshape(-1, each)
    texts, bounds = memoryview(values.buffers()[2] or b""), offsets[::each].tolist()
    lists = zip(*(made[name].filter(pa.array(head)).to_pylist() for name in LISTS), strict=True)
    rows, ends = np.stack(numbers, axis=1), np.cumsum(sizes).tolist()
    parts = zip(lengths, pairwise(bounds), lists, pairwise((0, *ends)), strict=True)
    return [
        _hash(told.data, texts[begin:end], repr(some).encode(), rows[first:last].data).hex()
        for told, (begin, end), some, (first, last) in parts
    ]


def _edits_keys(edits: pa.StringArray, firsts: Ints) -> dict[int, str]:
    """Return the keys of the documents that have edits, by their number."""
    places = np.flatnonzero(edits.is_valid().to_numpy(zero_copy_only=False))
    owners = np.searchsorted(firsts, places, side="right") - 1
    told = zip((places - firsts[owners]).tolist(), edits.drop_null().to_pylist(), strict=True)
    found: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for owner, one in zip(owners.tolist(), told, strict=True):
        found[owner].append(one)
    return {owner: _hash(repr(own).encode()).hex() for owner, own in found.items()}
