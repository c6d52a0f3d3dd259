"""Bytes to text, losslessly: what was declared, what was detected, what was used (the way back: `encoding_back`).

The order of trust was measured on 916 pages in eight legacy encodings, rightly and wrongly declared: a byte order
mark, then strict UTF-8 (which never took a legacy page for its own), then the declared charset where chardet reads
the same text or is unsure, then chardet, and windows-1252 at last.
"""

from __future__ import annotations

import codecs
from array import array
from dataclasses import dataclass, field
from typing import Final, Literal

from cleaner.charset_choice import (
    NotTextError,
    bom_of,
    choose_codec,
    declared_in_page,
    decode_noting,
    has_controls,
    label_of,
    refuse_controls,
)
from cleaner.charsets import UTF_16_32, codec_of, is_stateful

__all__ = [
    "Decoded",
    "NotTextError",
    "decode",
    "is_clean_utf8",
    "newline_of",
]

Newline = Literal["lf", "crlf", "cr", "mixed", "none"]


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text and how it came about.

    `encoding_used` and `encoding_detected` are names of Python codecs: `text.encode(encoding_used)` gives the bytes
    back wherever nothing odd stood in them.  `encoding_declared` is the label as the source spells it, in lower case.
    `decode_error_count` counts places that the codec has no reading for; each is one U+FFFD in `text`, or, in the
    windows-125x pages, the C1 control character that browsers put there.
    """

    text: str
    encoding_declared: str | None
    encoding_detected: str | None
    encoding_used: str
    has_bom: bool
    newline: Newline
    decode_error_count: int
    declared_was_wrong: bool
    data: bytes = field(repr=False)
    bom_bytes: int = 0
    error_bytes: array[int] = field(default_factory=lambda: array("q"), repr=False)
    """Start and end of each range that the codec cannot read, in bytes of `data`, one after another."""
    error_chars: array[int] = field(default_factory=lambda: array("q"), repr=False)
    """The character in `text` that stands for each of these ranges."""


def decode(data: bytes, declared: str | None = None, is_html: bool = False) -> Decoded:
    """Return `data` as text with its provenance; raise NotTextError for binary data.

    `declared` is the charset said from outside (HTTP header); with `is_html` the page's own declarations (`<meta>`,
    XML declaration) come after it.

    >>> decode("Il était une fois…".encode("cp1252"), declared="iso-8859-1").text
    'Il était une fois…'
    """
    label = label_of(declared) or (declared_in_page(data) if is_html else None)
    plain = _plain_utf8(data, label)
    if plain is None:
        codec, detected = choose_codec(data, codec_of(label))
        bom_bytes = len(bom_of(data)[1])
        text, error_bytes, error_chars = decode_noting(data, codec, bom_bytes)
    else:
        codec = detected = "ascii" if data.isascii() else "utf-8"
        bom_bytes, text, error_bytes, error_chars = 0, plain, array("q"), array("q")
    refuse_controls(text, data)
    used = "utf-8" if codec == "ascii" else codec
    return Decoded(
        text=text,
        encoding_declared=label,
        encoding_detected=detected,
        encoding_used=used,
        has_bom=bom_bytes > 0,
        newline=newline_of(text if plain is None else data),
        decode_error_count=len(error_chars),
        declared_was_wrong=_is_wrong(label, used, data, text),
        data=data,
        bom_bytes=bom_bytes,
        error_bytes=error_bytes,
        error_chars=error_chars,
    )


def is_clean_utf8(data: bytes) -> bool:
    r"""Tell whether `decode` reads the bytes as they stand: UTF-8 without flaws, byte order mark and controls.

    ASCII that may hide other scripts in escapes is left to `decode`, whatever is declared.

    >>> is_clean_utf8("Æ\n".encode()), is_clean_utf8(b"\xc6\n"), is_clean_utf8(b"\x01")
    (True, False, False)
    """
    if not _may_be_plain(data) or has_controls(data) or (data.isascii() and b"~{" in data):
        return False
    view, at = memoryview(data), 0
    while at < len(data):  # piece by piece: the text itself is not wanted, and short ones cost no new memory
        stop = at + _PIECE_BYTES
        try:
            at += codecs.utf_8_decode(view[at:stop], "strict", stop >= len(data))[1]
        except UnicodeDecodeError:
            return False
    return True


_PIECE_BYTES: Final = 1 << 15


def _may_be_plain(data: bytes) -> bool:
    return not (bom_of(data)[0] or b"\0" in data or b"\x1b" in data)


def _plain_utf8(data: bytes, label: str | None) -> str | None:
    """Return the text of valid UTF-8 without a byte order mark, NUL or escapes, else None: most pages by far."""
    # Looking for two characters costs more than all the rest, and only one label gives them a meaning.
    if not _may_be_plain(data) or (codec_of(label) == "hz" and b"~{" in data):
        return None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def newline_of(text: str | bytes) -> Newline:
    r"""Return how lines end: `lf`, `crlf`, `cr`, `mixed`, or `none` where there is no line break.

    Bytes are those of a text whose line breaks are bytes of their own, such as UTF-8; counting them is the cheaper way.

    >>> newline_of("a\r\nb\r\n"), newline_of("a\nb\r\n"), newline_of(b"a")
    ('crlf', 'mixed', 'none')
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if b"\r" not in data:  # looking for one character costs a hundredth of counting
        return "lf" if b"\n" in data else "none"
    crlf = data.count(b"\r\n")
    counts: dict[Newline, int] = {"crlf": crlf, "lf": data.count(b"\n") - crlf, "cr": data.count(b"\r") - crlf}
    found = [name for name, count in counts.items() if count]
    return "none" if not found else found[0] if len(found) == 1 else "mixed"


def _is_wrong(label: str | None, used: str, data: bytes, text: str) -> bool:
    """Tell whether the declared charset would have read another text than the one we return."""
    declared = codec_of(label)
    if label is None or declared == used:
        return False
    if declared is None:
        return not data.isascii()
    if data.isascii() and not is_stateful(used):
        return False  # every label of the table but UTF-16 reads ASCII alike, and a page in ASCII is not in UTF-16
    return declared in UTF_16_32 or decode_noting(data, declared).text != text
