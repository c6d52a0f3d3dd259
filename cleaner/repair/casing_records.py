"""The rows that pass between a document and its corpus: facts and questions one way, answers the other."""

from __future__ import annotations

from typing import NamedTuple


class Fact(NamedTuple):
    """One row: this document writes `key` as `surface`, and perhaps `asks` how others write it.

    A key is a word in small letters, or a word beside a neighbour (`<Russian foreign`, `>foreign Minister`).  A
    document has one row at most for each key and surface; a question alone has an empty surface.  `paragraph` is the
    number of the first paragraph that shows it, -1 where none was noted.
    """

    key: str
    surface: str
    capital: bool
    asks: bool
    paragraph: int


class Answer(NamedTuple):
    """How other documents write a key: one row for each surface.

    `documents` and `outlets` count others than the one that asked; `here` counts documents of its own outlet.
    `examples` are paragraph ids, for the ledger.
    """

    key: str
    surface: str
    capital: bool
    documents: int
    outlets: int
    here: int
    examples: tuple[str, ...] = ()
