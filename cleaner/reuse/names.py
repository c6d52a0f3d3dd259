"""Classes of words: number, name, common or other.  A substituted number or name makes another statement of a text.

A name is a word that the corpus mostly capitalises inside sentences, or that stands capitalised there here.  Rows cased
through and through (headlines in title case, shouting, all lower-case) do not testify.  Common words are what frames
are made of ("What to look for in a …"); the class is given in short paragraphs, which may share nothing else.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from cleaner.reuse.arrays import Codes, Flags, Ints, Marks
from cleaner.reuse.words import ADDRESS, CAPITAL, NUMBER, SINGLE_CHAR, STARTS_SENTENCE, Words, counted

OTHER_WORD, NUMBER_WORD, NAME_WORD, COMMON_WORD = range(4)
NAME_PERCENT = 70
"""Share of mid-sentence occurrences that must be capitalised."""
COMMON_TIMES, COMMON_PER_TEN_THOUSAND = 400, 3
"""A common word was seen so often (a story told again and again makes its own words no commoner), and so densely."""
SHORT_WORDS = 12
MOSTLY_SMALL_PERCENT, SOME_SMALL_PERCENT = 45, 70
"""Paragraphs with fewer capitals testify for the corpus, those with fewer than the second share for themselves."""
_TABLE_BITS, _MOST_TABLE_BITS = 16, 22
_SEVERAL = np.uint32(1)
"""Stands in a table for chosen hashes that share a place; it is no hash of a word."""


class Vocabulary(NamedTuple):
    """What the corpus says of words: sorted hashes of names, and of common words."""

    names: Codes
    common: Codes


class Casing(NamedTuple):
    """How often each word was seen inside sentences, and how often capitalised there."""

    words: Codes
    seen: Ints
    capital: Ints

    def vocabulary(self) -> Vocabulary:
        """Return the words that are names or common by this evidence."""
        name = (self.capital * 100 >= NAME_PERCENT * self.seen) & (self.capital > 0)
        common = (self.seen >= COMMON_TIMES) & (self.seen * 10_000 >= COMMON_PER_TEN_THOUSAND * self.seen.sum())
        return Vocabulary(self.words[name], self.words[common & ~name])


_NOTHING = Casing(np.zeros(0, np.uint32), np.zeros(0, np.int64), np.zeros(0, np.int64))


def casing_of(words: Words) -> Casing:
    """Return the casing evidence of these paragraphs; evidence of parts adds up to that of the whole."""
    testify = _testify(words, soundly_cased(words))
    capital = testify & ((words.marks & CAPITAL) != 0)
    vocabulary, seen = _tally(words.hashes, testify)
    with_capital, times = _tally(words.hashes, capital)
    counts = np.zeros(len(vocabulary), np.int64)
    counts[np.searchsorted(vocabulary, with_capital)] = times
    return Casing(vocabulary, seen, counts)


def casing_together(parts: list[Casing]) -> Casing:
    """Return the casing evidence of the whole, from that of its parts."""
    every = [np.concatenate(columns) for columns in zip(_NOTHING, *parts, strict=True)]
    words, place = np.unique(every[0], return_inverse=True)
    seen, capital = (np.bincount(place, weights=column, minlength=len(words)).astype(np.int64) for column in every[1:])
    return Casing(words, seen, capital)


def _tally(hashes: Codes, chosen: Flags) -> tuple[Codes, Ints]:
    """Return the distinct hashes among the chosen, sorted, and how often each stands there."""
    step = 1 << 21
    parts = [_distinct(hashes[at : at + step][chosen[at : at + step]]) for at in range(0, max(1, len(hashes)), step)]
    every = np.concatenate([part[0] for part in parts])
    order = np.argsort(every, kind="stable")
    first = np.flatnonzero(np.diff(every[order].astype(np.int64), prepend=-1))
    counts = np.concatenate([part[1] for part in parts])[order]
    return every[order][first], np.add.reduceat(counts, first) if len(first) else counts


def _distinct(hashes: Codes) -> tuple[Codes, Ints]:
    hashes.sort()
    first = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1])[: len(hashes)])
    return hashes[first], np.diff(np.append(first, len(hashes)))


def soundly_cased(words: Words, most_percent: int = MOSTLY_SMALL_PERCENT) -> Flags:
    """Tell which paragraphs have some capitals, but no more than that share of their words."""
    capital = counted((words.marks & CAPITAL) != 0, words.offsets)
    letters = counted((words.marks & (NUMBER | SINGLE_CHAR)) == 0, words.offsets)
    return (capital * 100 > letters) & (capital * 100 < most_percent * letters)


def _testify(words: Words, sound: Flags) -> Flags:
    """Tell which words of soundly cased paragraphs say by their casing what they are."""
    found: Flags = np.repeat(sound, words.counts)
    found &= (words.marks & (NUMBER | SINGLE_CHAR | STARTS_SENTENCE)) == 0
    return found


def classes_of(words: Words, vocabulary: Vocabulary) -> Marks:
    """Return the class of every word."""
    name = _testify(words, soundly_cased(words, SOME_SMALL_PERCENT)) & ((words.marks & CAPITAL) != 0)
    name |= _member(words.hashes, vocabulary.names) | ((words.marks & ADDRESS) != 0)
    classes = np.where(name, np.uint8(NAME_WORD), np.uint8(OTHER_WORD))
    short = np.flatnonzero(np.repeat(words.counts < SHORT_WORDS, words.counts))
    classes[short[_member(words.hashes[short], vocabulary.common)]] = COMMON_WORD
    classes[(words.marks & NUMBER) != 0] = NUMBER_WORD
    return classes


def holding(words: Words, chosen: Codes) -> Flags:
    """Tell which paragraphs hold a word of the sorted chosen ones."""
    found = np.zeros(len(words.counts), np.bool_)
    found[np.searchsorted(words.offsets, np.flatnonzero(_member(words.hashes, chosen)), "right") - 1] = True
    return found


def _member(hashes: Codes, chosen: Codes) -> Flags:
    """Tell which hashes are among the sorted chosen ones: most stand alone in a table by their low bits."""
    low = np.uint32((1 << min(max(_TABLE_BITS, len(chosen).bit_length() + 3), _MOST_TABLE_BITS)) - 1)
    table = np.zeros(low + 1, np.uint32)
    table[chosen & low] = chosen
    clashing = chosen[table[chosen & low] != chosen]
    table[clashing & low] = _SEVERAL
    stands = table[hashes & low]
    found: Flags = stands == hashes
    maybe = np.flatnonzero(stands == _SEVERAL) if len(clashing) else np.zeros(0, np.int64)
    found[maybe] = chosen.take(np.searchsorted(chosen, hashes[maybe]), mode="clip") == hashes[maybe]
    return found
