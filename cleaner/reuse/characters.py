"""What each character is to a comparison key: its class, its folded form, what it says of casing and quotation.

Tables are indexed by code point up to U+FFFF and built once a process (about 40 ms).  Characters beyond are looked at
in `class_of_rare`: Chinese ideographs of the supplementary planes are words of their own, the rest separates.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Codes, Marks
from cleaner.reuse.hashing import letter_values

SEPARATOR, LETTER, DIGIT, ALONE, DROPPED = range(5)
"""Classes: ALONE is a word by itself (Chinese, Japanese, Thai, `%`), DROPPED is as if it were not there."""

CLASS_MASK = 7
UPPER, ENDS_SENTENCE, OPENS_QUOTE, CLOSES_QUOTE, TURNS_QUOTE = 8, 16, 32, 64, 128

_DROPPED_RANGES = (
    (0x00AD, 0x00AD),  # soft hyphen
    (0x0300, 0x036F),  # combining marks: letters are compared without accents
    (0x0591, 0x05C7),  # Hebrew points
    (0x0640, 0x0640),  # Arabic tatweel
    (0x064B, 0x065F),  # Arabic vowel marks
    (0x0670, 0x0670),
    (0x200B, 0x200F),  # zero-width and direction marks
    (0x202A, 0x202E),
    (0x2060, 0x2064),
    (0x2066, 0x206F),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFEFF, 0xFEFF),
)
_ALONE_RANGES = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # ideographic iteration and zero
    (0x3040, 0x30FF),  # kana
    (0x31F0, 0x31FF),
    (0x3400, 0x4DBF),  # ideographs
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
)
_RARE_IDEOGRAPHS = (0x20000, 0x3FFFF)


class Characters(NamedTuple):
    """Tables by code point: class and marks (uint8), what the folded form counts for in a word (uint32)."""

    info: Marks
    values: Codes


@cache
def characters() -> Characters:
    """Return the tables for the Basic Multilingual Plane.

    >>> table = characters()
    >>> [int(table.info[ord(c)]) & CLASS_MASK for c in "a1 文"]
    [1, 2, 0, 3]
    >>> bool(table.values[ord("É")] == table.values[ord("e")])
    True
    """
    info = np.zeros(0x10000, np.uint8)
    folded = np.arange(0x10000, dtype=np.uint32)
    for code in range(0x10000):
        _classify(code, info, folded)
    for low, high in _ALONE_RANGES:
        words = [c for c in range(low, high + 1) if unicodedata.category(chr(c))[0] in "LM"]
        info[words] = ALONE
    info[ord("%")] = ALONE
    for low, high in _DROPPED_RANGES:
        info[low : high + 1] = DROPPED
    for marks, bit in (
        ('.!?:"“”', ENDS_SENTENCE),
        ("“«„「『", OPENS_QUOTE),
        ("”»」』", CLOSES_QUOTE),
        ('"＂', TURNS_QUOTE),
    ):
        info[[ord(c) for c in marks]] |= bit
    return Characters(info, letter_values(folded))


def _classify(code: int, info: Marks, folded: Codes) -> None:
    char = chr(code)
    if char.isalpha():
        lower = char.lower()
        info[code] = LETTER | (UPPER if lower != char else 0)
        base = unicodedata.normalize("NFKD", lower)[0] if code >= 0x80 and not 0xAC00 <= code <= 0xD7A3 else lower[0]
        folded[code] = ord(base)
    elif char.isdigit():
        info[code] = DIGIT
        folded[code] = ord("0") + unicodedata.digit(char)
    elif code >= 0x300 and unicodedata.category(char)[0] == "M":
        info[code] = LETTER


def class_of_rare(codes: Codes) -> Marks:
    """Return classes of code points beyond U+FFFF."""
    low, high = _RARE_IDEOGRAPHS
    return np.where((codes >= low) & (codes <= high), ALONE, SEPARATOR).astype(np.uint8)
