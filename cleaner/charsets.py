"""Names of character encodings: what the web means by a label, and which Python codec reads it.

The labels are those of the WHATWG Encoding Standard (section "Names and labels"), which says how pages are read and
not how their authors named things: `iso-8859-1` and `ascii` are windows-1252, `gb2312` is GB18030, `shift_jis` is
code page 932, `euc-kr` is code page 949.
"""

from __future__ import annotations

import codecs
from functools import cache
from types import MappingProxyType
from typing import Final

# One row a Python codec: its labels, as the standard lists them.  Three encodings that browsers refuse for reasons of
# their own (scripts smuggled past filters) are read here: a corpus runs no scripts.
_LABELS: Final = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8 utf-8-sig utf_8",
    "utf-16-le": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le utf_16 utf_16_le",
    "utf-16-be": "unicodefffe utf-16be utf_16_be",
    "utf-32-le": "utf-32 utf-32le utf_32_le",
    "utf-32-be": "utf-32be utf_32_be",
    "cp866": "866 cp866 csibm866 ibm866",
    "iso8859-2": "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin2",
    "iso8859-3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859-4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859-5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso8859-6": (
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e iso-8859-6-i "
        "iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987"
    ),
    "iso8859-7": (
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 iso_8859-7 "
        "iso_8859-7:1987 sun_eu_greek"
    ),
    "iso8859-8": (
        "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 iso8859-8 iso88598 iso_8859-8 "
        "iso_8859-8:1988 visual csiso88598i iso-8859-8-i logical"
    ),
    "iso8859-10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859-13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859-14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859-15": "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9 latin-9 latin9",
    "iso8859-16": "iso-8859-16 iso8859-16 iso885916",
    "koi8-r": "cskoi8r koi koi8 koi8-r koi8_r",
    "koi8-u": "koi8-ru koi8-u",
    "mac-roman": "csmacintosh mac macintosh x-mac-roman mac-roman macroman",
    "cp874": "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874 cp874",
    "cp1250": "cp1250 windows-1250 x-cp1250",
    "cp1251": "cp1251 windows-1251 x-cp1251 win-1251",
    "cp1252": (
        "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591 iso_8859-1 "
        "iso_8859-1:1987 l1 latin1 us-ascii windows-1252 x-cp1252 latin-1 x-user-defined"
    ),
    "cp1253": "cp1253 windows-1253 x-cp1253",
    "cp1254": (
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
        "windows-1254 x-cp1254"
    ),
    "cp1255": "cp1255 windows-1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian mac-cyrillic",
    "gb18030": "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 x-gbk gb18030 cp936 euc-cn",
    "big5hkscs": "big5 big5-hkscs cn-big5 csbig5 x-x-big5 big5hkscs cp950",
    "euc_jp": "cseucpkdfmtjapanese euc-jp x-euc-jp euc_jp",
    "iso2022_jp": "csiso2022jp iso-2022-jp iso2022_jp",
    "cp932": "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis cp932",
    "cp949": (
        "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 windows-949 "
        "cp949 uhc"
    ),
    "iso2022_kr": "csiso2022kr iso-2022-kr iso2022_kr",
    "hz": "hz-gb-2312 hz",
}

CODEC_OF_LABEL: Final = MappingProxyType(
    {label: codec for codec, labels in _LABELS.items() for label in labels.split()}
)
"""Label, in lower case, to the name of the Python codec."""

CODECS: Final = tuple(_LABELS)
"""Every codec of the table, in its order."""

UTF_16_32: Final = frozenset({"utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"})
"""Codecs of two or four bytes a unit, the only ones in which NUL bytes are text."""


def codec_of(label: str | None) -> str | None:
    """Return the Python codec that the web reads under `label`, or None for no label or one unknown to everybody.

    >>> codec_of(" ISO-8859-1 "), codec_of("gb2312"), codec_of("wingdings")
    ('cp1252', 'gb18030', None)
    """
    if not label:
        return None
    name = label.strip(" \t\r\n\f\"'").lower()
    return CODEC_OF_LABEL.get(name) or _python_codec(name)


@cache
def is_single_byte(codec: str) -> bool:
    """Tell whether every byte is one character of its own.

    >>> is_single_byte("cp1251"), is_single_byte("cp932")
    (True, False)
    """
    if codec.startswith("utf") or is_stateful(codec):
        return False
    # Codecs of two bytes a character pair up some of these neighbours; single-byte ones never do.
    return len(bytes(range(256)).decode(codec, "replace")) == 256


def is_stateful(codec: str) -> bool:
    """Tell whether the meaning of a byte hangs on escapes before it; such text is 7-bit ASCII to look at."""
    return codec.startswith("iso2022") or codec == "hz"


_NO_CHARSETS: Final = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "unicode_escape", "raw_unicode_escape"}
    | {"utf-7", "mbcs", "oem"}
)


def _python_codec(name: str) -> str | None:
    """Return a charset that Python knows beside the web's table (`cp437`, `mac-latin2`), if it is one for text."""
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    # `_is_text_encoding` keeps rot13, hex, zip and their like out; it is how CPython itself tells them apart.
    if info.name in _NO_CHARSETS or not getattr(info, "_is_text_encoding", True):
        return None
    return CODEC_OF_LABEL.get(info.name) or CODEC_OF_LABEL.get(info.name.replace("_", "-")) or info.name
