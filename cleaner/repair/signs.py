"""Text written as signs, one for each word and one for each gap: what stands where is then a regular expression.

`The envoy met Anna Berg, he said.` is cut into the parts `"", "The", " ", "envoy", " ", "met"` and so on, and written
`_E d w T T,e v/`.  A process looks at every form of word and gap once.

Words (a short word has up to three letters):

| signs | what the word is |
|---|---|
| `A` `B` `J` | all capitals: long, short, one letter |
| `T` `S` | begins with a capital: long, short |
| `F` `E` | a function word that begins with a capital: long, short |
| `M` `m` | any other mixture, or a script without case: long, short |
| `x` `u` | small and in question (no dictionary word, or one that it also holds with capitals): long, short |
| `k` `e` | a function word in question (`will`, `us`): long, short |
| `i` `h` | a determiner: long, short |
| `g` `f` | another function word or a particle: long, short |
| `v` `w` | a verb that often follows a name: long, short |
| `y` `d` `c` | another word: long and ending as a verb form does, long, of three letters |
| `q` `o` | another word of two letters, of one |

Gaps: a blank, `-`, `,` (also `;` and `&`: the sentence goes on), `.` (a sentence ends), `_` (nothing), a line break,
`#` (what code is made of), `/` (the rest).
"""

from __future__ import annotations

import re
from functools import cache

from cleaner.repair.dictionary import english_words
from cleaner.repair.words import DETERMINERS, FUNCTION_WORDS, MONTHS_AND_VERBS, PARTICLES, VERBS

_WORD = re.compile(r"[^\W\d_]")
_FULL_STOP = re.compile(r"(?: ?[$£€]?\d[\d,.%]*|[)\"”])?[.?!][\"”’)\]]*\s+[“\"‘]?")
_CODE = re.compile(r"[{}\\=<>_$#%(;]|::")
_PART_OF_CODE = re.compile(r"[{}\\=_]|\(\)|::|;\s*\n|->|</|(?:^|\w)\(|\$$|\n\s*[#$>%] ")
_GAPS = {" ": " ", "-": "-", ", ": ",", "; ": ",", " & ": ",", "": "_"}

CAPITALS = "ABJTSFE"
NAMES = "ABJTS"
SMALL = "xukeihgfvwydcqo"
"""Signs of words with a capital, of those among them that may be part of a name, and of words in small letters."""


SIGN = 127
"""The bits of traits that are the sign."""
TIES, STOPS, GLUED, CODE = (1 << bit for bit in range(8, 12))
"""Traits of gaps: it ties the word after it to an address, number or handle; that word belongs to what a full stop or
an apostrophe ends; it ties the word before it so; it may be part of code."""
KNOWN, MONTH, FUNCTION, PARTICLE, ODD = (1 << bit for bit in range(12, 17))
"""Traits of words: in small letters it is a dictionary word; a month and verb; a function word; a particle or short;
a longer dictionary word with one capital that it does not need."""
BREAKS = 17
"""From this bit on a trait counts the line breaks of a gap; the seven lowest bits are the sign."""

_TIES = frozenset("@#/\\_&+=~^*")
_GLUES = frozenset("@/\\_+=~^*")
_APOSTROPHES = frozenset("’'`ʼ")


def is_letter(character: str) -> bool:
    """Return whether a character is part of words."""
    return _WORD.match(character) is not None


def traits_of(form: str) -> int:
    """Return what is known of a form: its sign in the lowest seven bits, and traits.

    >>> "".join(chr(traits_of(form) & SIGN) for form in ["The", " ", "envoy", ", "])
    'E d,'
    """
    return _word_traits(form) if _WORD.match(form) else _gap_traits(form)


def _word_traits(word: str) -> int:
    small = word.lower()
    traits = ord(_word_sign(word, small)) | KNOWN * (small in english_words().lower)
    if small != word:
        odd = traits & KNOWN and len(word) > 3 and word == small.capitalize() and small not in contested()
        return traits | PARTICLE * (len(word) < 2) | ODD * bool(odd)
    function, particle = word in FUNCTION_WORDS, word in PARTICLES or len(word) < 2
    return traits | FUNCTION * function | PARTICLE * particle | MONTH * (word in MONTHS_AND_VERBS)


def _gap_traits(gap: str) -> int:
    sign = _gap_sign(gap)
    return (
        ord(sign)
        | TIES * ties_next(gap)
        | STOPS * (sign != "\n" and stops_next(gap))
        | GLUED * ties_last(gap)
        | CODE * (_PART_OF_CODE.search(gap) is not None)
        | gap.count("\n") << BREAKS
    )


def ties_next(gap: str) -> bool:
    """True where a gap ties the word after it to an address, a number or a handle."""
    return gap[-1:] in _TIES or gap[-1:].isdigit()


def stops_next(gap: str) -> bool:
    """True where the word after a gap belongs to what a full stop or an apostrophe ends."""
    return gap[-1:] == "." or gap in _APOSTROPHES


def ties_last(gap: str) -> bool:
    """True where a gap ties the word before it to an address, a number or an abbreviation."""
    return gap[:1] in _GLUES or gap[:1].isdigit() or gap in {".", ":", "#"} or gap[:3] == "://"


def _gap_sign(gap: str) -> str:
    if "\n" in gap:
        return "\n"
    return _GAPS.get(gap) or ("." if _FULL_STOP.fullmatch(gap) else "#" if _CODE.search(gap) else "/")


def _word_sign(word: str, small: str) -> str:
    size = len(word)
    if small == word and word.islower():
        return _small_sign(word)
    if not word[0].isupper():
        return "M" if size > 3 else "m"
    if small in FUNCTION_WORDS and (size == 1 or not word.isupper()):
        return "F" if size > 3 else "E"
    if word.isupper():
        return "A" if size > 3 else "B" if size > 1 else "J"
    return "T" if size > 3 else "S"


def _small_sign(word: str) -> str:
    long = len(word) > 3
    if word in DETERMINERS:
        signs = "ih"
    elif word in FUNCTION_WORDS:
        signs = "ke" if word in contested() else "gf"
    elif word in PARTICLES:
        signs = "gf"
    elif len(word) > 1 and (word not in english_words().lower or word in contested()):
        signs = "xu"
    elif word in VERBS:
        signs = "vw"
    elif long:
        signs = "y" if word.endswith(("ed", "ing")) else "d"
    else:
        return "oqc"[len(word) - 1]
    return signs[0 if long else 1]


@cache
def contested() -> frozenset[str]:
    """Return the dictionary words that the dictionary also holds with capitals: `may` and `May`, `us` and `US`."""
    words = english_words()
    return frozenset(small for small in (w.lower() for w in words.capital) if small in words.lower)
