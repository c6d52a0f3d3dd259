"""Sections of `bench/RESULTS.md`, each between marks of its own, so that a script can put its figures anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"
Row = tuple[str, str, str]
"""What, as measured, and what is required."""


def put_section(name: str, heading: str, about: str, rows: Iterable[Row]) -> None:
    """Print the rows as they come, and put them into the results in place of the section's earlier self."""
    lines = [heading, "", about, "", "| what | measured | required |", "|---|---|---|"]
    for row in rows:
        print(" | ".join(row), flush=True)
        lines.append(f"| {' | '.join(row)} |")
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    head, _, rest = RESULTS.read_text(encoding="utf-8").partition(begin)
    tail = rest.partition(end)[2].strip()
    section = "\n".join([begin, *lines, end])
    RESULTS.write_text("\n\n".join(part for part in (head.rstrip(), section, tail) if part) + "\n", encoding="utf-8")
