"""What sort of page this is, by a small learned model over the page as a whole.

One weight a type for each number that describes a page: those that are the same for all of its blocks (`page_...`),
and means over its blocks, weighed by their words.  Learned by `bench/page_type_model.py`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.chrome.evidence import PAGE_TYPES, Matrix

Floats = npt.NDArray[np.float64]

MEANS = (
    "link_density", "tag_li", "tag_p", "in_list", "in_table", "in_form", "tag_h2", "tag_h3", "in_article", "in_main",
    "in_pre", "tag_button", "quotes", "digits", "path_product", "path_thread", "path_comment", "path_description",
    "path_meta", "path_body",
)  # fmt: skip
"""Block features of which a page's mean is taken."""


# A page of fewer blocks does not tell.
_FEWEST = 5


class PageTypeModel(NamedTuple):
    """Weights, numbers x types, and one offset a type."""

    weights: Floats
    offsets: Floats


def page_numbers(matrix: Matrix, names: Sequence[str]) -> Floats:
    """Return the numbers that describe a page; `matrix` has at least one row, its columns are `names`."""
    words = np.expm1(matrix[:, names.index("log_words")].astype(np.float64)) + 1
    means = words @ matrix[:, [names.index(name) for name in MEANS]] / words.sum()
    shared = [at for at, name in enumerate(names) if name.startswith("page_") or name == "has_h1"]
    return np.concatenate((matrix[0, shared], means))


def page_type(matrix: Matrix, names: Sequence[str], model: PageTypeModel | None = None) -> str:
    """Return one of `evidence.PAGE_TYPES`; a page of a few blocks is an article.

    >>> page_type(np.zeros((0, 3), np.float32), ["a", "b", "c"])
    'article'
    """
    if len(matrix) < _FEWEST:
        return "article"
    weights, offsets = model or load_page_types()
    return PAGE_TYPES[int(np.argmax(page_numbers(matrix, names) @ weights + offsets))]


def model_from_json(data: Mapping[str, Sequence[float]]) -> PageTypeModel:
    """Return the model of a file: per type its weights, the offset last."""
    table = np.array([data[name] for name in PAGE_TYPES], np.float64)
    return PageTypeModel(table[:, :-1].T, table[:, -1])


@cache
def load_page_types() -> PageTypeModel:
    """Return the model that ships with the package."""
    path = files("cleaner") / "chrome" / "model" / "page_types.json"
    return model_from_json(json.loads(path.read_text(encoding="utf-8")))
