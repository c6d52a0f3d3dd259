"""Count how common words are usually written: `cleaner/rules/usual_case.json`.

    python -m bench.usual_case ../shared/data/casing/clean.jsonl.gz news.jsonl [--out FILE]

Each row: outlet, text, of sound English documents.  What is kept are numbers of documents by word, in groups.  Where
`news.jsonl` comes from stands in `bench/repair_train.py`: with it, these are the bytes that are shipped.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cleaner.repair.dictionary import english_words
from cleaner.repair.running_text import Reading, read_texts
from cleaner.repair.signs import CAPITALS, SMALL
from cleaner.repair.usual_case import STEPS, odds_of

LEAST = 4  # documents that write a word
TOGETHER = 50  # documents read at once


class Written(NamedTuple):
    """How many documents write each word in the middle of a sentence: with a capital, and without."""

    capital: Counter[str]
    small: Counter[str]


def written(texts: list[str]) -> Written:
    found = Written(Counter(), Counter())
    for i in range(0, len(texts), TOGETHER):
        reading = read_texts(texts[i : i + TOGETHER])
        for signs, counter in zip((CAPITALS, SMALL), found, strict=True):
            counter.update(words_of(reading, signs))
    return found


def words_of(reading: Reading, signs: str) -> Iterable[str]:
    """Yield the words of each document, once, that have one of the signs and stand in the middle of a sentence."""
    codes, starts, forms = reading.cut.codes, reading.cut.starts, reading.cut.forms
    at = np.flatnonzero(among(reading.signs[1:], signs) & among(reading.signs[:-1], " ,-")) + 1
    bounds = np.searchsorted(at, starts)
    for a, b in pairwise(bounds.tolist()):
        yield from {forms[code].lower() for code in np.unique(codes[at[a:b]]).tolist()}


def among(values: np.ndarray, signs: str) -> np.ndarray:
    return np.isin(values, np.frombuffer(signs.encode(), np.uint8))


def usual(found: Written) -> dict[str, float]:
    """Return the log odds of every dictionary word that enough documents write."""
    words = sorted(english_words().lower & (found.capital.keys() | found.small.keys()))
    return {w: odds_of(found.capital[w], found.small[w]) for w in words if found.capital[w] + found.small[w] >= LEAST}


def as_json(table: Mapping[str, float]) -> str:
    """Return the words in groups, by log odds in steps."""
    groups: dict[int, list[str]] = defaultdict(list)
    for word, odds in table.items():
        groups[round(odds * STEPS)].append(word)
    return json.dumps({str(key): " ".join(groups[key]) for key in sorted(groups)}, indent=0) + "\n"


def rows_of(path: Path) -> list[dict[str, Any]]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in data.split(b"\n") if line]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("cleaner/rules/usual_case.json"))
    args = parser.parse_args()
    texts = [row["text"] for path in args.files for row in rows_of(path)]
    args.out.write_text(as_json(usual(written(texts))), "utf-8")


if __name__ == "__main__":
    main()
