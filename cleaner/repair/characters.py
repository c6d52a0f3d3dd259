"""Characters that a reader cannot see, or cannot tell from a space: facts about Unicode, written as data.

Names and properties are those of the Unicode Character Database; where ZWJ and ZWNJ carry meaning is told in the
Unicode Standard, chapter 23.2, and in UTS 51 for emoji.
"""

from __future__ import annotations

import re

# Between letters of these scripts a zero-width space, joiner or non-joiner changes what is read.
_JOINING_SCRIPTS = (
    "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff"  # Arabic
    "\u0900-\u0dff"  # the scripts of India and Sri Lanka
    "\u0e00-\u0fff"  # Thai, Lao, Tibetan
    "\u1000-\u109f"  # Myanmar
    "\u1780-\u17ff"  # Khmer
    "\u1800-\u18af"  # Mongolian
)
_EMOJI = "\u2190-\u2bff\ufe0f\u200d\U0001f000-\U0001faff"

# The patterns begin with a plain set of characters and look back after it: so a search skips what cannot match.
_JOINED = f"[{_JOINING_SCRIPTS}{_EMOJI}]"
_UNSEEN = (
    "\u00ad"  # soft hyphen
    "\u2060\ufeff"  # word joiner, byte order mark
    "\u180e"  # Mongolian vowel separator, once a space
    "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"  # marks of direction: they can make text read as what it is not
)
_JOINERS = "\u200b\u200c\u200d"

INVISIBLE = re.compile(
    f"[{_UNSEEN}{_JOINERS}](?:(?<=[{_UNSEEN}])[{_UNSEEN}]*"
    f"|(?<=[{_JOINERS}])(?<![{_JOINERS}]{{2}})[{_JOINERS}]*(?<!{_JOINED}[{_JOINERS}])(?!{_JOINED})"
    f"|(?<=[{_JOINERS}])(?<!{_JOINED}[{_JOINERS}])[{_JOINERS}]*)"
)
"""Runs to delete.  A joiner at the edge of a word of another script joins nothing; a run is tried once, from its start,
so that long ones cost no more than their length."""

_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f"
_IDEOGRAPHS = "\u2e80-\u9fff\uf900-\uffef"

EXOTIC_SPACE = re.compile(
    f"[{_BLANKS}\u3000](?:(?<=[{_BLANKS}])[{_BLANKS}]*|(?<=\u3000)(?<![{_IDEOGRAPHS}]\u3000)\u3000*)"
)
"""Spaces that are no plain space; the ideographic space stays after Chinese, Japanese and Korean characters."""

CURLY_QUOTES = {"’": "'", "‘": "'", "‛": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "‟": '"'}
CURLY_QUOTE = re.compile("[" + "".join(CURLY_QUOTES) + "]")

COMMON = "‘’“”–—…"
UNUSUAL = re.compile(f"[^\x00-\x7f{COMMON}]")
"""Any character but ASCII and the common quotes and dashes.  Mojibake of UTF-8 always holds one: the lead byte of a
sequence (C2 to F4) is a letter or a mathematical sign in every single-byte encoding that ftfy knows."""


_LEADS = "".join(
    sorted(
        {
            character
            for byte in (0xC2, 0xC3, 0xC5, 0xCE, 0xD0, 0xD9)  # those that ftfy looks for before a blank
            for page in ("latin-1", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257", "mac-roman", "cp437")
            for character in bytes([byte]).decode(page, "ignore")
        }
    )
)
_CONTROLS = "\x00-\x08\x0b\x0e-\x1f\x80-\x9f\ufb00-\ufb06\ufffd\ud800-\udfff"
"""Controls, ligatures, and what stands for what was lost."""
_GARBLED = re.compile(
    f"[^\t\n\f\r\x20-\x7f](?:(?<=[^\x00-\x7f{COMMON}])[^\x00-\x7f]|(?<=[^\x00-\x7f])[^\x00-\x7f{COMMON}]"
    f"|(?<=[{_CONTROLS}])"
    f"|(?<=[{_LEADS}])[ ?])"
)
"""A lead byte and what continues it; a control; a lead byte whose continuation became a blank or was lost."""


def may_be_garbled(line: str) -> bool:
    """Return False where no character can be what is left of a UTF-8 sequence: a screen for slower judges."""
    return _GARBLED.search(line) is not None
