"""The English word list of hunspell (en_US) with British spellings: a form is looked up in a set.

It stands in `rules/english_words.txt`, which `bench/english_words.py` expands from stems and endings.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Words(NamedTuple):
    """The forms of the word list: those written with small letters only, and those that hold a capital.

    Of these the ones that hold more capitals come first.
    """

    lower: frozenset[str]
    capital: tuple[str, ...]


@cache
def english_words() -> Words:
    """Return the word list, read on the first call (about 0.02 s)."""
    _, lower, capital = files("cleaner.rules").joinpath("english_words.txt").read_text("utf-8").split("\n\n")
    return Words(frozenset(lower.split("\n")), tuple(capital.split()))


@cache
def capital_forms() -> dict[str, str]:
    """Return the forms that hold a capital, by what they are in small letters; of several the least capitalised."""
    return {form.lower(): form for form in english_words().capital}


def is_lower_word(word: str) -> bool:
    """Return whether `word`, in small letters, is an English dictionary word.

    >>> is_lower_word("may"), is_lower_word("oyelin"), is_lower_word("monday")
    (True, False, False)
    """
    return word in english_words().lower
