"""The demo corpus: its gold fits its bytes, and it holds every kind of damage with a hard negative beside it."""

from __future__ import annotations

import csv
import html
import json
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
PAGES = sorted(p for p in SEEDS.glob("*/*") if p.suffix in {".txt", ".html"})
WINDOWS_1252 = {p for p in PAGES if p.parent.name == "lowmarshradio.example"}


def gold(name: str) -> list[dict[str, object]]:
    path = ROOT / "tests" / "gold" / f"demo_{name}.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def decoded(path: Path) -> str:
    """The page as text; a BOM is no character of it."""
    return path.read_bytes().decode("cp1252" if path in WINDOWS_1252 else "utf-8-sig")


def visible(markup: str) -> str:
    """The text of a fragment; good enough for pages that we wrote ourselves."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def test_five_outlets_two_events_both_forms() -> None:
    outlets = Counter(p.parent.name for p in PAGES)
    assert len(outlets) == 5
    assert min(outlets.values()) >= 3
    assert {p.suffix for p in PAGES} == {".txt", ".html"}
    assert all(700 <= p.stat().st_size <= 6000 for p in PAGES)


@pytest.mark.parametrize("row", gold("lines"), ids=lambda r: f"{r['file']}:{r['line']}")
def test_gold_ranges_hold_their_text(row: dict[str, object]) -> None:
    path = SEEDS / str(row["file"])
    part = path.read_bytes()[row["byte_start"] : row["byte_end"]]
    text = part.decode("cp1252" if path in WINDOWS_1252 else "utf-8-sig")
    assert (visible(text) if path.suffix == ".html" else text) == row["text"]
    assert row["verdict"] in {"content", "chrome", "repeat", "either"}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_gold_covers_every_visible_character(path: Path) -> None:
    data = path.read_bytes()
    at, rest = 0, []
    for row in gold("lines"):
        if row["file"] == f"{path.parent.name}/{path.name}":
            assert row["byte_start"] >= at, "ranges must be sorted and disjoint"
            rest.append(data[at : row["byte_start"]])
            at = row["byte_end"]
    rest.append(data[at:])
    left = b"\x00".join(rest).decode("cp1252" if path in WINDOWS_1252 else "utf-8-sig")
    if path.suffix == ".html":
        left = re.sub(r"(?s)<(script|style|title)\b.*?</\1>", "", left)
        left = re.sub(r"(?s)<[^>]*>", "", left)
    assert left.replace("\x00", "").replace("\ufeff", "").strip() == ""


@pytest.mark.parametrize("name", ["repairs", "negatives"])
def test_offsets_count_code_points_of_the_decoded_page(name: str) -> None:
    for row in gold(name):
        text = decoded(SEEDS / str(row["file"]))
        assert text[row["start"] : row["end"]] == row["wrong" if name == "repairs" else "text"]


def test_every_kind_of_damage_is_there() -> None:
    kinds = Counter(str(row["kind"]) for row in gold("repairs"))
    assert set(kinds) == {"mojibake", "proper_lower", "heading_word_lower", "space_stop", "space_comma"}
    assert min(kinds.values()) >= 2
    assert Counter(row["verdict"] for row in gold("lines"))["repeat"] >= 4


def test_mojibake_is_utf8_read_as_windows_1252() -> None:
    import ftfy

    for row in gold("repairs"):
        if row["kind"] == "mojibake":
            assert ftfy.fix_encoding(str(row["wrong"])) == row["right"]


def test_legacy_pages_are_not_utf8_and_one_is_undeclared() -> None:
    declared = []
    for path in WINDOWS_1252:
        with pytest.raises(UnicodeDecodeError):
            path.read_bytes().decode("utf-8")
        declared.append(b"charset=" in path.read_bytes())
    assert sorted(declared) == [False, True, True]


def test_reuse_names_paragraphs_of_the_gold() -> None:
    paragraphs = {(row["file"], row["text"]) for row in gold("lines") if row["verdict"] == "content"}
    relations = Counter()
    for row in gold("reuse"):
        assert (row["a"], row["a_text"]) in paragraphs
        assert (row["b"], row["b_text"]) in paragraphs
        relations[row["relation"]] += 1
    assert set(relations) == {"near", "exact", "contained", "shared", "revision", "distinct"}


def test_manifest_names_every_page_and_dates_the_flattened_ones() -> None:
    with (SEEDS / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["path"] for row in rows} == {f"{p.parent.name}/{p.name}" for p in PAGES}
    assert {row["path"] for row in rows if row["published_at"]} == {
        f"{p.parent.name}/{p.name}" for p in PAGES if p.suffix == ".txt"
    }
    assert all(row["outlet"] == row["path"].split("/")[0] for row in rows)
