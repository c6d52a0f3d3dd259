"""Alignments of many pairs of word sequences at once: longest common subsequences, in bits.

Hyyrö's bit-parallel recurrence (2004, "Bit-parallel LCS-length computation revisited") runs over a block of pairs in
lockstep: one numpy operation advances thousands of pairs by one word.  A first pass sees only matches in runs of two or
more, so that a stray "the" anchors nothing; a second pass fills the gaps between them with single words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias, cast

import numpy as np

from cleaner.reuse.arrays import Codes, Flags, Ints
from cleaner.reuse.bits import Bits, added, any_set, below, full, highest, lowered, places, raised, up_to, width

BLOCK_WORDS = 1 << 19
"""Machine words of one bit matrix: thousands of pairs, so that the cost of a numpy call is shared, yet in the cache."""
WIDE_WORDS = 1 << 10
"""Machine words of a row of bits that is worth the numpy calls for it, whatever it holds."""
FEW_PAIRS = 24
"""So many pairs are traced one by one as quickly as all at once: a step with Python's numbers costs that much less."""
TILE_CELLS = 1 << 19
"""Word comparisons made at once."""
LONG_WORDS = 512
"""Longer sequences are aligned by their rare grams (`long_texts`)."""
_NONE_LEFT, _NONE_RIGHT = 0, 1


class Sequences(NamedTuple):
    """Word hashes of many texts, and where each begins and ends."""

    hashes: Codes
    begins: Ints
    ends: Ints


class Matches(NamedTuple):
    """Matched words: the pair's number (ascending), and the word's place in either text (ascending in a pair)."""

    pair: Ints
    left: Ints
    right: Ints


class _Some(NamedTuple):
    """Numbers of pairs, and how many words either text has."""

    pairs: Ints
    left_words: Ints
    right_words: Ints


class Block(NamedTuple):
    """Alignment of some pairs (`pairs`: their numbers).

    `moved`: words of the right and of the left text that stand in common runs, in whatever order (the lesser count);
    `bare`: the longest run of words of the right text that stand in none.
    """

    pairs: Ints
    matches: Matches
    moved: Ints
    bare: Ints


Hope: TypeAlias = Callable[[Bits, Ints, Ints], Flags]
"""Tells which pairs are worth aligning: given the words that may be matched, and the number of words of either text.

What is matched in a passage at last are words of these, also where it is stretched: that is along runs."""


def alignments(texts: Sequences, left: Ints, right: Ints, hope: Hope | None = None) -> Iterator[Block]:
    """Yield alignments of `left[k]` with `right[k]`, in blocks of pairs of like length; texts up to `LONG_WORDS`.

    Pairs without `hope`, if that is given, are left out.
    """
    count = texts.ends - texts.begins
    words = _word_count(count[left])
    order = np.lexsort((np.arange(len(left)), count[right], words))
    rows = count[right][order]
    first = 0
    while first < len(order):
        last = _block_end(rows, words[order], first)
        chosen = order[first:last]
        some = _Some(chosen, count[left[chosen]], count[right[chosen]])
        equal = _equal_words(texts, left[chosen], right[chosen], int(words[order[first]]))
        yield from _align(equal, some, hope)
        first = last


def _word_count(count: Ints) -> Ints:
    """Machine words a text needs, 0 standing for half of one."""
    return np.where(count <= 32, 0, (count + 63) // 64)


def _block_end(rows: Ints, words: Ints, first: int) -> int:
    """Pairs are sorted by words, then rows: take as many as fit, all of one number of words, of like length."""
    end = int(np.searchsorted(words, words[first], "right"))
    size = BLOCK_WORDS // (max(1, int(rows[first])) * max(1, int(words[first])))
    alike = int(np.searchsorted(rows[first:end], rows[first] * 1.25 + 4, "right"))
    return first + max(1, min(size, alike, end - first))


def _equal_words(texts: Sequences, left: Ints, right: Ints, words: int) -> Bits:
    size = max(1, words) * 64 if words else 32
    a = _padded(texts, left, size, _NONE_LEFT)
    b = _padded(texts, right, int((texts.ends[right] - texts.begins[right]).max(initial=1)), _NONE_RIGHT)
    return _equality(a, b)


def _align(equal: Bits, some: _Some, hope: Hope | None) -> Iterator[Block]:
    """Yield the block of the pairs that keep hope: by their equal words first, then by the chain and runs of these."""
    some, (equal,) = _hopeful(hope, equal, some, equal)
    if not len(some.pairs):
        return
    runs = _in_runs(equal)
    rows = _trace(_between(equal, _trace(runs)))
    some, (rows, runs) = _hopeful(hope, rows | runs, some, rows, runs)
    if len(some.pairs):
        yield Block(some.pairs, _listed(rows), _moved(runs), _bare(runs, some.right_words))


def _hopeful(hope: Hope | None, matched: Bits, some: _Some, *matrices: Bits) -> tuple[_Some, tuple[Bits, ...]]:
    if hope is None:
        return some, matrices
    kept = np.flatnonzero(hope(matched, some.left_words, some.right_words))
    # `take`, for an index would turn the axes in memory
    return _Some._make(column[kept] for column in some), tuple(matrix.take(kept, axis=2) for matrix in matrices)


def _padded(texts: Sequences, rows: Ints, size: int, nothing: int) -> Codes:
    """Return the words of the rows, one a line, cut or padded to `size`."""
    begin = texts.begins[rows]
    short = max(0, size - len(texts.hashes))
    hashes = np.concatenate([texts.hashes, np.zeros(short, np.uint32)]) if short else texts.hashes
    windows = np.lib.stride_tricks.sliding_window_view(hashes, size)
    out = windows[np.minimum(begin, len(windows) - 1)]
    late = np.flatnonzero(begin >= len(windows))
    for line in late.tolist():
        rest = hashes[begin[line] :][:size]
        out[line, : len(rest)] = rest
    count = texts.ends[rows] - begin
    np.copyto(out, np.uint32(nothing), where=np.arange(size) >= count[:, None])
    return out


def _equality(a: Codes, b: Codes) -> Bits:
    """Return for each word of b the bits of the equal words of a: shape (rows, words, pairs)."""
    dtype = np.dtype(np.uint32 if a.shape[1] == 32 else np.uint64)
    bits = np.empty((b.shape[1], a.shape[1] // (8 * dtype.itemsize), len(a)), dtype)
    tile = max(1, TILE_CELLS // (a.shape[1] * b.shape[1]))
    for first in range(0, len(a), tile):
        chosen = slice(first, first + tile)
        equal = a[chosen, None, :] == b[chosen, :, None]
        # packed as one long row, for rows are whole bytes: a row at a time takes as long as all the comparing
        packed = np.packbits(equal.reshape(-1), bitorder="little").view(dtype)
        bits[:, :, chosen] = packed.reshape(-1, *bits.shape[:2]).transpose(1, 2, 0)
    return bits


def _in_runs(equal: Bits) -> Bits:
    """Keep matches whose neighbour on the diagonal matches too."""
    support = np.zeros_like(equal)
    support[1:] = raised(equal[:-1])
    support[:-1] |= lowered(equal[1:])
    support &= equal
    return support


def _trace(equal: Bits) -> Bits:
    """Return for each row the one bit that a longest common subsequence takes there, or none."""
    if equal[0].size >= WIDE_WORDS:
        return _taken(equal, [equal.shape[2]] * len(equal))
    return _trace_of_some(equal)


def _trace_of_some(equal: Bits) -> Bits:
    """Return the same, passing over rows without a match, which change nothing.

    Where rows are many and narrow, each costs what a few numpy calls do, and in most pairs most rows have no match.
    Pairs with many others stand first, and ever fewer of them are left in the march.
    """
    some = any_set(equal)
    counts = np.count_nonzero(some, axis=0)
    if counts.sum() <= FEW_PAIRS * counts.max(initial=0):
        return _trace_one_by_one(equal, some)
    order = np.argsort(-counts, kind="stable")
    pair, row = np.nonzero(some.T[order])
    rank = np.arange(len(pair)) - (np.cumsum(counts[order]) - counts[order])[pair]
    marching = np.searchsorted(-counts[order], -np.arange(counts.max(initial=0)))
    matching = np.zeros((len(marching), *equal.shape[1:]), equal.dtype)
    matching[rank, :, pair] = equal[row, :, order[pair]]
    taken = np.zeros_like(equal)
    taken[row, :, order[pair]] = _taken(matching, marching.tolist())[rank, :, pair]
    return taken


def _trace_one_by_one(equal: Bits, some: Flags) -> Bits:
    """Return the same: the rows of a pair that hold a match (`some`) become whole numbers."""
    taken = np.zeros_like(equal)
    size = equal.shape[1] * equal.dtype.itemsize
    for pair in np.flatnonzero(some.any(axis=0)).tolist():
        rows = np.flatnonzero(some[:, pair])
        packed = np.ascontiguousarray(equal[rows, :, pair]).tobytes()
        numbers = [int.from_bytes(packed[at : at + size], "little") for at in range(0, len(packed), size)]
        chosen = b"".join(number.to_bytes(size, "little") for number in _taken_alone(numbers, (1 << 8 * size) - 1))
        taken[rows, :, pair] = np.frombuffer(chosen, equal.dtype).reshape(len(rows), -1)
    return taken


def _taken_alone(rows: list[int], every: int) -> list[int]:
    """Return for each row the bit that is taken, as `_taken` does; `every` has all bits."""
    grown, state = [0], every
    for row in rows:
        both = state & row
        state = ((state + both) | (state ^ both)) & every
        grown.append(state ^ every)
    taken, allowed = [0] * len(rows), every
    for row in range(len(rows), 0, -1):
        columns = grown[row] & allowed
        bit = 1 << columns.bit_length() >> 1
        if bit & ~grown[row - 1]:
            taken[row - 1], allowed = bit, bit - 1
    return taken


def _taken(equal: Bits, marching: list[int]) -> Bits:
    """Return the same where the first so many pairs have a row at all (`marching`, for each row, ever fewer)."""
    grown = _recurrence(equal, marching)
    taken = np.zeros_like(equal)
    allowed = np.full(equal.shape[1:], full(equal.dtype))
    for row in range(len(equal) - 1, -1, -1):
        pairs = marching[row]
        bit = highest(grown[row, :, :pairs] & allowed[:, :pairs])  # the highest column that grows at or before this row
        here = bit & ~grown[row - 1, :, :pairs] if row else bit  # it grew in this very row: a match
        taken[row, :, :pairs] = here
        allowed[:, :pairs] &= below(here)
    return taken


def _recurrence(equal: Bits, marching: list[int]) -> Bits:
    """Return after each row the columns in which the length of the longest common subsequence grows."""
    grown = np.empty_like(equal)
    whole = np.full(equal.shape[1:], full(equal.dtype))
    for row, pairs in enumerate(marching):
        state = whole[:, :pairs]
        both = state & equal[row, :, :pairs]
        state[...] = added(state, both) | (state ^ both)
        np.invert(state, out=grown[row, :, :pairs])
    return grown


def _between(equal: Bits, anchors: Bits) -> Bits:
    """Keep anchors, and the matches that lie between two of them, before the first or after the last, in both texts."""
    passed = up_to(anchors)
    found = any_set(anchors)[:, None, :]
    above = np.where(found, passed ^ anchors, full(equal.dtype))
    np.bitwise_or.accumulate(passed, axis=0, out=passed)
    np.bitwise_and.accumulate(above[::-1], axis=0, out=above[::-1])
    some = passed[-1:, :1, :] != 0  # a pair without anchors has nothing to fill
    return np.where(some, equal & above & ~passed, equal.dtype.type(0)) | anchors


def _listed(taken: Bits) -> Matches:
    """List taken bits pair by pair."""
    by_pair = cast("Bits", np.ascontiguousarray(taken.transpose(2, 0, 1)).reshape(taken.shape[2], -1))
    found = by_pair != 0
    pair = np.repeat(np.arange(len(found)), np.count_nonzero(found, axis=1))
    flat = np.flatnonzero(found)
    place = flat - pair * found.shape[1]
    left = places(by_pair.reshape(-1)[flat])
    words = taken.shape[1]
    if words == 1:
        return Matches(pair, left, place)
    return Matches(pair, left + place % words * width(taken), place // words)


def _moved(runs: Bits) -> Ints:
    right = np.count_nonzero(any_set(runs), axis=0)
    seen = np.bitwise_or.reduce(runs, axis=0)
    bits = np.unpackbits(np.ascontiguousarray(seen.T).view(np.uint8), axis=1)
    found: Ints = np.minimum(np.count_nonzero(bits, axis=1), right)
    return found


def _bare(runs: Bits, count: Ints) -> Ints:
    """Return the longest stretch of words of the right texts, of which there are `count`, that stand in no run."""
    borders = np.zeros((len(count), len(runs) + 1), np.bool_)
    borders[:, :-1] = any_set(runs).T
    borders[np.arange(len(count)), count] = True
    flat = np.flatnonzero(borders)
    pair, place = np.divmod(flat, borders.shape[1])
    first = np.flatnonzero(np.diff(pair, prepend=-1))
    bare = np.diff(flat, prepend=0) - 1
    bare[first] = place[first]
    found: Ints = np.maximum.reduceat(bare, first)
    return found
