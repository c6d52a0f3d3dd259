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
from cleaner.repair.words import DETERMINERS, FUNCTION_WORDS, PARTICLES, VERBS

_WORDS = re.compile(r"([^\W\d_]+)")
_ASCII_WORDS = re.compile(r"([A-Za-z]+)")
_FULL_STOP = re.compile(r"(?: ?[$£€]?\d[\d,.%]*|\))?[.?!][\"”’)\]]*\s+[“\"‘]?")
_CODE = re.compile(r"[{}\\=<>_$#%(;]|::")
_GAPS = {" ": " ", "-": "-", ", ": ",", "; ": ",", " & ": ",", "": "_"}
_MOST_FORMS = 1_000_000  # what a process remembers: about 200 MB

CAPITALS = "ABJTSFE"
NAMES = "ABJTS"
SMALL = "xukeihgfvwydcqo"
"""Signs of words with a capital, of those among them that may be part of a name, and of words in small letters."""


def cut(text: str) -> list[str]:
    """Return gaps and words by turns: every second part is a run of letters."""
    return (_ASCII_WORDS if text.isascii() else _WORDS).split(text)


def signs_of(parts: list[str]) -> str:
    """Return one sign for each part.

    >>> signs_of(cut("The envoy met Anna Berg, he said."))
    '_E d w T T,e v/'
    """
    return "".join(map(_signs().__getitem__, parts))


class _Signs(dict[str, str]):
    """The sign of every form that was met: it depends on the form alone."""

    def __missing__(self, part: str) -> str:
        if len(self) > _MOST_FORMS:
            self.clear()
        sign = self[part] = _word_sign(part) if _WORDS.fullmatch(part) else _gap_sign(part)
        return sign


@cache
def _signs() -> _Signs:
    return _Signs()


def _gap_sign(gap: str) -> str:
    if "\n" in gap:
        return "\n"
    return _GAPS.get(gap) or ("." if _FULL_STOP.fullmatch(gap) else "#" if _CODE.search(gap) else "/")


def _word_sign(word: str) -> str:
    size = len(word)
    if word.islower():
        return _small_sign(word)
    if not word[0].isupper():
        return "M" if size > 3 else "m"
    if word.lower() in FUNCTION_WORDS and (size == 1 or not word.isupper()):
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
