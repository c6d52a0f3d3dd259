"""Damaged and hostile files of every format: reading never raises, never repeats a name, and ends."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner.reading import ReadingSettings, plan, read
from cleaner.records import Failure, Source

SMALL = ReadingSettings(document_bytes=1 << 20, member_bytes=1 << 20, split_bytes=600, archive_members=50)


def _parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(
        pa.table({"text": ["one line", "two lines"] * 20, "url": ["https://example.org/1"] * 40}),
        out,
        row_group_size=10,
    )
    return out.getvalue()


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.txt", "words " * 40)
        archive.writestr("x.jsonl", '{"text": "a"}\n{"text": "b"}\n')
        archive.writestr("t.tar", _tar())
    return out.getvalue()


def _tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in ("a.txt", "ü" * 120 + ".html", "README", "x.json"):
            info = tarfile.TarInfo(name)
            info.size = 11
            archive.addfile(info, io.BytesIO(b"hello world"))
    return out.getvalue()


def _warc() -> bytes:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"<p>words")
    head = b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/\r\nWARC-Date: 2024-05-01T10:00:00Z\r\n"
    record = head + b"Content-Type: application/http\r\nContent-Length: %d\r\n\r\n" % len(body) + body + b"\r\n\r\n"
    return record * 4


_JSONL = b"".join(b'{"text": "line %d", "date": "2024-05-01", "authors": ["A"]}\n' % i for i in range(30))
_FEED = (
    b"<rss><channel><language>en</language>"
    + b"<item><guid>1</guid><title>T</title><description>&lt;p&gt;x</description></item>" * 5
    + b"</channel></rss>"
)
FILES = {
    "x.txt": b"Plain words\r\n\xff and more.\n" * 9,
    "x.html": b"<!doctype html><meta charset=koi8-r><p>words</p>",
    "x.jsonl": _JSONL,
    "x.json": b"[" + b",".join(_JSONL.split(b"\n")[:9]) + b"]",
    "x.csv": b'text,url,date\n"one, two",https://example.org/1,2024-05-01\n' * 9,
    "x.parquet": _parquet(),
    "x.warc": _warc(),
    "x.warc.gz": gzip.compress(_warc()) + gzip.compress(_warc()),
    "x.zip": _zip(),
    "x.tar": _tar(),
    "x.tar.gz": gzip.compress(_tar()),
    "x.txt.bz2": bz2.compress(b"words " * 90),
    "x.jsonl.xz": lzma.compress(_JSONL),
    "x.csv.zst": zstandard.compress(b"text\nwords\n" * 90),
    "x.xml": _FEED,
    "x": b"words without a name",
}


def read_everything(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    items = [item for split in plan([path], SMALL) for item in read(split, SMALL)]
    assert all(isinstance(item, (Source, Failure)) for item in items)
    names = [item.source_uri for item in items]
    assert len(set(names)) == len(names)
    assert all(name.encode() for name in names)
    assert all(item.reason and item.status in {"failed", "quarantined"} for item in items if isinstance(item, Failure))
    return items


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


@pytest.mark.parametrize("name", FILES)
def test_whole(folder, name):
    assert any(isinstance(item, Source) for item in read_everything(folder, name, FILES[name]))


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data(), st.sampled_from(sorted(FILES)))
def test_damaged(folder, draw, name):
    data = bytearray(FILES[name])
    for _ in range(draw.draw(st.integers(1, 4))):
        at = draw.draw(st.integers(0, len(data)))
        kind = draw.draw(st.sampled_from(["cut", "drop", "flip", "insert", "number"]))
        if kind == "cut":
            del data[at:]
        elif kind == "drop":
            del data[at : at + draw.draw(st.integers(1, 50))]
        elif kind == "flip" and at < len(data):
            data[at] ^= draw.draw(st.integers(1, 255))
        elif kind == "number":
            data[at : at + 4] = draw.draw(
                st.sampled_from([b"\xff\xff\xff\x7f", b"\0\0\0\0", b"9999", b"\xff\xff\xff\xff"])
            )
        else:
            data[at:at] = draw.draw(st.binary(max_size=20))
    read_everything(folder, name, bytes(data))


@pytest.mark.parametrize("name", FILES)
@given(data=st.binary(max_size=300))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_noise_under_every_name(folder, name, data):
    read_everything(folder, name, data)


@pytest.mark.parametrize("name", FILES)
def test_another_format_under_every_name(folder, name):
    for data in FILES.values():
        read_everything(folder, name, data)
