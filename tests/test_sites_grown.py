"""What was decided of an outlet stays while its documents are those of before; a grown corpus is like a new one."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

import cleaner
from cleaner.writing.schema import TABLES

FOOTER = "Sign up for the {outlet} morning letter\n\nRead more from the {outlet} desk"
STORY = "The ferry to {place} ran again on {day}, and the harbour master said that it would stay.\n\nNobody minded."


def put(folder: Path, outlet: str, number: int, footer: str = FOOTER) -> None:
    place, day = f"{outlet.title()}vik {'abcdefgh'[number]}", ("Monday", "Friday", "Sunday")[number % 3]
    path = folder / outlet / f"{number}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    story = STORY.format(place=place, day=day)
    path.write_text(f"Ferry {number} to {place}\n\n{story}\n\n{footer.format(outlet=outlet)}\n", "utf-8")


def cleaned(src: Path, out: Path) -> dict[str, bytes]:
    cleaner.clean([src], out=out, report=False)
    return {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}


def outlets_decided(out: Path) -> set[str]:
    [table] = out.glob(".cleaner/*/site_facts_changed")
    return set(pq.read_table(table)["outlet"].to_pylist())


def test_a_grown_corpus_has_the_bytes_of_a_new_one(tmp_path: Path) -> None:
    src, out = tmp_path / "news", tmp_path / "out"
    for outlet in ("arne", "berg", "carl"):
        for number in range(4):
            put(src, outlet, number)
    put(src, "dahl", 0)
    cleaned(src, out)
    steps = [
        ({"dahl"}, lambda: [put(src, "dahl", number) for number in (1, 2)]),
        ({"arne", "berg"}, lambda: [(src / "arne" / "3.txt").unlink(), put(src, "berg", 1, "Nothing more today")]),
        (set(), lambda: [(src / "carl" / f"{number}.txt").unlink() for number in range(4)]),
        ({"carl", "egil"}, lambda: [put(src, outlet, number) for outlet in ("carl", "egil") for number in (0, 1)]),
        (set(), list),
    ]
    for number, (changed, change) in enumerate(steps):
        change()
        assert cleaned(src, out) == cleaned(src, tmp_path / f"fresh-{number}"), number
        assert outlets_decided(out) == changed, number


def test_a_run_that_was_cut_short_knows_nothing(tmp_path: Path) -> None:
    src, out = tmp_path / "news", tmp_path / "out"
    for number in range(4):
        put(src, "arne", number)
    expected = cleaned(src, out)
    [site] = out.glob(".cleaner/*/site")
    for name in ("site", "site_seen"):  # as a stop leaves them
        for path in site.with_name(name).iterdir():
            path.unlink()
    assert cleaned(src, out) == expected
    assert pq.read_table(site).num_rows > 0
