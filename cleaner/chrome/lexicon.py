"""The cue words of page furniture, looked up by hash: one array look-up a word, whatever the number of rules."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.chrome.text_scan import Hashes, Ints, scan

# A table has so many bits more than its number of keys needs: few keys share their upper bits.
_ROOMY = 3
# Mixes the hashes of two neighbouring words into the hash of the pair.
_PAIR = np.uint64(0xD6E8FEB86659FD93)


class HashTable(NamedTuple):
    """Sorted keys and their values; `first` tells for the upper bits of a key where the keys with such bits begin.

    `depth` keys at most share their upper bits; so many keys without a value stand behind the last.
    """

    keys: Hashes
    values: Ints
    first: NDArray[np.int32]
    occupied: NDArray[np.bool_]
    shift: np.uint64
    depth: int

    def look_up(self, hashes: Hashes) -> Ints:
        """Return the value of each hash, 0 for hashes of no entry."""
        found = np.zeros(len(hashes), dtype=np.int64)
        slots = (hashes >> self.shift).astype(np.int64)
        near = np.flatnonzero(self.occupied.take(slots))
        wanted, at = hashes.take(near), self.first.take(slots.take(near))
        for _ in range(self.depth):
            same = self.keys.take(at) == wanted
            found[near[same]] = self.values.take(at[same])
            at += 1
        return found


class Lexicon(NamedTuple):
    """Categories in the order of the file, which is the order of their bits."""

    categories: tuple[str, ...]
    words: HashTable
    pairs: HashTable

    def bit(self, category: str) -> int:
        """Return the bit that stands for a category.

        >>> load_lexicon().bit("share")
        1
        """
        return 1 << self.categories.index(category)


def pair_hashes(hashes: Hashes) -> Hashes:
    """Return the hash of each word with its successor; one entry fewer than there are words."""
    return hashes[:-1] * _PAIR + hashes[1:]


@cache
def load_lexicon() -> Lexicon:
    """Return the lexicon that ships with the package (`rules/chrome/lexicon.toml`).

    >>> load_lexicon().categories[:3]
    ('share', 'subscribe', 'account')
    """
    rules = tomllib.loads((files("cleaner") / "rules" / "chrome" / "lexicon.toml").read_text(encoding="utf-8"))
    seen = scan([entry["words"] for entry in rules.values()])
    words: dict[int, int] = {}
    for key, place in zip(seen.word_hash.tolist(), np.repeat(range(len(rules)), np.diff(seen.first_word)), strict=True):
        words[key] = words.get(key, 0) | 1 << int(place)
    told = [(place, pair) for place, entry in enumerate(rules.values()) for pair in entry["pairs"]]
    seen = scan([pair for _, pair in told])
    pairs: dict[int, int] = {}
    for (place, _), key in zip(told, pair_hashes(seen.word_hash)[seen.first_word[:-1]].tolist(), strict=True):
        pairs[key] = pairs.get(key, 0) | 1 << place
    return Lexicon(tuple(rules), hash_table(words), hash_table(pairs))


def hash_table(entries: Mapping[int, int]) -> HashTable:
    """Return the table of hashes and what they stand for.

    >>> hash_table({5: 1}).look_up(np.array([5, 6], np.uint64)).tolist()
    [1, 0]
    """
    keys = np.array(sorted(entries), dtype=np.uint64)
    bits = max(8, len(keys).bit_length() + _ROOMY)
    shift = np.uint64(64 - bits)
    sizes = np.bincount((keys >> shift).astype(np.int64), minlength=1 << bits)
    depth = int(sizes.max())
    first = (np.cumsum(sizes) - sizes).astype(np.int32)
    values = np.array([entries[key] for key in keys.tolist()], dtype=np.int64)
    beyond = np.zeros(depth, np.int64)
    padded = np.concatenate((keys, beyond.astype(np.uint64)))
    return HashTable(padded, np.concatenate((values, beyond)), first, sizes > 0, shift, depth)
