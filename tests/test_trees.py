"""The forest says what a plain walk down its trees says, and explains itself without remainder."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cleaner.chrome.trees import (
    MAX_LEAVES,
    Forest,
    Node,
    forest_from_json,
    forest_from_trees,
    probabilities,
)

COLUMNS = ("links", "words", "depth", "share")


def grow(rng: np.random.Generator, leaves: int) -> tuple[list[Node], list[float]]:
    """A random tree: leaves are split until there are enough."""
    nodes: list[Node] = []
    outcome = [float(rng.normal())]
    if leaves == 1:
        return nodes, outcome
    parents: dict[int, tuple[int, int]] = {}
    while len(outcome) < leaves:
        leaf = int(rng.integers(len(outcome)))
        at = len(nodes)
        if leaf in parents:
            owner, side = parents[leaf]
            changed = list(nodes[owner])
            changed[side] = at
            nodes[owner] = tuple(changed)
        outcome.append(float(rng.normal()))
        nodes.append(
            (int(rng.integers(len(COLUMNS))), float(rng.normal()), -1 - leaf, -len(outcome), float(rng.normal()))
        )
        parents[leaf], parents[len(outcome) - 1] = (at, 2), (at, 3)
    return nodes, outcome


def forest(seed: int, sizes: tuple[int, ...]) -> tuple[Forest, list[list[Node]], list[list[float]]]:
    rng = np.random.default_rng(seed)
    grown = [grow(rng, size) for size in sizes]
    trees, leaves = [g[0] for g in grown], [g[1] for g in grown]
    return forest_from_trees(COLUMNS, trees, leaves), trees, leaves


def walk(tree: list[Node], leaves: list[float], row: np.ndarray) -> float:
    at = 0
    while at >= 0:
        column, threshold, left, right, _ = tree[at]
        at = left if row[column] <= threshold else right
    return leaves[-1 - at]


@pytest.mark.parametrize("seed", range(20))
def test_margins_are_those_of_a_plain_walk(seed: int) -> None:
    model, trees, leaves = forest(seed, (2, 3, 7, 16, 31, MAX_LEAVES))
    rows = np.random.default_rng(seed + 100).normal(size=(700, len(COLUMNS))).astype(np.float32)
    expected = [sum(walk(t, v, row) for t, v in zip(trees, leaves, strict=True)) for row in rows]
    assert np.allclose(model.margins(rows), expected, atol=1e-5)


def test_rows_are_judged_alike_alone_and_together() -> None:
    model, _, _ = forest(3, (8, 31, 5))
    rows = np.random.default_rng(5).normal(size=(1300, len(COLUMNS))).astype(np.float32)
    assert np.array_equal(model.margins(rows), np.concatenate([model.margins(rows[i : i + 1]) for i in range(1300)]))


def test_a_value_on_the_threshold_goes_left() -> None:
    model = forest_from_trees(COLUMNS, [[(0, 0.1, -1, -2, 0.0)]], [[1.0, -1.0]])
    row = np.zeros((3, 4), np.float32)
    row[:, 0] = (0.09, np.float32(0.1), 0.11)
    # float32(0.1) is above the double 0.1, as it is for the library that trains
    assert model.margins(row).tolist() == [1.0, -1.0, -1.0]


def test_no_rows_give_no_margins() -> None:
    model, _, _ = forest(1, (4,))
    assert model.margins(np.zeros((0, 4), np.float32)).shape == (0,)


def test_contributions_add_up_to_the_margin() -> None:
    model, trees, _ = forest(9, (9, 20, 31))
    rng = np.random.default_rng(9)
    for row in rng.normal(size=(50, len(COLUMNS))).astype(np.float32):
        roots = sum(tree[0][4] for tree in trees)
        assert roots + sum(model.contributions(row).values()) == pytest.approx(model.margins(row[None])[0], abs=1e-5)


def test_too_many_leaves_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 32"):
        forest(1, (MAX_LEAVES + 1,))


def test_columns_are_found_by_name() -> None:
    model, _, _ = forest(4, (12, 12))
    wide = ("other", *reversed(COLUMNS))
    rows = np.random.default_rng(2).normal(size=(40, 5)).astype(np.float32)
    narrow = np.ascontiguousarray(rows[:, [4, 3, 2, 1]])
    assert np.array_equal(model.over(wide).margins(rows), model.margins(narrow))


def test_a_missing_column_is_named() -> None:
    model, _, _ = forest(4, (12,))
    with pytest.raises(ValueError, match="depth"):
        model.over(("links", "words", "share"))


def test_json_gives_the_same_forest() -> None:
    model, trees, leaves = forest(6, (5, 17))
    data = {"columns": COLUMNS, "trees": [{"nodes": t, "leaves": v} for t, v in zip(trees, leaves, strict=True)]}
    rows = np.random.default_rng(6).normal(size=(100, 4)).astype(np.float32)
    assert np.array_equal(forest_from_json(json.loads(json.dumps(data))).margins(rows), model.margins(rows))


def test_probabilities_do_not_overflow() -> None:
    assert probabilities(np.array([-1e9, 0.0, 1e9])).tolist() == pytest.approx([0.0, 0.5, 1.0])
