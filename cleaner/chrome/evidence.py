"""What the judge saw of a page: the record between observing and deciding.

Judging has two steps.  *Observing* looks at a page (its blocks or its lines) and writes down everything that may
matter: one row of numbers a paragraph, the names of the rules that hit it, the roles it could play.  *Deciding* is a
pure function of those records and nothing else.  So the records can be stored, evidence that needs many documents
(site templates) can be added in between, and `explain` recomputes the very verdict from the stored row.

A page is observed as one `PageFeatures`; pages are judged as columns, `Evidence`.  The HTML half is
`dom_features.observe_page` and `judge.judge_html`, the text half `text_evidence.observe_lines` and
`text_judge.judge_text`.  `judge.decide` fronts both for records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.coded import Coded, Flags, Ints, coded
from cleaner.records import Role

Mode = Literal["html", "text"]
Matrix = npt.NDArray[np.float32]

PAGE_TYPES = ("article", "collection", "documentation", "forum", "listing", "product", "service")


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """The evidence of one page; all sequences have one item a paragraph, in document order (blank ones left out).

    `in_menu` marks paragraphs in menus, of which nothing more is measured.  `matrix` has the others: float32,
    paragraphs x features, columns named by the mode's constant list (`dom_features.NAMES`, `text_evidence.NAMES`).
    `hits[i]` names the rules that hit paragraph i: `phrase/en/leave-comment`, `repeat/headline`, `site/...`.  A hit is
    evidence, not yet a decision.  `page_type` is one of `PAGE_TYPES`.

    >>> line = np.zeros((1, 2), np.float32), np.array([False])
    >>> page = PageFeatures("text", *line, ((),), (Role.BODY,), (Role.UNKNOWN,), (-1,))
    >>> page.with_hits({0: ("site/tags",)}).hits
    (('site/tags',),)
    """

    mode: Mode
    matrix: Matrix
    in_menu: Flags
    hits: tuple[tuple[str, ...], ...]
    as_content: tuple[Role, ...]
    as_chrome: tuple[Role, ...]
    repeat_of: tuple[int, ...]
    page_type: str = "article"

    def __len__(self) -> int:
        return len(self.hits)

    def with_hits(self, added: Mapping[int, Sequence[str]]) -> PageFeatures:
        """Return a copy with more named evidence, keyed by paragraph position; a name that is there stays once."""
        hits = tuple(tuple(dict.fromkeys((*old, *added.get(i, ())))) for i, old in enumerate(self.hits))
        return replace(self, hits=hits)


ROLES = tuple(Role)
"""The roles in the order of their codes."""

_CODES = {role: code for code, role in enumerate(ROLES)}


class Evidence(NamedTuple):
    """The evidence of several pages of one mode, column by column, their paragraphs one behind another.

    `sizes` are the numbers of paragraphs of the pages; `matrix` has no rows for those `in_menu`.  Roles are codes:
    places in `ROLES`.
    """

    sizes: Ints
    matrix: Matrix
    in_menu: Flags
    hits: Coded[tuple[str, ...]]
    as_content: Ints
    as_chrome: Ints
    repeat_of: Ints

    @property
    def number(self) -> Ints:
        """The number of the page of each paragraph."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    def row(self, paragraph: int) -> Matrix | None:
        """Return what is measured of a paragraph, None of one in a menu."""
        return None if self.in_menu[paragraph] else self.matrix[np.count_nonzero(~self.in_menu[:paragraph])]


def gathered(pages: Sequence[PageFeatures]) -> Evidence:
    """Return the evidence of pages of one mode, at least one, as columns.

    >>> line = np.zeros((1, 2), np.float32), np.array([False])
    >>> page = PageFeatures("text", *line, (("a/b",),), (Role.BODY,), (Role.UNKNOWN,), (-1,))
    >>> gathered([page, page]).hits.codes.tolist()
    [0, 0]
    """
    return Evidence(
        np.fromiter(map(len, pages), np.int64, len(pages)),
        np.concatenate([page.matrix for page in pages]),
        np.concatenate([page.in_menu for page in pages]),
        coded(chain.from_iterable(page.hits for page in pages)),
        role_codes(chain.from_iterable(page.as_content for page in pages)),
        role_codes(chain.from_iterable(page.as_chrome for page in pages)),
        np.fromiter(chain.from_iterable(page.repeat_of for page in pages), np.int64),
    )


def role_codes(roles: Iterable[Role]) -> Ints:
    """Return the codes of roles."""
    return np.fromiter(map(_CODES.__getitem__, roles), np.int64)


def role_flags(roles: Collection[Role]) -> Flags:
    """Return for each code whether its role is one of these."""
    return np.array([role in roles for role in ROLES], np.bool_)
