"""Words whose case is in question, in documents that were damaged with a seed: what `bench/repair_train.py` fits on."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bench.usual_case import rows_of, usual, written
from cleaner.repair import casing_capitals, casing_lowering, casing_parts
from cleaner.repair.casing_corpus import CorpusEvidence
from cleaner.repair.casing_document import CasingDocument, read_document
from cleaner.repair.casing_lowering import lowering_cases
from cleaner.repair.casing_raising import raising_cases
from cleaner.repair.casing_starts import small_starts, telling
from cleaner.repair.running_text import Position, position

FOLDS = 4
SEEDS = (5, 7, 11, 23)
CASES = {"raise": raising_cases, "lower": lowering_cases}

Row = Mapping[str, Any]


class Corpus(NamedTuple):
    """Documents that were damaged together, and what each hears of the others."""

    rows: list[Row]
    documents: list[CasingDocument]
    evidence: CorpusEvidence


class Table(NamedTuple):
    """Cases of all documents: named parts, whether the change is right, the word, its place, the document."""

    parts: list[dict[str, float]]
    right: np.ndarray
    words: list[str]
    places: list[int]
    documents: np.ndarray
    folds: np.ndarray


def arguments(description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path, help="sound documents that are damaged: id, outlet, lang, text")
    parser.add_argument("--usual", nargs="+", type=Path, required=True, help="the files given to bench/usual_case.py")
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    parser.add_argument("--shared", type=Path, default=Path(os.environ.get("SHARED_DATA", "../shared")))
    return parser


def damaged(path: Path, seed: int, shared: Path, folder: Path) -> list[Row]:
    """Return the documents of a file with damage of case, made by `casing_gen.py` of the shared folder."""
    clean, out = folder / "clean.jsonl", folder / "damaged.jsonl"
    clean.write_text("".join(json.dumps(row) + "\n" for row in rows_of(path)), "utf-8")
    script = str(shared / "eval" / "casing_gen.py")
    command = [sys.executable, script, "damage", "--track", "case", "--seed", str(seed), "--out", out.name]
    subprocess.run(command, check=True, env=os.environ | {"CASING_DATA": str(folder)}, stdout=subprocess.DEVNULL)
    return rows_of(out)


def corpus_of(rows: list[Row]) -> Corpus:
    documents = [read_document(row["text"].split("\n")) for row in rows]
    evidence = CorpusEvidence()
    for row, document in zip(rows, documents, strict=True):
        evidence.add(row["id"], row["outlet"], document)
    return Corpus(rows, documents, evidence)


def signs_of_damage(document: CasingDocument) -> tuple[int, int]:
    return telling(small_starts(document.text), document.sentence_total), document.capital_total


def fold_of(name: str) -> int:
    return int(hashlib.blake2b(name.encode(), digest_size=4).hexdigest(), 16) % FOLDS


def usual_by_fold(paths: list[Path]) -> list[dict[str, float]]:
    """Return how words are usually written, for each fold counted in documents of other outlets than its own."""
    rows = [row for path in paths for row in rows_of(path)]
    return [usual(written([r["text"] for r in rows if fold_of(r["outlet"]) != fold])) for fold in range(FOLDS)]


def know_as_usual(known: Mapping[str, float]) -> None:
    """Let this be what the repairs know of how words are usually written."""
    for module in (casing_parts, casing_lowering, casing_capitals):
        module.usual_case = lambda: known


def table(corpora: list[Corpus], direction: str, known: list[dict[str, float]]) -> Table:
    """Return the cases of a direction, `raise` or `lower`, each told by usual case that leaves out its own fold."""
    found = Table([], np.empty(0), [], [], np.empty(0), np.empty(0))
    right, numbers, folds = [], [], []
    for number, (corpus, row, document) in enumerate(each(corpora)):
        fold = fold_of(row["outlet"])
        know_as_usual(known[fold])
        starts = line_offsets(row["text"])
        edits = {edit["start"]: edit for edit in row["edits"]}
        answers = corpus.evidence.heard(row["id"], row["outlet"], document)
        cases = list(CASES[direction](document, answers))
        for case, place in zip(cases, document.places_of([case.at for case in cases]), strict=True):
            edit = edits.get(starts[place.paragraph] + place.char_start)
            if edit and edit["kind"] == "sentence_start_lower":
                continue
            if position(document.text, case.at) is not Position.INNER:  # there the damage is never done
                continue
            found.parts.append(case.parts)
            found.words.append(case.word)
            found.places.append(case.at)
            right.append(bool(edit) and edit["right"] == case.surface)
            numbers.append(number)
            folds.append(fold)
    return found._replace(right=np.array(right), documents=np.array(numbers), folds=np.array(folds))


def each(corpora: list[Corpus]) -> Iterator[tuple[Corpus, Row, CasingDocument]]:
    for corpus in corpora:
        yield from ((corpus, row, document) for row, document in zip(corpus.rows, corpus.documents, strict=True))


def line_offsets(text: str) -> list[int]:
    return list(accumulate((len(line) + 1 for line in text.split("\n")), initial=0))
