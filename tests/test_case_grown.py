"""Answers about case of a corpus that grew, shrank or changed are those of a new one, and settle few documents again."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

import cleaner
from cleaner.writing.schema import TABLES

ASKING = (
    "On Friday the envoy Lindqvist spoke of the northern council, and the Northern Council heard what he said.\n\n"
    "Later lindqvist left the town of holmvik with Anna berg, who told the Council that nothing had changed there.\n\n"
    "The ferry to the North ran again, and the minister of the north met the foreign Minister of another land."
)
TELLING = (
    "In the morning the envoy Lindqvist met the Northern Council, whose members came from the town of Holmvik.\n\n"
    "Reporters saw Anna Berg and the Foreign Minister there, and a council of the north was named by both of them."
)
DOUBTING = (
    "Nobody thought that the northern council would meet in the north, for the council had no house of its own.\n\n"
    "The foreign minister said so in the evening, and the minister of trade said that the council would be heard."
)


def put(folder: Path, number: int, text: str) -> None:
    path = folder / f"paper{number % 5}" / f"{number}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"The day in short, number {number}\n\n{text}\n\nThis was story number {number} of them.\n", "utf-8"
    )


def cleaned(src: Path, out: Path) -> dict[str, bytes]:
    cleaner.clean([src], out=out, report=False)
    return {name: (out / f"{name}.parquet").read_bytes() for name in TABLES}


def documents(out: Path, table: str) -> int:
    [folder] = out.glob(f".cleaner/*/{table}")
    return sum(pq.read_metadata(path).num_rows for path in folder.glob("*.parquet"))


def test_a_grown_shrunk_or_changed_corpus_has_the_bytes_of_a_new_one(tmp_path: Path) -> None:
    src, out = tmp_path / "news", tmp_path / "out"
    for number in range(4):
        put(src, number, ASKING)
    for number in range(10, 13):
        put(src, number, TELLING)
    put(src, 20, DOUBTING)
    cleaned(src, out)
    steps = [
        lambda: [put(src, number, TELLING) for number in range(13, 19)],
        lambda: [put(src, number, DOUBTING) for number in range(21, 28)],
        lambda: [(src / f"paper{number % 5}" / f"{number}.txt").unlink() for number in range(11, 18)],
        lambda: [put(src, number, DOUBTING) for number in (10, 18)],
        lambda: [put(src, 30, ASKING), put(src, 31, TELLING)],
        list,
    ]
    stayed = []
    for number, change in enumerate(steps):
        change()
        assert cleaned(src, out) == cleaned(src, tmp_path / f"fresh-{number}"), number
        stayed.append(documents(out, "decided_before"))
    assert any(stayed), "some documents are settled by what they were told before"
    assert documents(out, "settled_unsettled") == 0
