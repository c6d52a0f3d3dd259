"""What the judge saw of a page: the record between observing and deciding.

Judging has two steps.  *Observing* looks at a page (its blocks or its lines) and writes down everything that may
matter: one row of numbers a paragraph, the names of the rules that hit it, the roles it could play.  *Deciding* is a
pure function of those records and nothing else.  So the records can be stored, evidence that needs many documents
(site templates) can be added in between, and `explain` recomputes the very verdict from the stored row.

The HTML half is `dom_features.observe_page` and `judge.decide_html`.  The text half is `text_evidence` and
`text_judge`:
`observe_lines(lines: Sequence[str], title: str | None = None) -> PageFeatures`, one paragraph a non-blank line, and
`decide_text(pages: Sequence[PageFeatures]) -> list[list[Verdict]]`, pure and batched.  `judge.decide` fronts both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cleaner.records import Role

Mode = Literal["html", "text"]
Matrix = npt.NDArray[np.float32]

PAGE_TYPES = ("article", "collection", "documentation", "forum", "listing", "product", "service")


class ParagraphFeatures(NamedTuple):
    """One paragraph's evidence in plain values, as it is stored in a table.

    `row` has one float32 value a feature of the mode's constant list; `hits` are rule ids in order of discovery;
    `as_content` and `as_chrome` are the roles the paragraph has if it turns out to be content or chrome;
    `repeat_of` is the position of the earlier paragraph of the same document that it repeats, or -1.
    """

    row: tuple[float, ...]
    hits: tuple[str, ...]
    as_content: str
    as_chrome: str
    repeat_of: int


@dataclass(frozen=True, slots=True)
class PageFeatures:
    """The evidence of one page; all sequences have one item a paragraph, in document order (blank ones left out).

    `matrix` is float32, paragraphs x features, columns named by the mode's constant list (`dom_features.NAMES`,
    `text_features.NAMES`).  `hits[i]` names the rules that hit paragraph i: `phrase/en/leave-comment`,
    `repeat/headline`, `site/...`.  A hit is evidence, not yet a decision.  `page_type` is one of `PAGE_TYPES`.

    >>> page = PageFeatures("text", np.zeros((1, 2), np.float32), ((),), (Role.BODY,), (Role.UNKNOWN,), (-1,))
    >>> page.with_hits({0: ("site/tags",)}).hits
    (('site/tags',),)
    """

    mode: Mode
    matrix: Matrix
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

    def rows(self) -> list[ParagraphFeatures]:
        """Return the evidence as one plain record a paragraph."""
        return [
            ParagraphFeatures(tuple(row), hits, str(content), str(chrome), repeat)
            for row, hits, content, chrome, repeat in zip(
                self.matrix.tolist(), self.hits, self.as_content, self.as_chrome, self.repeat_of, strict=True
            )
        ]


def from_rows(rows: Sequence[ParagraphFeatures], mode: Mode, width: int, page_type: str = "article") -> PageFeatures:
    """Return the page evidence that `PageFeatures.rows` gave; `width` is the number of features of the mode.

    >>> page = PageFeatures("text", np.ones((1, 2), np.float32), (("a/b",),), (Role.BODY,), (Role.SHARE,), (-1,))
    >>> from_rows(page.rows(), "text", 2).rows() == page.rows()
    True
    """
    matrix = np.array([r.row for r in rows], np.float32).reshape(len(rows), width)
    return PageFeatures(
        mode,
        matrix,
        tuple(tuple(r.hits) for r in rows),
        tuple(Role(r.as_content) for r in rows),
        tuple(Role(r.as_chrome) for r in rows),
        tuple(int(r.repeat_of) for r in rows),
        page_type,
    )
