"""Named features of the blocks of a page of HTML: those of their text, and those of the containers they stand in."""

from __future__ import annotations

from functools import cache

import numpy as np

from cleaner.chrome.class_words import load_class_scores, load_class_words
from cleaner.chrome.containers import LANDMARKS, Containers, Floats, Ints, Names, read_containers
from cleaner.chrome.evidence import Matrix, PageFeatures
from cleaner.chrome.roles import read_roles
from cleaner.chrome.text_features import TEXT_FEATURES, text_features
from cleaner.extraction.html_page import Page

_LEVELS = 5
_ROOTS = (0.5, 0.8)
_TAGS = ("p", "div", "li", "h1", "h2", "h3", "h4", "tr", "section", "article", "a", "dd", "dt", "pre", "button", "span")
_LEVEL_COLUMNS = ("box_mass", "box_best", "box_links", "box_good", "box_blocks", "box_prose")
CLASS_CATEGORIES = tuple(load_class_words().categories)
PAGE_FLAGS = (
    "og_article", "og_website", "og_product", "ld_article", "ld_product", "ld_forum", "ld_list", "ld_faq",
    "gen_forum", "gen_shop",
)  # fmt: skip

DOM_FEATURES: tuple[str, ...] = (
    "link_density", "links_per_word", "bold", "italic", "images", "depth",
    *(f"tag_{tag}" for tag in _TAGS),
    *(f"in_{name}" for name in LANDMARKS),
    *(f"path_{name}" for name in CLASS_CATEGORIES),
    *(f"near_{name}" for name in CLASS_CATEGORIES),
    "score_path_low", "score_path_high", "score_near_low", "score_near_high",
    *(f"{name}_{level}" for level in range(_LEVELS) for name in _LEVEL_COLUMNS),
    *(f"{name}_{int(100 * share)}" for share in _ROOTS for name in ("root_in", "root_before", "root_after", "root_place",
                                                                   "root_depth", "root_share", "root_links")),
    "same_count", "same_words", "same_links", "same_good", "same_function",
    "group_size", "group_words", "group_links", "group_good", "group_place", "group_levels",
    "links_back_1", "links_ahead_1", "links_3", "links_8", "p_back_1", "p_ahead_1", "same_box_back", "same_box_ahead",
    "since_heading", "heading_level", "heading_cues", "heading_in_1", "heading_in_2", "heading_words", "heading_links",
    "since_h1", "h1_in_1", "h1_in_2", "h1_in_3", "has_h1",
    "page_blocks", "page_links", "page_articles", "page_images", "page_forms", "page_list_words", "page_table_words",
    "page_comment_mass", "page_thread_mass", "page_product_mass", "page_best_2",
    *(f"page_{name}" for name in PAGE_FLAGS),
)  # fmt: skip
NAMES: tuple[str, ...] = TEXT_FEATURES + DOM_FEATURES

_COLUMN = {name: place for place, name in enumerate(TEXT_FEATURES)}


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
    boxes, matrix = measure_page(page)
    roles = read_roles(page, boxes)
    return PageFeatures("html", matrix, roles.hits, roles.as_content, roles.as_chrome, roles.repeat_of)


def measure_page(page: Page) -> tuple[Containers, Matrix]:
    """Return the containers of a page and the rows of `NAMES` of its blocks, without roles."""
    boxes = read_containers(page.elements, len(page), _names())
    text = text_features(page.texts, page.head.title)
    return boxes, np.hstack([text, dom_features(page, boxes, text)])


class _Sums:
    """Sums of a quantity over ranges of blocks."""

    def __init__(self, values: Floats) -> None:
        self._before = np.concatenate(([0.0], np.cumsum(values)))

    def __call__(self, first: Ints, end: Ints) -> Floats:
        sums: Floats = self._before[end] - self._before[first]
        return sums


def dom_features(page: Page, boxes: Containers, text: Matrix) -> Matrix:
    """Return float32 rows of `DOM_FEATURES`, one a block; `text` has the rows of `TEXT_FEATURES` of the same blocks."""
    size = len(page)
    out: dict[str, Floats] = {}
    if not size:
        return np.zeros((0, len(DOM_FEATURES)), np.float32)
    owners = np.array(page.owners)
    words = np.expm1(text[:, _COLUMN["log_words"]].astype(np.float64)).round()
    chars = np.maximum(np.array([len(t) for t in page.texts], np.float64), 1)
    density = np.minimum(np.array(page.link_chars) / chars, 1.0)
    function = text[:, _COLUMN["function_words"]]
    long = (words >= 12) & (density < 0.35)
    # In a language that the word list does not know, length and sentence ends have to do.
    known = np.median(function[long]) > 0.1 if long.any() else True
    prose = (function > 0.12) | (text[:, _COLUMN["ideographs"]] > 0.2) | (not known)
    good = words * ((words >= 8) & (text[:, _COLUMN["sentences"]] > 0) & prose & (density < 0.35))
    sums = {"good": _Sums(good), "words": _Sums(words), "links": _Sums(words * density)}
    tags = [page.elements.tags[owner] for owner in page.owners]
    is_p = np.array([tag == "p" for tag in tags], np.float64)
    sums["p"] = _Sums(is_p)
    out["link_density"] = density
    out["links_per_word"] = np.array(page.link_counts) / (words + 1)
    out["bold"] = np.minimum(np.array(page.bold_chars) / chars, 1)
    out["italic"] = np.minimum(np.array(page.italic_chars) / chars, 1)
    out["images"] = np.minimum(np.array(page.images, np.float64), 5)
    out["depth"] = np.minimum(boxes.depth[owners], 40)
    tag_array = np.array(tags)
    for tag in _TAGS:
        out[f"tag_{tag}"] = tag_array == tag
    for place, name in enumerate(LANDMARKS):
        out[f"in_{name}"] = boxes.landmarks[owners] >> place & 1
    for place, name in enumerate(CLASS_CATEGORIES):
        out[f"path_{name}"] = boxes.words[owners] >> place & 1
        out[f"near_{name}"] = boxes.near_words[owners] >> place & 1
    out["score_path_low"], out["score_path_high"] = boxes.path_low[owners], boxes.path_high[owners]
    out["score_near_low"], out["score_near_high"] = boxes.near_low[owners], boxes.near_high[owners]
    _levels(out, owners, boxes, sums)
    for share in _ROOTS:
        _root(out, share, owners, boxes, sums)
    _same(out, owners, boxes, words, density, good, text)
    _group(out, owners, boxes, sums)
    _near(out, owners, sums, density, is_p, boxes)
    _headings(out, page, tags, owners, boxes, text, density)
    _page(out, page, owners, boxes, words, density, good, sums)
    matrix = np.empty((size, len(DOM_FEATURES)), np.float32)
    for place, name in enumerate(DOM_FEATURES):
        matrix[:, place] = out[name]
    return matrix


def _levels(out: dict[str, Floats], owners: Ints, boxes: Containers, sums: dict[str, _Sums]) -> None:
    size = len(owners)
    total = max(1.0, float(sums["good"](np.array([0]), np.array([size]))[0]))
    at = owners
    for level in range(_LEVELS):
        first, end = boxes.first[at], boxes.end[at]
        mass, words = sums["good"](first, end), sums["words"](first, end)
        out[f"box_mass_{level}"] = mass / total
        out[f"box_best_{level}"] = mass / max(1.0, float(mass.max()))
        out[f"box_links_{level}"] = sums["links"](first, end) / np.maximum(words, 1)
        out[f"box_good_{level}"] = mass / np.maximum(words, 1)
        out[f"box_blocks_{level}"] = np.log1p(end - first)
        out[f"box_prose_{level}"] = sums["p"](first, end) / np.maximum(end - first, 1)
        at = boxes.wider[at]
    out["page_best_2"] = np.full(size, out["box_mass_2"].max())


def _root(out: dict[str, Floats], share: float, owners: Ints, boxes: Containers, sums: dict[str, _Sums]) -> None:
    """Place blocks against the smallest container that holds at least `share` of the page's sentences."""
    size = len(owners)
    mass = sums["good"](boxes.first, boxes.end)
    total = max(1.0, mass[0])
    width = boxes.end - boxes.first
    fits = np.flatnonzero(mass >= share * total)
    root = int(fits[np.argmin(width[fits] * 100_000 - np.minimum(boxes.depth[fits], 99_999))]) if len(fits) else 0
    first, end = int(boxes.first[root]), int(boxes.end[root])
    place = np.arange(size)
    tag = int(100 * share)
    out[f"root_in_{tag}"] = (place >= first) & (place < end)
    out[f"root_before_{tag}"] = np.clip(first - place, 0, 40)
    out[f"root_after_{tag}"] = np.clip(place - end + 1, 0, 40)
    out[f"root_place_{tag}"] = np.clip((place - first) / max(1, end - first), -1, 2)
    out[f"root_depth_{tag}"] = np.clip(boxes.depth[owners] - boxes.depth[root], -10, 10)
    out[f"root_share_{tag}"] = np.full(size, mass[root] / total)
    words = float(sums["words"](np.array([first]), np.array([end]))[0])
    out[f"root_links_{tag}"] = np.full(size, sums["links"](np.array([first]), np.array([end]))[0] / max(1.0, words))


def _same(out, owners, boxes, words, density, good, text) -> None:
    signature = boxes.signature[owners]
    count = np.bincount(signature)[signature]
    total = max(1.0, good.sum())

    def mean(values: Floats) -> Floats:
        return np.bincount(signature, values)[signature] / count

    out["same_count"] = np.log1p(count)
    out["same_words"] = np.log1p(mean(words))
    out["same_links"] = mean(density)
    out["same_good"] = mean(good) * count / total
    out["same_function"] = mean(text[:, _COLUMN["function_words"]])


def _group(out, owners, boxes, sums) -> None:
    total = max(1.0, float(sums["good"](np.array([0]), np.array([len(owners)]))[0]))
    group = boxes.group[owners]
    known = group >= 0
    at = np.maximum(group, 0)
    first, end = boxes.group_first[at], boxes.group_end[at]
    words = sums["words"](first, end)
    size = np.maximum(boxes.group_size[at], 1)
    out["group_size"] = np.where(known, np.log1p(size), 0)
    out["group_words"] = np.where(known, np.log1p(words / size), 0)
    out["group_links"] = np.where(known, sums["links"](first, end) / np.maximum(words, 1), -1)
    out["group_good"] = np.where(known, sums["good"](first, end) / total, 0)
    out["group_place"] = np.where(known, boxes.group_place[at] / size, -1)
    out["group_levels"] = np.where(known, np.minimum(boxes.depth[owners] - boxes.depth[at], 20), -1)


def _shift(values: Floats, step: int, fill: float) -> Floats:
    moved = np.full(len(values), fill)
    if step > 0:
        moved[step:] = values[:-step]
    else:
        moved[:step] = values[-step:]
    return moved


def _near(out, owners, sums, density, is_p, boxes) -> None:
    size = len(owners)
    place = np.arange(size)
    out["links_back_1"], out["links_ahead_1"] = _shift(density, 1, -1), _shift(density, -1, -1)
    out["p_back_1"], out["p_ahead_1"] = _shift(is_p, 1, 0), _shift(is_p, -1, 0)
    for reach in (3, 8):
        first, end = np.maximum(place - reach, 0), np.minimum(place + reach + 1, size)
        out[f"links_{reach}"] = sums["links"](first, end) / np.maximum(sums["words"](first, end), 1)
    box = boxes.wider[owners]
    out["same_box_back"] = _shift(box, 1, -1) == box
    out["same_box_ahead"] = _shift(box, -1, -1) == box


def _latest(flags, size):
    return np.maximum.accumulate(np.where(flags, np.arange(size), -1))


def _headings(out, page, tags, owners, boxes, text, density) -> None:
    size = len(tags)
    place = np.arange(size)
    level = np.array([int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else 0 for tag in tags])
    last = np.where(level > 0, place, -1)
    latest = np.maximum.accumulate(last)
    before = np.concatenate(([-1], latest[:-1]))
    known = before >= 0
    at = np.maximum(before, 0)
    out["since_heading"] = np.where(known, np.minimum(place - at, 60), -1)
    out["heading_level"] = np.where(known, level[at], 0)
    out["heading_cues"] = np.where(known, text[at, _COLUMN["cue_density"]], 0)
    out["heading_words"] = np.where(known, text[at, _COLUMN["log_words"]], 0)
    out["heading_links"] = np.where(known, density[at], 0)
    box1 = boxes.wider[owners]
    box2 = boxes.wider[box1]
    box3 = boxes.wider[box2]
    for name, box in (("heading_in_1", box1), ("heading_in_2", box2)):
        out[name] = known & (at >= boxes.first[box]) & (at < boxes.end[box])
    h1 = np.flatnonzero(level == 1)
    titled = [i for i in h1 if text[i, _COLUMN["title_overlap"]] > 0.6]
    head = int(titled[0]) if titled else int(h1[0]) if len(h1) else -1
    out["has_h1"] = np.full(size, float(head >= 0) + bool(titled))
    out["since_h1"] = np.where(head >= 0, np.clip(place - head, -40, 80), -50)
    for name, box in (("h1_in_1", box1), ("h1_in_2", box2), ("h1_in_3", box3)):
        out[name] = (head >= boxes.first[box]) & (head < boxes.end[box])


_LD = (
    ("ld_article", ("article", "blogposting")),
    ("ld_product", ('"product"',)),
    ("ld_forum", ("discussionforumposting", "qapage")),
    ("ld_list", ("itemlist", "collectionpage")),
    ("ld_faq", ("faqpage",)),
)


def page_flags(page: Page) -> dict[str, bool]:
    kind = page.head.meta.get("og:type", "").lower()
    generator = page.head.meta.get("generator", "").lower()
    linked = " ".join(page.head.linked_data).lower()
    return {
        "og_article": "article" in kind,
        "og_website": kind == "website",
        "og_product": "product" in kind,
        **{name: any(word in linked for word in words) for name, words in _LD},
        "gen_forum": any(
            w in generator
            for w in ("discourse", "phpbb", "vbulletin", "xenforo", "mybb", "flarum", "nodebb", "invision")
        ),
        "gen_shop": any(w in generator for w in ("shopify", "woocommerce", "magento", "prestashop", "bigcommerce")),
    }


def _page(out, page, owners, boxes, words, density, good, sums) -> None:
    size = len(owners)
    total = max(1.0, good.sum())
    all_words = max(1.0, words.sum())
    tags = page.elements.tags

    def under(bits, name, names):
        return float(good[(bits >> names.index(name) & 1) > 0].sum()) / total

    values = {
        "page_blocks": np.log1p(size),
        "page_links": float((words * density).sum()) / all_words,
        "page_articles": min(tags.count("article"), 30),
        "page_images": np.log1p(sum(page.images)),
        "page_forms": min(tags.count("form"), 10),
        "page_list_words": float(words[(boxes.landmarks[owners] >> LANDMARKS.index("list") & 1) > 0].sum()) / all_words,
        "page_table_words": float(words[(boxes.landmarks[owners] >> LANDMARKS.index("table") & 1) > 0].sum())
        / all_words,
        "page_comment_mass": under(boxes.words[owners], "comment", CLASS_CATEGORIES),
        "page_thread_mass": under(boxes.words[owners], "thread", CLASS_CATEGORIES),
        "page_product_mass": under(boxes.words[owners], "product", CLASS_CATEGORIES),
        **{f"page_{name}": float(flag) for name, flag in page_flags(page).items()},
    }
    for name, value in values.items():
        out[name] = np.full(size, value)
