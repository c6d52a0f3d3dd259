"""The manifest: rows find their files, and faults are named with their line."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from cleaner.reading import InputError, ReadingSettings, plan, read
from cleaner.reading.manifest import load_manifest


@pytest.fixture
def corpus(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "news/a").mkdir(parents=True)
    (tmp_path / "news/a/1.txt").write_text("one")
    (tmp_path / "news/2.txt").write_text("two")
    return tmp_path


def documents(manifest, *sources):
    settings = ReadingSettings(manifest=str(manifest))
    return {item.source_uri: item for split in plan(sources, settings) for item in read(split, settings)}


def test_csv(corpus):
    manifest = corpus / "m.csv"
    manifest.write_text(
        "path,outlet,url,published_at,title,language,authors\n"
        'news/a/1.txt,example.org,https://example.org/1,2024-05-01T12:00:00+02:00,"A title, quoted",en,Ann Bee; Cy Dee\n'
        "news/2.txt,,,,,,\n"
    )
    found = documents(manifest, "news")
    first = found["news/a/1.txt"]
    assert (first.outlet, first.url, first.title, first.language) == (
        "example.org",
        "https://example.org/1",
        "A title, quoted",
        "en",
    )
    assert first.published_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert first.authors == ("Ann Bee", "Cy Dee")
    assert found["news/2.txt"].outlet is None


def test_jsonl(corpus):
    manifest = corpus / "m.jsonl"
    manifest.write_text(json.dumps({"path": "news/2.txt", "outlet": "X", "authors": ["A"]}) + "\n\n")
    assert documents(manifest, "news")["news/2.txt"].outlet == "X"


@pytest.mark.parametrize("path", ["news/2.txt", "./news/2.txt", "news\\2.txt", "ABSOLUTE"])
def test_ways_to_write_a_path(corpus, path):
    manifest = corpus / "m.jsonl"
    manifest.write_text(json.dumps({"path": str(corpus / "news/2.txt") if path == "ABSOLUTE" else path, "outlet": "X"}))
    assert documents(manifest, "news")["news/2.txt"].outlet == "X"


def test_seen_from_its_own_folder(corpus):
    manifest = corpus / "news/m.csv"
    manifest.write_text("path;outlet\na/1.txt;X\n")
    assert documents(manifest, "news/a")["a/1.txt"].outlet == "X"


def test_comes_before_what_a_record_says(corpus):
    (corpus / "x.jsonl").write_text('{"text": "t", "outlet": "wrong", "title": "kept"}')
    manifest = corpus / "m.csv"
    manifest.write_text("path,outlet\nx.jsonl,right\n")
    found = documents(manifest, "x.jsonl")["x.jsonl#1"]
    assert (found.outlet, found.title) == ("right", "kept")


@pytest.mark.parametrize(("text", "says"), [
    ("file,outlet\na,b\n", "no column `path`"), ("", "no column `path`"), ("path,outlet\na,b,c\n", "line 2: 3 fields"),
    ("path,outlet\na,b\na,c\n", "line 3: 'a' has a row already, in line 2"), ("path,outlet\n,b\n", "line 2: no `path`"),
    ("path,published_at\na,yesterday\n", "line 2: published_at 'yesterday' is no date"),
    ('{"path": "a"}\n{"path"', "line 2: not JSON"), ('{"outlet": "a"}', "line 1: no `path`"),
])  # fmt: skip
def test_faults_are_usage_errors_that_name_the_line(tmp_path, text, says):
    path = tmp_path / "m.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=says):
        load_manifest(str(path))


def test_a_row_above_its_own_folder(corpus):
    (corpus / "lists").mkdir()
    manifest = corpus / "lists/m.csv"
    manifest.write_text("path,outlet\n../news/2.txt,X\n")
    assert documents(manifest, "news")["news/2.txt"].outlet == "X"


def test_a_manifest_that_names_no_input_says_so(corpus):
    manifest = corpus / "m.csv"
    manifest.write_text("path,outlet\nwrong/1.txt,X\n")
    assert "none of its 1 rows names an input" in documents(manifest, "news")["m.csv"].reason


def test_splits_change_with_what_is_said_of_them(corpus):
    import zipfile

    with zipfile.ZipFile(corpus / "a.zip", "w") as archive:
        archive.writestr("x.txt", "x")
    manifest = corpus / "m.csv"
    manifest.write_text("path,outlet\na.zip!/x.txt,X\nnews/2.txt,Y\n")
    before = list(plan(["a.zip", "news"], ReadingSettings(manifest=str(manifest))))
    manifest.write_text("path,outlet\na.zip!/x.txt,Z\nnews/2.txt,Y\n")
    after = list(plan(["a.zip", "news"], ReadingSettings(manifest=str(manifest))))
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, True]


def test_missing_manifest(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        plan([tmp_path], ReadingSettings(manifest=str(tmp_path / "none.csv")))
