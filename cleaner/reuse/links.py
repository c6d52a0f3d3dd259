"""Links between paragraphs, with character ranges on both sides: what verdicts on texts come to."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.arrays import Counts, Flags, Ints, Marks, offsets_of
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
    """Links of paragraphs by row, `a` before `b` by id: kind (place in `KINDS`), passage in characters, measures.

    `a_in_b` and `b_in_a` tell whether the one stands in the other; shares are matched words over all words.
    """

    a: Ints
    b: Ints
    kind: Ints
    similarity: NDArray[np.float64]
    a_char_start: Ints
    a_char_end: Ints
    b_char_start: Ints
    b_char_end: Ints
    matched: Ints
    quoted: Flags


def links_of(found: Found, words: Words, by_id: Ints) -> Links:
    """Return the links, sorted by id: exact copies with the best of their text, texts by their best paragraphs."""
    ties, best = found.clustered.ties, found.best
    marked = quoted_before(words)
    left, right = best[ties.shorter], best[ties.longer]
    quoted = quoted_in(marked, words, left, ties.shorter_start, ties.shorter_end)
    quoted |= quoted_in(marked, words, right, ties.longer_start, ties.longer_end)
    kind = kinds_of(ties.verdict, quoted)
    across = Links(
        left,
        right,
        kind,
        ties.similarity.astype(np.float64),
        *characters_of(words, left, ties.shorter_start, ties.shorter_end),
        *characters_of(words, right, ties.longer_start, ties.longer_end),
        ties.matched,
        quoted,
    )
    both = [np.concatenate(columns) for columns in zip(across, _exact(found, words, marked), strict=True)]
    return _in_order(Links(*both), by_id)


def kinds_of(verdict: Marks, quoted: Flags) -> Ints:
    """Return the kind of each link (its place in `KINDS`)."""
    kind = np.where((verdict & LEFT_IN_RIGHT) != 0, CONTAINS, SHARED_PASSAGE)
    kind[quoted] = QUOTATION
    kind[(verdict & REVISION) != 0] = REVISED
    kind[(verdict & NEAR_COPY) != 0] = NEAR
    return kind


def _exact(found: Found, words: Words, marked: Counts) -> Links:
    text = found.distinct.text_of
    copies = np.flatnonzero(text >= 0)
    copies = copies[found.best[text[copies]] != copies]
    best = found.best[text[copies]]
    count = words.counts[copies]
    none = np.zeros(len(copies), np.int64)
    quoted = quoted_in(marked, words, best, none, count) | quoted_in(marked, words, copies, none, count)
    one = np.ones(len(copies))
    a, b = characters_of(words, best, none, count), characters_of(words, copies, none, count)
    return Links(best, copies, none + NEAR, one, *a, *b, count, quoted)


def quoted_before(words: Words) -> Counts:
    """Return how many quoted words stand before each, as `quoted_in` reads it."""
    return running_count((words.marks & QUOTED) != 0)


def quoted_in(marked: Counts, words: Words, rows: Ints, start: Ints, end: Ints) -> Flags:
    """Tell which passages stand in quotation marks, all but a little."""
    first = words.offsets[rows]
    inside = marked[first + end] - marked[first + start]
    found: Flags = inside >= QUOTED_SHARE * np.minimum(end - start, 0xFFFF)
    return found


def characters_of(words: Words, rows: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return the characters that passages, given in words, begin and end with."""
    first = words.offsets[rows]
    return words.starts[first + start].astype(np.int64), words.ends[first + end - 1].astype(np.int64)


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
