"""Zip and tar archives, read member by member; nothing is unpacked to disk.

A member of `a.zip` is called `a.zip!/b/c.txt`, one of an archive inside it `a.zip!/d.zip!/e.txt`.  Members that would
lie outside the folder they are unpacked to are refused, though nothing is written: such a name is an attack or a fault.
"""

from __future__ import annotations

import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO, Final, cast

from cleaner.reading.compression import BrokenStreamError, open_stream
from cleaner.reading.entries import Entry, LimitError, megabytes
from cleaner.reading.formats import CONTAINERS, extension_of, format_of_name
from cleaner.reading.manifest import about_member
from cleaner.reading.plan import NEVER_TEXT, unknown_extension
from cleaner.reading.read import read_entry
from cleaner.reading.settings import ReadingSettings
from cleaner.records import Failure, Source

_FREE_BYTES: Final = 64 << 20
"""Below this much unpacked text no ratio is suspicious."""


_REOPENED: Final = frozenset({"json", "unknown"})
"""Formats that are looked into before they are read: from a tar stream, which never goes back, they are held too."""


class _Members:
    """The members of one archive so far: how many, and under which names."""

    def __init__(self, entry: Entry, settings: ReadingSettings) -> None:
        self.entry, self.settings = entry, settings
        self.count = 0
        self.times: dict[str, int] = {}

    def entry_of(self, name: str, size: int, open_bytes: Callable[[], BinaryIO]) -> Entry:
        """Return a member as an entry; raises LimitError once there are too many."""
        self.count += 1
        if self.count > self.settings.archive_members:
            limit = f"{self.settings.archive_members:,}"
            raise LimitError(f"more than {limit} members, [limits] archive_members; the first {limit} were read")
        uri = f"{self.entry.uri}!/{_printable(name)}"
        times = self.times[uri] = self.times.get(uri, 0) + 1
        kind, compression = format_of_name(name, self.settings.extensions)
        below = name.split("/")
        return Entry(
            uri if times == 1 else f"{uri}@{times}",  # an archive may hold a name twice
            kind,
            compression,
            open_bytes,
            size_bytes=size,
            folder=self.entry.folder or (below[0] if len(below) > 1 else None),
            about=about_member(self.settings.manifest, uri) or self.entry.about,
            depth=self.entry.depth + 1,
        )

    def read(self, name: str, member: Entry) -> Iterator[Source | Failure]:
        """Yield what a member holds, or why it is not looked into."""
        if _leads_out(name):
            reason = f"its path {_printable(name)!r} leads out of the archive; unpack it by hand if you trust it"
            yield member.failed(reason)
        elif member.format == "unknown" and extension_of(name) in NEVER_TEXT:
            yield member.failed(unknown_extension(name))
        elif member.format in CONTAINERS and member.depth >= self.settings.archive_depth:
            depth = self.settings.archive_depth
            yield member.quarantined(
                f"more than {depth} archives inside one another, [limits] archive_depth: unpack it"
            )
        else:
            yield from read_entry(member, self.settings)


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return ".." in parts or not parts[0] or parts[0].endswith(":")


def _printable(name: str) -> str:
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_hidden(name: str, settings: ReadingSettings) -> bool:
    """Tell what a walk over folders passes over too: dot files, and the resource forks that macOS adds."""
    parts = name.split("/")
    if _leads_out(name) or parts[0] == "__MACOSX":
        return parts[0] == "__MACOSX"
    return not settings.hidden_files and any(part.startswith(".") and part not in {".", ".."} for part in parts)


# --- zip -------------------------------------------------------------------------------------------------------------


def read_zip(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield what the members of a zip archive hold, in the order of its directory."""
    members = _Members(entry, settings)
    try:
        with _seekable(entry, settings) as stream, zipfile.ZipFile(stream) as archive:
            listed = archive.infolist()
            _refuse_overlaps(listed, stream)
            end = entry.range_end if entry.range_end >= 0 else len(listed)
            for i, info in enumerate(listed[:end]):
                if not info.is_dir() and not _is_hidden(info.filename, settings):
                    member = members.entry_of(info.filename, info.file_size, partial(_open_zip_member, archive, info))
                    if i >= entry.range_start:
                        yield from _read_zip_member(info, member, members)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
        yield entry.failed(f"not a zip archive, or damaged ({error}); fetch it again or repair it: zip -FF")


def _read_zip_member(info: zipfile.ZipInfo, member: Entry, members: _Members) -> Iterator[Source | Failure]:
    ratio = members.settings.archive_ratio
    if info.flag_bits & 1:
        yield member.failed("it is encrypted: unpack the archive with its password first")
    elif stat.S_ISLNK(info.external_attr >> 16):
        yield member.failed("a symbolic link: links in archives are not followed")
    elif info.file_size > _FREE_BYTES and info.file_size > ratio * max(info.compress_size, 1):
        sizes = f"{megabytes(info.file_size)} packed into {megabytes(info.compress_size)}"
        yield member.quarantined(f"{sizes}: more than {ratio} to 1; if it is no bomb, raise [limits] archive_ratio")
    else:
        yield from members.read(info.filename, member)


def _refuse_overlaps(listed: list[zipfile.ZipInfo], stream: BinaryIO) -> None:
    """Raise LimitError where members share packed bytes: the bombs that stay below every ratio do."""
    packed = sum(info.compress_size for info in listed)
    size = stream.seek(0, io.SEEK_END)
    if packed > size:
        raise LimitError(f"its members add up to {megabytes(packed)} in {megabytes(size)}: they overlap, as in a bomb")


def _open_zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> BinaryIO:
    try:
        return _Member(cast("BinaryIO", archive.open(info)), goes_back=True)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BrokenStreamError(f"cannot be unpacked: {error}") from error


def _seekable(entry: Entry, settings: ReadingSettings) -> BinaryIO:
    """Return the archive's bytes; one that is packed or lies in an archive is held in memory, up to `member_bytes`."""
    if entry.depth == 0 and not entry.compression:
        return entry.open_bytes()
    return io.BytesIO(held(entry, settings))


def held(entry: Entry, settings: ReadingSettings) -> bytes:
    """Return all bytes of an entry; raises LimitError above `member_bytes`, before reading where the size is known."""
    limit = settings.member_bytes
    if entry.size_bytes <= limit or entry.compression:
        with open_stream(entry, settings) as stream:
            data = stream.read(limit + 1)
        if len(data) <= limit:
            return data
    size = f"{megabytes(entry.size_bytes)}; " if entry.size_bytes > limit else ""
    raise LimitError(f"{size}an archive or table in an archive may take {megabytes(limit)}, [limits] member_bytes")


# --- tar -------------------------------------------------------------------------------------------------------------


def read_tar(entry: Entry, settings: ReadingSettings) -> Iterator[Source | Failure]:
    """Yield what the members of a tar archive hold, packed or not, in one pass."""
    members = _Members(entry, settings)
    try:
        with (
            open_stream(entry, settings) as stream,
            tarfile.open(fileobj=stream, mode="r|", bufsize=tarfile.BLOCKSIZE) as archive,
        ):
            kept: list[tarfile.TarInfo] = vars(archive)["members"]
            while (info := archive.next()) is not None:
                kept.clear()  # tarfile would hold a record of every member
                if not info.isdir() and not _is_hidden(info.name, settings):
                    yield from _read_tar_member(info, archive, members)
    except tarfile.TarError as error:
        reason = f"after {members.count:,} members: not a tar archive, cut short or damaged ({error}); fetch it again"
        yield entry.failed(reason)


def _read_tar_member(info: tarfile.TarInfo, archive: tarfile.TarFile, members: _Members) -> Iterator[Source | Failure]:
    member = members.entry_of(info.name, info.size, partial(_open_tar_member, archive, info))
    if info.issym() or info.islnk():
        yield member.failed("a link: links in archives are not followed")
    elif not info.isreg():
        yield member.failed("neither a file nor a folder (a device or pipe)")
    elif member.format in _REOPENED and not member.compression and info.size <= members.settings.member_bytes:
        data = held(member, members.settings)
        yield from members.read(info.name, replace(member, open_bytes=lambda: io.BytesIO(data)))
    else:
        yield from members.read(info.name, member)


def _open_tar_member(archive: tarfile.TarFile, info: tarfile.TarInfo) -> BinaryIO:
    stream = archive.extractfile(info)
    if stream is None:
        raise BrokenStreamError("cannot be opened")
    return _Member(cast("BinaryIO", stream), goes_back=False)


class _Member(io.BufferedReader):
    """The bytes of a member; faults of the archive become faults of the member."""

    def __init__(self, stream: BinaryIO, *, goes_back: bool) -> None:
        super().__init__(_NamedFaults(stream, goes_back=goes_back), 1 << 16)


class _NamedFaults(io.RawIOBase):
    def __init__(self, stream: BinaryIO, *, goes_back: bool) -> None:
        self.stream, self.goes_back = stream, goes_back

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self.goes_back  # tarfile would say yes for streams that never go back

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self.stream.seek(offset, whence)

    def readinto(self, buffer: object) -> int:
        target = cast("bytearray", buffer)
        try:
            chunk = self.stream.read(len(target))
        except (
            zipfile.BadZipFile,
            zlib.error,
            lzma.LZMAError,
            EOFError,
            tarfile.TarError,
            NotImplementedError,
        ) as error:
            raise BrokenStreamError(f"it is damaged or cut short ({error}); fetch the archive again") from error
        target[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self.stream.close()
        super().close()
