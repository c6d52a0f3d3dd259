"""Gradient-boosted trees, evaluated in numpy from a JSON file: no training library at run time.

Nodes of all trees are tested side by side.  A node whose test fails (`value > threshold`) rules out the leaves of its
left side; per tree the ruled-out leaves are joined as bits, and the first leaf that is left is where the row ends up
(Lucchese et al., "QuickScorer", SIGIR 2015).  Trees have at most 32 leaves: one 32-bit word, or one of 16 bits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

MAX_LEAVES, _SMALL = 32, 16
_UNITS = 1_000_000
# Rows judged in one go: the tables of one go stay in the processor's cache.
_ROWS = 512


class Rounds(NamedTuple):
    """The nodes laid out for testing, trees side by side: round k tests the k-th node of every tree at once.

    Arrays are rounds x trees; where a tree has no k-th node, a test that never fails stands in.
    """

    feature: Ints
    threshold: Matrix
    ruled_out: npt.NDArray[np.uint16] | npt.NDArray[np.uint32]


@dataclass(frozen=True)
class Forest:
    """A model; nodes of one tree stand together, in the order of their numbers, and so do its leaves.

    `columns` are the names of the features, `feature` the column of each node.  Children are node numbers within the
    tree, leaves as `-1 - leaf`.  `node_value` is the mean outcome (log-odds) of the training rows at a node.
    """

    columns: tuple[str, ...]
    feature: Ints
    threshold: Matrix
    ruled_out: npt.NDArray[np.uint32]
    left: Ints
    right: Ints
    node_value: Floats
    node_start: Ints
    leaf_value: Floats
    leaf_start: Ints

    @cached_property
    def leaf_units(self) -> Ints:
        """The leaf values in millionths."""
        return np.rint(self.leaf_value * _UNITS).astype(np.int64)

    @cached_property
    def rounds(self) -> Rounds:
        """The nodes as `margins` tests them."""
        sizes = np.diff(np.append(self.node_start, len(self.feature)))
        tree = np.repeat(np.arange(len(sizes)), sizes)
        turn = np.arange(len(self.feature)) - self.node_start[tree]
        shape = (int(sizes.max()), len(sizes))
        small = int(np.diff(np.append(self.leaf_start, len(self.leaf_value))).max()) <= _SMALL
        feature, ruled_out = np.zeros(shape, np.int64), np.zeros(shape, np.uint16 if small else np.uint32)
        threshold = np.full(shape, np.inf, np.float32)
        feature[turn, tree], threshold[turn, tree] = self.feature, self.threshold
        ruled_out[turn, tree] = self.ruled_out
        return Rounds(feature, threshold, ruled_out)

    def margins(self, rows: Matrix) -> Floats:
        """Return the log-odds of each row; `rows` has the columns named in `columns`, float32.

        >>> stump = forest_from_trees(["links"], [[(0, 0.5, -1, -2, 0.0)]], [[2.0, -3.0]])
        >>> stump.margins(np.array([[0.1], [0.9]], np.float32)).tolist()
        [2.0, -3.0]
        """
        if not len(rows):
            return np.zeros(0)
        parts = [self._margins(rows[at : at + _ROWS]) for at in range(0, len(rows), _ROWS)]
        return np.concatenate(parts)

    def over(self, names: Sequence[str]) -> Forest:
        """Return the forest for rows with other columns, which must hold all of its own."""
        place = {name: at for at, name in enumerate(names)}
        missing = [name for name in self.columns if name not in place]
        if missing:
            raise ValueError(f"the model needs features that are not computed: {', '.join(missing)}; train it again")
        feature = np.array([place[name] for name in self.columns], np.int64)[self.feature]
        return replace(self, columns=tuple(names), feature=feature)

    def _margins(self, rows: Matrix) -> Floats:
        values = np.ascontiguousarray(rows.T)
        feature, threshold, ruled_out = self.rounds
        shape, word = (feature.shape[1], len(rows)), ruled_out.dtype
        gone = np.zeros(shape, word)
        tested, failed, bits = np.empty(shape, np.float32), np.empty(shape, np.bool_), np.empty(shape, word)
        for turn in range(len(feature)):
            np.take(values, feature[turn], axis=0, out=tested, mode="clip")
            np.greater(tested, threshold[turn][:, None], out=failed)
            np.multiply(failed, ruled_out[turn][:, None], out=bits)
            np.bitwise_or(gone, bits, out=gone)
        np.invert(gone, out=gone)
        lowest = gone & np.negative(gone)
        # The exponent of a power of two is the number of its bit.
        leaf = (lowest.astype(np.float32).view(np.uint32) >> np.uint32(23)).astype(np.int64) - 127
        # Whole numbers add up to the same sum in any order: a row's margin does not depend on the rows beside it.
        total: Floats = self.leaf_units[leaf + self.leaf_start[:, None]].sum(axis=0) / _UNITS
        return total

    def contributions(self, row: Matrix) -> dict[str, float]:
        """Return how far each feature moved one row's log-odds, features that moved nothing left out.

        Each step down a tree changes the mean outcome; the change belongs to the feature that was tested (Saabas,
        "Interpreting random forests", 2014).  Largest first; equal ones by name.
        """
        moved: dict[str, float] = {}
        leaf_starts = [*self.leaf_start.tolist(), len(self.leaf_value)]
        for tree, start in enumerate(self.node_start.tolist()):
            node = 0
            while node >= 0:
                at = start + node
                column = int(self.feature[at])
                child = int(self.left[at] if row[column] <= self.threshold[at] else self.right[at])
                after = self.node_value[start + child] if child >= 0 else self.leaf_value[leaf_starts[tree] - 1 - child]
                name = self.columns[column]
                moved[name] = moved.get(name, 0.0) + float(after - self.node_value[at])
                node = child
        return dict(sorted(((n, v) for n, v in moved.items() if v), key=lambda item: (-abs(item[1]), item[0])))


def probabilities(margins: Floats) -> Floats:
    """Return probabilities (ratio, 0 to 1) for log-odds.

    >>> probabilities(np.array([0.0])).tolist()
    [0.5]
    """
    result: Floats = 1.0 / (1.0 + np.exp(-np.clip(margins, -40, 40)))
    return result


Node = tuple[int, float, int, int, float]


def forest_from_trees(
    columns: Sequence[str], trees: Sequence[Sequence[Node]], leaves: Sequence[Sequence[float]]
) -> Forest:
    """Return the forest of plain trees.

    A node is (column, threshold, left, right, value); rows with `value <= threshold` go left; children below zero are
    leaves, `-1 - leaf`.  Leaves are numbered from left to right here, whatever their order was.
    """
    nodes: list[Node] = []
    masks: list[int] = []
    values: list[float] = []
    node_start, leaf_start = [], []
    for tree, outcome in zip(trees, leaves, strict=True):
        if len(outcome) > MAX_LEAVES:
            raise ValueError(f"a tree has {len(outcome)} leaves; at most {MAX_LEAVES} fit a word")
        node_start.append(len(nodes))
        leaf_start.append(len(values))
        order = _leaf_order(tree)
        rank = {leaf: place for place, leaf in enumerate(order)}
        values.extend(outcome[leaf] for leaf in order)
        masks.extend(_left_leaves(tree, rank))
        nodes.extend((c, t, _ranked(a, rank), _ranked(b, rank), v) for c, t, a, b, v in tree)
    feature, threshold, left, right, value = zip(*nodes, strict=True)
    return Forest(
        tuple(columns),
        np.array(feature, np.int64),
        _below(np.array(threshold, np.float64)),
        np.array(masks, np.uint32),
        np.array(left, np.int64),
        np.array(right, np.int64),
        np.array(value, np.float64),
        np.array(node_start, np.int64),
        np.array(values, np.float64),
        np.array(leaf_start, np.int64),
    )


def _ranked(child: int, rank: Mapping[int, int]) -> int:
    return child if child >= 0 else -1 - rank[-1 - child]


def _below(thresholds: Floats) -> Matrix:
    """Return the largest float32 not above each threshold: float32 values compare with it as with the threshold."""
    rounded = thresholds.astype(np.float32)
    return np.where(rounded > thresholds, np.nextafter(rounded, np.float32(-np.inf)), rounded)


def _leaf_order(tree: Sequence[Node]) -> list[int]:
    order: list[int] = []
    pending = [0]
    while pending:
        node = pending.pop()
        if node < 0:
            order.append(-1 - node)
        else:
            pending.extend((tree[node][3], tree[node][2]))
    return order


def _left_leaves(tree: Sequence[Node], rank: Mapping[int, int]) -> list[int]:
    """Return for each node the bits of the leaves on its left side."""
    masks: list[int] = []
    for node in tree:
        mask = 0
        pending = [node[2]]
        while pending:
            child = pending.pop()
            if child < 0:
                mask |= 1 << rank[-1 - child]
            else:
                pending.extend(tree[child][2:4])
        masks.append(mask)
    return masks


def forest_from_json(data: Mapping[str, Any]) -> Forest:
    """Return the forest of a model file: `columns`, and per tree its nodes and leaves."""
    trees = [[(int(c), t, int(a), int(b), v) for c, t, a, b, v in tree["nodes"]] for tree in data["trees"]]
    return forest_from_trees(data["columns"], trees, [tree["leaves"] for tree in data["trees"]])


@cache
def load_forest(name: str) -> Forest:
    """Return the model `chrome/model/NAME.json` that ships with the package, read once a process."""
    text = (files("cleaner") / "chrome" / "model" / f"{name}.json").read_text(encoding="utf-8")
    return forest_from_json(json.loads(text))
