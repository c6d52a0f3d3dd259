"""Fit the weights of `cleaner/rules/casing_weights.toml` on documents damaged by `casing_gen.py`.

    python bench/repair_train.py damaged_1.jsonl damaged_2.jsonl [--out FILE] [--unseen]

Each row: id, outlet, text, gold, edits.  Needs scipy (development only).  Undamaged documents of the same
files teach what must stay.  Prints cross-validated recall and precision at several thresholds.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize

from cleaner.repair import casing
from cleaner.repair.casing_damage import Damage, Suspects, damage_parts, parts_beside, suspects_of
from cleaner.repair.casing_document import CasingDocument, read_document
from cleaner.repair.casing_evidence import CorpusEvidence
from cleaner.repair.casing_lowering import lowering_cases
from cleaner.repair.casing_raising import raising_cases
from cleaner.repair.casing_starts import small_starts, telling
from cleaner.repair.casing_weights import Parts, Weights
from cleaner.repair.running_text import Position, position

FOLDS = 4
NONE = -1  # no fold
PENALTY = 3.0
SPEAKING_FOR = ("_own", "_others", "_ratio", "_only", "_rate", "outlet", "alone", "suspect", "suspects", "start")


Chances = dict[int, float]
Corpus = tuple[list[dict[str, Any]], list[CasingDocument], CorpusEvidence]


class Table(NamedTuple):
    """Cases of all documents: named parts, whether the change is right, the word, its place, the document."""

    parts: list[dict[str, float]]
    right: np.ndarray
    words: list[str]
    places: list[int]
    documents: np.ndarray
    folds: np.ndarray


def read_corpus(path: Path) -> Corpus:
    rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
    documents = [read_document(row["text"].split("\n")) for row in rows]
    evidence = CorpusEvidence()
    for row, document in zip(rows, documents, strict=True):
        evidence.add(row["id"], row["outlet"], document)
    return rows, documents, evidence


def signs_of_damage(document: CasingDocument) -> tuple[int, int]:
    return telling(small_starts(document.text), document.sentence_total), document.capital_total


def fold_of(name: str) -> int:
    return int(hashlib.blake2b(name.encode(), digest_size=4).hexdigest(), 16) % FOLDS


def table(corpora: list[Corpus], direction: str) -> Table:
    cases = {"raise": raising_cases, "lower": lowering_cases}[direction]
    parts, right, words, places, numbers, folds = [], [], [], [], [], []
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
                places.append(case.at)
                numbers.append(number)
                folds.append(fold_of(row["outlet"]))
    return Table(parts, np.array(right), words, places, np.array(numbers), np.array(folds))


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


def second(t: Table, odds: np.ndarray, damages: list[Damage], lowered: dict[int, Chances]) -> list[Parts]:
    """Return the parts of the second sum; `lowered` is empty but for words with capitals."""
    found = []
    for word, number, at, value in zip(t.words, t.documents, t.places, odds, strict=True):
        parts = damage_parts(damages[number], word, float(value))
        found.append(parts | parts_beside(lowered.get(number, {}), at) if lowered else parts)
    return found


def chances_by_place(t: Table, odds: np.ndarray) -> dict[int, Chances]:
    """Return for each document how likely the words in question were lowered, by place."""
    found: dict[int, Chances] = {}
    for number, at, value in zip(t.documents, t.places, odds, strict=True):
        found.setdefault(number, {})[at] = 1 / (1 + np.exp(-value))
    return found


def report(t: Table, odds: np.ndarray, total: int, label: str) -> None:
    chance = 1 / (1 + np.exp(-odds))
    for threshold in (0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        taken = chance >= threshold
        recall, precision = t.right[taken].sum() / total, t.right[taken].mean() if taken.any() else 1.0
        print(f"{label} {threshold}: recall {recall:.3f} precision {precision:.3f} changes {taken.sum()}")


def unseen(corpora: list[Corpus], tables: dict[str, Table], signs: list[tuple[int, int]]) -> None:
    """Print what casing as a whole does to documents of outlets that its weights were not fitted on."""
    right, changed, damaged = 0, 0, 0
    for fold in range(FOLDS):
        casing.casing_weights = cache(partial(weights_without, tables, signs, fold))  # type: ignore[assignment]
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


def weights_without(tables: dict[str, Table], signs: list[tuple[int, int]], fold: int = NONE) -> dict[str, Weights]:
    """Return the weights fitted on all documents but those of a fold."""
    shapes = {direction: matrix(t.parts) for direction, t in tables.items()}
    odds = {d: crossed(x, tables[d], names, fold) for d, (x, names) in shapes.items()}
    damages = damages_of(signs, tables, odds)
    lowered: dict[str, dict[int, Chances]] = {"raise": {}, "lower": chances_by_place(tables["raise"], odds["raise"])}
    found = {}
    for direction, t in tables.items():
        seen = t.folds != fold
        x, names = shapes[direction]
        together, names_together = matrix(second(t, odds[direction], damages, lowered[direction]))
        found[direction] = Weights(
            named(names, *fit(*of(x, t, seen), names)),
            named(names_together, *fit(*of(together, t, seen), names_together)),
        )
    return found


def named(names: list[str], weights: np.ndarray, bias: float) -> dict[str, float]:
    return {"bias": bias, **dict(zip(names, map(float, weights), strict=True))}


def section(name: str, weights: Mapping[str, float]) -> str:
    return "\n".join([f"[{name}]", *(f"{part} = {weight:.4f}" for part, weight in weights.items())]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--unseen", action="store_true", help="score whole documents, each by weights of other outlets")
    args = parser.parse_args()
    corpora = [read_corpus(path) for path in args.files]
    signs = [signs_of_damage(document) for _, documents, _ in corpora for document in documents]
    kinds = {"raise": {"proper_lower", "acronym_lower"}, "lower": {"odd_capital"}}
    tables = {direction: table(corpora, direction) for direction in kinds}
    if args.unseen:
        unseen(corpora, tables, signs)
        return
    shapes = {direction: matrix(t.parts) for direction, t in tables.items()}
    odds = {direction: crossed(x, tables[direction], names) for direction, (x, names) in shapes.items()}
    damages = damages_of(signs, tables, odds)
    lowered: dict[str, dict[int, Chances]] = {"raise": {}, "lower": chances_by_place(tables["raise"], odds["raise"])}
    for direction, t in tables.items():
        total = sum(e["kind"] in kinds[direction] for rows, *_ in corpora for row in rows for e in row.get("edits", ()))
        print(direction, "cases", len(t.right), "right", t.right.sum(), "of", total)
        report(t, odds[direction], total, "alone")
        x, names = matrix(second(t, odds[direction], damages, lowered[direction]))
        report(t, crossed(x, t, names), total, "together")
    if args.out:
        args.out.write_text(written(weights_without(tables, signs)), "utf-8")


def written(found: Mapping[str, Weights]) -> str:
    head = "# Fitted by bench/repair_train.py; what each part means stands in cleaner/repair/casing_parts.py.\n"
    rows = ((f"{d}.{name}", part) for d, w in found.items() for name, part in w._asdict().items())
    return "\n".join([head, *(section(name, part) for name, part in rows)])


if __name__ == "__main__":
    main()
