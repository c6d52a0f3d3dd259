"""Words that comparison keys take for one: units, spellings, transliterations (`rules/reuse/equivalents.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from cleaner.reuse.arrays import Codes, Flags, Ints
from cleaner.reuse.hashing import word_hash

_FILTER_BITS = 16


@dataclass(frozen=True, slots=True)
class HashMap:
    """Hashes to replace, sorted, and what by; the filter says by the low bits whether a look-up can succeed."""

    keys: Codes
    values: Codes
    filter: Flags

    def replace(self, hashes: Codes) -> None:
        """Replace in place."""
        maybe = np.flatnonzero(self.filter[hashes & np.uint32((1 << _FILTER_BITS) - 1)])
        place = np.minimum(np.searchsorted(self.keys, hashes[maybe]), len(self.keys) - 1)
        hit = self.keys[place] == hashes[maybe]
        hashes[maybe[hit]] = self.values[place[hit]]


@dataclass(frozen=True, slots=True)
class Equivalents:
    """Foldings of word hashes: always, and only after a number."""

    anywhere: HashMap
    after_numbers: HashMap

    def fold(self, hashes: Codes) -> None:
        """Fold in place what is the same anywhere."""
        self.anywhere.replace(hashes)

    def fold_units(self, hashes: Codes) -> None:
        """Fold in place words that follow a number."""
        self.after_numbers.replace(hashes)


@cache
def equivalents() -> Equivalents:
    """Return the foldings of `equivalents.toml`."""
    tables = tomllib.loads(files("cleaner").joinpath("rules", "reuse", "equivalents.toml").read_text("utf-8"))
    units = tables.pop("units_after_numbers")["words"]
    anywhere = {word: to for table in tables.values() for word, to in table["words"].items()}
    return Equivalents(_hash_map(anywhere), _hash_map(units))


def _hash_map(words: dict[str, str]) -> HashMap:
    pairs = sorted((word_hash(word), word_hash(to)) for word, to in words.items())
    keys, values = (np.array(column, np.uint32) for column in zip(*pairs, strict=True))
    keep = np.zeros(1 << _FILTER_BITS, bool)
    keep[keys & np.uint32((1 << _FILTER_BITS) - 1)] = True
    return HashMap(keys, values, keep)


def fold_words(
    hashes: Codes,
    numbers: Flags,
    paragraph: Ints,
    ends: Ints,
    same: Equivalents,
) -> Flags | None:
    """Replace hashes in place; return which words stay, or None for all (`per cent` becomes one word)."""
    same.fold(hashes)
    if len(hashes) < 2:
        return None
    after_number = np.flatnonzero(numbers[:-1] & (paragraph[1:] == paragraph[:-1])) + 1
    unit = hashes[after_number]
    same.fold_units(unit)
    hashes[after_number] = unit
    second = np.flatnonzero(
        (hashes[1:] == word_hash("cent")) & (hashes[:-1] == word_hash("per")) & (paragraph[1:] == paragraph[:-1])
    )
    if not len(second):
        return None
    hashes[second] = word_hash("percent")
    ends[second] = ends[second + 1]
    keep = np.ones(len(hashes), bool)
    keep[second + 1] = False
    return keep
