"""Packed streams: gz, bz2, xz and zst unpacked as they are read, with a watch on what they grow to."""

from __future__ import annotations

import io
import lzma
import zlib
from typing import BinaryIO, Final, Protocol, cast

from cleaner.reading.entries import Entry, LimitError, megabytes
from cleaner.reading.settings import ReadingSettings

NAMES: Final = {"gz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstandard"}
_FREE_BYTES: Final = 64 << 20
"""Below this much unpacked text no ratio is suspicious."""


class BrokenStreamError(ValueError):
    """A packed stream that is cut short or damaged."""


class _Counted(io.RawIOBase):
    """Packed bytes on their way in, counted."""

    def __init__(self, raw: BinaryIO) -> None:
        self.raw = raw
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        chunk = self.raw.read(len(cast("bytearray", buffer)))
        cast("bytearray", buffer)[: len(chunk)] = chunk
        self.count += len(chunk)
        return len(chunk)

    def close(self) -> None:
        self.raw.close()
        super().close()


class Unpacker(Protocol):
    """What we ask of a decompressor."""

    def read1(self, size: int, /) -> bytes:
        """Return some bytes, at most `size`; none at the end."""
        ...


class _Watched(io.RawIOBase):
    """Unpacked bytes on their way out: faults are named, and growth beyond the limit stops the stream."""

    def __init__(self, packed: _Counted, stream: Unpacker, name: str, ratio: int) -> None:
        self.packed, self.stream, self.name, self.ratio = packed, stream, name, ratio
        self.count = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        target = cast("bytearray", buffer)
        try:
            # read1 gives what there is before it meets a fault; read would lose it with the fault.
            chunk = self.stream.read1(len(target))
        except EOFError as error:
            raise BrokenStreamError(self._place("ends in mid-stream: the file was cut short")) from error
        except (OSError, zlib.error, lzma.LZMAError, ValueError) as error:
            raise BrokenStreamError(self._place(f"is damaged ({error})")) from error
        target[: len(chunk)] = chunk
        self.count += len(chunk)
        if self.count > _FREE_BYTES and self.count > self.ratio * max(self.packed.count, 1):
            raise LimitError(
                f"{megabytes(self.count)} unpacked from {megabytes(self.packed.count)}: more than {self.ratio} to 1; "
                "if it is no bomb, raise [limits] archive_ratio"
            )
        return len(chunk)

    def _place(self, what: str) -> str:
        return f"{self.name} stream {what}, after {self.count:,} unpacked bytes; fetch or pack it again"

    def close(self) -> None:
        self.packed.close()
        super().close()


def open_stream(entry: Entry, settings: ReadingSettings) -> BinaryIO:
    """Return the unpacked bytes of an entry; reading may raise BrokenStreamError or LimitError."""
    raw = entry.open_bytes()
    if not entry.compression:
        return raw
    packed = _Counted(raw)
    unpacked = _unpacker(entry.compression, packed)
    watched = _Watched(packed, unpacked, NAMES[entry.compression], settings.archive_ratio)
    return io.BufferedReader(watched, 1 << 17)


def _unpacker(compression: str, counted: _Counted) -> Unpacker:
    packed = cast("BinaryIO", counted)
    if compression == "gz":
        import gzip

        return gzip.GzipFile(fileobj=packed)
    if compression == "bz2":
        import bz2

        return bz2.BZ2File(packed)
    if compression == "xz":
        return lzma.LZMAFile(packed)
    return _Zstandard(counted)


class _Zstandard:
    """A reader of zstandard frames that tells a stream cut short from one that ends (the library's own does not)."""

    def __init__(self, packed: _Counted) -> None:
        import zstandard

        # 128 MB of window: what `zstd --long=27` makes.
        self.zstandard = zstandard.ZstdDecompressor(max_window_size=1 << 27)
        self.error = zstandard.ZstdError
        self.packed, self.frame = packed, self.zstandard.decompressobj()
        self.is_between_frames, self.rest, self.ready = True, b"", memoryview(b"")

    def read1(self, size: int) -> bytes:
        """Return up to `size` unpacked bytes, none at the end of the last frame."""
        while not self.ready:
            # A block of four bytes may unpack to 128 kB, so packed bytes are taken a kilobyte at a time.
            chunk = self.rest or self.packed.read(1024)
            if not chunk:
                if self.is_between_frames:
                    return b""
                raise EOFError
            self._unpack(chunk)
        out, self.ready = self.ready[:size], self.ready[size:]  # a view: no copy of the rest
        return bytes(out)

    def _unpack(self, chunk: bytes) -> None:
        try:
            self.ready = memoryview(self.frame.decompress(chunk))
        except self.error as error:
            raise ValueError(str(error)) from error
        self.is_between_frames, self.rest = self.frame.eof, b""
        if self.frame.eof:
            self.rest, self.frame = self.frame.unused_data, self.zstandard.decompressobj()
