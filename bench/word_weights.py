"""Learn what words say of the lines they stand in: a sparse logistic regression over the short lines of many
sites.

Part of `train_text_judge.py`; needs scikit-learn.  A word or a pair of words counts that stands on several hosts; hosts
with many lines count for less a line.  Words with digits are left out: numbers and years say something of these pages
only.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.linear_model import LogisticRegression

HOSTS = 3
# Long lines are judged by what they are like, not by what they say.
LINE_WORDS = 20
STRENGTH = 1.0
# In hundredths; weights below this change nothing.
LEAST = 5

_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_LETTERS = "".join(chr(code) for code in range(0x10000) if unicodedata.category(chr(code))[0] in "LNM")
_WORD = re.compile(f"[{_IDEOGRAPHS}]|[{re.escape(_LETTERS)}]+")


class Labelled(NamedTuple):
    """The lines of a page: 1 content, 0 chrome, -1 not known."""

    host: str
    lines: Sequence[str]
    labels: npt.NDArray[np.int64]


class _Line(NamedTuple):
    """A short line with a label."""

    host: str
    label: int
    words: list[str]

    def terms(self) -> set[str]:
        """Return its words and pairs of words."""
        pairs = {f"{a} {b}" for a, b in pairwise(self.words)}
        return {term for term in pairs.union(self.words) if not any(map(str.isdigit, term))}


def learn_words(pages: Sequence[Labelled]) -> dict[str, int]:
    """Return the weights (hundredths of log-odds of content) of words, and of pairs: two words with a space."""
    lines = list(_short_lines(pages))
    place = {term: at for at, term in enumerate(_vocabulary(lines))}
    rows, columns = [], []
    for row, line in enumerate(lines):
        found = sorted(place[term] for term in line.terms() if term in place)
        columns += found
        rows += [row] * len(found)
    roots = np.sqrt([len(line.words) for line in lines])
    design = sparse.csr_matrix((1 / roots[rows], (rows, columns)), (len(lines), len(place)))
    hosts, sizes = np.unique([line.host for line in lines], return_inverse=True, return_counts=True)[1:]
    weights = 1 / np.sqrt(sizes[hosts])
    model = LogisticRegression(C=STRENGTH, l1_ratio=1, solver="liblinear", max_iter=60, random_state=1)
    model.fit(design, [line.label for line in lines], sample_weight=weights / weights.mean())
    learned = np.rint(100 * model.coef_[0]).astype(int).tolist()
    return {term: learned[at] for term, at in place.items() if abs(learned[at]) >= LEAST}


def _short_lines(pages: Sequence[Labelled]) -> Iterator[_Line]:
    for page in pages:
        for text, label in zip(page.lines, page.labels.tolist(), strict=True):
            words = _WORD.findall(text.lower()) if label >= 0 else []
            if 0 < len(words) <= LINE_WORDS:
                yield _Line(page.host, label, words)


def _vocabulary(lines: Sequence[_Line]) -> list[str]:
    """Return the terms of at least `HOSTS` hosts, sorted."""
    hosts: dict[str, set[str]] = {}
    for line in lines:
        for term in line.terms():
            hosts.setdefault(term, set()).add(line.host)
    return sorted(term for term, seen in hosts.items() if len(seen) >= HOSTS)
