"""The synthetic corpora: deterministic, bounded, and holding what they promise."""

from __future__ import annotations

import gzip
import json
import sys
from itertools import pairwise
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "bench"))
from make_corpus import FORMS, Spec, as_text, outlet, pages, write

SPEC = Spec(documents=60, paragraphs=8, outlets=4, seed=3)


@pytest.mark.parametrize("form", FORMS)
def test_same_arguments_same_bytes(tmp_path: Path, form: str) -> None:
    for name in ("a", "b"):
        write(SPEC, tmp_path / name, form)
    files = [sorted(p for p in [tmp_path / n, *(tmp_path / n).rglob("*")] if p.is_file()) for n in ("a", "b")]
    assert [p.read_bytes() for p in files[0]] == [p.read_bytes() for p in files[1]]
    assert len(files[0]) == (60 if form in {"txt", "html"} else 1)


def test_a_page_does_not_depend_on_how_many_follow_except_for_shared_quotations() -> None:
    short = Spec(documents=5, quotations=0.0, seed=9)
    long = Spec(documents=50, quotations=0.0, seed=9)
    assert [as_text(p) for p in pages(short)] == [as_text(p) for p, _ in zip(pages(long), range(5), strict=False)]


def test_copies_are_copies_and_quotations_travel() -> None:
    everything = list(pages(Spec(documents=300, paragraphs=8, outlets=5, damage=0.0)))
    own = {b.text for p in everything for b in p.blocks if b.role == "body" and b.of is None}
    copied = [b for p in everything for b in p.blocks if b.of and not b.of.startswith("quotation")]
    assert sum(b.text in own for b in copied) > len(copied) // 4
    carriers: dict[str, set[str]] = {}
    for page in everything:
        for block in page.blocks:
            if block.of and block.of.startswith("quotation"):
                carriers.setdefault(block.of, set()).add(page.outlet)
    assert sum(len(outlets) > 1 for outlets in carriers.values()) > 10


def test_every_outlet_has_chrome_of_its_own() -> None:
    houses = [outlet(n, seed=1) for n in range(20)]
    assert len({h.host for h in houses}) == 20
    assert all(a.tail != b.tail for a, b in pairwise(houses))


def test_jsonl_and_warc_can_be_read(tmp_path: Path) -> None:
    from fastwarc.warc import ArchiveIterator

    write(SPEC, tmp_path / "c.jsonl.gz", "jsonl")
    with gzip.open(tmp_path / "c.jsonl.gz", "rt", encoding="utf-8") as lines:
        assert len([json.loads(line)["text"] for line in lines]) == 60
    write(SPEC, tmp_path / "c.warc.gz", "warc")
    with (tmp_path / "c.warc.gz").open("rb") as stream:
        records = [(r.headers["WARC-Target-URI"], r.reader.read()) for r in ArchiveIterator(stream)]
    assert len(records) == 60
    assert all(b"<article>" in body for _, body in records)


def test_gold_names_every_block(tmp_path: Path) -> None:
    write(SPEC, tmp_path / "pages", "txt", tmp_path / "gold.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len(rows) == 60
    assert {b["role"] for row in rows for b in row["blocks"]} >= {"headline", "body", "chrome"}
