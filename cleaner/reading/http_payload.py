"""Bodies of HTTP responses as crawls store them: chunks joined, compression undone, within a limit."""

from __future__ import annotations

import re
import zlib
from importlib import import_module
from typing import Final

from cleaner.reading.compression import BrokenStreamError
from cleaner.reading.entries import LimitError, megabytes

_CHUNK_HEAD: Final = re.compile(rb"\s{0,4}([0-9a-fA-F]{1,15})[^\r\n]{0,999}\r?\n")


def plain_body(body: bytes, transfer_encoding: str, content_encoding: str, limit: int) -> bytes:
    r"""Return the body that the server meant; raise BrokenStreamError where it cannot be unpacked.

    Crawlers often store a body unpacked and keep the header that says otherwise: what does not look chunked or
    packed is taken as it is.  Raises LimitError above `limit` bytes.

    >>> plain_body(b"5\r\nwords\r\n0\r\n\r\n", "chunked", "", 99)
    b'words'
    """
    if "chunked" in transfer_encoding.lower():
        body = joined_chunks(body)
    for name in reversed(content_encoding.lower().replace(" ", "").split(",")):
        body = _unpacked(body, name, limit)
    return body


def joined_chunks(body: bytes) -> bytes:
    """Return the chunks of a body joined (RFC 9112, section 7.1), or the body as it is where it has none."""
    parts: list[bytes] = []
    at = 0
    while head := _CHUNK_HEAD.match(body, at):
        size = int(head[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size
    return b"".join(parts) if parts and at >= len(body) else body


def _unpacked(body: bytes, name: str, limit: int) -> bytes:
    if name in {"gzip", "x-gzip"}:
        return _inflated(body, (31,), limit) if body.startswith(b"\x1f\x8b") else body
    if name == "deflate":  # with a zlib header by the standard, without one by old servers, or not packed at all
        return _inflated(body, (15, -15), limit)
    if name == "br":
        return _by_library(body, "brotli", limit)
    if name == "zstd" and body.startswith(b"\x28\xb5\x2f\xfd"):
        return _by_library(body, "zstandard", limit)
    return body


def _inflated(body: bytes, windows: tuple[int, ...], limit: int) -> bytes:
    for window in windows:
        unpacker = zlib.decompressobj(window)
        try:
            out = unpacker.decompress(body, limit + 1)
        except zlib.error:
            continue
        _check(len(out), limit)
        return out
    if len(windows) > 1:
        return body
    raise BrokenStreamError("the body says that it is gzip and cannot be unpacked")


def _by_library(body: bytes, module: str, limit: int) -> bytes:
    try:
        library = import_module(module)
    except ImportError:
        reason = f"the body is packed with {module}, which is not installed: pip install {module}"
        raise BrokenStreamError(reason) from None
    try:
        if module == "brotli":
            out = bytes(library.Decompressor().process(body, output_buffer_limit=limit + 1))
        else:
            out = bytes(library.ZstdDecompressor().stream_reader(body).read(limit + 1))
    except Exception as error:  # each library has an error of its own, and both are imported by name
        if b"<" in body[:200]:
            return body
        raise BrokenStreamError(f"the body is packed with {module} and damaged ({error})") from error
    _check(len(out), limit)
    return out


def _check(count: int, limit: int) -> None:
    if count > limit:
        raise LimitError(f"more than {megabytes(limit)} unpacked, [limits] document_bytes; raise it if it is no bomb")
