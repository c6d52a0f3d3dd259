"""Web archives: what is a document, what a broken record costs, and where reading goes on."""

from __future__ import annotations

import gzip
import random
import zlib
from datetime import UTC, datetime

import pytest

from cleaner.reading import ReadingSettings, plan, read
from cleaner.reading.entries import LimitError
from cleaner.reading.http_payload import joined_chunks, plain_body
from cleaner.records import Failure, Source


def warc_record(
    number, body=None, *, type_="response", content_type="text/html; charset=utf-8", status="200 OK", headers=""
):
    body = f"<p>page {number} {random.Random(number).randbytes(400).hex()}".encode() if body is None else body
    if type_ == "response":
        body = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\n{headers}\r\n".encode() + body
        content_type = "application/http; msgtype=response"
    head = (
        f"WARC/1.0\r\nWARC-Type: {type_}\r\nWARC-Target-URI: https://example.org/{number}\r\n"
        f"WARC-Date: 2024-05-01T10:00:{number:02}Z\r\nWARC-Record-ID: <urn:uuid:{number:032x}>\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def by_uri(path, **options):
    config = ReadingSettings(**options)
    found = {}
    for split in plan([path], config):
        for item in read(split, config):
            assert item.source_uri not in found
            found[item.source_uri] = item
    return found


def pages(found):
    return [int(item.url.rsplit("/", 1)[1]) for item in found.values() if isinstance(item, Source)]


def failures(found):
    return {uri: item.reason for uri, item in found.items() if isinstance(item, Failure)}


class TestDocuments:
    def test_page_with_all_that_the_record_says(self, tmp_path):
        path = tmp_path / "x.warc"
        path.write_bytes(
            warc_record(0, type_="warcinfo", body=b"a: b")
            + warc_record(1, b"<p>x", content_type="text/html; charset=koi8-r")
        )
        (item,) = by_uri(path).values()
        assert item.source_uri == f"x.warc#{len(warc_record(0, type_='warcinfo', body=b'a: b'))}"
        assert (item.url, item.charset, item.media_type, item.data) == (
            "https://example.org/1",
            "koi8-r",
            "text/html",
            b"<p>x",
        )
        assert item.retrieved_at == datetime(2024, 5, 1, 10, 0, 1, tzinfo=UTC)

    def test_offsets_are_those_of_the_packed_file(self, tmp_path):
        records = [gzip.compress(warc_record(i)) for i in range(5)]
        path = tmp_path / "x.warc.gz"
        path.write_bytes(b"".join(records))
        assert list(by_uri(path)) == [f"x.warc.gz#{sum(map(len, records[:i]))}" for i in range(5)]

    def test_packed_as_one_piece(self, tmp_path):
        path = tmp_path / "x.warc.gz"
        path.write_bytes(gzip.compress(b"".join(warc_record(i) for i in range(5))))
        assert pages(by_uri(path)) == [0, 1, 2, 3, 4]

    @pytest.mark.parametrize("extension", ["xz", "zst", "bz2"])
    def test_other_packings(self, tmp_path, extension):
        import bz2
        import lzma

        import zstandard

        pack = {"xz": lzma.compress, "zst": zstandard.compress, "bz2": bz2.compress}[extension]
        path = tmp_path / f"x.warc.{extension}"
        path.write_bytes(pack(b"".join(warc_record(i) for i in range(5))))
        assert pages(by_uri(path)) == [0, 1, 2, 3, 4]

    def test_wet(self, tmp_path):
        path = tmp_path / "x.warc.wet.gz"
        path.write_bytes(
            gzip.compress(warc_record(3, "Wörter".encode(), type_="conversion", content_type="text/plain"))
        )
        (item,) = by_uri(path).values()
        assert (item.data, item.media_type, item.charset) == ("Wörter".encode(), "text/plain", "utf-8")

    def test_what_is_no_document_is_passed_over(self, tmp_path):
        path = tmp_path / "x.warc"
        path.write_bytes(
            warc_record(1, type_="request", body=b"GET / HTTP/1.1\r\n\r\n")
            + warc_record(2, b"\x89PNG", content_type="image/png")
            + warc_record(3, b"", status="301 Moved", headers="Location: /x\r\n")
            + warc_record(4, b"<p>gone", status="404 Not Found")
            + warc_record(5, b"<p>resource", type_="resource", content_type="text/html")
            + warc_record(6, b"a: b", type_="metadata", content_type="application/warc-fields")
        )
        found = by_uri(path)
        assert pages(found) == [5]
        assert [("404" in reason) for reason in failures(found).values()] == [True]

    def test_packed_bodies(self, tmp_path):
        path = tmp_path / "x.warc"
        page = b"<p>" + b"words " * 100
        chunks = b"10;x=y\r\n" + page[:16] + b"\r\n%x\r\n" % (len(page) - 16) + page[16:] + b"\r\n0\r\n\r\n"
        path.write_bytes(
            warc_record(1, gzip.compress(page), headers="Content-Encoding: gzip\r\n")
            + warc_record(2, chunks, headers="Transfer-Encoding: chunked\r\n")
            + warc_record(3, page, headers="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n")
            + warc_record(4, zlib.compress(page), headers="Content-Encoding: deflate\r\n")
            + warc_record(5, page, headers="Content-Encoding: br\r\n")
        )
        assert [item.data for item in by_uri(path).values()] == [page] * 5

    def test_packed_body_that_is_broken_fails_alone(self, tmp_path):
        path = tmp_path / "x.warc"
        bad = gzip.compress(b"words " * 100)
        bad = bad[:12] + b"\xff" * 9 + bad[21:]
        path.write_bytes(warc_record(1) + warc_record(2, bad, headers="Content-Encoding: gzip\r\n") + warc_record(3))
        found = by_uri(path)
        assert pages(found) == [1, 3]
        assert len(failures(found)) == 1

    def test_record_above_the_limit(self, tmp_path):
        path = tmp_path / "x.warc"
        path.write_bytes(warc_record(1) + warc_record(2, b"x" * (3 << 20)) + warc_record(3))
        found = by_uri(path, document_bytes=1 << 20)
        assert pages(found) == [1, 3]
        assert "document_bytes" in next(iter(failures(found).values()))


class TestBrokenRecords:
    RECORDS = [warc_record(i) for i in range(8)]  # noqa: RUF012
    PACKED = [gzip.compress(record) for record in RECORDS]  # noqa: RUF012

    def read(self, tmp_path, records, name="x.warc"):
        path = tmp_path / name
        path.write_bytes(b"".join(records))
        return by_uri(path)

    @pytest.mark.parametrize("at", [0, 3, 7])
    def test_plain_record_cut_short(self, tmp_path, at):
        records = [*self.RECORDS[:at], self.RECORDS[at][:500], *self.RECORDS[at + 1 :]]
        found = self.read(tmp_path, records)
        assert pages(found) == [i for i in range(8) if i != at]
        assert list(failures(found)) == [f"x.warc#{sum(map(len, self.RECORDS[:at]))}"]

    @pytest.mark.parametrize("at", [0, 3, 7])
    def test_plain_record_that_claims_too_much(self, tmp_path, at):
        bad = self.RECORDS[at].replace(b"Content-Length: ", b"Content-Length: 99")
        found = self.read(tmp_path, [*self.RECORDS[:at], bad, *self.RECORDS[at + 1 :]])
        assert pages(found) == [i for i in range(8) if i != at]
        assert len(failures(found)) == 1

    @pytest.mark.parametrize("at", [0, 3, 8])
    def test_rubbish_between_plain_records(self, tmp_path, at):
        found = self.read(tmp_path, [*self.RECORDS[:at], b"rubbish\r\n" * 99, *self.RECORDS[at:]])
        assert pages(found) == list(range(8))
        assert len(failures(found)) == 1

    @pytest.mark.parametrize("at", [0, 3, 7])
    def test_packed_record_damaged_inside(self, tmp_path, at):
        bad = self.PACKED[at][:60] + b"\xaa" * 40 + self.PACKED[at][100:]
        found = self.read(tmp_path, [*self.PACKED[:at], bad, *self.PACKED[at + 1 :]], "x.warc.gz")
        assert pages(found) == [i for i in range(8) if i != at]
        assert len(failures(found)) == 1

    @pytest.mark.parametrize("at", [0, 3, 7])
    @pytest.mark.parametrize("kept", [0, 5, 80, 300])
    def test_packed_record_cut_short(self, tmp_path, at, kept):
        found = self.read(tmp_path, [*self.PACKED[:at], self.PACKED[at][:kept], *self.PACKED[at + 1 :]], "x.warc.gz")
        assert pages(found) == [i for i in range(8) if i != at]
        assert len(failures(found)) == (1 if kept else 0)

    @pytest.mark.parametrize("at", [0, 3, 7])
    def test_start_of_a_packed_record_gone(self, tmp_path, at):
        bad = b"\0" * 30 + self.PACKED[at][30:]
        found = self.read(tmp_path, [*self.PACKED[:at], bad, *self.PACKED[at + 1 :]], "x.warc.gz")
        assert pages(found) == [i for i in range(8) if i != at]
        assert len(failures(found)) == 1

    def test_no_warc_at_all(self, tmp_path):
        for name in ("x.warc", "x.warc.gz"):
            found = self.read(tmp_path, [b"plain words\n" * 99], name)
            assert len(found) == len(failures(found)) == 1

    def test_empty_file(self, tmp_path):
        assert self.read(tmp_path, []) == {}


class TestInArchives:
    @pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
    @pytest.mark.parametrize("name", ["x.warc", "x.warc.gz"])
    def test_records_of_a_member(self, tmp_path, kind, name):
        import io
        import tarfile
        import zipfile

        records = [warc_record(i) for i in range(4)]
        data = b"".join(gzip.compress(record) if name.endswith("gz") else record for record in records)
        path = tmp_path / f"a.{kind}"
        if kind == "zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(name, data)
                archive.writestr("last.txt", "words")
        else:
            with tarfile.open(path, "w:gz" if kind.endswith("gz") else "w") as tar:
                for member, content in ((name, data), ("last.txt", b"words")):
                    info = tarfile.TarInfo(member)
                    info.size = len(content)
                    tar.addfile(info, io.BytesIO(content))
        found = by_uri(path)
        assert failures(found) == {}
        assert len(found) == 5


class TestParts:
    @pytest.mark.parametrize("size", [1, 500, 1_500, 5_000])
    def test_plain_files_are_shared_out(self, tmp_path, size):
        path = tmp_path / "x.warc"
        path.write_bytes(b"".join(warc_record(i) for i in range(9)))
        assert len(list(plan([path], ReadingSettings(split_bytes=size)))) > 1
        assert by_uri(path, split_bytes=size) == by_uri(path)

    @pytest.mark.parametrize("size", [500, 1_500, 5_000])
    def test_broken_records_are_reported_once(self, tmp_path, size):
        path = tmp_path / "x.warc"
        records = [warc_record(i) for i in range(9)]
        path.write_bytes(b"".join([*records[:4], records[4][:500], *records[5:]]))
        found = by_uri(path, split_bytes=size)
        assert pages(found) == [0, 1, 2, 3, 5, 6, 7, 8]
        assert len(failures(found)) == 1


class TestBodies:
    def test_bomb(self):
        with pytest.raises(LimitError):
            plain_body(gzip.compress(b"\0" * 10_000_000), "", "gzip", 1_000_000)

    def test_chunks_that_are_none(self):
        for body in (b"", b"<p>x", b"zz\r\nx", b"5\r\nab"):
            assert joined_chunks(body) in {body, b"ab"}
