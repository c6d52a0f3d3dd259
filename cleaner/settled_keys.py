"""What tells settled documents apart: a hash of all that a document's rows say but for its edits, and one of these."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleaner.coded import Ints, coded
from cleaner.settle import Fates

_BETWEEN, _NONE = "\x1f", "\x00"


class Keys(NamedTuple):
    """The keys of documents: of their rows without edits, and of their edits; that of no edits is empty."""

    rows: list[str]
    edits: list[str]


def keys_of(documents: Mapping[str, pa.Array], fates: Fates, counts: Sequence[Ints], sizes: Ints) -> Keys:
    """Return the keys of documents, whose paragraphs number `sizes`: where they are equal, the rows are.

    Not all is looked at.  What a paragraph was read from follows from the id of its document, a hash of all bytes;
    what the paragraphs say, from the hash of the document's text.
    """
    told = [_text(column) for name, column in documents.items() if name != "text"]
    whole = pc.binary_join_element_wise(*told, _BETWEEN, null_handling="replace", null_replacement=_NONE)
    numbers = np.stack([*_numbers(fates), *counts], axis=1)
    data, width = numbers.tobytes(), numbers.itemsize * numbers.shape[1]
    ends = (np.cumsum(sizes) * width).tolist()
    edits = _edits(fates, sizes)
    return Keys(
        [
            _key(one.encode(), data[first:end])
            for one, first, end in zip(whole.to_pylist(), (0, *ends), ends, strict=False)
        ],
        [_key(repr(edits[document]).encode()) if document in edits else "" for document in range(len(sizes))],
    )


def _key(*data: bytes) -> str:
    return hashlib.blake2b(b"\0".join(data), digest_size=16).hexdigest()


def _text(column: pa.Array) -> pa.Array:
    if pa.types.is_list(column.type):
        return pc.binary_join(column, _BETWEEN)
    return column.cast(pa.string())


def _numbers(fates: Fates) -> list[Ints]:
    """Return what becomes of paragraphs, in numbers that are the same in every batch."""
    languages = np.zeros(len(fates.status), np.int64)
    languages[fates.kept] = coded(fates.languages).each(_number, np.int64)
    scores = fates.chrome_score.astype(np.float32).view(np.int32).astype(np.int64)
    return [fates.status, fates.role, fates.rules.each(_number, np.int64), scores, languages]


def _number(value: object) -> int:
    return int.from_bytes(hashlib.blake2b(repr(value).encode(), digest_size=8).digest(), "little", signed=True)


def _edits(fates: Fates, sizes: Ints) -> dict[int, list[Any]]:
    """Return the edits of documents that have some, each paragraph's with its number."""
    places = np.flatnonzero(fates.kept)
    owners = np.repeat(np.arange(len(sizes)), sizes)[places]
    firsts = np.cumsum(sizes) - sizes
    found: dict[int, list[Any]] = defaultdict(list)
    for number in (number for number, own in enumerate(fates.edits) if own):
        owner = int(owners[number])
        found[owner].append((int(places[number] - firsts[owner]), fates.edits[number]))
    return found
