"""Which encoding bytes are in: what the source says, what the bytes say, and what is no text at all."""

from __future__ import annotations

import codecs
import re
import threading
from array import array
from itertools import accumulate, chain
from typing import Final, NamedTuple

from cleaner.charsets import UTF_16_32, codec_of, is_single_byte, is_stateful


class NotTextError(ValueError):
    """Bytes that no encoding makes text of; the message says what they look like and where."""


# --- what the source says ------------------------------------------------------------------------------------------

# The standard reads 1,024 bytes for the tag; real heads put it further down, after scripts and preloads.
_HEAD_BYTES: Final = 16_384
_META: Final = re.compile(
    rb"<meta\s[^<>]{0,500}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([a-z0-9_.:-]{2,40})", re.IGNORECASE
)
_XML: Final = re.compile(
    rb"^\s{0,99}<\?xml\s[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([a-z0-9_.:-]{2,40})", re.IGNORECASE
)
_COMMENT: Final = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)


def declared_in_page(data: bytes) -> str | None:
    """Return the charset that a page declares in `<meta>` or its XML declaration, in lower case.

    >>> declared_in_page(b'<html><head><meta charset="Windows-1251">')
    'windows-1251'
    """
    head = data[:_HEAD_BYTES]
    found = _META.search(_COMMENT.sub(b"", head) if b"<!--" in head else head) or _XML.search(head[:400])
    return label_of(found[1].decode("ascii")) if found else None


def label_of(declared: str | None) -> str | None:
    return (declared or "").strip(" \t\r\n\"';").lower() or None


# --- which codec ---------------------------------------------------------------------------------------------------

_BOMS: Final = (  # the longer first: FF FE 00 00 starts with FF FE
    ("utf-32-le", codecs.BOM_UTF32_LE),
    ("utf-32-be", codecs.BOM_UTF32_BE),
    ("utf-8", codecs.BOM_UTF8),
    ("utf-16-le", codecs.BOM_UTF16_LE),
    ("utf-16-be", codecs.BOM_UTF16_BE),
)
# Above this chardet was right against 26 of 26 wrong declarations.  Windows-1252 is what servers say unasked, so less
# is needed against it.
_SURE: Final = 0.8
_SURE_AGAINST_DEFAULT: Final = 0.2
# What the web is written in.  Left to all it knows, chardet takes English pages with a few curly quotes for Maltese
# or DOS text (43 of 179 pages wrong, with these 9); ISO-8859-15 differs from windows-1252 in signs pages seldom use.
_WEB_NAMES: Final = (
    "cp866 iso8859-2 iso8859-5 iso8859-6 iso8859-7 iso8859-8 iso8859-13 koi8-r koi8-u cp874 cp1250 cp1251 cp1252 "
    "cp1253 cp1254 cp1255 cp1256 cp1257 cp1258 gb18030 big5hkscs cp932 cp949 euc_jis_2004 utf-8"
)
_WEB: Final = _WEB_NAMES.split()
_SAMPLE_BYTES: Final = 200_000


class Choice(NamedTuple):
    """The codec to use, and the one that the bytes themselves point to."""

    codec: str
    detected: str | None


def choose_codec(data: bytes, declared: str | None) -> Choice:
    codec = bom_of(data)[0]
    if codec:
        return Choice(codec, codec)
    if b"\0" in data:
        return _choose_wide(data, declared)
    if data.isascii():
        return _choose_ascii(data, declared)
    if _is_utf8(data):
        return Choice("utf-8", "utf-8")
    return _choose_legacy(data, declared)


def bom_of(data: bytes) -> tuple[str | None, bytes]:
    for codec, bom in _BOMS:
        if data.startswith(bom) and not (codec == "utf-32-le" and len(data) % 4):
            return codec, bom
    return None, b""


def _choose_ascii(data: bytes, declared: str | None) -> Choice:
    """ASCII is ASCII, but for mail-style encodings that hide other scripts in escapes."""
    if b"\x1b$" in data or (declared == "hz" and b"~{" in data):
        stateful = declared if declared and is_stateful(declared) else "iso2022_jp"
        if _error_count(data, stateful) == 0:
            return Choice(stateful, stateful)
    return Choice("ascii", "ascii")


def _is_utf8(data: bytes) -> bool:
    """Tell UTF-8, with a flaw too: cut in mid-character, or a stray byte among good sequences.

    In legacy text hardly any high bytes form valid sequences: three good ones to a bad one do not come about by chance.
    """
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as flaw:
        cut_short = (
            flaw.end == len(data) and flaw.reason == "unexpected end of data" and not data[: flaw.start].isascii()
        )
        return cut_short or _is_mostly_utf8(data)
    return True


def _is_mostly_utf8(data: bytes) -> bool:
    sample = _telling_part(data)
    text, errors, _ = decode_noting(sample, "utf-8")
    good = sum(not char.isascii() for char in text) - len(errors) // 2
    return good >= 3 * len(errors) // 2


def _choose_legacy(data: bytes, declared: str | None) -> Choice:
    """Choose among legacy encodings: the declared unless chardet is sure of another, chardet, windows-1252."""
    sample = _telling_part(data)
    detected, confidence = _detect(sample)
    detected_reads = detected is not None and _error_count(data, detected) == 0
    if declared and _is_plausible(data, declared):
        sure = _SURE_AGAINST_DEFAULT if declared == "cp1252" else _SURE
        if detected and detected_reads and confidence >= sure and not _reads_alike(sample, declared, detected):
            return Choice(detected, detected)
        return Choice(declared, detected)
    if detected and (detected_reads or _is_plausible(data, detected)):
        return Choice(detected, detected)
    return Choice("cp1252", detected)


def _is_plausible(data: bytes, codec: str) -> bool:
    """Tell whether a legacy codec reads the bytes with next to no error (one, and one more in 500 bytes)."""
    if codec == "utf-8" or codec in UTF_16_32:
        return False
    return _error_count(data, codec) <= 1 + len(data) // 500


def _reads_alike(sample: bytes, one: str, other: str) -> bool:
    return one == other or sample.decode(one, "replace") == sample.decode(other, "replace")


def _error_count(data: bytes, codec: str) -> int:
    try:
        data.decode(codec)
    except UnicodeError:
        return max(1, len(decode_noting(data, codec).error_chars))
    return 0


def _telling_part(data: bytes) -> bytes:
    """Return 200 kB: the first, or from shortly before the first byte that is not ASCII where that comes late."""
    first = _HIGH.search(data)
    start = first.start() - 1_000 if first and first.start() * 2 > _SAMPLE_BYTES else 0
    return data[start : start + _SAMPLE_BYTES]


# Quotes, dashes, ellipsis, bullet, no-break space, guillemets in the windows-125x family.  English pages hold no other
# byte beyond ASCII, and detectors fail on just those.
_PUNCTUATION: Final = bytes((0x85, *range(0x91, 0x98), 0xA0, 0xAB, 0xBB))
# All that is no letter in windows-1252 (£, ², ®, ™ ...): a page with nothing else is no Polish or Turkish one.
_SIGNS: Final = bytes(
    (0x80, 0x82, *range(0x84, 0x88), 0x89, 0x8B, *range(0x91, 0x9A), 0x9B, *range(0xA0, 0xC0), 0xD7, 0xF7)
)
_HIGH: Final = re.compile(rb"[\x80-\xff]")


def _detect(sample: bytes) -> tuple[str | None, float]:
    if sample.translate(None, _PUNCTUATION).isascii():
        return "cp1252", 1.0
    import chardet

    answer = chardet.detect(sample, include_encodings=_WEB, no_match_encoding="cp1252")
    codec = codec_of(answer["encoding"])
    codec = "euc_jp" if codec == "euc_jis_2004" else codec
    if codec is None or codec == "utf-8" or codec in UTF_16_32:
        return None, 0.0
    if is_single_byte(codec) and sample.translate(None, _SIGNS).isascii():
        return "cp1252", 0.0
    return codec, float(answer["confidence"] or 0.0)


# --- UTF-16 and UTF-32 without a byte order mark, and what is no text at all -----------------------------------------

_MAGIC: Final = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"\x28\xb5\x2f\xfd", "zstandard data"),
    (b"\xfd7zXZ\0", "xz data"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a RIFF file (WebP, WAV, AVI)"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x7fELF", "a program"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3", "an SQLite database"),
)
_CONTROLS: Final = "".join(map(chr, chain(range(9), range(14, 27), range(28, 32), (127,))))
_NO_CONTROLS: Final = dict.fromkeys(map(ord, _CONTROLS))


def _choose_wide(data: bytes, declared: str | None) -> Choice:
    """Return the 16- or 32-bit codec whose reading has neither NUL nor error; raise NotTextError if none has."""
    guesses = sorted(UTF_16_32, key=lambda codec: (codec != declared, "32" not in codec, codec != "utf-16-le"))
    sample = data[: _SAMPLE_BYTES - _SAMPLE_BYTES % 4]
    for codec in guesses:
        text, errors, _ = decode_noting(sample, codec)
        # A few lone surrogates or an odd last byte are a flaw; a NUL or many errors are another encoding.
        if "\0" not in text and len(errors) <= 2 + len(text) // 250 and _looks_written(text):
            return Choice(codec, codec)
    raise NotTextError(f"{_likeness(data)}: NUL byte at offset {data.index(0)}, and it is not UTF-16 or UTF-32")


def _looks_written(text: str) -> bool:
    """Tell text with spaces or line breaks in one script from bytes paired up at random."""
    plain = sum(char < "\u0250" or char in "\u2018\u2019\u201c\u201d\u2013\u2014" for char in text)
    rows = {ord(char) >> 12 for char in text}
    return 2 * plain >= len(text) or (len(rows) <= 9 and (" " in text or "\n" in text or "\u3002" in text))


def refuse_controls(text: str, data: bytes) -> None:
    """Raise NotTextError where more than one character in twenty is a control character that no text uses."""
    controls = len(text) - len(text.translate(_NO_CONTROLS)) if has_controls(data) else 0
    if controls * 20 > len(text):
        raise NotTextError(f"{_likeness(data)}: {controls:,} of {len(text):,} characters are control characters")
    if "\0" in text:
        raise NotTextError(f"{_likeness(data)}: NUL character at {text.index(chr(0)):,}")


def has_controls(data: bytes) -> bool:
    """Tell whether some byte may be a control character that no text uses (or Escape, which Japanese may use)."""
    import numpy as np

    codes = np.frombuffer(data, np.uint8)  # what is below 14 wraps round
    return bool(codes.min(initial=255) < 9 or (codes - np.uint8(14)).min(initial=255) < 18 or b"\x7f" in data)


def _likeness(data: bytes) -> str:
    for magic, name in _MAGIC:
        if data.startswith(magic):
            return f"not text, it looks like {name}"
    return "not text but binary data"


# --- decoding with a record of every flaw ----------------------------------------------------------------------------


class Reading(NamedTuple):
    """Text, and where the codec had no reading: one character in `error_chars` to a byte range in `error_bytes`."""

    text: str
    error_bytes: array[int]
    """Start and end of each range, one after another."""
    error_chars: array[int]


# Lone surrogates never come out of a strict codec, so this one marks our own errors without doubt.
_MARK: Final = "\udcff"
_flaws = threading.local()


def _note_flaw(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _flaws.found.extend((error.start, error.end))
    return _MARK, error.end


codecs.register_error("cleaner.note", _note_flaw)


def decode_noting(data: bytes, codec: str, skip_bytes: int = 0) -> Reading:
    """Return the reading of `data` from `skip_bytes` on, with every flaw noted in bytes of `data`."""
    rest = data[skip_bytes:] if skip_bytes else data
    try:
        return Reading(rest.decode(codec), array("q"), array("q"))
    except UnicodeError:
        _flaws.found = array("q")
    pieces = rest.decode(codec, "cleaner.note").split(_MARK)
    ranges = array("q", (at + skip_bytes for at in _flaws.found))
    chars = array("q", (at + count for count, at in enumerate(accumulate(map(len, pieces[:-1])))))
    if codec.startswith("cp125"):
        # Bytes that windows-125x leaves undefined become the control character of that number: so says the web
        # standard, and C1 controls are the evidence by which mojibake is mended later.
        marks = (chr(data[at]) for at in ranges[::2])
        return Reading("".join(chain.from_iterable(zip(pieces, chain(marks, ("",)), strict=True))), ranges, chars)
    return Reading("\ufffd".join(pieces), ranges, chars)
