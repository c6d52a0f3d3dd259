"""Alignments: as long as the longest common subsequence, in order, whatever the length of either text."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import LCSseq

import cleaner.reuse.alignment as alignment_module
from cleaner.reuse.alignment import Sequences, alignments
from cleaner.reuse.long_texts import long_alignments

ROWS = st.lists(st.lists(st.integers(2, 9), max_size=150), min_size=2, max_size=6)


def as_sequences(rows: list[list[int]]) -> Sequences:
    ends = np.cumsum([len(row) for row in rows])
    return Sequences(np.array([x for row in rows for x in row], np.uint32), ends - [len(r) for r in rows], ends)


def every_pair(rows: list[list[int]]) -> tuple[np.ndarray, np.ndarray]:
    pairs = [(i, j) for i in range(len(rows)) for j in range(len(rows)) if len(rows[i]) <= len(rows[j])]
    left, right = np.array(pairs, np.int64).reshape(-1, 2).T
    return left, right


@pytest.mark.parametrize(
    ("wide", "few"),
    [(0, 0), (1 << 30, 0), (1 << 30, 1 << 30)],
    ids=["all rows", "rows with a match", "pair by pair"],
)
@given(rows=ROWS)
@settings(deadline=None, max_examples=40)
def test_without_the_filter_it_is_a_longest_common_subsequence(rows: list[list[int]], wide: int, few: int) -> None:
    rows = [row or [2] for row in rows]
    texts, (left, right) = as_sequences(rows), every_pair(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment_module, "_in_runs", lambda equal: equal)
        patch.setattr(alignment_module, "WIDE_WORDS", wide)
        patch.setattr(alignment_module, "FEW_PAIRS", few)
        blocks = list(alignments(texts, left, right))
    for block in blocks:
        for place, pair in enumerate(block.pairs.tolist()):
            a, b = rows[left[pair]], rows[right[pair]]
            mine = block.matches.pair == place
            i, j = block.matches.left[mine], block.matches.right[mine]
            assert len(i) == LCSseq.similarity(a, b)
            assert all(a[x] == b[y] for x, y in zip(i.tolist(), j.tolist(), strict=True))
            assert (np.diff(i) > 0).all()
            assert (np.diff(j) > 0).all()


@given(ROWS)
@settings(deadline=None, max_examples=40)
def test_matches_are_equal_words_in_order(rows: list[list[int]]) -> None:
    rows = [row or [2] for row in rows]
    texts, (left, right) = as_sequences(rows), every_pair(rows)
    for blocks in (alignments(texts, left, right), long_alignments(texts, left, right)):
        seen = []
        for block in blocks:
            seen += block.pairs.tolist()
            pair, i, j = block.matches
            x = texts.hashes[texts.begins[left[block.pairs[pair]]] + i]
            y = texts.hashes[texts.begins[right[block.pairs[pair]]] + j]
            assert np.array_equal(x, y)
            same = np.diff(pair) == 0
            assert (np.diff(i)[same] > 0).all()
            assert (np.diff(j)[same] > 0).all()
        assert sorted(seen) == list(range(len(left)))


def test_blocks_do_not_change_alignments(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    rows = [random.integers(2, 30, length).tolist() for length in (5, 31, 32, 33, 63, 64, 65, 130, 200)]
    texts, (left, right) = as_sequences(rows), every_pair(rows)

    def listed() -> list[tuple[int, ...]]:
        return sorted(
            (int(b.pairs[p]), int(i), int(j))
            for b in alignments(texts, left, right)
            for p, i, j in zip(*b.matches, strict=True)
        )

    whole = listed()
    monkeypatch.setattr(alignment_module, "BLOCK_WORDS", 1)
    monkeypatch.setattr(alignment_module, "TILE_CELLS", 1)
    assert listed() == whole


def test_a_stray_word_anchors_nothing() -> None:
    rows = [[2, 3, 4, 5], [9, 3, 9, 8, 7, 6, 5]]
    (block,) = alignments(as_sequences(rows), np.array([0]), np.array([1]))
    assert len(block.matches.pair) == 0
