"""Features that a block has from the containers above it, the blocks beside it, and the page as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import compress

import numpy as np
import numpy.typing as npt

from cleaner.chrome.blocks import Blocks, Flags
from cleaner.chrome.class_words import load_class_words
from cleaner.chrome.containers import Floats, Ints
from cleaner.chrome.names import LANDMARKS
from cleaner.extraction.page_head import Head

Columns = dict[str, npt.NDArray[np.float32] | Floats | Flags | Ints | float]

_LEVELS = 5
_LEVEL_COLUMNS = ("box_mass", "box_best", "box_links", "box_good", "box_blocks", "box_prose")
_ROOT = 50
_ROOT_COLUMNS = ("root_in", "root_before", "root_after", "root_place", "root_depth", "root_share", "root_links")
_REACH = 3
_CATEGORIES = load_class_words().categories
_LINKED_DATA = {
    "ld_article": ("article", "blogposting"),
    "ld_news": ("newsarticle",),
    "ld_product": ('"product"',),
    "ld_forum": ("discussionforumposting", "qapage"),
    "ld_list": ("itemlist", "collectionpage"),
    "ld_faq": ("faqpage",),
}
_PAGE_FLAGS = ("og_article", "og_website", "og_product", "dated", *_LINKED_DATA)

FEATURES: tuple[str, ...] = (
    *(f"{name}_{level}" for level in range(_LEVELS) for name in _LEVEL_COLUMNS),
    *(f"{name}_{_ROOT}" for name in _ROOT_COLUMNS),
    "same_count", "same_words", "same_links", "same_good", "same_function",
    f"links_{_REACH}",
    "since_heading", "heading_level", "heading_cues", "heading_words", "heading_links", "since_h1", "has_h1",
    "page_blocks", "page_links", "page_articles", "page_images", "page_forms", "page_list_words", "page_table_words",
    "page_comment_mass", "page_thread_mass", "page_product_mass",
    *(f"page_{name}" for name in _PAGE_FLAGS),
)  # fmt: skip


def context(blocks: Blocks) -> Columns:
    """Return the columns of `FEATURES`; a number stands for a column of that number."""
    return _levels(blocks) | _root(blocks) | _same(blocks) | _beside(blocks) | _headings(blocks) | _page(blocks)


def _levels(blocks: Blocks) -> Columns:
    """What stands under the container of a block, and under the next wider ones: one row of each array a level."""
    boxes = blocks.boxes
    at = np.empty((_LEVELS, len(blocks)), np.int64)
    at[0] = blocks.owners
    for level in range(1, _LEVELS):
        at[level] = boxes.wider[at[level - 1]]
    first, end = boxes.first[at], boxes.end[at]
    mass, words, width = blocks.mass_in(first, end), np.maximum(blocks.words_in(first, end), 1), end - first
    best, total = mass.max(axis=1), max(1.0, blocks.mass_in.total)
    found = (
        mass / total,
        mass / np.maximum(best, 1.0)[:, None],
        blocks.linked_in(first, end) / words,
        mass / words,
        np.log1p(width),
        blocks.paragraphs_in(first, end) / np.maximum(width, 1),
    )
    return {
        f"{name}_{level}": row
        for name, rows in zip(_LEVEL_COLUMNS, found, strict=True)
        for level, row in enumerate(rows)
    }


def _root(blocks: Blocks) -> Columns:
    """Place blocks against the smallest container that holds at least `_ROOT` per cent of the page's sentences."""
    boxes = blocks.boxes
    mass = blocks.mass_in(boxes.first, boxes.end)
    total = max(1.0, float(mass[0]))
    fits = np.flatnonzero((mass >= _ROOT / 100 * total) & (boxes.end > boxes.first))
    # Of containers with the same blocks the outermost: it comes first in document order.
    root = int(fits[np.argmin((boxes.end - boxes.first)[fits])]) if len(fits) else 0
    first, end = int(boxes.first[root]), int(boxes.end[root])
    place = blocks.place
    ends = np.array([first]), np.array([end])
    columns: Columns = {
        "root_in": (place >= first) & (place < end),
        "root_before": _within(first - place, 0, 40),
        "root_after": _within(place - end + 1, 0, 40),
        "root_place": _within((place - first) / max(1, end - first), -1, 2),
        "root_depth": _within(boxes.depth[blocks.owners] - boxes.depth[root], -10, 10),
        "root_share": mass[root] / total,
        "root_links": float(blocks.linked_in(*ends)[0]) / max(1.0, float(blocks.words_in(*ends)[0])),
    }
    return {f"{name}_{_ROOT}": column for name, column in columns.items()}


def _within(values: Floats | Ints, low: int, high: int) -> Floats | Ints:
    """Return the values, those beyond a bound set to it; `np.clip` takes four times as long on a page."""
    return np.minimum(np.maximum(values, low), high)


def _same(blocks: Blocks) -> Columns:
    """What blocks with the same tags and classes above them are like."""
    signature = blocks.boxes.signature[blocks.owners]
    count = np.bincount(signature)

    def mean(values: Floats | npt.NDArray[np.float32]) -> Floats:
        means: Floats = (np.bincount(signature, values) / np.maximum(count, 1))[signature]
        return means

    return {
        "same_count": np.log1p(count)[signature],
        "same_words": np.log1p(mean(blocks.words)),
        "same_links": mean(blocks.density),
        "same_good": np.bincount(signature, blocks.mass)[signature] / max(1.0, blocks.mass_in.total),
        "same_function": mean(blocks.column("function_words")),
    }


def _beside(blocks: Blocks) -> Columns:
    first, end = np.maximum(blocks.place - _REACH, 0), np.minimum(blocks.place + _REACH + 1, len(blocks))
    return {f"links_{_REACH}": blocks.linked_in(first, end) / np.maximum(blocks.words_in(first, end), 1)}


_HEADING_LEVEL = {f"h{level}": level for level in range(1, 7)}


def _headings(blocks: Blocks) -> Columns:
    """The heading before a block, and the main heading of the page."""
    place = blocks.place
    level = np.array([_HEADING_LEVEL.get(tag, 0) for tag in blocks.tags])
    latest = np.maximum.accumulate(np.where(level > 0, place, -1))
    before = np.concatenate(([-1], latest[:-1]))
    known = before >= 0
    at = np.maximum(before, 0)
    main = _main_heading(blocks, level)
    return {
        "since_heading": np.where(known, np.minimum(place - at, 60), -1),
        "heading_level": np.where(known, level[at], 0),
        "heading_cues": np.where(known, blocks.column("cue_density")[at], 0),
        "heading_words": np.where(known, blocks.column("log_words")[at], 0),
        "heading_links": np.where(known, blocks.density[at], 0),
        "since_h1": _within(place - main, -40, 80) if main >= 0 else -50.0,
        "has_h1": float(main >= 0) + float(main >= 0 and blocks.column("title_overlap")[main] > 0.6),
    }


def _main_heading(blocks: Blocks, level: Ints) -> int:
    """Return the first `h1` that shares most words with the title, else the first `h1`, else -1."""
    h1 = np.flatnonzero(level == 1)
    if not len(h1):
        return -1
    titled = h1[blocks.column("title_overlap")[h1] > 0.6]
    return int(titled[0] if len(titled) else h1[0])


def page_flags(head: Head) -> Mapping[str, bool]:
    """Return what a page says of its own type, in `og:type` and in linked data."""
    kind = head.meta.get("og:type", "").lower()
    linked = " ".join(head.linked_data).lower()
    return {
        "og_article": "article" in kind,
        "og_website": kind == "website",
        "og_product": "product" in kind,
        "dated": "article:published_time" in head.meta or '"datepublished"' in linked,
        **{name: any(word in linked for word in words) for name, words in _LINKED_DATA.items()},
    }


def _page(blocks: Blocks) -> Columns:
    boxes, words = blocks.boxes, blocks.words
    tags = list(compress(boxes.tags, (boxes.end > boxes.first).tolist()))
    landmarks, names = boxes.landmarks[blocks.owners], boxes.words[blocks.owners]
    total, all_words = max(1.0, blocks.mass_in.total), max(1.0, blocks.words_in.total)

    def under(bits: Ints, place: int, values: Floats) -> float:
        return float(values[(bits >> place & 1) > 0].sum())

    return {
        "page_blocks": float(np.log1p(len(blocks))),
        "page_links": blocks.linked_in.total / all_words,
        "page_articles": float(min(tags.count("article"), 30)),
        "page_images": float(np.log1p(sum(blocks.page.images[i] for i in blocks.boxes.blocks))),
        "page_forms": float(min(tags.count("form"), 10)),
        "page_list_words": under(landmarks, LANDMARKS.index("list"), words) / all_words,
        "page_table_words": under(landmarks, LANDMARKS.index("table"), words) / all_words,
        "page_comment_mass": under(names, _CATEGORIES.index("comment"), blocks.mass) / total,
        "page_thread_mass": under(names, _CATEGORIES.index("thread"), blocks.mass) / total,
        "page_product_mass": under(names, _CATEGORIES.index("product"), blocks.mass) / total,
        **{f"page_{name}": float(flag) for name, flag in page_flags(blocks.page.head).items()},
    }
