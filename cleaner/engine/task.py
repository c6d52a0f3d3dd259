"""What a child is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.engine.guard import Findings


@dataclass(frozen=True, slots=True)
class Revision:
    """Decisions on rows of a task's input, a row group of a file; and what came of earlier ones, if there were any.

    `rows`: the table that the rows belong to.  `telling`: columns that tell whether a row is as it was.
    `earlier`: the keys of an earlier run's decisions, which name the file of their rows.
    """

    decisions: str
    row_group: int
    rows: str
    telling: tuple[str, ...]
    earlier: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """One row group of an input file (None: the whole file), and the file that its rows go to.

    With a `revision` that file keeps the keys of the decisions, and names the file of the rows.
    """

    path: str
    row_group: int | None
    out: str
    revision: Revision | None = None
    findings: Findings = Findings()
    tries: int = 0
