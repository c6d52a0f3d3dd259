"""Archives: members are documents with names of their own, and hostile ones cost only themselves."""

from __future__ import annotations

import gzip
import io
import json
import struct
import tarfile
import zipfile

import pytest

from cleaner.reading import ReadingSettings, plan, read
from cleaner.records import Failure, Source


def by_uri(*sources, **options):
    config = ReadingSettings(**options)
    found = {}
    for split in plan(sources, config):
        for item in read(split, config):
            assert item.source_uri not in found
            found[item.source_uri] = item
    return found


def make_zip(members, packing=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, packing)
    return out.getvalue()


def make_tar(members, mode="w"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


MEMBERS = [
    ("bbc/1.txt", b"one"),
    ("bbc/2.html.gz", gzip.compress(b"<p>two")),
    ("x.jsonl", b'{"text": "a"}\nbad\n{"text": "b"}'),
    ("one.json", b'{"text": "j"}'),
    ("README", b"words"),
    (".hidden", b"no"),
    ("__MACOSX/bbc/1.txt", b"no"),
    ("photo.jpg", b"\xff\xd8"),
]


@pytest.mark.parametrize(("name", "make"), [
    ("a.zip", make_zip), ("a.tar", make_tar), ("a.tar.gz", lambda m: make_tar(m, "w:gz")), ("a.tgz", lambda m: make_tar(m, "w:gz")),
    ("a.tar.xz", lambda m: make_tar(m, "w:xz")), ("a.tar.bz2", lambda m: make_tar(m, "w:bz2")),
    ("a.tar.zst", lambda m: __import__("zstandard").compress(make_tar(m))),
])  # fmt: skip
def test_members_are_documents(tmp_path, name, make):
    (tmp_path / name).write_bytes(make(MEMBERS))
    found = by_uri(tmp_path / name)
    seen = {
        uri.removeprefix(f"{name}!/"): getattr(item, "data", None)
        for uri, item in found.items()
        if isinstance(item, Source)
    }
    assert seen == {
        "bbc/1.txt": b"one", "bbc/2.html.gz": b"<p>two", "x.jsonl#1": b"a", "x.jsonl#3": b"b", "one.json": b"j", "README": b"words",
    }  # fmt: skip
    assert {uri for uri, item in found.items() if isinstance(item, Failure)} == {
        f"{name}!/x.jsonl#2",
        f"{name}!/photo.jpg",
    }
    assert found[f"{name}!/bbc/1.txt"].folder == "bbc"
    assert found[f"{name}!/README"].folder is None


def test_archives_in_archives(tmp_path):
    inner = make_tar([("deep.txt", b"deep")], "w:gz")
    middle = make_zip([("inner.tar.gz", inner), ("mid.txt", b"mid")])
    (tmp_path / "outer.tar").write_bytes(make_tar([("middle.zip", middle), ("last.txt", b"last")]))
    assert {uri: item.data for uri, item in by_uri(tmp_path / "outer.tar").items()} == {
        "outer.tar!/middle.zip!/inner.tar.gz!/deep.txt": b"deep",
        "outer.tar!/middle.zip!/mid.txt": b"mid",
        "outer.tar!/last.txt": b"last",
    }


def test_nesting_of_42_levels(tmp_path):
    data = b"core"
    for level in range(42):
        data = make_zip([(f"{level}.zip" if level else "core.txt", data), (f"note{level}.txt", b"note")])
    (tmp_path / "deep.zip").write_bytes(data)
    found = by_uri(tmp_path / "deep.zip")
    refused = [item for item in found.values() if isinstance(item, Failure)]
    assert [(item.status, "archive_depth" in item.reason) for item in refused] == [("quarantined", True)]
    assert len(found) == 4  # a note on each of the three levels
    assert len(by_uri(tmp_path / "deep.zip", archive_depth=50)) == 43


@pytest.mark.parametrize("name", ["../up.txt", "/etc/abs.txt", "a/../../up.txt", "C:/win.txt", "..\\up.txt"])
@pytest.mark.parametrize("make", [make_zip, make_tar])
def test_names_that_lead_out(tmp_path, name, make):
    (tmp_path / f"a.{make.__name__[5:]}").write_bytes(make([("ok.txt", b"ok"), (name, b"evil"), ("ok2.txt", b"ok")]))
    found = list(by_uri(next(tmp_path.iterdir())).values())
    assert [type(item) for item in found] == [Source, Failure, Source]
    assert "leads out" in found[1].reason


class TestBombs:
    def test_zip_member_is_refused_before_it_is_unpacked(self, tmp_path):
        (tmp_path / "b.zip").write_bytes(
            make_zip([("ok.txt", b"ok"), ("bomb.txt", b"\0" * (80 << 20)), ("ok2.txt", b"ok")])
        )
        found = list(by_uri(tmp_path / "b.zip", document_bytes=1 << 30).values())
        assert [item.status if isinstance(item, Failure) else "ok" for item in found] == ["ok", "quarantined", "ok"]
        assert "archive_ratio" in found[1].reason

    def test_overlapping_members(self, tmp_path):
        data = bytearray(make_zip([("a.txt", b"words " * 999), ("b.txt", b"other " * 999)], zipfile.ZIP_STORED))
        second = data.rindex(b"PK\x01\x02")
        data[second + 42 : second + 46] = struct.pack("<I", 0)  # both point to the first member
        data[second + 20 : second + 28] = struct.pack("<II", 900_000, 900_000)
        (tmp_path / "b.zip").write_bytes(data)
        (failure,) = by_uri(tmp_path / "b.zip").values()
        assert failure.status == "quarantined"
        assert "overlap" in failure.reason

    def test_packed_tar(self, tmp_path):
        (tmp_path / "b.tar.gz").write_bytes(
            make_tar([("ok.txt", b"ok"), ("bomb.html", b" " * (90 << 20)), ("no.txt", b"x")], "w:gz")
        )
        found = by_uri(tmp_path / "b.tar.gz")
        assert found["b.tar.gz!/ok.txt"].data == b"ok"
        assert found["b.tar.gz!/bomb.html"].status == "quarantined"

    def test_member_of_5_gb_is_refused_by_its_header(self, tmp_path):
        info = tarfile.TarInfo("big.txt")
        info.size = 5 << 30
        path = tmp_path / "big.tar"
        with path.open("wb") as file:
            file.write(make_tar([("ok.txt", b"ok")])[:1024])
            file.write(info.tobuf(tarfile.GNU_FORMAT))
            file.truncate(1024 + 512 + (5 << 30))  # sparse
        (split,) = plan([path])
        items = read(split)
        assert next(items).data == b"ok"
        refused = next(items)
        assert (refused.status, "document_bytes" in refused.reason) == ("quarantined", True)

    def test_too_many_members(self, tmp_path):
        (tmp_path / "many.zip").write_bytes(make_zip([(f"{i}.txt", b"x") for i in range(20)]))
        found = list(by_uri(tmp_path / "many.zip", archive_members=5).values())
        assert len(found) == 6
        assert "archive_members" in found[-1].reason

    def test_archive_in_an_archive_above_the_limit(self, tmp_path):
        inner = make_zip([("a.txt", b"x" * 5_000)], zipfile.ZIP_STORED)
        (tmp_path / "o.zip").write_bytes(make_zip([("i.zip", inner), ("ok.txt", b"ok")]))
        found = list(by_uri(tmp_path / "o.zip", member_bytes=1_000).values())
        assert "member_bytes" in found[0].reason
        assert found[1].data == b"ok"


class TestFaults:
    @pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
    def test_no_archive_at_all(self, tmp_path, name):
        (tmp_path / name).write_bytes(b"plain words, a good deal of them" * 40)
        (failure,) = by_uri(tmp_path / name).values()
        assert isinstance(failure, Failure)
        assert failure.source_uri == name

    @pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
    def test_empty_file(self, tmp_path, name):
        (tmp_path / name).touch()
        (failure,) = by_uri(tmp_path / name).values()
        assert isinstance(failure, Failure)

    def test_damaged_member_of_a_zip_fails_alone(self, tmp_path):
        noise = [bytes([i * 7 % 251 for i in range(n, n + 400)]) for n in range(3)]
        data = make_zip([(f"{i}.txt", text) for i, text in enumerate(noise)], zipfile.ZIP_STORED)
        (tmp_path / "a.zip").write_bytes(data.replace(noise[1], noise[1][:100] + b"\0" + noise[1][101:]))
        found = list(by_uri(tmp_path / "a.zip").values())
        assert [type(item) for item in found] == [Source, Failure, Source]
        assert "damaged" in found[1].reason

    @pytest.mark.parametrize("mode", ["w", "w:gz"])
    def test_tar_cut_short_gives_what_came_before(self, tmp_path, mode):
        import random

        noise = [random.Random(i).randbytes(3_000).hex().encode() for i in range(6)]
        data = make_tar([(f"{i}.txt", text) for i, text in enumerate(noise)], mode)
        name = "a.tar" if mode == "w" else "a.tar.gz"
        (tmp_path / name).write_bytes(data[: len(data) // 2])
        found = list(by_uri(tmp_path / name).values())
        assert len([item for item in found if isinstance(item, Source)]) >= 2
        assert isinstance(found[-1], Failure)

    def test_encrypted_member(self, tmp_path):
        data = bytearray(make_zip([("a.txt", b"x"), ("b.txt", b"y")], zipfile.ZIP_STORED))
        entry = data.index(b"PK\x01\x02")
        data[entry + 8] |= 1
        (tmp_path / "a.zip").write_bytes(data)
        found = list(by_uri(tmp_path / "a.zip").values())
        assert "encrypted" in found[0].reason
        assert found[1].data == b"y"

    def test_links_are_not_followed(self, tmp_path):
        with tarfile.open(tmp_path / "a.tar", "w") as archive:
            for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE):
                info = tarfile.TarInfo(f"{kind.decode()}.txt")
                info.type, info.linkname = kind, "/etc/passwd"
                archive.addfile(info)
        assert all(isinstance(item, Failure) for item in by_uri(tmp_path / "a.tar").values())
        info = zipfile.ZipInfo("link.txt")
        info.external_attr = 0o120777 << 16
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(info, "/etc/passwd")
        (failure,) = by_uri(tmp_path / "a.zip").values()
        assert "link" in failure.reason


def test_a_name_that_comes_twice(tmp_path):
    (tmp_path / "a.tar").write_bytes(make_tar([("a.txt", b"1"), ("a.txt", b"2")]))
    assert list(by_uri(tmp_path / "a.tar")) == ["a.tar!/a.txt", "a.tar!/a.txt@2"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_parts_share_the_members_out(tmp_path):
    (tmp_path / "a.zip").write_bytes(
        make_zip([(f"{i // 2}.txt", f"member {i}".encode()) for i in range(20)], zipfile.ZIP_STORED)
    )
    assert len(list(plan([tmp_path / "a.zip"], ReadingSettings(split_bytes=30)))) > 3
    assert by_uri(tmp_path / "a.zip", split_bytes=30) == by_uri(tmp_path / "a.zip")


def test_manifest_names_members(tmp_path):
    (tmp_path / "a.zip").write_bytes(make_zip([("b/c.txt", b"x"), ("d.txt", b"y")]))
    (tmp_path / "m.jsonl").write_text(
        json.dumps({"path": "a.zip!/b/c.txt", "outlet": "one"}) + '\n{"path": "a.zip", "outlet": "all"}'
    )
    found = by_uri(tmp_path / "a.zip", manifest=str(tmp_path / "m.jsonl"))
    assert [item.outlet for item in found.values()] == ["one", "all"]


def test_name_that_is_not_utf8(tmp_path):
    (tmp_path / "a.tar").write_bytes(make_tar([("x.txt", b"1")]).replace(b"x.txt\0", b"\xff.txt\0"))
    data = bytearray((tmp_path / "a.tar").read_bytes())
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    (tmp_path / "a.tar").write_bytes(data)
    assert list(by_uri(tmp_path / "a.tar")) == ["a.tar!/\\xff.txt"]
