"""Links between paragraphs, with character ranges on both sides: what verdicts on texts come to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.arrays import Counts, Flags, Ints, Marks, Places, Ratios, offsets_of
from cleaner.reuse.columns import Scratch, rest
from cleaner.reuse.excerpts import stretches
from cleaner.reuse.finding import Found
from cleaner.reuse.passages import running_count
from cleaner.reuse.verdicts import LEFT_IN_RIGHT, NEAR_COPY, REVISION
from cleaner.reuse.words import QUOTED, Words

KINDS = ("near_copy", "revision", "quotation", "contains", "shared", "headline_repeat")
(NEAR, REVISED, QUOTATION, CONTAINS, SHARED_PASSAGE, HEADLINE) = range(len(KINDS))
QUOTED_SHARE = 0.8
"""So much of a passage must stand in quotation marks, on one side at least, for a quotation."""
COPIES_SHOWN = 20
"""A contained text is listed for so many of its exact copies, first by id, on either side."""


class Links(NamedTuple):
    """Links of paragraphs by row, `a` before `b` by id: kind (place in `KINDS`), similarity, passage in characters."""

    a: Ints
    b: Ints
    kind: Marks
    similarity: Ratios
    a_char_start: Places
    a_char_end: Places
    b_char_start: Places
    b_char_end: Places


def links_of(found: Found, words: Words, by_id: Ints, scratch: Scratch | None = None) -> Links:
    """Return the links, sorted by id: exact copies with the best of their text, texts by their best paragraphs."""
    marked = quoted_before(words, scratch)
    across, exact = _across(found, words, marked), _exact(found, words)
    columns: Iterator[tuple[NDArray[Any], NDArray[Any]]] = zip(across, exact, strict=True)
    return _in_order(Links._make(map(np.concatenate, columns)), by_id)


def _across(found: Found, words: Words, marked: Counts) -> Links:
    ties, best = found.clustered.ties, found.best
    left, right = best[ties.shorter], best[ties.longer]
    quoted = quoted_in(marked, words, left, ties.shorter_start, ties.shorter_end)
    quoted |= quoted_in(marked, words, right, ties.longer_start, ties.longer_end)
    rest(marked)
    return Links(
        left,
        right,
        kinds_of(ties.verdict, quoted),
        ties.similarity,
        *characters_of(words, left, ties.shorter_start, ties.shorter_end),
        *characters_of(words, right, ties.longer_start, ties.longer_end),
    )


def kinds_of(verdict: Marks, quoted: Flags) -> Marks:
    """Return the kind of each link (its place in `KINDS`)."""
    kind = np.where((verdict & LEFT_IN_RIGHT) != 0, np.uint8(CONTAINS), np.uint8(SHARED_PASSAGE))
    kind[quoted] = QUOTATION
    kind[(verdict & REVISION) != 0] = REVISED
    kind[(verdict & NEAR_COPY) != 0] = NEAR
    return kind


def _exact(found: Found, words: Words) -> Links:
    text = found.distinct.text_of
    copies = np.flatnonzero(text >= 0)
    copies = copies[found.best[text[copies]] != copies]
    best = found.best[text[copies]]
    count = words.counts[copies].astype(np.int32)
    none = np.zeros(len(copies), np.int32)
    kind, similarity = np.full(len(copies), NEAR, np.uint8), np.ones(len(copies), np.float32)
    a, b = characters_of(words, best, none, count), characters_of(words, copies, none, count)
    return Links(best, copies, kind, similarity, *a, *b)


def quoted_before(words: Words, scratch: Scratch | None = None) -> Counts:
    """Return how many quoted words stand before each, as `quoted_in` reads it."""
    column = (scratch or Scratch()).column(np.uint16)
    last = np.zeros(1, np.uint16)
    column.add(last)
    for part in stretches(words):
        sums = last + running_count((part.marks & QUOTED) != 0)
        column.add(sums[1:])
        last = sums[-1:]
    return column.filled()


def quoted_in(marked: Counts, words: Words, rows: Ints, start: Places, end: Places) -> Flags:
    """Tell which passages stand in quotation marks, all but a little."""
    first = words.offsets[rows]
    inside = marked[first + end] - marked[first + start]
    found: Flags = inside >= QUOTED_SHARE * np.minimum(end - start, 0xFFFF)
    return found


def characters_of(words: Words, rows: Ints, start: Places, end: Places) -> tuple[Places, Places]:
    """Return the characters that passages, given in words, begin and end with."""
    first = words.offsets[rows]
    begins = words.starts[first + start].astype(np.int32)
    rest(words.starts)
    ends = words.ends[first + end - 1].astype(np.int32)
    rest(words.ends)
    return begins, ends


def _in_order(links: Links, by_id: Ints) -> Links:
    """Put the paragraph that is first by id on the left, and sort."""
    swap = by_id[links.a] > by_id[links.b]
    turned = links._replace(
        a=np.where(swap, links.b, links.a),
        b=np.where(swap, links.a, links.b),
        a_char_start=np.where(swap, links.b_char_start, links.a_char_start),
        a_char_end=np.where(swap, links.b_char_end, links.a_char_end),
        b_char_start=np.where(swap, links.a_char_start, links.b_char_start),
        b_char_end=np.where(swap, links.a_char_end, links.b_char_end),
    )
    order = np.lexsort((by_id[turned.b], by_id[turned.a]))
    return Links._make(column[order] for column in turned)


def containments(found: Found, by_id: Ints) -> tuple[Ints, Ints]:
    """Return rows of contained paragraphs and of what contains them, for up to `COPIES_SHOWN` exact copies a side."""
    inside = found.clustered.ties.take((found.clustered.ties.verdict & LEFT_IN_RIGHT) != 0)
    inner, outer = inside.shorter, inside.longer
    some = np.flatnonzero(found.distinct.text_of >= 0)
    rows = some[np.lexsort((by_id[some], found.distinct.text_of[some]))]
    first = offsets_of(np.bincount(found.distinct.text_of[some], minlength=len(found.best)))
    shown = np.minimum(np.diff(first), COPIES_SHOWN)
    count = shown[inner] * shown[outer]
    pair = np.repeat(np.arange(len(inner)), count)
    place = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    wide = shown[outer][pair]
    inner_rows, outer_rows = rows[first[inner][pair] + place // wide], rows[first[outer][pair] + place % wide]
    order = np.lexsort((by_id[outer_rows], by_id[inner_rows]))
    return inner_rows[order], outer_rows[order]
