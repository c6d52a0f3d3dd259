"""Lines of bytes, in a range of a file, each with its number, and none longer than a limit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

_CHUNK: Final = 1 << 20


class Line(NamedTuple):
    """A line without its end; `data` is None where it is longer than the limit, which was skipped, not held."""

    number: int
    data: bytes | None


def numbered_lines(stream: BinaryIO, limit: int, *, start: int = 0, end: int = -1, before: int = 0) -> Iterator[Line]:
    r"""Yield the lines that begin in the bytes [start, end), numbered from 1 over the whole file.

    `before` is the number of line ends before byte `start - 1` (see `newlines_before`); the stream must be able to
    seek when `start` is not 0.  A line that begins in the range is read to its end, so ranges that tile the file
    share its lines out without loss.

    >>> import io
    >>> [line.number for line in numbered_lines(io.BytesIO(b"a\nb\nc"), 99, start=2, before=0)]
    [2, 3]
    """
    at, number = start, before
    if start:
        stream.seek(start - 1)
        at += _skip_line(stream) - 1
        number += 1
    while end < 0 or at < end:
        data = stream.readline(limit + 2)
        if not data:
            return
        number += 1
        at += len(data)
        if data.endswith(b"\n"):
            yield Line(number, data.rstrip(b"\r\n"))
        elif len(data) <= limit:  # the last line, without an end
            yield Line(number, data)
        else:
            at += _skip_line(stream)
            yield Line(number, None)


def _skip_line(stream: BinaryIO) -> int:
    """Read to the end of the line; return the number of bytes read."""
    count = 0
    while chunk := stream.readline(_CHUNK):
        count += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return count


def newlines_before(stream: BinaryIO, places: list[int]) -> list[int]:
    r"""Return the number of line ends before each byte offset (ascending); reads the stream once, from its start.

    >>> import io
    >>> newlines_before(io.BytesIO(b"a\nb\nc"), [0, 2, 4])
    [0, 1, 2]
    """
    counts: list[int] = []
    at = count = 0
    for place in places:
        while at < place:
            chunk = stream.read(min(_CHUNK, place - at))
            if not chunk:
                break
            count += chunk.count(b"\n")
            at += len(chunk)
        counts.append(count)
    return counts
