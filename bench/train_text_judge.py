"""Train the judge of flattened text, or cross-validate it.

    python bench/train_text_judge.py DATA                cross-validation over hosts, scored as text_eval.py does
    python bench/train_text_judge.py DATA --write        train on all pages, write chrome/model/text{,_words}.json

DATA holds `textmode/<flavour>.<bench>.jsonl` (`lines`, `labels`: 1 content, 0 chrome, -1 not scored, `group`, `url`,
`suspect`).  Needs lightgbm and scikit-learn.  Fixed seeds: the same data and versions give the same bytes.

One model learns from three kinds of text at once: whole pages flattened, what a light extractor leaves, and what a good
one leaves.  So it meets text that is nearly clean as often as text that is mostly furniture.  A third of the pages is
shown without a title, since flattened text often comes without an address.  Pieces of pages stand for short texts.
"""

from __future__ import annotations

import argparse
import json
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import numpy.typing as npt
from model_files import plain_trees, write_files
from word_weights import Labelled, learn_words

from cleaner.chrome.evidence import PageFeatures, gathered
from cleaner.chrome.judge_stream import is_running_text
from cleaner.chrome.text_evidence import NAMES, address_title, observe_pages
from cleaner.chrome.text_judge import judge_text
from cleaner.chrome.trees import probabilities
from cleaner.chrome.word_weights import WordWeights, read_weights

Floats = npt.NDArray[np.float64]

FLAVOURS = ("flat", "residual", "residual_t")
BENCHES = ("wcxb_dev", "fundus_pub")
FOLDS = 4
SETTINGS = {
    "objective": "binary", "num_leaves": 31, "learning_rate": 0.08, "min_child_samples": 150, "subsample": 0.8,
    "subsample_freq": 1, "colsample_bytree": 0.3, "reg_lambda": 20, "verbose": -1, "random_state": 1, "max_bin": 63,
    "deterministic": True, "force_row_wise": True,
}  # fmt: skip
TREES = 250
# Lost words weigh more than lost lines, but not by all their number: a heading is worth some words.
WORDS_A_LINE = 10
# Lines of pages longer than usual weigh less, and those of news, of which there are few pages, more.
PAGE_POWER, PAGE_LINES, LEAST_LINES = -0.25, 200, 20
BENCH_WEIGHT = {"fundus_pub": 1.4}
# Out of ten pages, this many keep the title that their address gives.
TITLED = 7
_BATCH = 32
# A piece of a page for every page of this kind: this many lines, from a place that its id decides.
_PIECES_OF = "residual"
PIECE = "piece"
_PIECE_LINES = (4, 16)


class Row(NamedTuple):
    """A page as it stands in the data; `title` is what the judge is told."""

    flavour: str
    bench: str
    title: str
    page: Labelled

    @property
    def fold(self) -> int:
        return zlib.crc32(self.page.host.encode()) % FOLDS


class Example(NamedTuple):
    """A page as the judge sees it; `words` as the measure counts them."""

    row: Row
    observed: PageFeatures
    words: Floats

    @property
    def labels(self) -> npt.NDArray[np.int64]:
        return self.row.page.labels


def read_examples(rows: Sequence[Row]) -> list[Example]:
    """Return all pages as the judge sees them; weights of words were learned without the hosts of the page's fold."""
    examples = []
    for fold in range(FOLDS):
        weights = read_weights(learn_words([row.page for row in rows if row.fold != fold]))
        examples += _observed([row for row in rows if row.fold == fold], weights)
    return examples


def read_rows(data: Path) -> list[Row]:
    """Return all pages that the measure counts, and pieces; `suspect` ones have golds that stop early."""
    rows = []
    for flavour in FLAVOURS:
        for bench in BENCHES:
            text = (data / "textmode" / f"{flavour}.{bench}.jsonl").read_text(encoding="utf-8")
            found = [row for row in map(json.loads, text.strip().split("\n")) if not row["suspect"]]
            rows += [_row(row, flavour, bench) for row in found]
            if flavour == _PIECES_OF:
                rows += [_row(_piece(row), PIECE, bench) for row in found]
    return rows


def _row(row: dict[str, Any], flavour: str, bench: str) -> Row:
    return Row(flavour, bench, _title(row), Labelled(row["group"], row["lines"], np.array(row["labels"])))


def _observed(rows: Sequence[Row], weights: WordWeights) -> Iterator[Example]:
    for at in range(0, len(rows), _BATCH):
        batch = rows[at : at + _BATCH]
        pages = observe_pages([row.page.lines for row in batch], [row.title for row in batch], weights=weights)
        for row, observed in zip(batch, pages, strict=True):
            words = np.rint(np.expm1(observed.matrix[:, NAMES.index("log_words")])).astype(np.float64)
            yield Example(row, observed, words)


def _piece(row: dict[str, Any]) -> dict[str, Any]:
    key = zlib.crc32(f"piece {row['id']}".encode())
    low, high = _PIECE_LINES
    size = low + key % (high - low)
    start = key // 97 % max(1, len(row["lines"]) - size)
    return row | {name: row[name][start : start + size] for name in ("lines", "labels")}


def _title(row: dict[str, Any]) -> str:
    return address_title(row["url"]) if zlib.crc32(row["id"].encode()) % 10 < TITLED else ""


def fit(examples: Sequence[Example], trees: int, threads: int) -> lightgbm.Booster:
    rows = np.vstack([e.observed.matrix for e in examples])
    labels = np.concatenate([e.labels for e in examples])
    weights = np.concatenate([_weights(e) for e in examples])
    taught = labels >= 0
    model = lightgbm.LGBMClassifier(n_estimators=trees, n_jobs=threads, **SETTINGS)
    model.fit(rows[taught], labels[taught], sample_weight=weights[taught])
    return model.booster_


def _weights(example: Example) -> Floats:
    page = (max(len(example.words), LEAST_LINES) / PAGE_LINES) ** PAGE_POWER
    weights: Floats = (1 + example.words / WORDS_A_LINE) * page * BENCH_WEIGHT.get(example.row.bench, 1.0)
    return weights


def cross_validate(examples: Sequence[Example], trees: int, threads: int) -> list[Floats]:
    """Return the margins of every page by a model that saw no page of its host."""
    margins: list[Floats] = [np.zeros(0)] * len(examples)
    for fold in range(FOLDS):
        booster = fit([e for e in examples if e.row.fold != fold], trees, threads)
        for i, example in enumerate(examples):
            if example.row.fold == fold and len(example.labels):
                margins[i] = booster.predict(example.observed.matrix, raw_score=True, num_threads=threads)
    return margins


class Figures(NamedTuple):
    """Removal of chrome by line and by word, and the share of content lines and words lost."""

    line_f1: float
    word_f1: float
    lost_lines: float
    lost_words: float


def measure(examples: Sequence[Example], kept: Sequence[npt.NDArray[np.bool_]]) -> Figures:
    labels = np.concatenate([e.labels for e in examples])
    words = np.concatenate([e.words for e in examples])
    cut = ~np.concatenate(kept)
    content, chrome = labels == 1, labels == 0

    def f1(weight: Floats) -> float:
        right, wrong = weight[cut & chrome].sum(), weight[cut & content].sum()
        return float(2 * right / max(1.0, right + wrong + weight[chrome].sum()))

    return Figures(
        f1(np.ones_like(words)),
        f1(words),
        float(cut[content].mean()),
        float(words[cut & content].sum() / words[content].sum()),
    )


def report(examples: Sequence[Example], margins: Sequence[Floats]) -> None:
    for flavour in FLAVOURS:
        for bench in (*BENCHES, "pooled"):
            chosen = [
                i for i, e in enumerate(examples) if e.row.flavour == flavour and bench in {e.row.bench, "pooled"}
            ]
            kept = [_body(examples[i].observed, margins[i]) for i in chosen]
            f = measure([examples[i] for i in chosen], kept)
            print(f"{flavour:10} {bench:10} {len(chosen):4} pages  cF1 {f.line_f1:.3f}  wF1 {f.word_f1:.3f}  "
                  f"lost {100 * f.lost_lines:.2f} %  lostW {100 * f.lost_words:.2f} %")  # fmt: skip


def _body(page: PageFeatures, margins: Floats) -> npt.NDArray[np.bool_]:
    """Tell of each line whether it is kept as running text, as the golds have it."""
    verdicts = judge_text(gathered([page]), lambda _: probabilities(margins)).records()
    return np.array([is_running_text(verdict) for verdict in verdicts], dtype=np.bool_)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--trees", type=int, default=TREES)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="train on all pages and write the model")
    parser.add_argument("--no-cv", action="store_true", help="skip the cross-validation")
    parser.add_argument("--keep", type=Path, help="keep out-of-fold margins in this file (.npz)")
    arguments = parser.parse_args()
    rows = read_rows(arguments.data)
    examples = read_examples(rows)
    if not arguments.no_cv:
        margins = cross_validate(examples, arguments.trees, arguments.threads)
        report(examples, margins)
        if arguments.keep:
            np.savez(arguments.keep, np.concatenate(margins))
    if arguments.write:
        booster = fit(examples, arguments.trees, arguments.threads)
        weights = learn_words([row.page for row in rows])
        write_files({
            "text.json": json.dumps(plain_trees(booster, NAMES), separators=(",", ":")),
            "text_words.json": json.dumps(weights, indent=0, ensure_ascii=False),
        })  # fmt: skip


if __name__ == "__main__":
    main()
