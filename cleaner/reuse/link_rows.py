"""Rows of `matches`: links of paragraphs with their kind, character ranges, measures, speaker and direction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from cleaner.reuse.arrays import Flags, Ints, Marks
from cleaner.reuse.fact_tables import gathered
from cleaner.reuse.links import HEADLINE, KINDS, NEAR, characters_of, kinds_of, quoted_before, quoted_in
from cleaner.reuse.speakers import speaker_of
from cleaner.reuse.verdicts import LEFT_IN_RIGHT
from cleaner.reuse.words import words_of
from cleaner.writing.schema import MATCHES


class _Side(NamedTuple):
    """One side of many links: where the passage runs, in characters, and of how many words it is part."""

    ids: list[str]
    texts: list[str]
    published: list[int | None]
    repeats: Flags
    start: list[int]
    end: list[int]
    words: Ints
    quoted: Flags


def match_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield rows of `MATCHES` for linked paragraphs that come with both texts and the passage in words."""
    for rows in gathered(batches):
        columns = {name: rows[name].to_numpy() for name in ("verdict", "similarity_ppm", "matched")}
        a = _side(rows, "a", "shorter")
        b = _side(rows, "b", "longer")
        kind = kinds_of(columns["verdict"].astype(np.uint8), a.quoted | b.quoted)
        same_document = rows["a_doc_id"].to_numpy() == rows["b_doc_id"].to_numpy()
        kind[same_document & (a.repeats | b.repeats) & (kind == NEAR)] = HEADLINE
        inside = ((columns["verdict"] & LEFT_IN_RIGHT) != 0) & (kind != NEAR)
        yield _matches(a, b, kind, inside, columns["similarity_ppm"], columns["matched"])


def _side(rows: pa.Table, side: str, length: str) -> _Side:
    texts = rows[f"{side}_text"]
    words = words_of(texts)
    every = np.arange(len(texts))
    start, end = rows[f"{length}_start"].to_numpy(), rows[f"{length}_end"].to_numpy()
    char_start, char_end = characters_of(words, every, start, end)
    headline = np.array(rows[f"{side}_role"].to_pylist(), object) == "headline"
    return _Side(
        rows[f"{side}_paragraph_id"].to_pylist(),
        texts.to_pylist(),
        rows[f"{side}_published_at"].to_pylist(),
        headline | rows[f"{side}_is_repeat"].to_numpy(),
        char_start.tolist(),
        char_end.tolist(),
        words.counts,
        quoted_in(quoted_before(words), words, every, start, end),
    )


def _matches(
    a: _Side,
    b: _Side,
    kind: Marks,
    inside: Flags,
    similarity: Ints,
    matched: Ints,
) -> pa.RecordBatch:
    """Put the side that comes first by id on the left."""
    union = a.words + b.words - matched
    measures = zip(
        (KINDS[k] for k in kind.tolist()),
        (similarity / 1_000_000).tolist(),
        (matched / np.maximum(union, 1)).tolist(),
        (matched / np.maximum(a.words, 1)).tolist(),
        (matched / np.maximum(b.words, 1)).tolist(),
        matched.tolist(),
        (a.quoted | b.quoted).tolist(),
        inside.tolist(),
        strict=True,
    )
    rows = [_row(a, b, i, *measure) for i, measure in enumerate(measures)]
    return pa.RecordBatch.from_pylist(rows, MATCHES)


def _row(  # noqa: PLR0913, PLR0917  one argument for each measure of the link
    a: _Side,
    b: _Side,
    i: int,
    kind: str,
    similarity: float,
    jaccard: float,
    a_share: float,
    b_share: float,
    matched: int,
    quoted: bool,
    inside: bool,
) -> dict[str, Any]:
    direction, basis = _direction(a.published[i], b.published[i], inside)
    row = {
        "kind": kind,
        "similarity": similarity,
        "jaccard": min(1.0, jaccard),
        "aligned_word_count": matched,
        "speaker": _speaker(a, b, i) if quoted else None,
        "direction_basis": basis,
    }
    turned = b.ids[i] < a.ids[i]
    first, second = ((b, b_share), (a, a_share)) if turned else ((a, a_share), (b, b_share))
    for name, other, (side, share) in (("a", "b", first), ("b", "a", second)):
        row[f"{name}_paragraph_id"] = side.ids[i]
        row[f"{name}_char_start"], row[f"{name}_char_end"] = side.start[i], side.end[i]
        row[f"{name}_in_{other}"] = min(1.0, share)
    row["direction"] = direction if not turned else _TURNED[direction]
    row["match_id"] = _match_id(row)
    return row


_TURNED = {"a_first": "b_first", "b_first": "a_first", "unknown": "unknown"}


def _direction(a: int | None, b: int | None, a_inside_b: bool) -> tuple[str, str]:
    """Return who was first, and how we know: dates, else what is contained is older than what contains it."""
    if a is not None and b is not None and a != b:
        return ("a_first" if a < b else "b_first"), "published_at"
    if (a is None or b is None) and a_inside_b:
        return "a_first", "containment"
    return "unknown", "none"


def _speaker(a: _Side, b: _Side, i: int) -> str | None:
    names = [name for side in (a, b) if (name := speaker_of(side.texts[i], side.start[i], side.end[i]))]
    return max(names, key=lambda name: (len(name), name), default=None)


def _match_id(row: dict[str, Any]) -> str:
    said = (row[name] for name in ("kind", "a_paragraph_id", "b_paragraph_id", "a_char_start", "b_char_start"))
    return hashlib.blake2b("\0".join(map(str, said)).encode(), digest_size=16).hexdigest()
