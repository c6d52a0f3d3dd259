"""Which blocks of a page its gold text holds: one alignment of all words of the page with all words of the gold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

_WORD = re.compile(r"\w+")
# Aligned words count in runs of this many (or whole blocks): lone matches of "the" are chance.
_RUN = 4
# Below this F1 of perfect verdicts the gold is taken to be in another order than the page.
_IN_ORDER = 0.9

Floats = npt.NDArray[np.float64]
Shingles = Counter[tuple[str, ...]]


class Overlap(NamedTuple):
    """Word 4-grams: common, of the output, of the gold."""

    hit: int
    said: int
    wanted: int

    @property
    def f1(self) -> float:
        return 2 * self.hit / max(1, self.said + self.wanted)


def shingles(text: str) -> Shingles:
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))) if words else Counter()


def overlap(gold: Shingles, texts: Sequence[str], keep: npt.NDArray[np.bool_]) -> Overlap:
    said = shingles("\n".join(text for text, kept in zip(texts, keep.tolist(), strict=True) if kept))
    return Overlap(sum((gold & said).values()), sum(said.values()), sum(gold.values()))


def f1(pages: Sequence[Overlap]) -> tuple[float, float, float]:
    """Mean precision over pages with output, mean recall over pages with gold, their harmonic mean."""
    p = float(np.mean([o.hit / o.said for o in pages if o.said] or [0.0]))
    r = float(np.mean([o.hit / o.wanted for o in pages if o.wanted] or [0.0]))
    return p, r, 2 * p * r / (p + r) if p + r else 0.0


def difference(ours: Sequence[Overlap], theirs: Sequence[Overlap], draws: int = 300) -> tuple[float, float]:
    """How far our F1 lies above theirs on the same pages, and the deviation of that over bootstrap samples."""
    chance = np.random.default_rng(7)
    samples = [chance.integers(0, len(ours), len(ours)).tolist() for _ in range(draws if ours else 0)]
    gains = [f1([ours[i] for i in drawn])[2] - f1([theirs[i] for i in drawn])[2] for drawn in samples]
    return f1(ours)[2] - f1(theirs)[2], float(np.std(gains or [0.0]))


def word_counts(texts: Sequence[str]) -> Floats:
    return np.array([len(_WORD.findall(text)) for text in texts], np.float64)


def label(texts: Sequence[str], gold: str) -> tuple[Floats, Overlap]:
    """Return for each block the share of its words that the gold holds, and how well these labels rebuild the gold."""
    wanted = shingles(gold)
    labels = _align(texts, gold)
    best = overlap(wanted, texts, labels > 0.5)
    if best.f1 < _IN_ORDER:
        by_line = _by_line(texts, labels, gold)
        other = overlap(wanted, texts, by_line > 0.5)
        if other.f1 > best.f1:
            return by_line, other
    return labels, best


def _align(texts: Sequence[str], gold: str) -> Floats:
    ids: dict[str, int] = {}
    wanted = [ids.setdefault(word, len(ids)) for word in _WORD.findall(gold.lower())]
    blocks = [[ids.get(word, -1) for word in _WORD.findall(text.lower())] for text in texts]
    sizes = [len(block) for block in blocks]
    owner = np.repeat(np.arange(len(texts)), sizes).tolist()
    said = [word if word >= 0 else -1 - i for i, word in enumerate(word for block in blocks for word in block)]
    hits = np.zeros(len(texts))
    for op in LCSseq.opcodes(said, wanted) if said and wanted else ():
        if op.tag == "equal":
            for at in range(op.src_start, op.src_end):
                hits[owner[at]] += op.src_end - op.src_start >= min(_RUN, sizes[owner[at]])
    labels = hits / np.maximum(np.array(sizes), 1)
    grams = set(zip(wanted, wanted[1:], wanted[2:], wanted[3:], strict=False))
    for i, block in enumerate(blocks):
        if len(block) >= 12 and labels[i] < 0.5 and _share(block, grams) > 0.8:
            labels[i] = 0.6
    return labels


def _share(block: list[int], grams: set[tuple[int, ...]]) -> float:
    own = list(zip(block, block[1:], block[2:], block[3:], strict=False))
    return sum(gram in grams for gram in own) / len(own)


def _by_line(texts: Sequence[str], labels: Floats, gold: str) -> Floats:
    lines = {" ".join(_WORD.findall(line.lower())) for line in gold.split("\n")}
    keys = [" ".join(_WORD.findall(text.lower())) for text in texts]
    return np.array(
        [0.6 if y < 0.5 and " " in k and k in lines else y for k, y in zip(keys, labels.tolist(), strict=True)]
    )
