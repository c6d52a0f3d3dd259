"""What two texts have to do with each other: near copies, one inside the other, a shared passage, or a revision."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.reuse.alignment import LONG_WORDS, Block, Matches, Sequences, alignments
from cleaner.reuse.arrays import Flags, Ints, Marks, Ratios
from cleaner.reuse.bounds import DENSE_FIFTHS, SURE_SHARE, SURE_WORDS, free_end, hopeful_by_words
from cleaner.reuse.long_texts import long_alignments
from cleaner.reuse.names import COMMON_WORD, SHORT_WORDS
from cleaner.reuse.passages import Passages, Texts, in_both, passages
from cleaner.reuse.quotations import quotations
from cleaner.reuse.settings import Settings
from cleaner.reuse.word_sets import hopeful_by_sets, word_sets
from cleaner.reuse.words import CAPITAL, NUMBER, STARTS_SENTENCE

NEAR_COPY, LEFT_IN_RIGHT, SHARED, REVISION = 1, 2, 4, 8
"""Bits of a verdict: near copies may also contain one another; a revision has other numbers or names."""

FRAME_WORDS = 2
"""Short texts that share fewer telling words have a frame in common, and speak of different things."""
_BEGINS = CAPITAL | STARTS_SENTENCE | NUMBER
_Stretch = tuple[Ints, Ints, Ints, Ints]
SHARED_GAP = 6
"""A shared passage has no more words than this left out or put in at one place."""


class Verdicts(NamedTuple):
    """One row a pair that has anything to do with each other: its number, verdict, passage and measures.

    `left` is the shorter text.  Offsets are words, half-open.  `similarity`: matched words over the longer text, free
    ends aside (0 to 1).
    """

    pair: Ints
    verdict: Marks
    similarity: Ratios
    left_start: Ints
    left_end: Ints
    right_start: Ints
    right_end: Ints
    matched: Ints


def verify(texts: Texts, left: Ints, right: Ints, grain: Ints, settings: Settings) -> Verdicts:
    """Return verdicts on pairs of texts, `left` not longer than `right`, in the order of the pairs.

    `grain`: characters that make a word of this text, 1 where words are words.
    """
    parts = [_judge(texts, left, right, grain, block, settings) for block in _aligned(texts, left, right, settings)]
    parts.append(no_verdicts())
    joined = Verdicts._make(np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.argsort(joined.pair, kind="stable")
    return Verdicts._make(column[order] for column in joined)


def no_verdicts() -> Verdicts:
    """Return nothing, in columns of the right types."""
    none = np.zeros(0, np.int64)
    return Verdicts(none, none.astype(np.uint8), none.astype(np.float32), none, none, none, none, none)


def _aligned(texts: Texts, left: Ints, right: Ints, settings: Settings) -> Iterator[Block]:
    """Yield alignments of the pairs that may have anything to do with each other."""
    sequences = Sequences(texts.hashes, texts.begins, texts.ends)
    count = texts.ends - texts.begins
    short = (count[left] <= LONG_WORDS) & (count[right] <= 8 * LONG_WORDS)
    some = np.flatnonzero(short)
    some = some[hopeful_by_sets(word_sets(sequences), left[some], right[some], settings)]
    for block in alignments(sequences, left[some], right[some], partial(hopeful_by_words, settings=settings)):
        yield block._replace(pairs=some[block.pairs])
    rest = np.flatnonzero(~short)
    for block in long_alignments(sequences, left[rest], right[rest]):
        yield block._replace(pairs=rest[block.pairs])


class _Measures(NamedTuple):
    """What the rules below weigh, in words of either text."""

    left_words: Ints
    right_words: Ints
    left_free: Ints
    right_free: Ints
    altered: Flags
    passage: Passages


def _judge(
    texts: Texts,
    left: Ints,
    right: Ints,
    grain: Ints,
    block: Block,
    settings: Settings,
) -> Verdicts:
    a, b = left[block.pairs], right[block.pairs]
    passage = passages(texts, a, b, block)
    measures = _measure(texts, a, b, passage, settings)
    unit = np.minimum(grain[a], grain[b])
    quotation = quotations(texts, a, b, passage, settings)
    relabelled = _relabelled(texts, a, b, passage, settings)
    contained = _contained(measures, unit, quotation.quoted, settings) & ~relabelled
    relabelled |= _only_a_frame(texts, a, block, passage) & (unit == 1)
    near = _near(measures, settings) & ~quotation.framed & ~relabelled
    moved = (block.moved >= settings.moved_share * measures.right_words) & (measures.right_words > 0)
    moved &= block.bare <= 0.5 * _loose_limit(measures, settings)
    moved &= ~measures.altered & ~relabelled & ~_numbers_differ(texts, a, b)
    verdict = np.where(near & ~measures.altered | moved, NEAR_COPY, 0)
    verdict |= np.where(near & measures.altered & ~moved, REVISION, 0)
    verdict |= np.where(contained, LEFT_IN_RIGHT, 0)
    passage, tight = _tightened(texts, a, b, block, passage, verdict == 0)
    verdict |= np.where(tight & _shared(passage, unit, settings), SHARED, 0)
    longest = np.maximum(measures.left_words - measures.left_free, measures.right_words - measures.right_free)
    matched = np.where(moved, np.maximum(passage.matched, block.moved), passage.matched)
    similarity = np.minimum(1, matched / np.maximum(1, longest)).astype(np.float32)
    some = np.flatnonzero(verdict)
    rows = Verdicts(block.pairs, verdict.astype(np.uint8), similarity, *passage[:4], matched)
    return Verdicts._make(column[some] for column in rows)


def _measure(texts: Texts, a: Ints, b: Ints, passage: Passages, settings: Settings) -> _Measures:
    count = texts.ends - texts.begins
    left_words, right_words = count[a], count[b]
    left_tail, right_tail = left_words - passage.left_end, right_words - passage.right_end
    head, tail = passage.left_start - passage.right_start, left_tail - right_tail
    most = free_end(left_words, settings)
    # only what one side has more of at an end is free; an end that both replace counts as replaced
    left_free = np.clip(head, 0, most) + np.clip(tail, 0, most)
    right_free = np.clip(-head, 0, most) + np.clip(-tail, 0, most)
    altered = _substituted(texts, a, b, passage, settings) | _ends_differ(texts, a, b, passage, settings)
    return _Measures(left_words, right_words, left_free, right_free, altered, passage)


def _substituted(texts: Texts, a: Ints, b: Ints, passage: Passages, settings: Settings) -> Flags:
    """Tell where a number, or two names, were put in place of others, inside the passage or right at its ends.

    In a short text one name makes another statement; in a long one it may be a correction.
    """
    (a0, i0, b0, j0), (i1, a1, j1, b1) = _ends(texts, a, b, passage)
    found = (passage.numbers > 0) | (passage.names > 1) | (passage.names > 0) & (a1 - a0 < settings.name_words)
    found |= texts.number_at(i0 - 1, i0 > a0) & texts.number_at(j0 - 1, j0 > b0)
    found |= texts.number_at(i1, i1 < a1) & texts.number_at(j1, j1 < b1)
    return found


def _ends_differ(texts: Texts, a: Ints, b: Ints, passage: Passages, settings: Settings) -> Flags:
    """Tell where an end that both replaced holds other numbers or names."""
    head, tail = _ends(texts, a, b, passage)
    found = np.zeros(len(a), np.bool_)
    # a number in the place of another before the passage is the text's own; after it, it may be an outlet's year
    for least, end in ((1, head), (settings.other_end_words, tail)):
        replaced = np.minimum(end[1] - end[0], end[3] - end[2])
        found |= (replaced >= least) & (in_both(texts.numbers_before, *end) > 0)
        found |= (replaced >= settings.other_end_words) & (in_both(texts.names_before, *end) > 1)
    return found


def _relabelled(texts: Texts, a: Ints, b: Ints, passage: Passages, settings: Settings) -> Flags:
    """Tell where another name or title word makes another text: "How to choose a Y", "Z has courses", "the best of X".

    What both put at an end is what they speak of where the sentence goes on, and else a dateline or an outlet's line.
    """
    title, short = (texts.ends[a] - texts.begins[a] < words for words in (settings.title_words, settings.name_words))
    head, tail = _ends(texts, a, b, passage)
    one = (tail[1] - tail[0] == 1) & (tail[3] - tail[2] == 1)
    goes_on = ~(texts.marked(head[1], _BEGINS) | texts.marked(head[3], _BEGINS))
    went_on = one & short & ~(texts.marked(tail[0], STARTS_SENTENCE) | texts.marked(tail[2], STARTS_SENTENCE))
    found: Flags = (passage.capitals > 0) & title
    for end, same_sentence in ((head, goes_on), (tail, went_on)):
        another = ~texts.same_letters(*end)
        found |= another & title & (in_both(texts.capitals_before, *end) > 0)
        found |= another & same_sentence & (in_both(texts.names_before, *end) > 0)
    return found


def _only_a_frame(texts: Texts, a: Ints, block: Block, passage: Passages) -> Flags:
    """Tell where short texts share common words only, and not all in one run: "What to look for in a"."""
    count = texts.ends[a] - texts.begins[a]
    some = (count < SHORT_WORDS)[block.matches.pair]
    pair = block.matches.pair[some]
    telling = texts.classes[texts.begins[a[pair]] + block.matches.left[some]] != COMMON_WORD
    whole = (passage.matched == count) & (passage.right_end - passage.right_start == count)
    found: Flags = (count < SHORT_WORDS) & ~whole & (np.bincount(pair, telling, len(a)) < FRAME_WORDS)
    return found


def _ends(texts: Texts, a: Ints, b: Ints, passage: Passages) -> tuple[_Stretch, _Stretch]:
    """Return what is unmatched before and after the passage: bounds in the left text and in the right one."""
    a0, a1, b0, b1 = texts.begins[a], texts.ends[a], texts.begins[b], texts.ends[b]
    head = a0, a0 + passage.left_start, b0, b0 + passage.right_start
    return head, (a0 + passage.left_end, a1, b0 + passage.right_end, b1)


def _near(m: _Measures, settings: Settings) -> Flags:
    p = m.passage
    left = p.matched / np.maximum(1, m.left_words - m.left_free)
    right = p.matched / np.maximum(1, m.right_words - m.right_free)
    sure = (p.matched >= SURE_WORDS) | (p.matched >= SURE_SHARE * m.left_words)
    close = (left >= settings.near_share) & (right >= settings.near_share)
    # one end may be cut, as an editor cuts a sentence; where more is loose, the two have only a part in common
    loose = np.count_nonzero(_loose(m, settings), axis=0)
    close &= (loose == 0) | (loose == 1) & (np.minimum(left, right) >= settings.cut_share)
    found: Flags = (p.matched > 0) & sure & close
    return found


def _loose(m: _Measures, settings: Settings) -> Flags:
    """Tell which of the four ends are too long for a dateline, an outlet's line or a few words changed."""
    p = m.passage
    ends = np.stack([p.left_start, p.right_start, m.left_words - p.left_end, m.right_words - p.right_end])
    found: Flags = ends > _loose_limit(m, settings)
    return found


def _loose_limit(m: _Measures, settings: Settings) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.maximum(free_end(m.left_words, settings), settings.loose_run_share * m.right_words)
    return found


def _contained(m: _Measures, unit: Ints, quoted: Flags, settings: Settings) -> Flags:
    """Tell which stand inside: short texts word for word, as one word more or less makes another heading of them."""
    p = m.passage
    own = m.left_words - np.minimum(m.left_free, settings.contained_free_words)
    long_enough = (m.left_words >= settings.contained_words * unit) & (p.matched >= SURE_WORDS * unit)
    share = p.matched / np.maximum(1, own)
    missing = np.where(quoted, p.left_end - p.left_start, own) - p.matched
    exact = missing * settings.contained_lapse_words <= np.maximum(0, m.left_words - settings.contained_words)
    found: Flags = long_enough & (share >= settings.contained_share) & exact & ~m.altered
    return found


def _tightened(
    texts: Texts,
    a: Ints,
    b: Ints,
    block: Block,
    passage: Passages,
    chosen: Flags,
) -> tuple[Passages, Flags]:
    """Give the chosen pairs, which are no more than acquainted, their best passage without a wide gap in it."""
    rows = np.flatnonzero(chosen)
    number = np.cumsum(chosen) - 1
    mine = chosen[block.matches.pair]
    matches = Matches(number[block.matches.pair[mine]], block.matches.left[mine], block.matches.right[mine])
    tight = passages(texts, a[rows], b[rows], block._replace(matches=matches), SHARED_GAP)
    columns = [column.copy() for column in passage]
    for column, new in zip(columns, tight, strict=True):
        column[rows] = new
    return Passages._make(columns), chosen


def _shared(p: Passages, unit: Ints, settings: Settings) -> Flags:
    left, right = p.left_end - p.left_start, p.right_end - p.right_start
    dense = (5 * p.matched >= DENSE_FIFTHS * np.minimum(left, right)) & (p.matched >= 0.5 * np.maximum(left, right))
    found: Flags = dense & (p.matched >= settings.shared_words * unit)
    return found


def _numbers_differ(texts: Texts, a: Ints, b: Ints) -> Flags:
    """Tell which pairs do not hold equally many numbers; sentences that moved must have kept theirs."""
    sums, begins, ends = texts.numbers_before, texts.begins, texts.ends
    found: Flags = (sums[ends[a]] - sums[begins[a]]) != (sums[ends[b]] - sums[begins[b]])
    return found
