"""What a child is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.engine.guard import Findings


@dataclass(frozen=True, slots=True)
class Revision:
    """The table `src` whose rows a task's decisions concern, and the file that tells which rows were made by which."""

    src: str
    keys: str


@dataclass(frozen=True, slots=True)
class Task:
    """One row group of an input file (None: the whole file), and the file that its rows go to.

    With a `revision` it holds decisions on rows.  Rows of the documents that it is `without` are passed over.
    """

    path: str
    row_group: int | None
    out: str
    revision: Revision | None = None
    without: tuple[str, ...] = ()
    findings: Findings = Findings()
    tries: int = 0
