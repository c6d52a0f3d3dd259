"""Single documents and JSON records: what comes out, and what a fault costs."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from datetime import UTC, datetime

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.reading import ReadingSettings, plan, read
from cleaner.records import Failure, Source


def read_all(*sources, **options):
    config = ReadingSettings(**options)
    return [item for split in plan(sources, config) for item in read(split, config)]


def by_uri(*sources, **options):
    return {item.source_uri: item for item in read_all(*sources, **options)}


class TestWholeFiles:
    def test_text_and_pages(self, tmp_path):
        (tmp_path / "a.txt").write_bytes(b"one\r\n\r\ntwo")
        (tmp_path / "b.HTML").write_bytes(b"<p>x")
        (tmp_path / "empty.txt").touch()
        found = {item.source_uri.split("/")[1]: (item.data, item.media_type) for item in read_all(tmp_path)}
        assert found == {
            "a.txt": (b"one\r\n\r\ntwo", "text/plain"),
            "b.HTML": (b"<p>x", "text/html"),
            "empty.txt": (b"", "text/plain"),
        }

    @pytest.mark.parametrize(("extension", "pack"), [
        ("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("zst", zstandard.compress),
    ])  # fmt: skip
    def test_packed_files(self, tmp_path, extension, pack):
        path = tmp_path / f"page.html.{extension}"
        path.write_bytes(pack(b"<p>" + b"words " * 50_000))
        (source,) = read_all(path)
        assert (source.source_uri, source.media_type) == (path.name, "text/html")
        assert len(source.data) == 300_003
        whole = path.read_bytes()
        for cut in (len(whole) - 5, len(whole) // 2, 3):
            path.write_bytes(whole[:cut])
            (failure,) = read_all(path)
            assert isinstance(failure, Failure)
            assert failure.status == "failed"
            assert "stream" in failure.reason

    @pytest.mark.parametrize(("extension", "pack"), [
        ("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress),
        ("zst", zstandard.ZstdCompressor(write_checksum=True).compress),
    ])  # fmt: skip
    def test_damaged_in_the_middle(self, tmp_path, extension, pack):
        import random

        packed = bytearray(pack(random.Random(7).randbytes(200_000).hex().encode()))
        packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xaa" * 40
        path = tmp_path / f"a.txt.{extension}"
        path.write_bytes(packed)
        (failure,) = read_all(path)
        assert isinstance(failure, Failure), failure.data[:50]

    def test_several_members_in_one_stream(self, tmp_path):
        for extension, pack in (("gz", gzip.compress), ("zst", zstandard.compress), ("xz", lzma.compress)):
            path = tmp_path / f"a.txt.{extension}"
            path.write_bytes(pack(b"one ") + pack(b"two"))
            assert read_all(path)[0].data == b"one two"

    def test_no_gzip_at_all(self, tmp_path):
        (tmp_path / "a.txt.gz").write_bytes(b"plain")
        assert "gzip" in read_all(tmp_path)[0].reason

    def test_limit_before_reading(self, tmp_path):
        path = tmp_path / "big.txt"
        with path.open("wb") as file:
            file.truncate(5 << 30)  # a sparse file of 5 GB
        (failure,) = read_all(path)
        assert failure.status == "quarantined"
        assert "document_bytes" in failure.reason

    def test_bomb(self, tmp_path):
        path = tmp_path / "bomb.txt.gz"
        path.write_bytes(gzip.compress(b"\0" * (80 << 20), 9))
        (failure,) = read_all(path, document_bytes=1 << 30)
        assert failure.status == "quarantined"
        assert "archive_ratio" in failure.reason

    def test_unknown_names_are_looked_into(self, tmp_path):
        (tmp_path / "README").write_text("words")
        (tmp_path / "story.1234").write_text("<!DOCTYPE html><p>x")
        (tmp_path / "data.1234").write_text("words")
        (tmp_path / "page").write_text("\n<html><p>x")
        kinds = {item.source_uri.split("/")[1]: getattr(item, "reason", item.media_type) for item in read_all(tmp_path)}
        assert kinds["README"] == "text/plain"
        assert kinds["story.1234"] == kinds["page"] == "text/html"
        assert "unknown extension '.1234'" in kinds["data.1234"]

    def test_packed_without_a_telling_name(self, tmp_path):
        (tmp_path / "a.gz").write_bytes(gzip.compress(b"<html><p>x"))
        (tmp_path / "b.gz").write_bytes(gzip.compress(b"words"))
        (tmp_path / "c.dat.gz").write_bytes(gzip.compress(b"words"))
        kinds = [getattr(item, "media_type", None) for item in read_all(tmp_path)]
        assert kinds == ["text/html", "text/plain", "application/octet-stream"]

    def test_extension_of_ones_own(self, tmp_path):
        (tmp_path / "a.article").write_text("words")
        (source,) = read_all(tmp_path / "a.article", extensions=(".article=text",))
        assert source.media_type == "text/plain"

    def test_file_gone_since_the_plan(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("x")
        (split,) = plan([path])
        path.unlink()
        (failure,) = read(split)
        assert "No such file" in failure.reason

    def test_file_grown_since_the_plan(self, tmp_path):
        path = tmp_path / "a.txt"
        path.write_text("x")
        (split,) = plan([path])
        path.write_text("x" * 100)
        assert next(read(split)).data == b"x" * 100


class TestJsonLines:
    def write(self, tmp_path, *lines, name="x.jsonl"):
        path = tmp_path / name
        path.write_bytes(b"\n".join(line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines))
        return path

    def test_names_are_line_numbers(self, tmp_path):
        path = self.write(tmp_path, {"text": "one"}, b"", {"text": "two"})
        assert [(item.source_uri, item.data) for item in read_all(path)] == [
            ("x.jsonl#1", b"one"),
            ("x.jsonl#3", b"two"),
        ]

    def test_bad_line_fails_alone(self, tmp_path):
        path = self.write(
            tmp_path, {"text": "one"}, b'{"text": ', [1], {"body": 1}, {"text": None}, b"[" * 100_000, {"text": "last"}
        )
        found = by_uri(path)
        assert [type(item) for item in found.values()] == [Source, *[Failure] * 5, Source]
        assert "not JSON" in found["x.jsonl#2"].reason
        assert found["x.jsonl#2"].data == b'{"text": '
        assert "list" in found["x.jsonl#3"].reason
        assert "int" in found["x.jsonl#4"].reason
        assert "no field" in found["x.jsonl#5"].reason

    def test_addresses_alone(self, tmp_path):
        (failure,) = read_all(self.write(tmp_path, {"url": "https://example.org/a"}))
        assert "not fetched" in failure.reason

    def test_line_above_the_limit_is_not_held(self, tmp_path):
        path = self.write(tmp_path, {"text": "x" * 5_000}, {"text": "y"}, {"text": "z" * 300})
        found = by_uri(path, document_bytes=200)
        assert found["x.jsonl#1"].status == "quarantined"
        assert found["x.jsonl#3"].status == "quarantined"
        assert found["x.jsonl#2"].data == b"y"

    def test_page_before_text(self, tmp_path):
        path = self.write(tmp_path, {"text": "t", "html": "<p>h"})
        assert (read_all(path)[0].data, read_all(path)[0].media_type) == (b"<p>h", "text/html")
        assert read_all(path, prefer="text")[0].data == b"t"

    def test_own_field_names(self, tmp_path):
        path = self.write(tmp_path, {"a": {"b": "deep"}, "text": "no", "when": "2024-05-01", "u": "https://x.example/"})
        (item,) = read_all(path, text_field="a.b", date_field="when", url_field="u")
        assert (item.data, item.url, item.published_at) == (
            b"deep",
            "https://x.example/",
            datetime(2024, 5, 1, tzinfo=UTC),
        )

    def test_ids(self, tmp_path):
        path = self.write(
            tmp_path, {"id": "a", "text": "1"}, {"id": 7, "text": "2"}, {"id": "a", "text": "3"}, {"text": "4"}
        )
        assert list(by_uri(path, id_field="id")) == ["x.jsonl#a", "x.jsonl#7", "x.jsonl#a@3", "x.jsonl#@4"]

    def test_lone_surrogates_are_kept(self, tmp_path):
        assert read_all(self.write(tmp_path, b'{"text": "a\\ud800b"}'))[0].data == b"a\xed\xa0\x80b"

    def test_packed_and_cut_short(self, tmp_path):
        lines = b"".join(json.dumps({"text": f"line {i} " * 50}).encode() + b"\n" for i in range(500))
        path = tmp_path / "x.jsonl.gz"
        path.write_bytes(gzip.compress(lines)[:-2_000])
        items = read_all(path)
        assert len(items) > 10
        assert all(isinstance(item, Source) for item in items[:-1])
        assert isinstance(items[-1], Failure)
        assert items[-1].source_uri == f"x.jsonl.gz#{len(items)}"

    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.sampled_from([b"", b"\r", b'{"text":"a"}', b'{"text":"' + b"b" * 40 + b'"}', b"bad"]), max_size=30),
           st.integers(1, 90), st.booleans())  # fmt: skip
    def test_parts_share_the_lines_out(self, tmp_path_factory, lines, size, ends):
        path = tmp_path_factory.mktemp("parts") / "x.jsonl"
        path.write_bytes(b"\n".join(lines) + b"\n" * ends)
        whole = read_all(path)
        assert read_all(path, split_bytes=size) == whole

    def test_appended_lines_keep_all_names(self, tmp_path):
        path = self.write(tmp_path, {"text": "one"}, {"text": "two"})
        before = read_all(path, split_bytes=10)
        path.write_bytes(path.read_bytes() + b'\n{"text": "three"}')
        assert read_all(path, split_bytes=10)[:2] == before


class TestJson:
    def test_object_list_and_lines(self, tmp_path):
        (tmp_path / "one.json").write_text(
            '{"maintext": "news", "source_domain": "www.example.co.uk", "authors": ["A", "B"]}'
        )
        (tmp_path / "list.json").write_text('[{"text": "1"}, 5, {"text": "2"}]')
        (tmp_path / "lines.json").write_text('{"text": "1"}\n{"text": "2"}\n')
        (tmp_path / "bad.json").write_text('{"text": ')
        found = {item.source_uri.split("/")[1]: item for item in read_all(tmp_path)}
        assert list(found) == [
            "bad.json",
            "lines.json#1",
            "lines.json#2",
            "list.json#1",
            "list.json#2",
            "list.json#3",
            "one.json",
        ]
        assert (found["one.json"].outlet, found["one.json"].authors) == ("example.co.uk", ("A", "B"))
        assert "not JSON" in found["bad.json"].reason
        assert "int" in found["list.json#2"].reason


class TestRecordsOfOtherTools:
    @pytest.mark.parametrize(("record", "expected"), [
        ({"title": "T", "author": "Ann Bee; Cy Dee", "hostname": "example.org", "date": "2024-05-01", "text": "x",
          "raw_text": "r", "source": "https://example.org/1", "source-hostname": "Ex", "excerpt": "E", "language": "en"},
         {"title": "T", "authors": ("Ann Bee", "Cy Dee"), "outlet": "example.org", "url": "https://example.org/1",
          "published_at": datetime(2024, 5, 1, tzinfo=UTC), "description": "E", "language": "en"}),
        ({"maintext": "x", "date_publish": "2024-05-01 10:00:00", "date_download": "2024-05-02 11:00:00",
          "url": "https://www.example.org/1", "source_domain": "www.example.org", "title_page": None},
         {"published_at": datetime(2024, 5, 1, 10, tzinfo=UTC), "retrieved_at": datetime(2024, 5, 2, 11, tzinfo=UTC),
          "outlet": "example.org"}),
        ({"text": "x", "id": "<urn:uuid:1>", "metadata": {"url": "https://example.org/1", "date": "2019-01-01T00:00:00Z"}},
         {"url": "https://example.org/1", "published_at": None, "retrieved_at": datetime(2019, 1, 1, tzinfo=UTC)}),
        ({"id": "1", "text": "x", "source": "common-crawl", "added": "2024-01-02T00:00:00.000Z",
          "created": "2020-02-03T04:05:06.789Z", "metadata": {}},
         {"url": None, "published_at": datetime(2020, 2, 3, 4, 5, 6, 789000, tzinfo=UTC),
          "retrieved_at": datetime(2024, 1, 2, tzinfo=UTC)}),
        ({"text": "x", "url": "http://example.org/", "timestamp": "2019-04-25T12:57:54Z"},
         {"retrieved_at": datetime(2019, 4, 25, 12, 57, 54, tzinfo=UTC), "published_at": None}),
    ])  # fmt: skip
    def test_as_they_are(self, tmp_path, record, expected):
        path = tmp_path / "x.jsonl"
        path.write_text(json.dumps(record))
        (item,) = read_all(path)
        assert item.data == b"x"
        assert {name: getattr(item, name) for name in expected} == expected
