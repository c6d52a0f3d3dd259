"""What a child is asked to do."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.engine.guard import Findings


@dataclass(frozen=True, slots=True)
class Revision:
    """Decisions on rows of a task's input: a row group of a file, and the file of an earlier run, if there is one."""

    decisions: str
    row_group: int
    earlier: str | None


@dataclass(frozen=True, slots=True)
class Task:
    """One row group of an input file (None: the whole file), and the file that its rows go to."""

    path: str
    row_group: int | None
    out: str
    revision: Revision | None = None
    findings: Findings = Findings()
    tries: int = 0
