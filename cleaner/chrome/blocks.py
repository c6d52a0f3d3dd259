"""The blocks of a page as arrays: what features are computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cleaner.chrome.containers import Containers, Floats, Ints
from cleaner.chrome.evidence import Matrix
from cleaner.extraction.html_page import Page

Flags = npt.NDArray[np.bool_]

# Those of flattened text that tell something where containers are known.
BLOCK_TEXT_FEATURES = (
    "log_words", "log_chars", "ends_sentence", "sentences", "upper_chars", "digits", "function_words", "word_length",
    "quotes", "separators", "symbols", "ideographs", "cue_density", "speech", "title_overlap", "copies",
    "earlier_copies", "position", "from_start", "from_end", "page_lines", "page_mass", "page_good_lines",
    "page_good_words", "page_cue_lines", "page_short_lines", "mass_before", "own_mass", "words_to_mean", "cues_2",
    "cues_5", "cues_12", "words_mean_5",
)  # fmt: skip
_COLUMN = {name: place for place, name in enumerate(BLOCK_TEXT_FEATURES)}
# A sentence-like block: at least this many words, a sentence end, function words, few links.
_WORDS, _LINKS, _FUNCTION, _IDEOGRAPHS = 8, 0.35, 0.12, 0.2


class RangeSums:
    """Sums of a quantity over ranges of blocks."""

    __slots__ = ("_before",)

    def __init__(self, values: Floats) -> None:
        self._before = np.empty(len(values) + 1)
        self._before[0] = 0.0
        np.cumsum(values, out=self._before[1:])

    def __call__(self, first: Ints, end: Ints) -> Floats:
        sums: Floats = self._before[end] - self._before[first]
        return sums

    @property
    def total(self) -> float:
        """The sum over all blocks."""
        return float(self._before[-1])


@dataclass(frozen=True, slots=True)
class Blocks:
    """One item a block in each array; `text` has the rows of `BLOCK_TEXT_FEATURES`.

    `density` is the share of characters inside links, `mass` the words of blocks that look like sentences, else 0;
    `mass_in`, `words_in`, `linked_in` and `paragraphs_in` sum over ranges of blocks.
    """

    page: Page
    boxes: Containers
    text: Matrix
    owners: Ints
    place: Ints
    tags: list[str]
    chars: Floats
    words: Floats
    density: Floats
    mass: Floats
    is_p: Floats
    mass_in: RangeSums
    words_in: RangeSums
    linked_in: RangeSums
    paragraphs_in: RangeSums

    def column(self, name: str) -> npt.NDArray[np.float32]:
        """Return one of the text features."""
        return self.text[:, _COLUMN[name]]

    def __len__(self) -> int:
        return len(self.owners)


def lay_blocks(page: Page, boxes: Containers, text: Matrix) -> Blocks:
    """Return the arrays of a page that has blocks."""
    chars = np.fromiter(map(len, page.texts), np.float64, len(page))[boxes.blocks]
    density = np.minimum(np.array(page.link_chars)[boxes.blocks] / chars, 1.0)
    words = np.rint(np.expm1(text[:, _COLUMN["log_words"]].astype(np.float64)))
    mass = words * _like_sentences(text, words, density)
    tags = [boxes.tags[owner] for owner in boxes.owners.tolist()]
    is_p = np.array([tag == "p" for tag in tags], np.float64)
    return Blocks(
        page,
        boxes,
        text,
        boxes.owners,
        np.arange(len(tags)),
        tags,
        chars,
        words,
        density,
        mass,
        is_p,
        RangeSums(mass),
        RangeSums(words),
        RangeSums(words * density),
        RangeSums(is_p),
    )


def _like_sentences(text: Matrix, words: Floats, density: Floats) -> Flags:
    function = text[:, _COLUMN["function_words"]]
    long = (words >= 12) & (density < _LINKS)
    # In a language that the word list does not know, length and sentence ends have to do.
    known = bool(_median(function[long]) > 0.1) if long.any() else True
    prose = (function > _FUNCTION) | (text[:, _COLUMN["ideographs"]] > _IDEOGRAPHS) | (not known)
    like: Flags = (words >= _WORDS) & (text[:, _COLUMN["sentences"]] > 0) & prose & (density < _LINKS)
    return like


def _median(values: npt.NDArray[np.float32]) -> np.float32:
    """Return the median of some values; `np.median` takes ten times as long on a page."""
    ordered, size = np.sort(values), len(values)
    middle: np.float32 = (ordered[(size - 1) // 2] + ordered[size // 2]) / np.float32(2)
    return middle
