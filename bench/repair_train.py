"""Fit the weights of `cleaner/rules/casing_weights.toml` on documents damaged by `casing_gen.py`.

    python bench/repair_train.py damaged_1.jsonl damaged_2.jsonl [--out FILE] [--unseen]

Each row: id, outlet, text, gold, edits.  Needs scipy (development only).  Undamaged documents of the same
files teach what must stay.  Prints cross-validated recall and precision at several thresholds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from cleaner.repair import casing
from cleaner.repair.casing_damage import damage_of, damage_parts
from cleaner.repair.casing_document import CasingDocument, read_document
from cleaner.repair.casing_evidence import CorpusEvidence
from cleaner.repair.casing_lowering import lowering_cases
from cleaner.repair.casing_raising import raising_cases
from cleaner.repair.casing_starts import small_starts
from cleaner.repair.casing_weights import Weights
from cleaner.repair.running_text import Position, position

FOLDS = 4
PENALTY = 3.0
SPEAKING_FOR = ("_own", "_others", "_ratio", "_only", "_rate", "outlet", "alone", "suspect", "suspects", "start")


Corpus = tuple[list[dict[str, Any]], list[CasingDocument], CorpusEvidence]


class Table(NamedTuple):
    """Cases of all documents: named parts, whether the change is right, the word, the document."""

    parts: list[dict[str, float]]
    right: np.ndarray
    words: list[str]
    documents: np.ndarray
    folds: np.ndarray


def read_corpus(path: Path) -> Corpus:
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    documents = [read_document(row["text"].split("\n")) for row in rows]
    evidence = CorpusEvidence()
    for row, document in zip(rows, documents, strict=True):
        evidence.add(row["id"], row["outlet"], document)
    return rows, documents, evidence


def fold_of(name: str) -> int:
    return int(hashlib.blake2b(name.encode(), digest_size=4).hexdigest(), 16) % FOLDS


def table(corpora: list[Corpus], direction: str) -> Table:
    cases = {"raise": raising_cases, "lower": lowering_cases}[direction]
    parts, right, words, numbers, folds = [], [], [], [], []
    number = -1
    for rows, documents, evidence in corpora:
        for row, document in zip(rows, documents, strict=True):
            number += 1
            starts = line_offsets(row["text"])
            edits = {edit["start"]: edit for edit in row.get("edits", ())}
            answers = evidence.heard(row["id"], row["outlet"], document)
            for case in cases(document, answers):
                place = document.place_of(case.at)
                at = starts[place.paragraph] + place.char_start
                edit = edits.get(at)
                if edit and edit["kind"] == "sentence_start_lower":
                    continue
                if position(document.text, case.at) is not Position.INNER:  # there the damage is never done
                    continue
                parts.append(case.parts)
                right.append(bool(edit) and edit["right"] == case.surface)
                words.append(case.word)
                numbers.append(number)
                folds.append(fold_of(row["outlet"]))
    return Table(parts, np.array(right), words, np.array(numbers), np.array(folds))


def line_offsets(text: str) -> list[int]:
    offsets = [0]
    for line in text.split("\n"):
        offsets.append(offsets[-1] + len(line) + 1)
    return offsets


def matrix(parts: list[dict[str, float]]) -> tuple[np.ndarray, list[str]]:
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
    w = minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 400}).x
    weights = w[:-1] / scale
    return weights, float(w[-1] - (weights * mean).sum())


def sign(name: str) -> tuple[float | None, float | None]:
    if name.endswith(("_small", "_none", "nobody", "own_capital", "others_capital")):
        return (None, 0.0) if name not in {"own_small", "others_small"} else (None, None)
    if name.endswith(
        ("_own", "_others", "_ratio", "_only", "_rate", "outlet", "alone", "suspect", "suspects", "start")
    ):
        return (0.0, None) if name != "others_ratio" else (None, 0.0)
    return None, None


def crossed(x: np.ndarray, t: Table, names: list[str]) -> np.ndarray:
    odds = np.zeros(len(x))
    for fold in range(FOLDS):
        weights, bias = fit(x[t.folds != fold], t.right[t.folds != fold], names)
        odds[t.folds == fold] = x[t.folds == fold] @ weights + bias
    return odds


def second(t: Table, odds: np.ndarray, damages: list[tuple[int, int]]) -> list[dict[str, float]]:
    judged: dict[int, list[tuple[str, float]]] = {}
    for word, number, value in zip(t.words, t.documents, odds, strict=True):
        judged.setdefault(int(number), []).append((word, 1 / (1 + np.exp(-value))))
    found = {n: damage_of(*damages[n], judged.get(n, [])) for n in range(len(damages))}
    return [damage_parts(found[int(n)], w, float(o)) for w, n, o in zip(t.words, t.documents, odds, strict=True)]


def report(t: Table, odds: np.ndarray, total: int, label: str) -> None:
    chance = 1 / (1 + np.exp(-odds))
    for threshold in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        taken = chance >= threshold
        recall, precision = t.right[taken].sum() / total, t.right[taken].mean() if taken.any() else 1.0
        print(f"{label} {threshold}: recall {recall:.3f} precision {precision:.3f} changes {taken.sum()}")


def unseen(corpora: list[Corpus], tables: dict[str, Table], damages: list[tuple[int, int]]) -> None:
    """Print what casing as a whole does to documents of outlets that its weights were not fitted on."""
    right, changed, damaged = 0, 0, 0
    for fold in range(FOLDS):
        casing.casing_weights = cache(partial(weights_without, tables, damages, fold))  # type: ignore[assignment]
        for rows, documents, evidence in corpora:
            for row, document in zip(rows, documents, strict=True):
                if fold_of(row["outlet"]) == fold:
                    edits = {edit["start"]: edit["right"] for edit in row.get("edits", ())}
                    found = list(applied(row, document, evidence))
                    damaged += len(edits)
                    changed += len(found)
                    right += sum(edits.get(at) == after for at, after in found)
    print(f"unseen outlets: recall {right / max(1, damaged):.3f} precision {right / max(1, changed):.3f}")


def applied(row: dict[str, Any], document: CasingDocument, evidence: CorpusEvidence) -> Iterator[tuple[int, str]]:
    starts = line_offsets(row["text"])
    answers = evidence.heard(row["id"], row["outlet"], document)
    for number, edits in casing.repair_document(document, answers, "full").items():
        yield from ((starts[number] + edit.char_start, edit.after) for edit in edits if edit.applied)


def weights_without(tables: dict[str, Table], damages: list[tuple[int, int]], fold: int) -> dict[str, Weights]:
    found = {}
    for direction, t in tables.items():
        seen = t.folds != fold
        x, names = matrix(t.parts)
        alone = fit(x[seen], t.right[seen], names)
        x2, names2 = matrix(second(t, x @ alone[0] + alone[1], damages))
        together = fit(x2[seen], t.right[seen], names2)
        found[direction] = Weights(named(names, *alone), named(names2, *together))
    return found


def named(names: list[str], weights: np.ndarray, bias: float) -> dict[str, float]:
    return {"bias": bias, **dict(zip(names, map(float, weights), strict=True))}


def section(name: str, names: list[str], weights: np.ndarray, bias: float) -> str:
    lines = [f"{n} = {w:.4f}" for n, w in zip(names, weights, strict=True)]
    return "\n".join([f"[{name}]", f"bias = {bias:.4f}", *lines]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--unseen", action="store_true", help="score whole documents, each by weights of other outlets")
    args = parser.parse_args()
    corpora = [read_corpus(path) for path in args.files]
    damages = [(len(small_starts(d.text)), d.capital_total) for _, documents, _ in corpora for d in documents]
    texts = ["# Fitted by bench/repair_train.py; what each part means stands in cleaner/repair/casing_parts.py.\n"]
    kinds = {"raise": {"proper_lower", "acronym_lower"}, "lower": {"odd_capital"}}
    tables = {direction: table(corpora, direction) for direction in kinds}
    if args.unseen:
        unseen(corpora, tables, damages)
        return
    for direction, t in tables.items():
        total = sum(
            e["kind"] in kinds[direction] for rows, _, _ in corpora for row in rows for e in row.get("edits", ())
        )
        x, names = matrix(t.parts)
        print(direction, "cases", len(x), "right", t.right.sum(), "of", total)
        odds = crossed(x, t, names)
        report(t, odds, total, "alone")
        x2, names2 = matrix(second(t, odds, damages))
        report(t, crossed(x2, t, names2), total, "together")
        texts.append(section(f"{direction}.alone", names, *fit(x, t.right, names)))
        texts.append(section(f"{direction}.together", names2, *fit(x2, t.right, names2)))
    if args.out:
        args.out.write_text("\n".join(texts), "utf-8")


if __name__ == "__main__":
    main()
