"""Odd input works and is rebuilt; bad input costs itself only, with a reason."""

from __future__ import annotations

import itertools
import resource
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cleaner
from cleaner.config import Config, resolve
from cleaner.records import Kind, Source
from cleaner.understand import understand
from tests.test_run import hashes

FINE = {
    "empty.txt": b"",
    "bom.txt": b"\xef\xbb\xbfThe harbour froze over.\n",
    "only-bom.txt": b"\xef\xbb\xbf",
    "utf16.txt": "The harbour froze over.\r\n\r\nIt thawed.".encode("utf-16"),
    "crlf.txt": b"One line here.\r\n\r\nAnother line here.\r\n",
    "cr.txt": b"One line here.\r\rAnother line here.\r",
    "mixed.txt": b"One.\r\nTwo.\nThree.\rFour.",
    "invalid.txt": "Über den Fjord fährt die Fähre täglich, ".encode() + b"\xff\n",
    "blank.txt": b" \n\xc2\xa0\n\t\n",
    "latin.txt": "Il était déjà trop tard pour la fête.\n".encode("cp1252"),
    "nobody.html": b"<!doctype html><title>Nothing</title>",
    "empty.html": b"",
    "deep.html": b"<div>" * 50_000 + b"Down here." + b"</div>" * 50_000,
    "surrogate.html": b"<p>Half a pair: &#xD83D; and done.</p>",
    "nul.html": b"<p>One&#0;two</p>",
}
BAD = {
    "picture.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "binary.txt": bytes(range(256)) * 40,
    "nul.txt": b"some text \0\0\0 more",
    "lines.jsonl": b'{"text": "A line that is fine stands here."}\n{"text": broken\n{"no": "text"}\n',
}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    folder = tmp_path_factory.mktemp("bad") / "in"
    folder.mkdir()
    for name, data in {**FINE, **BAD}.items():
        (folder / name).write_bytes(data)
    out = folder.parent / "out"
    summary = cleaner.clean([folder], out=out, config={})
    assert summary.exit_code == 1
    assert cleaner.verify(out).broken == []
    cleaner.restore(out, folder.parent / "back")
    for name, data in FINE.items():
        if name.endswith(".txt"):
            assert (folder.parent / "back" / "in" / name).read_bytes() == data, name
    return pd.read_parquet(out / "documents.parquet").set_index("source_uri")


@pytest.mark.parametrize("name", FINE)
def test_odd_input_just_works(documents: pd.DataFrame, name: str) -> None:
    assert documents.status[f"in/{name}"] == "kept", documents.status_reason[f"in/{name}"]


@pytest.mark.parametrize("name", [n for n in BAD if n != "lines.jsonl"])
def test_bad_input_fails_alone_and_says_why(documents: pd.DataFrame, name: str) -> None:
    assert documents.status[f"in/{name}"] in ("failed", "quarantined")
    assert len(documents.status_reason[f"in/{name}"]) > 10


def test_a_broken_record_costs_itself_only(documents: pd.DataFrame) -> None:
    lines = documents[documents.index.str.startswith("in/lines.jsonl")]
    assert sorted(lines.status) == ["failed", "failed", "kept"]


def test_invalid_bytes_are_kept_and_counted(documents: pd.DataFrame) -> None:
    row = documents.loc["in/invalid.txt"]
    assert row.decode_error_count >= 1
    assert "encoding/undecodable-bytes" in row.quality_flags


def test_a_paragraph_above_the_limit_is_quarantined(tmp_path: Path) -> None:
    (tmp_path / "long.txt").write_text("word " * 1000)
    cleaner.clean([tmp_path / "long.txt"], out=tmp_path / "out", config={"limits": {"paragraph_bytes": 1000}})
    row = pd.read_parquet(tmp_path / "out" / "documents.parquet").iloc[0]
    assert row.status == "quarantined"
    assert "paragraph_bytes" in row.status_reason


def test_a_full_disk_leaves_the_old_output_and_no_half_table(tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / "a.txt").write_text("The first state of things, which is small.\n")
    out = tmp_path / "out"
    cleaner.clean([source], out=out, config={})
    before = hashes(out)
    random = Random(5)
    (source / "b.txt").write_text("\n".join(f"Line {i} tells of boat {random.random()}." for i in range(9000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, hard))
    try:
        with pytest.raises((OSError, RuntimeError), match=r"(?i)large|space"):
            cleaner.clean([source], out=out, config={})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert hashes(out) == before
    cleaner.clean([source], out=out, config={})
    assert cleaner.verify(out).holds
    assert len(pd.read_parquet(out / "documents.parquet")) == 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace"))))
def test_spans_of_any_text_tile_its_bytes_and_give_them_back(data: bytes) -> None:
    document = understand(Source("x.txt", data, "text/plain"), Config()).document
    if document.status != "kept":
        return
    paragraphs = document.paragraphs
    spans = [span for spans in paragraphs.spans for span in spans]
    assert [s for s, _ in spans] == [0, *(e for _, e in spans)][: len(spans)]
    assert (spans[-1][1] if spans else 0) == len(data)
    encoding = document.encoding_used or "utf-8"
    parts = (
        text.encode(encoding, "replace") if raw is None else raw
        for text, raw in zip(paragraphs.texts, paragraphs.raw, strict=True)
    )
    assert b"".join(parts) == data
    kinds = [kind is Kind.BLANK for kind in paragraphs.kinds]
    assert all(a or b for a, b in itertools.pairwise(kinds))
    assert not any(a and b for a, b in itertools.pairwise(kinds))


def test_limits_are_settings() -> None:
    assert resolve({"limits": {"document_bytes": 10}}).reading_settings.document_bytes == 10


def test_a_page_without_visible_text_keeps_what_its_head_says() -> None:
    page = b"<title>Fog</title><link rel=canonical href=https://example.org/fog><meta charset=utf-8><p hidden>x"
    document = understand(Source("a.html", page, "text/html"), resolve({})).document
    assert (document.title, document.outlet, document.extractor) == ("Fog", "example.org", "html-page/1")
    assert len(document.paragraphs) == 0
