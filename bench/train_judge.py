"""Train the judge of HTML, or cross-validate it.

    python bench/train_judge.py DATA --cache DIR          cross-validation over hosts
    python bench/train_judge.py DATA --cache DIR --write  and write the model (html.json, class_scores.json,
                                                          page_types.json, SHA256SUMS)

DATA holds `html/wcxb_dev` and `html/fundus_pub` (`gold.jsonl`, `pages/ID.gz`).  Needs lightgbm and rapidfuzz.  One
thread, fixed seeds: the same data and versions give the same bytes.

Two things are learned.  *Class scores*: over all hosts that use a class name, how much of the words under it is
content.  Features of a page are computed with scores that were learned without its fold, in training too, so that the
trees do not trust them more than they deserve.  *Trees*: over features of blocks (`cleaner/chrome/dom_features.py`), a
block weighing its share of the page's content, as in the measure.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import pickle
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import lightgbm
import numpy as np
import numpy.typing as npt
from judge_labels import Floats, Overlap, Shingles, f1, label, overlap, shingles, word_counts
from model_files import write_model
from page_type_model import learn_page_types

from cleaner.chrome.block_phrases import phrase_hits, phrase_strength
from cleaner.chrome.class_words import class_scores, score_keys
from cleaner.chrome.containers import block_ranges
from cleaner.chrome.dom_features import LEARNED, NAMES, asks_for_phrases, measure_page
from cleaner.chrome.names import Names
from cleaner.chrome.page_cut import cut_page
from cleaner.chrome.page_types import model_from_json, page_numbers, page_type
from cleaner.decoding import decode
from cleaner.extraction.html_page import Page, read_page

BENCHES = ("wcxb_dev", "fundus_pub")
FOLDS = 5
SETTINGS = {
    "objective": "binary", "num_leaves": 16, "learning_rate": 0.1, "min_child_samples": 100, "subsample": 0.8,
    "subsample_freq": 1, "colsample_bytree": 0.4, "reg_lambda": 5, "n_jobs": 1, "verbose": -1, "random_state": 1,
    "max_bin": 127, "deterministic": True, "force_row_wise": True,
}  # fmt: skip
TREES = 150
# News pages are one in nine here and what the judge is mostly for: each counts so many times.
NEWS_WEIGHT = 2.0
_PHRASE = NAMES.index("phrase")
# A class name needs this many hosts; scores are drawn to the average by this many more; weak ones are left out.
HOSTS, PRIOR, WEAK = 4, 4.0, 0.4


@dataclass(slots=True)
class Example:
    """A page with its gold: labels and words of its blocks, and the features of those outside of menus (`read`)."""

    bench: str
    id: str
    page_type: str
    host: str
    page: Page
    gold: Shingles
    labels: Floats
    perfect: Overlap
    words: Floats
    rows: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    read: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    kept: npt.NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, np.bool_))

    @property
    def fold(self) -> int:
        return zlib.crc32(self.host.encode()) % FOLDS

    @property
    def is_taught(self) -> bool:
        """A page whose gold cannot be rebuilt from its blocks teaches nothing."""
        return bool(len(self.page)) and self.perfect.f1 > 0.5


# ------------------------------------------------------------------ pages


def read_examples(data: Path, cache: Path | None) -> list[Example]:
    kept = cache / "examples.pickle" if cache else None
    if kept and kept.exists():
        return pickle.loads(kept.read_bytes())
    print("reading pages", flush=True)
    examples = [example for bench in BENCHES for example in _read_bench(data / "html" / bench)]
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(examples))
    return examples


def _read_bench(folder: Path) -> Iterator[Example]:
    for line in (folder / "gold.jsonl").read_text(encoding="utf-8").strip().split("\n"):
        row = json.loads(line)
        page = read_page(
            decode(gzip.decompress((folder / "pages" / f"{row['id']}.gz").read_bytes()), is_html=True).text
        )
        gold = row.get("text") or ""
        labels, perfect = label(page.texts, gold)
        host = row.get("group") or row["url"].split("/")[2]
        words = word_counts(page.texts)
        yield Example(folder.name, row["id"], row["page_type"], host, page, shingles(gold), labels, perfect, words)


# ------------------------------------------------------------------ class scores


def learn_scores(examples: Sequence[Example]) -> dict[str, float]:
    """Return the log-odds of content under each class name against the average of the pages that use it."""
    shares: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    for example in examples:
        if example.is_taught:
            found, average = _content_shares(example)
            for key, share in found.items():
                shares[key][example.host].append((share, average))
    scores = {
        key: _score(list(hosts.values())) for key, hosts in shares.items() if len(hosts) >= HOSTS and len(key) > 2
    }
    return {key: score for key, score in sorted(scores.items()) if abs(score) >= WEAK}


def _score(hosts: list[list[tuple[float, float]]]) -> float:
    means = [np.mean(pages, axis=0) for pages in hosts]
    share, average = (float(np.sum([mean[i] for mean in means])) for i in (0, 1))
    average /= len(means)
    return round(_odds((share + PRIOR * average) / (len(means) + PRIOR)) - _odds(average), 2)


def _odds(share: float) -> float:
    share = min(max(share, 0.01), 0.99)
    return math.log(share / (1 - share))


def _content_shares(example: Example) -> tuple[dict[str, float], float]:
    elements, words = example.page.elements, example.words
    content = np.concatenate([[0.0], np.cumsum(words * (example.labels > 0.5))])
    every = np.concatenate([[0.0], np.cumsum(words)])
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    firsts, ends = block_ranges(elements.parents, example.page.owners)
    names = ((a.get("class"), a.get("id"), a.get("role")) for a in elements.attributes)
    for parts, first, end in zip(names, firsts, ends, strict=True):
        if end > first:
            for key in {key for name in parts for part in (name or "").split() for key in score_keys(part)}:
                sums[key][0] += content[end] - content[first]
                sums[key][1] += every[end] - every[first]
    return {key: c / w for key, (c, w) in sums.items() if w}, float(content[-1] / max(1, every[-1]))


# ------------------------------------------------------------------ features and trees


def compute_rows(examples: Sequence[Example], scores: dict[str, float]) -> None:
    names = Names(class_scores(scores))
    for example in examples:
        boxes, matrix, seen = measure_page(example.page, names)
        if seen is not None:
            matrix[:, _PHRASE] = phrase_strength(phrase_hits(boxes.texts, seen, asks_for_phrases(matrix)))
        example.rows, example.read = np.ascontiguousarray(matrix), boxes.blocks


def compute_rows_by_fold(examples: Sequence[Example]) -> None:
    for fold in range(FOLDS):
        scores = learn_scores([e for e in examples if e.fold != fold])
        compute_rows([e for e in examples if e.fold == fold], scores)


def block_weights(example: Example) -> Floats:
    """A block's share of the measure, its words against those of the page's content; more for news."""
    wanted = max(30.0, float(example.words[example.labels > 0.5].sum()))
    share = np.minimum(1.0, (example.words + 1) / wanted) + 0.1 / max(1, len(example.words))
    weights: Floats = share * (NEWS_WEIGHT if example.bench == "fundus_pub" else 1.0)
    return weights


def fit(examples: Sequence[Example], columns: Sequence[int], trees: int) -> lightgbm.Booster:
    taught = [e for e in examples if e.is_taught]
    rows = np.vstack([e.rows[:, columns] for e in taught])
    labels = np.concatenate([e.labels[e.read] for e in taught]) > 0.5
    weights = np.concatenate([block_weights(e)[e.read] for e in taught])
    model = lightgbm.LGBMClassifier(n_estimators=trees, **SETTINGS)
    model.fit(rows, labels.astype(int), sample_weight=weights * len(weights) / weights.sum())
    return model.booster_


def cross_validate(examples: Sequence[Example], columns: Sequence[int], trees: int) -> None:
    """Fill `kept` of every page by a model that saw no page of its host."""
    for fold in range(FOLDS):
        booster = fit([e for e in examples if e.fold != fold], columns, trees)
        for example in examples:
            if example.fold == fold:
                example.kept = np.zeros(len(example.page), np.bool_)
            if example.fold == fold and len(example.rows):
                margins = booster.predict(example.rows[:, columns], num_threads=1, raw_score=True)
                example.kept[example.read] = cut_page(margins, example.rows).kept


SETS: dict[str, Callable[[Example], bool]] = {
    "wcxb_dev/article": lambda e: e.bench == "wcxb_dev" and e.page_type == "article",
    "wcxb_dev": lambda e: e.bench == "wcxb_dev",
    "fundus_pub": lambda e: e.bench == "fundus_pub",
    **{
        f"wcxb_dev/{kind}": lambda e, kind=kind: e.page_type == kind  # type: ignore[misc]
        for kind in ("collection", "documentation", "forum", "listing", "product", "service")
    },
}


def report(examples: Sequence[Example]) -> None:
    """Print the measure of what is kept out of fold."""
    kept = {id(e): overlap(e.gold, e.page.texts, e.kept) for e in examples}
    for name, belongs in SETS.items():
        pages = [kept[id(e)] for e in examples if belongs(e)]
        print("{:24} {:5} pages  P {:.4f}  R {:.4f}  F1 {:.4f}".format(name, len(pages), *f1(pages)), flush=True)


# ------------------------------------------------------------------ page types


def page_types(examples: Sequence[Example]) -> dict[str, list[float]]:
    shown = [e for e in examples if len(e.rows)]
    return learn_page_types(np.array([page_numbers(e.rows, NAMES) for e in shown]), [e.page_type for e in shown])


def report_page_types(examples: Sequence[Example]) -> None:
    """Print how many pages of each type are called so by models that saw no page of their hosts."""
    called: dict[str, list[str]] = defaultdict(list)
    for fold in range(FOLDS):
        model = model_from_json(page_types([e for e in examples if e.fold != fold]))
        for example in examples:
            if example.fold == fold and len(example.rows):
                called[example.page_type].append(page_type(example.rows, NAMES, model))
    for kind, said in sorted(called.items()):
        right, every = said.count(kind), sum(names.count(kind) for names in called.values())
        print(f"{kind:24} {len(said):5} pages  precision {right / max(1, every):.2f}  recall {right / len(said):.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, help="keep labelled pages here between runs")
    parser.add_argument("--trees", type=int, default=TREES)
    parser.add_argument("--write", action="store_true", help="train on all pages and write the model")
    parser.add_argument("--no-cv", action="store_true", help="skip the cross-validation")
    arguments = parser.parse_args()
    examples = read_examples(arguments.data, arguments.cache)
    compute_rows_by_fold(examples)
    columns = range(len(LEARNED))
    if arguments.write:
        booster = fit(examples, columns, arguments.trees)
        write_model(booster, LEARNED, learn_scores(examples), page_types(examples))
        print("model written", flush=True)
    if not arguments.no_cv:
        cross_validate(examples, columns, arguments.trees)
        report(examples)
        report_page_types(examples)


if __name__ == "__main__":
    main()
