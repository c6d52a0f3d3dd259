"""One pass over the characters of many paragraphs: counts, word hashes and word shapes as arrays."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

# A paragraph longer than this is read at both ends only: its features saturate long before, and time stays bounded.
HEAD_CHARS = 6144
TAIL_CHARS = 2048

_ASTRAL = 0x10000
_END = ".!?…。！？"
_CLOSER = "\"'”’»)]“」』"
_QUOTE = '"“”„«»「」'
_SEPARATOR = "|•·›»→▶►⋅/\\"
_COMMA = ",，、،"
# Planes of letters without case that need no look-up one by one; of them, those written without word spaces.
_LETTERS = slice(0x3100, 0xD7B0)
_HAN = slice(0x3400, 0xA000)
_HANGUL = slice(0xAC00, 0xD7B0)
# Bits of a character's class.
_WORD, _UPPER, _LOWER, _DIGIT, _SPACE, _ENDS, _CLOSES, _CJK, _FULLWIDTH_END = (1 << bit for bit in range(9))
# Counters are packed into 64-bit words, 16 bits each, so that one sum counts four things.
COUNTERS = (("upper", "digit", "cjk", "comma"), ("quote", "separator", "exclamation", "symbol"))
_SHIFTS = np.arange(0, 64, 16, dtype=np.uint64)[:, None]
# Multipliers of a polynomial hash over code points: stable between runs, machines and versions.
_BASE = 0x9E3779B97F4A7C15
_POWERS = np.array([pow(_BASE, k + 1, 1 << 64) for k in range(64)], dtype=np.uint64)
_LONGEST = len(_POWERS) - 1


class Scan(NamedTuple):
    """What the characters of n paragraphs say; word arrays are in reading order, `first_word` has n + 1 entries."""

    chars: Ints
    counts: dict[str, Ints]
    sentences: Ints
    ends_sentence: Flags
    last: NDArray[np.uint32]
    starts_lower: Flags
    starts_digit: Flags
    first_word: Ints
    word_hash: Hashes
    word_title: Flags
    word_upper: Flags
    word_digit: Flags

    def split(self, at: int) -> tuple[Scan, Scan]:
        """Return the scan of the first `at` paragraphs and that of the others.

        >>> [part.word_title.tolist() for part in scan(["Nobody came.", "Menu"]).split(1)]
        [[True, False], [True]]
        """
        word = int(self.first_word[at])
        return self._part(slice(None, at), slice(None, word), 0), self._part(slice(at, None), slice(word, None), word)

    def only(self, rows: Ints) -> Scan:
        """Return the scan of some paragraphs, by their numbers.

        >>> scan(["Nobody came.", "Menu", "It rained."]).only(np.array([1, 2])).word_title.tolist()
        [True, True, False]
        """
        sizes = np.diff(self.first_word)[rows]
        first = np.concatenate(([0], np.cumsum(sizes)))
        words = np.arange(first[-1]) + np.repeat(self.first_word[rows] - first[:-1], sizes)
        return self._taken(rows, words, first)

    def parts(self, ends: Sequence[int]) -> list[Scan]:
        """Return the scans of the paragraphs up to each of some ends.

        >>> [part.chars.tolist() for part in scan(["Nobody came.", "Menu", "Tags"]).parts([1, 3])]
        [[12], [4, 4]]
        """
        words = [0, *self.first_word[list(ends)].tolist()]
        places = zip((0, *ends), ends, words, words[1:], strict=False)
        return [self._part(slice(first, end), slice(word, stop), word) for first, end, word, stop in places]

    def _part(self, rows: slice, words: slice, offset: int) -> Scan:
        first = self.first_word[rows.start : None if rows.stop is None else rows.stop + 1] - offset
        return self._taken(rows, words, first)

    def _taken(self, rows: slice | Ints, words: slice | Ints, first: Ints) -> Scan:
        counts = {name: values[rows] for name, values in self.counts.items()}
        plain = (self.sentences[rows], self.ends_sentence[rows], self.last[rows], self.starts_lower[rows])
        said = (self.word_hash[words], self.word_title[words], self.word_upper[words], self.word_digit[words])
        return Scan(self.chars[rows], counts, *plain, self.starts_digit[rows], first, *said)


@cache
def _tables() -> tuple[NDArray[np.uint16], NDArray[np.uint64], NDArray[np.uint64]]:
    """Return for every code point of the first plane its class bits, its folded value and its packed counters."""
    bits = np.zeros(_ASTRAL + 1, dtype=np.uint16)
    folded = np.zeros(_ASTRAL + 1, dtype=np.uint64)
    packed = np.zeros((2, _ASTRAL + 1), dtype=np.uint64)
    bits[_LETTERS], folded[_LETTERS] = _WORD, np.arange(_LETTERS.start, _LETTERS.stop)
    bits[_HAN] |= np.uint16(_CJK)
    bits[_HANGUL] |= np.uint16(_CJK)
    packed[0, bits & _CJK > 0] = _joined((False, False, True, False))
    for code in (*range(_LETTERS.start), *range(0xF900, _ASTRAL)):
        bits[code], folded[code] = _classify(chr(code))
        packed[:, code] = _packed(chr(code), int(bits[code]))
    return bits, folded, packed


def _classify(char: str) -> tuple[int, int]:
    category = unicodedata.category(char)
    if category[0] in "LNM":
        lower = char.lower()
        kind = _WORD | _UPPER * (category in {"Lu", "Lt"}) | _LOWER * (category == "Ll") | _DIGIT * (category == "Nd")
        kind |= _CJK * ("\u3040" <= char <= "\u30ff")
        return kind, ord(lower) if len(lower) == 1 else ord(char)
    kind = _SPACE * char.isspace() | _ENDS * (char in _END) | _CLOSES * (char in _CLOSER)
    return kind | _FULLWIDTH_END * (char in "。！？"), 0


def _packed(char: str, bits: int) -> tuple[int, int]:
    first = (bool(bits & _UPPER), bool(bits & _DIGIT), bool(bits & _CJK), char in _COMMA)
    symbol = not bits & (_WORD | _SPACE) and char not in _END + _COMMA + _QUOTE + "'’-–—():;"
    second = (char in _QUOTE, char in _SEPARATOR, char in "!！", symbol)
    return _joined(first), _joined(second)


def _joined(counters: tuple[bool, ...]) -> int:
    return sum(int(flag) << 16 * place for place, flag in enumerate(counters))


def scan(texts: Sequence[str]) -> Scan:
    """Return the scan of the paragraphs; no paragraph may be empty.

    >>> seen = scan(["Nobody came.", "MENU"])
    >>> seen.sentences.tolist(), np.diff(seen.first_word).tolist(), seen.word_upper.tolist()
    ([1, 0], [2, 1], [False, False, True])
    """
    texts = [text if len(text) <= HEAD_CHARS + TAIL_CHARS else _ends(text) for text in texts]
    chars = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    starts = np.concatenate(([0], np.cumsum(chars + 1)[:-1]))
    tables = _tables()
    small = np.minimum(codes, _ASTRAL).astype(np.intp)
    bits = tables[0].take(small)
    first = bits[starts]
    sentence_ends = _sentence_ends(bits)
    counts = [np.add.reduceat(table.take(small), starts) for table in tables[2]]
    return Scan(
        chars,
        _unpacked(counts),
        np.add.reduceat(sentence_ends, starts, dtype=np.int64),
        _ends_sentence(bits, starts + chars - 1),
        codes[starts + chars - 1],
        (first & _LOWER) > 0,
        (first & _DIGIT) > 0,
        *_words(bits, tables[1].take(small), starts),
    )


def _ends(text: str) -> str:
    return f"{text[:HEAD_CHARS]} {text[-TAIL_CHARS:]}"


def _unpacked(packed: Sequence[Hashes]) -> dict[str, Ints]:
    """Return the counters by name, from one array of four counters each."""
    names = [name for four in COUNTERS for name in four]
    counts = (np.stack(packed)[:, None] >> _SHIFTS) & np.uint64(0xFFFF)
    return dict(zip(names, counts.astype(np.int64).reshape(len(names), -1), strict=True))


def _sentence_ends(bits: NDArray[np.uint16]) -> Flags:
    """Mark the end marks that white space follows, at once or after one closing mark."""
    space = (bits & _SPACE) > 0
    space1, space2 = _ahead(space, 1), _ahead(space, 2)
    closes = _ahead((bits & _CLOSES) > 0, 1)
    marks: Flags = ((bits & _ENDS) > 0) & (space1 | (closes & space2) | ((bits & _FULLWIDTH_END) > 0))
    return marks


def _ahead(flags: Flags, step: int) -> Flags:
    return np.concatenate((flags[step:], np.zeros(min(step, len(flags)), dtype=np.bool_)))


def _ends_sentence(bits: NDArray[np.uint16], last: Ints) -> Flags:
    """Tell of each paragraph whether it ends in an end mark, behind at most two closing marks."""
    at = last
    for _ in range(2):
        at = at - ((bits[at] & _CLOSES) > 0) * (at > 0)
    ends: Flags = (bits[at] & _ENDS) > 0
    return ends


def _words(bits: NDArray[np.uint16], folded: Hashes, starts: Ints) -> tuple[Ints, Hashes, Flags, Flags, Flags]:
    """Return the first word of each paragraph (and the total), the hash of each word, and how it begins."""
    word = (bits & _WORD) > 0
    begins = word.copy()
    begins[1:] &= ~word[:-1] | ((bits[1:] & _CJK) > 0)
    at = np.flatnonzero(begins)
    first_word = np.concatenate((np.searchsorted(at, starts), [len(at)]))
    if not len(at):
        none = np.zeros(0, np.bool_)
        return first_word, np.zeros(0, np.uint64), none, none, none
    # From the first word on, how far into its word (or behind it) each character stands.
    begun = at.astype(np.int32)
    inside = np.arange(at[0], len(bits), dtype=np.int32) - np.repeat(begun, np.diff(at, append=len(bits)))
    # A sum that runs over all words, and its growth from word to word: 64 bits lose nothing by overflowing.
    sums = np.cumsum(folded[at[0] :] * _POWERS.take(inside, mode="clip"))
    hashes = np.diff(sums[np.append(at[1:], len(bits)) - at[0] - 1], prepend=np.uint64(0))
    initial, second = bits[at], bits[np.minimum(at + 1, len(bits) - 1)]
    upper, shouted = (initial & _UPPER) > 0, (second & _UPPER) > 0
    return first_word, hashes, upper & ~shouted, upper & shouted, (initial & _DIGIT) > 0
