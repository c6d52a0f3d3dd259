"""Named features of the blocks of a page of HTML: those of their text, and those of the containers they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from cleaner.chrome import dom_context
from cleaner.chrome.announced import descriptions, lead_shares
from cleaner.chrome.block_phrases import phrase_hits, phrase_strength, with_phrases
from cleaner.chrome.blocks import BLOCK_TEXT_FEATURES, Blocks, Flags, lay_blocks
from cleaner.chrome.class_words import load_class_scores, load_class_words
from cleaner.chrome.containers import Containers, Floats, read_containers
from cleaner.chrome.dom_context import Columns
from cleaner.chrome.evidence import Matrix, PageFeatures
from cleaner.chrome.names import LANDMARKS, Names
from cleaner.chrome.page_types import page_type
from cleaner.chrome.roles import read_roles
from cleaner.chrome.text_features import features_of
from cleaner.chrome.text_scan import Scan
from cleaner.chrome.text_words import read_described
from cleaner.chrome.units import list_numbers
from cleaner.extraction.html_page import Page

TAGS = ("p", "div", "li", "h2", "h3", "h4", "button")
CLASS_CATEGORIES = load_class_words().categories
_OWN = ("link_density", "links_per_word", "italic", "images", "depth", "is_caption", "lead_share")
_NEAR = ("body", "comment", "sign_up", "caption")
_SCORES = ("score_path_low", "score_path_high", "score_near_low", "score_near_high")

_BITS: tuple[str, ...] = (
    *(f"tag_{tag}" for tag in TAGS),
    *(f"in_{name}" for name in LANDMARKS),
    *(f"path_{name}" for name in CLASS_CATEGORIES),
    *(f"near_{name}" for name in _NEAR),
)
DOM_FEATURES: tuple[str, ...] = (
    *_OWN,
    *_SCORES,
    *dom_context.FEATURES,
    *_BITS,
)
LEARNED: tuple[str, ...] = BLOCK_TEXT_FEATURES + DOM_FEATURES
"""What the trees may test."""
NAMES: tuple[str, ...] = (*LEARNED, "list_number", "phrase")
"""The columns of a page's evidence: what is learned from, the list or table that a block stands in (-1: none), and the
strength of the phrase rules that hit it (`block_phrases.phrase_strength`)."""
_LIST, _PHRASE = (NAMES.index(name) for name in ("list_number", "phrase"))


@cache
def _names() -> Names:
    return Names(load_class_scores())


def observe_page(page: Page) -> PageFeatures:
    """Return what the judge sees of a page: its features, roles and named evidence.

    >>> from cleaner.extraction.html_page import read_page
    >>> seen = observe_page(read_page("<p>The harbour froze over in January.</p>"))
    >>> seen.matrix.shape == (1, len(NAMES)), seen.as_content[0].value
    (True, 'body')
    """
    return observe_pages([page])[0]


def observe_pages(pages: Sequence[Page]) -> list[PageFeatures]:
    """Return what `observe_page` does of each page; their words are looked at together."""
    return [_observed(page, measured) for page, measured in zip(pages, measure_pages(pages), strict=True)]


def _observed(page: Page, measured: Measured) -> PageFeatures:
    boxes, matrix, seen = measured
    roles = read_roles(page, boxes)
    if seen is not None:
        phrases = phrase_hits(boxes.texts, seen, asks_for_phrases(matrix))
        matrix[:, _PHRASE] = phrase_strength(phrases)
        roles = with_phrases(roles, boxes.blocks.tolist(), phrases)
    said = roles.hits, roles.as_content, roles.as_chrome, roles.repeat_of
    return PageFeatures("html", matrix, ~boxes.is_read, *said, page_type(matrix, NAMES))


class Measured(NamedTuple):
    """The containers of a page, and what is measured of its blocks outside of menus.

    `matrix` has their rows of `NAMES` (float32, no phrases yet), `seen` is their scan (if there are any).
    """

    boxes: Containers
    matrix: Matrix
    seen: Scan | None


def measure_page(page: Page, names: Names | None = None) -> Measured:
    """Return what is measured of a page, without roles and phrases.

    `names` remembers what class names say, and by which scores (default: those of the model).
    """
    return measure_pages([page], names)[0]


def measure_pages(pages: Sequence[Page], names: Names | None = None) -> list[Measured]:
    """Return what `measure_page` does of each page; their words are looked at together."""
    boxes = [read_containers(page, names or _names()) for page in pages]
    texts = [one.texts for one in boxes]
    if not any(texts):
        return [Measured(one, np.zeros((len(NAMES), 0), np.float32).T, None) for one in boxes]
    said = [descriptions(page.head) for page in pages]
    reading, common = read_described(texts, [page.head.title for page in pages], list(map(" ".join, said)))
    features = features_of(reading, BLOCK_TEXT_FEATURES)
    ends = list(accumulate(map(len, texts)))
    rows = [slice(end - len(own), end) for own, end in zip(texts, ends, strict=True)]
    leads = [
        lead_shares(own, reading.words.tokens[at], common[at], told)
        for own, at, told in zip(texts, rows, said, strict=True)
    ]
    text = [features[at] for at in rows]
    return [
        Measured(one, _measured(page, one, own, lead), scan if one.texts else None)
        for page, one, own, lead, scan in zip(pages, boxes, text, leads, reading.seen.parts(ends), strict=True)
    ]


def _measured(page: Page, boxes: Containers, text: Matrix, leads: Floats) -> Matrix:
    """Return the rows of `NAMES` of a page's blocks outside of menus, from those of their text."""
    # Feature by feature: a column is written in one piece, and the trees read it so.
    columns = np.zeros((len(NAMES), len(boxes.blocks)), np.float32)
    if len(boxes.blocks):
        columns[: len(BLOCK_TEXT_FEATURES)] = text.T
        _fill(columns[len(BLOCK_TEXT_FEATURES) : len(LEARNED)], lay_blocks(page, boxes, text), leads)
        columns[_LIST] = list_numbers(boxes)
    return columns.T


# Of a hundred hits one is in a longer block, which costs as much as a dozen short ones.
_PHRASE_WORDS = np.float32(np.log1p(20.5))
_LOG_WORDS = NAMES.index("log_words")
_MENUS = [NAMES.index(f"in_{name}") for name in ("nav", "footer", "select")]


def asks_for_phrases(matrix: Matrix) -> Flags:
    """Tell of which blocks phrase rules are asked: short ones, where no menu tells what they are.

    >>> asks_for_phrases(np.zeros((1, len(NAMES)), np.float32)).tolist()
    [True]
    """
    flags: Flags = (matrix[:, _LOG_WORDS] < _PHRASE_WORDS) & ~(matrix[:, _MENUS] > 0).any(axis=1)
    return flags


def _fill(rows: Matrix, blocks: Blocks, leads: Floats) -> None:
    """Write the features named in `DOM_FEATURES`, one a row."""
    columns = _own(blocks) | dom_context.context(blocks) | {"lead_share": leads}
    at = len(DOM_FEATURES) - len(_BITS)
    for row, name in zip(rows[:at], DOM_FEATURES, strict=False):
        row[:] = columns[name]
    boxes, owners = blocks.boxes, blocks.owners
    rows[at : at + len(TAGS)] = np.array([_TAG_PLACE.get(tag, -1) for tag in blocks.tags]) == _TAG_PLACES
    at += len(TAGS)
    for bits, places in (
        (boxes.landmarks, _LANDMARK_PLACES),
        (boxes.words, _CATEGORY_PLACES),
        (boxes.near_words, _NEAR_PLACES),
    ):
        rows[at : at + len(places)] = bits[owners] >> places & 1
        at += len(places)


_TAG_PLACES, _LANDMARK_PLACES, _CATEGORY_PLACES = (
    np.arange(len(names))[:, None] for names in (TAGS, LANDMARKS, CLASS_CATEGORIES)
)
_NEAR_PLACES = np.array([CLASS_CATEGORIES.index(name) for name in _NEAR])[:, None]
_TAG_PLACE = {tag: place for place, tag in enumerate(TAGS)}


def _own(blocks: Blocks) -> Columns:
    """Features of a block and of its place in the tree, without its neighbours."""
    page, boxes, owners = blocks.page, blocks.boxes, blocks.owners
    return {
        "link_density": blocks.density,
        "links_per_word": np.array(page.link_counts)[boxes.blocks] / (blocks.words + 1),
        "italic": np.minimum(np.array(page.italic_chars)[boxes.blocks] / blocks.chars, 1),
        "images": np.minimum(np.array(page.images)[boxes.blocks], 5),
        "depth": np.minimum(boxes.depth[owners], 40),
        "is_caption": _is_caption(blocks),
        "score_path_low": boxes.path_low[owners],
        "score_path_high": boxes.path_high[owners],
        "score_near_low": boxes.near_low[owners],
        "score_near_high": boxes.near_high[owners],
    }


# What is longer under a picture is a text of its own.
_FIGURE_WORDS, _CAPTION_WORDS = 80, 60


def _is_caption(blocks: Blocks) -> Flags:
    """Tell of each block whether it stands in a figure, or among names of pictures and none of the text."""
    owners, names = blocks.owners, CLASS_CATEGORIES.index
    near = blocks.boxes.near_words[owners]
    called = (near >> names("caption") & 1 > 0) & (near >> names("body") & 1 == 0) & (blocks.words < _CAPTION_WORDS)
    figure = blocks.boxes.landmarks[owners] >> LANDMARKS.index("figure") & 1 > 0
    caption: Flags = called | (figure & (blocks.words < _FIGURE_WORDS))
    return caption
