"""Rows of `matches`: links of paragraphs with their kind, character ranges, measures, speaker and direction."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from cleaner.reuse.arrays import Flags, Ints, Marks, Places
from cleaner.reuse.fact_tables import gathered
from cleaner.reuse.links import HEADLINE, KINDS, NEAR, characters_of, kinds_of, quoted_before, quoted_in
from cleaner.reuse.speakers import speaker_of
from cleaner.reuse.sql import OF_PAIR
from cleaner.reuse.verdicts import LEFT_IN_RIGHT
from cleaner.reuse.words import words_of
from cleaner.writing.schema import MATCHES

Objects = NDArray[np.object_]

PAIR = tuple((f"pair_{name}", pa.string() if name.endswith("_id") else pa.int64()) for name in OF_PAIR)
LINKS = pa.schema([*MATCHES, *PAIR])
"""Rows of `MATCHES` with the pair that each follows from (`sql.OF_PAIR`)."""


class _Side(NamedTuple):
    """One side of many links: where the passage runs, in characters, and of how many words it is part."""

    ids: Objects
    texts: Objects
    published: pa.Array
    repeats: Flags
    start: Places
    end: Places
    words: Ints
    quoted: Flags


def link_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield rows of `LINKS` for linked paragraphs that come with both texts and the passage in words."""
    for rows in gathered(batches):
        matches = _match_rows(rows)
        pair = [rows[name].combine_chunks() for name in OF_PAIR]
        yield pa.RecordBatch.from_arrays([*matches.columns, *pair], schema=LINKS)


def match_rows(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield rows of `MATCHES` for the same."""
    yield from map(_match_rows, gathered(batches))


def _match_rows(rows: pa.Table) -> pa.RecordBatch:
    columns = {name: rows[name].to_numpy() for name in ("verdict", "similarity_ppm", "matched")}
    a, b = _sides(rows)
    kind = kinds_of(columns["verdict"].astype(np.uint8), a.quoted | b.quoted)
    same_document = rows["a_doc_id"].to_numpy() == rows["b_doc_id"].to_numpy()
    kind[same_document & (a.repeats | b.repeats) & (kind == NEAR)] = HEADLINE
    inside = ((columns["verdict"] & LEFT_IN_RIGHT) != 0) & (kind != NEAR)
    return _matches(a, b, kind, inside, columns["similarity_ppm"], columns["matched"])


def _sides(rows: pa.Table) -> tuple[_Side, _Side]:
    """Return both sides; what is told of a text, which stands in many links, is told once."""
    every = pa.chunked_array([*rows["a_text"].chunks, *rows["b_text"].chunks], rows["a_text"].type)
    texts = every.combine_chunks().dictionary_encode()
    words = words_of(texts.dictionary)
    quoted = quoted_before(words)
    strings = np.array(texts.dictionary.to_pylist(), object)

    def side(name: str, length: str, text: Ints) -> _Side:
        start, end = rows[f"{length}_start"].to_numpy(), rows[f"{length}_end"].to_numpy()
        return _Side(
            np.array(rows[f"{name}_paragraph_id"].to_pylist(), object),
            strings[text],
            rows[f"{name}_published_at"].combine_chunks(),
            _flags(pc.equal(rows[f"{name}_role"], "headline")) | rows[f"{name}_is_repeat"].to_numpy(),
            *characters_of(words, text, start, end),
            words.counts[text],
            quoted_in(quoted, words, text, start, end),
        )

    of_a, of_b = np.split(texts.indices.to_numpy().astype(np.int64), 2)
    return side("a", "shorter", of_a), side("b", "longer", of_b)


def _matches(a: _Side, b: _Side, kind: Marks, inside: Flags, similarity: Ints, matched: Ints) -> pa.RecordBatch:
    """Put the side that comes first by id on the left."""
    turned: Flags = b.ids < a.ids

    def sides(of_a: Any, of_b: Any) -> tuple[Any, Any]:
        return np.where(turned, of_b, of_a), np.where(turned, of_a, of_b)

    shares = (np.minimum(1.0, matched / np.maximum(side.words, 1)) for side in (a, b))
    first, basis = _directions(a.published, b.published, inside)
    speakers = [_speaker(a, b, i) if quoted else None for i, quoted in enumerate((a.quoted | b.quoted).tolist())]
    columns: dict[str, Any] = {
        "kind": np.array(KINDS, object)[kind],
        "similarity": similarity / 1_000_000,
        "jaccard": np.minimum(1.0, matched / np.maximum(a.words + b.words - matched, 1)),
        "aligned_word_count": matched,
        "speaker": speakers,
        "direction": np.array(_DIRECTIONS, object)[np.where(turned, -first, first)],
        "direction_basis": np.array(_BASES, object)[basis],
    }
    for name, of_a, of_b in (
        ("{}_paragraph_id", a.ids, b.ids),
        ("{}_char_start", a.start, b.start),
        ("{}_char_end", a.end, b.end),
    ):
        columns[name.format("a")], columns[name.format("b")] = sides(of_a, of_b)
    columns["a_in_b"], columns["b_in_a"] = sides(*shares)
    columns["match_id"] = list(map(_match_id, *(columns[name].tolist() for name in _SAID)))
    return pa.RecordBatch.from_arrays([pa.array(columns[f.name], f.type) for f in MATCHES], schema=MATCHES)


_DIRECTIONS = ("unknown", "a_first", "b_first")  # -1: the last
_BASES = ("none", "published_at", "containment")
_SAID = ("kind", "a_paragraph_id", "b_paragraph_id", "a_char_start", "b_char_start")


def _directions(a: pa.Array, b: pa.Array, a_inside_b: Flags) -> tuple[Ints, Ints]:
    """Return who was first (1: a, -1: b), and how we know: dates, else what is contained is older than what holds it.

    In places of `_DIRECTIONS` and `_BASES`.
    """
    dated = _flags(pc.not_equal(a, b))
    contained = a_inside_b & ~_flags(pc.and_(a.is_valid(), b.is_valid()))
    first = np.where(dated, np.where(_flags(pc.less(a, b)), 1, -1), contained.astype(np.int64))
    return first, np.where(dated, 1, 2 * contained)


def _flags(values: pa.Array | pa.ChunkedArray) -> Flags:
    """Return an Arrow column of truth values; null counts as false."""
    return pc.fill_null(values, False).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]  # noqa: FBT003


def _speaker(a: _Side, b: _Side, i: int) -> str | None:
    places = ((side.texts[i], int(side.start[i]), int(side.end[i])) for side in (a, b))
    names = [name for place in places if (name := speaker_of(*place))]
    return max(names, key=lambda name: (len(name), name), default=None)


def _match_id(*said: str | int) -> str:
    return hashlib.blake2b("\0".join(map(str, said)).encode(), digest_size=16).hexdigest()
