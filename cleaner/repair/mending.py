"""Encoding and spacing of paragraphs mended, of many documents at once: what casing is judged on and counted from."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np

from cleaner.ledger import apply_edits
from cleaner.repair.code_text import shows_code
from cleaner.repair.cutting import Ints
from cleaner.repair.encoding import is_doubtful, repair_encoding, unusual
from cleaner.repair.mended_once import Layers
from cleaner.repair.settings import RepairSettings
from cleaner.repair.spacing import doubtful_pairs, is_doubtful_at, repair_spacing


class Mended(NamedTuple):
    """Paragraphs after encoding and spacing: their texts, and by number the layers of edits that led there."""

    texts: list[str]
    layers: dict[int, Layers]


class Unmended(NamedTuple):
    """The paragraphs of a document, its language, and the numbers of those that may be damaged, where known."""

    texts: Sequence[str]
    language: str | None
    doubtful: Collection[int] | None = None


def mended_as(texts: Sequence[str], layers: Mapping[int, Layers]) -> Mended:
    """Return paragraphs mended by edits that are known, by the numbers of their paragraphs."""
    mended = Mended(list(texts), dict(layers))
    for number, known in layers.items():
        mended.texts[number] = reduce(apply_edits, known, texts[number])
    return mended


def mend(documents: Sequence[Unmended], settings: RepairSettings) -> list[Mended]:
    """Return documents with encoding and spacing repaired."""
    if settings.mode == "off":
        return [Mended(list(document.texts), {}) for document in documents]
    found = iter(_doubtful([document.texts for document in documents if document.doubtful is None], settings))
    numbers = [next(found) if document.doubtful is None else document.doubtful for document in documents]
    return [_mended(*document[:2], some, settings) for document, some in zip(documents, numbers, strict=True)]


def _mended(texts: Sequence[str], language: str | None, numbers: Collection[int], settings: RepairSettings) -> Mended:
    mended = Mended(list(texts), {})
    code = bool(numbers) and shows_code("\n".join(texts))
    for number in numbers:
        text = mended.texts[number]
        encoding = repair_encoding(text, settings.quotes)
        decoded = apply_edits(text, encoding) if encoding else text
        spacing = repair_spacing(decoded, language, code=code)
        if encoding or spacing:
            mended.layers[number] = tuple(layer for layer in (encoding, spacing) if layer)
            mended.texts[number] = apply_edits(decoded, spacing) if spacing else decoded
    return mended


def _doubtful(documents: Sequence[Sequence[str]], settings: RepairSettings) -> Iterator[list[int]]:
    """Yield for each document the numbers of the paragraphs where something may be wrong with encoding or spacing."""
    texts = list(chain.from_iterable(documents))
    whole = "\n".join(texts)
    raw = whole.encode("utf-8", "surrogatepass")
    ends = np.cumsum(np.fromiter(map(len, texts), np.int64, len(texts)) + 1)
    odd = _holders(ends, in_characters(raw, unusual(raw, settings.quotes)))
    places = in_characters(raw, doubtful_pairs(raw))
    glued = _holders(ends, places[[is_doubtful_at(whole, at) for at in places.tolist()]])
    found = sorted({*glued, *(number for number in odd if is_doubtful(texts[number], settings.quotes))})
    starts = list(accumulate(map(len, documents), initial=0))
    bounds = [bisect_left(found, start) for start in starts]
    for start, (first, last) in zip(starts, pairwise(bounds), strict=False):
        yield [number - start for number in found[first:last]]


def in_characters(raw: bytes, places: Ints) -> Ints:
    """Return places in characters; they are given in bytes of UTF-8, where characters begin.

    >>> in_characters("a – b".encode(), np.array([0, 6])).tolist()
    [0, 4]
    """
    if raw.isascii():
        return places
    continued = np.flatnonzero(np.frombuffer(raw, np.uint8) & 0xC0 == 0x80)
    return places - np.searchsorted(continued, places)


def _holders(ends: Ints, places: Ints) -> list[int]:
    """Return the numbers of the texts that hold places, which ascend, each once; `ends` tell where texts end."""
    numbers = np.searchsorted(ends, places, "right")
    found: list[int] = numbers[np.diff(numbers, prepend=-1) > 0].tolist()
    return found
