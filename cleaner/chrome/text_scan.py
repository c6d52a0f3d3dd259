"""One pass over the characters of many paragraphs: counts, word hashes and word shapes as arrays."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
_Summed = TypeVar("_Summed", Ints, Hashes)

# A paragraph longer than this is read at both ends only: its features saturate long before, and time stays bounded.
HEAD_CHARS = 6144
TAIL_CHARS = 2048

_ASTRAL = 0x10000
_END = ".!?…。！？"
_CLOSER = "\"'”’»)]“」』"
_QUOTE = '"“”„«»「」'
_SEPARATOR = "|•·›»→▶►⋅/\\"
_COMMA = ",，、،"
_FULLWIDTH = "。！？"
_NO_SYMBOL = _END + _COMMA + _QUOTE + "'’-–—():;"
# Planes of letters without case that need no look-up one by one; of them, those written without word spaces.
_LETTERS = slice(0x3100, 0xD7B0)
_HAN = slice(0x3400, 0xA000)
_HANGUL = slice(0xAC00, 0xD7B0)
_KANA = slice(0x3040, 0x3100)
# Bits of a character's class; what is counted or may end a sentence is told, and most characters are not.
_WORD, _UPPER, _LOWER, _DIGIT, _SPACE, _ENDS, _CLOSES, _CJK, _FULLWIDTH_END, _TOLD = (1 << bit for bit in range(10))
_CATEGORY_BITS = {"Lu": _UPPER, "Lt": _UPPER, "Ll": _LOWER, "Nd": _DIGIT}
# Counters are packed into 64-bit words, 16 bits each, so that one sum counts four things.
COUNTERS = (("upper", "digit", "cjk", "comma"), ("quote", "separator", "exclamation", "symbol"))
_SHIFTS = np.arange(0, 64, 16, dtype=np.uint64)[:, None]
# The base of a polynomial hash over code points: stable between runs, machines and versions.
_BASE = 0x9E3779B97F4A7C15
# So many characters are looked at together that what is noted of them stays in the cache of a processor.
_TOGETHER = 1 << 16


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
    bits[_LETTERS], folded[_LETTERS] = _WORD, np.arange(_LETTERS.start, _LETTERS.stop)
    for letters in (_HAN, _HANGUL):
        bits[letters] |= np.uint16(_CJK)
    codes = np.array([*range(_LETTERS.start), *range(0xF900, _ASTRAL)])
    chars = list(map(chr, codes.tolist()))
    categories = list(map(unicodedata.category, chars))
    word = np.array([category[0] in "LNM" for category in categories])
    bits[codes] = np.array([_CATEGORY_BITS.get(category, 0) for category in categories], np.uint16) | _WORD * word
    bits[_KANA] |= np.where(bits[_KANA] & _WORD > 0, np.uint16(_CJK), np.uint16(0))
    lower = [small if len(small := char.lower()) == 1 else char for char in chars]
    folded[codes] = np.where(word, np.array(list(map(ord, lower))), 0)
    bits[codes] |= np.where(word, 0, _SPACE * np.array(list(map(str.isspace, chars)))).astype(np.uint16)
    for signs, kind in ((_END, _ENDS), (_CLOSER, _CLOSES), (_FULLWIDTH, _FULLWIDTH_END)):
        bits[list(map(ord, signs))] |= np.uint16(kind)
    packed = _counters(bits)
    bits[packed.any(axis=1) | (bits & _ENDS > 0)] |= np.uint16(_TOLD)
    return bits, folded, packed


def _counters(bits: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Return what each code point adds to the counters, four of them in a number."""
    symbol = (bits & (_WORD | _SPACE)) == 0
    symbol[[*map(ord, _NO_SYMBOL), *range(_LETTERS.stop, 0xF900), _ASTRAL]] = False
    flags = {"upper": bits & _UPPER > 0, "digit": bits & _DIGIT > 0, "cjk": bits & _CJK > 0, "symbol": symbol}
    for name, signs in (("comma", _COMMA), ("quote", _QUOTE), ("separator", _SEPARATOR), ("exclamation", "!！")):
        flags[name] = np.zeros(len(bits), np.bool_)
        flags[name][list(map(ord, signs))] = True
    packed = np.zeros((len(bits), len(COUNTERS)), dtype=np.uint64)
    for column, four in enumerate(COUNTERS):
        for shift, name in zip(_SHIFTS.ravel(), four, strict=True):
            packed[:, column] |= flags[name].astype(np.uint64) << shift
    return packed


class _Characters(NamedTuple):
    """What the characters of some paragraphs say, those of `Scan` in its order; `packed` are counters, four in one."""

    packed: Hashes
    sentences: Ints
    ends_sentence: Flags
    starts_lower: Flags
    starts_digit: Flags
    tokens: Ints
    word_hash: Hashes
    word_title: Flags
    word_upper: Flags
    word_digit: Flags


def scan(texts: Sequence[str]) -> Scan:
    """Return the scan of the paragraphs; no paragraph may be empty.

    >>> seen = scan(["Nobody came.", "MENU"])
    >>> seen.sentences.tolist(), np.diff(seen.first_word).tolist(), seen.word_upper.tolist()
    ([1, 0], [2, 1], [False, False, True])
    """
    texts = [text if len(text) <= HEAD_CHARS + TAIL_CHARS else _ends(text) for text in texts]
    chars = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    codes = np.frombuffer(("\n".join(texts) + "\n").encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    ends = np.cumsum(chars + 1)
    seen = [_characters(codes[begin:end], ends[rows] - begin) for begin, end, rows in _pieces(ends)]
    packed, *told = map(np.concatenate, zip(*seen, strict=True))
    sentences, ends_sentence, starts_lower, starts_digit, tokens, *words = told
    first_word = np.concatenate(([0], np.cumsum(tokens)))
    said = (sentences, ends_sentence, codes[ends - 2], starts_lower, starts_digit, first_word)
    return Scan(chars, _unpacked(packed), *said, *words)


def _pieces(ends: Ints) -> Iterator[tuple[int, int, slice]]:
    """Yield where pieces of the text begin and end, and their paragraphs; `ends` are those of the paragraphs."""
    first = begin = 0
    while first < len(ends):
        last = max(int(np.searchsorted(ends, begin + _TOGETHER)), first + 1)
        yield begin, (begin := int(ends[last - 1])), slice(first, last)
        first = last


def _characters(codes: NDArray[np.uint32], ends: Ints) -> _Characters:
    """Return what the characters of paragraphs say; each ends with a line break, behind which `ends` stand."""
    class_bits, folded, counters = _tables()
    small = np.minimum(codes, _ASTRAL).astype(np.intp)
    bits = class_bits.take(small)
    starts = np.concatenate(([0], ends[:-1]))
    first = bits[starts]
    told = np.flatnonzero((bits & _TOLD) > 0)
    ranges = np.searchsorted(told, starts), np.searchsorted(told, ends)
    word = _word_starts(bits)
    hashes = _word_hashes(folded.take(small), word)
    initial, second = bits[word], bits[word + 1]
    upper, shouted = (initial & _UPPER) > 0, (second & _UPPER) > 0
    return _Characters(
        _between(counters.take(small[told], axis=0), *ranges),
        _between(_sentence_ends(bits, told), *ranges),
        _ends_sentence(bits, ends - 2),
        (first & _LOWER) > 0,
        (first & _DIGIT) > 0,
        np.diff(np.searchsorted(word, ends), prepend=0),
        hashes,
        upper & ~shouted,
        upper & shouted,
        (initial & _DIGIT) > 0,
    )


def _ends(text: str) -> str:
    return f"{text[:HEAD_CHARS]} {text[-TAIL_CHARS:]}"


def _unpacked(packed: Hashes) -> dict[str, Ints]:
    """Return the counters by name, from two of four counters each for a paragraph."""
    names = [name for four in COUNTERS for name in four]
    counts = (packed.T[:, None] >> _SHIFTS) & np.uint64(0xFFFF)
    return dict(zip(names, counts.astype(np.int64).reshape(len(names), -1), strict=True))


def _between(values: _Summed, low: Ints, high: Ints) -> _Summed:
    """Return the sums of the values from `low` to before `high`."""
    before = np.concatenate(
        (np.zeros((1, *values.shape[1:]), values.dtype), np.cumsum(values, axis=0, dtype=values.dtype))
    )
    sums: _Summed = before[high] - before[low]
    return sums


def _sentence_ends(bits: NDArray[np.uint16], told: Ints) -> Ints:
    """Count the end marks among some characters that white space follows, at once or after one closing mark."""
    marks = bits[told]
    at = np.flatnonzero((marks & _ENDS) > 0)
    ahead, beyond = bits[told[at] + 1], bits[np.minimum(told[at] + 2, len(bits) - 1)]
    closed = ((ahead & _CLOSES) > 0) & ((beyond & _SPACE) > 0)
    ends = np.zeros(len(told), np.int64)
    ends[at] = ((ahead & _SPACE) > 0) | closed | ((marks[at] & _FULLWIDTH_END) > 0)
    return ends


def _ends_sentence(bits: NDArray[np.uint16], last: Ints) -> Flags:
    """Tell of each paragraph whether it ends in an end mark, behind at most two closing marks."""
    at = last
    for _ in range(2):
        at = at - ((bits[at] & _CLOSES) > 0) * (at > 0)
    ends: Flags = (bits[at] & _ENDS) > 0
    return ends


def _word_starts(bits: NDArray[np.uint16]) -> Ints:
    word = (bits & _WORD) > 0
    begins = word.copy()
    begins[1:] &= ~word[:-1] | ((bits[1:] & _CJK) > 0)
    return np.flatnonzero(begins)


def _word_hashes(folded: Hashes, starts: Ints) -> Hashes:
    """Return the hash of each word: a sum that runs over all words grows by it, times a power that is divided out.

    64 bits lose nothing by overflowing.
    """
    powers, inverse = _powers()
    folded *= powers[: len(folded)]
    before = np.concatenate((np.zeros(1, np.uint64), np.cumsum(folded)))
    hashes: Hashes = np.diff(before[starts], append=before[-1:]) * inverse[starts]
    return hashes


@cache
def _powers() -> tuple[Hashes, Hashes]:
    """Return the powers of the base from the first, those of its inverse from the one that is 1: enough for a piece."""
    factors = np.full((2, _TOGETHER), [[_BASE], [pow(_BASE, -1, 1 << 64)]], np.uint64)
    factors[1, 0] = 1
    powers, inverse = np.multiply.accumulate(factors, axis=1)
    return powers, inverse
