"""Which lines a phrase rule could hit at all, told from the hashes of their words; only those are searched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import repeat
from operator import contains
from typing import NamedTuple

import numpy as np

from cleaner.chrome.lexicon import HashTable, hash_table, pair_hashes
from cleaner.chrome.phrases import LONGEST, LONGEST_CHARS, Beginnings, PhraseRule, load_phrases
from cleaner.chrome.text_scan import Flags, Hashes, Ints, Scan, scan

_JOINING = "'’.,_"


class _Starts(NamedTuple):
    """Words that may begin a phrase whatever follows, and pairs of words."""

    words: HashTable
    pairs: HashTable

    def among(self, words: Hashes, pairs: Hashes) -> Flags:
        flags: Flags = (self.words.look_up(words) > 0) | (self.pairs.look_up(pairs) > 0)
        return flags


class PhraseFilter(NamedTuple):
    """How phrases begin: at the start of a line, anywhere in it, behind names, with signs that are no words."""

    opening: _Starts
    anywhere: _Starts
    behind_names: HashTable
    behind_numbers: HashTable
    signs: tuple[str, ...]

    def may_hit(self, texts: Sequence[str], seen: Scan) -> Flags:
        """Tell of each line whether a rule may hit it: no line that one hits is left out, most others are.

        A word of a phrase is taken as `scan` takes it, in parts if need be, so that the hashes can be compared.
        """
        tokens = np.diff(seen.first_word)
        found = np.zeros(len(texts), np.bool_)
        for sign in self.signs:
            found |= np.fromiter(map(contains, texts, repeat(sign)), np.bool_, len(texts))
        if len(seen.word_hash):
            words, ends = seen.word_hash, seen.first_word[1:]
            pairs = np.append(pair_hashes(words), np.uint64(0))
            first = np.minimum(seen.first_word[:-1], len(pairs) - 1)
            # A number begins a phrase with words behind it, or one of numbers alone.
            counted = _marked(self.behind_numbers.look_up(words) > 0, ends)
            counted |= seen.word_digit[np.minimum(first + 1, len(pairs) - 1)]
            opens = self.opening.among(words[first], pairs[first]) | (seen.word_digit[first] & counted)
            within = self.anywhere.among(words, pairs) | (self.behind_names.look_up(words) > 0)
            found |= ((tokens > 0) & opens) | _marked(within, ends)
        flags: Flags = found & (seen.chars <= LONGEST_CHARS)
        # What stands between the parts of a number or of a shortened word may make them one word of a rule.
        spare = tokens - seen.counts["cjk"] - LONGEST
        for i in np.flatnonzero(flags & (spare > 0)).tolist():
            flags[i] = sum(map(texts[i].count, _JOINING)) >= spare[i]
        return flags


def _marked(words: Flags, ends: Ints) -> Flags:
    """Tell of each line whether one of its words is marked; `ends` are the ends of the lines among the words."""
    flags = np.zeros(len(ends), np.bool_)
    flags[np.searchsorted(ends, np.flatnonzero(words), side="right")] = True
    return flags


@cache
def load_filter() -> PhraseFilter:
    """Return the filter of the rules that ship with the package.

    >>> lines = ["Post a Comment", "He had no comment on the matter."]
    >>> load_filter().may_hit(lines, scan(lines)).tolist()
    [True, False]
    """
    opening, anywhere = load_phrases().beginnings()
    firsts = {text.split()[0] for start in (opening, anywhere) for text in (*start.words, *start.pairs)}
    begun = sorted(firsts | opening.behind_numbers)
    signs = [word for word, count in zip(begun, np.diff(scan(begun).first_word).tolist(), strict=True) if not count]
    behind_names, behind_numbers = _table(opening.behind_names, 1), _table(opening.behind_numbers, 1)
    return PhraseFilter(_starts(opening), _starts(anywhere), behind_names, behind_numbers, tuple(signs))


@lru_cache(maxsize=1 << 15)  # furniture says the same on one page after the other
def rules_in(text: str) -> tuple[PhraseRule, ...]:
    """Return the rules that ship with the package and hit a line or block, in the order of their ids."""
    return tuple(load_phrases().rules_in(text))


def _starts(beginnings: Beginnings) -> _Starts:
    return _Starts(_table(beginnings.words, 1), _table(beginnings.pairs, 2))


def _table(texts: Iterable[str], words: int) -> HashTable:
    """Return the table of the first word, or the first two words, of each text; texts with fewer are left out."""
    seen = scan([*sorted(texts), " "])
    first = seen.first_word[:-1][np.diff(seen.first_word) >= words]
    hashes = seen.word_hash if words == 1 else pair_hashes(seen.word_hash)
    return hash_table(dict.fromkeys(hashes[first].tolist(), 1))
