"""Score repairs of case out of fold: each document by weights and usual case that its own outlets had no part in.

    python -m bench.repair_unseen CLEAN some_news.jsonl --usual CLEAN news.jsonl [--score CLEAN] [--damage 5 7 41 99]

Files as in `bench/repair_train.py`, which says where they come from.  Whole documents are repaired, with everything
that repairs do, and scored by `casing_eval.py` of the shared folder.  Pages that are garbled themselves are left out of
the score: that they become readable counts as wrong there.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.repair_cases import FOLDS, Row, arguments, damaged, fold_of, know_as_usual, usual_by_fold
from bench.repair_train import fitted_on, weights_without
from bench.usual_case import rows_of
from cleaner.repair import casing
from cleaner.repair.casing_weights import Weights
from cleaner.repair.repairer import Repairer

GARBLED = {f"wcxb_dev-{number}" for number in (2498, 4267, 4381, 4420, 4526, 4859, 4861)}

Foreign = list[tuple[dict[str, Weights], dict[str, float]]]
"""For each fold the weights and the usual case of the others."""


def repaired(rows: list[Row], foreign: Foreign) -> list[tuple[Row, str]]:
    repairer = Repairer()
    repairer.fit(rows)
    return [
        (row, by_others(repairer, row, foreign[fold_of(row["outlet"])])) for row in rows if row["id"] not in GARBLED
    ]


def by_others(repairer: Repairer, row: Row, foreign: tuple[dict[str, Weights], dict[str, float]]) -> str:
    weights, known = foreign
    casing.casing_weights = lambda: weights  # type: ignore[assignment]
    know_as_usual(known)
    return repairer(row["text"], row)


def show(judge: Any, label: str, found: list[tuple[Row, str]]) -> None:
    scores, _ = judge.score_words([row for row, _ in found], [text for _, text in found])
    words = sum(len(judge.toks(row["gold"])) for row, _ in found)
    if scores["damaged"]:
        print(f"{label} recall {scores['recall']:.3f} precision {scores['precision']:.3f}", flush=True)
    else:
        print(f"{label} wrong changes per 10,000 words {1e4 * scores['changed'] / words:.2f}", flush=True)


def main() -> None:
    args = asked()
    sys.path.insert(0, str((args.shared / "eval").resolve()))
    judge = importlib.import_module("casing_eval")
    known = usual_by_fold(args.usual)
    on = fitted_on(args, known)
    foreign = [(weights_without(on, fold), known[fold]) for fold in range(FOLDS)]
    score = args.score or args.files[0]
    with TemporaryDirectory() as folder:
        for seed in args.damage:
            show(judge, f"seed {seed}", repaired(damaged(score, seed, args.shared, Path(folder)), foreign))
    sound = [row | {"gold": row["text"], "edits": []} for row in rows_of(score)]
    show(judge, "undamaged", repaired(sound, foreign))


def asked() -> argparse.Namespace:
    parser = arguments(__doc__)
    parser.add_argument("--score", type=Path, help="the documents that are scored, if not those of the first file")
    parser.add_argument("--damage", nargs="+", type=int, default=[5, 7, 41, 99], help="seeds of what is scored")
    return parser.parse_args()


if __name__ == "__main__":
    main()
