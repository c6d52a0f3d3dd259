"""The English word list of hunspell (en_US, as the package `spylls` ships it), expanded once in each process.

The affix file of that list is small: prefixes and suffixes with a condition on the end of the stem, at most one of
each on a stem (hunspell(5), sections PFX and SFX).  So a reader of forty lines does, and look-ups are set look-ups.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Words(NamedTuple):
    """The forms of the word list: those written with small letters only, and those that hold a capital."""

    lower: frozenset[str]
    capital: frozenset[str]


class _Suffix(NamedTuple):
    strip: str
    add: str
    condition: re.Pattern[str]


class _Affixes(NamedTuple):
    prefixes: dict[str, str]
    suffixes: dict[str, tuple[_Suffix, ...]]


@cache
def english_words() -> Words:
    """Return the word list, read on the first call (about 0.2 s)."""
    folder = files("spylls.hunspell").joinpath("data", "en")
    affixes = _read_affixes(folder.joinpath("en_US.aff").read_text("utf-8").splitlines())
    entries = folder.joinpath("en_US.dic").read_text("utf-8").splitlines()[1:]
    forms = _expand(entries, affixes)
    lower = {form for form in forms if form.islower()}
    return Words(frozenset(lower.union(_british(lower))), forms - lower)


# British spellings of American endings; what no word is does no harm in a list that only tells common words.
_BRITISH = (
    (re.compile(r"(?<=[a-z]{2}[bdilmnrtv])or(?=s?$|ed$|ing$|ful|able|ite|less|er)"), "our"),
    (re.compile(r"(?<=[a-z]{3})z(?=e$|ed$|es$|er|ing$|ation)"), "s"),
    (re.compile(r"(?<=[a-z]{2}[bt])er(?=s?$)"), "re"),
    (re.compile(r"(?<=[a-z]{2}en)s(?=es?$)"), "c"),
    (re.compile(r"(?<=[a-z]{2}[aeiou]l)(?=ed$|ing$|[eo]rs?$)"), "l"),
    (re.compile(r"(?<=gram)(?=s?$)"), "me"),
    (re.compile(r"(?<=judg)(?=ment)"), "e"),
)
_AMERICAN = re.compile(r"or|[iy]z|ers?$|nses?$|l(?:ed|ing|ors?)$|grams?$|judgm")


def _british(forms: Iterable[str]) -> Iterator[str]:
    """Yield `harbour`, `organise`, `centre`, `defence`, `travelled`, `programme` for what the list holds."""
    for form in filter(_AMERICAN.search, forms):
        for ending, spelling in _BRITISH:
            changed = ending.sub(spelling, form)
            if changed != form:
                yield changed


@cache
def capital_forms() -> dict[str, str]:
    """Return the forms that hold a capital, by what they are in small letters; of several the least capitalised."""
    forms = sorted(english_words().capital, key=lambda form: (sum(map(str.isupper, form)), form), reverse=True)
    return {form.lower(): form for form in forms}


def is_lower_word(word: str) -> bool:
    """Return whether `word`, in small letters, is an English dictionary word.

    >>> is_lower_word("may"), is_lower_word("oyelin"), is_lower_word("monday")
    (True, False, False)
    """
    return word in english_words().lower


def _read_affixes(lines: Iterable[str]) -> _Affixes:
    prefixes: dict[str, str] = {}
    suffixes: dict[str, list[_Suffix]] = defaultdict(list)
    for line in lines:
        fields = line.split()
        if len(fields) < 5:  # the head of a class, or another directive
            continue
        kind, flag, strip, add, condition = fields[:5]
        if kind == "PFX":
            prefixes[flag] = add
        elif kind == "SFX":
            suffixes[flag].append(_Suffix(strip.replace("0", ""), add, re.compile(condition + "$")))
    return _Affixes(prefixes, {flag: tuple(rules) for flag, rules in suffixes.items()})


def _expand(entries: Iterable[str], affixes: _Affixes) -> frozenset[str]:
    """Return every form without its apostrophe forms; endings are worked out once for each pair of flags and ending."""
    known: dict[tuple[str, str], list[tuple[int | None, str]]] = {}
    forms: set[str] = set()
    for entry in entries:
        stem, _, flags = entry.partition("/")
        if not flags:
            forms.add(stem)
            continue
        ending = stem[-3:]
        tails = known.get((flags, ending))
        if tails is None:
            tails = known[flags, ending] = list(_tails(ending, flags, affixes.suffixes))
        grown = [stem, *[stem[:cut] + add for cut, add in tails]]
        forms.update(grown)
        for flag in affixes.prefixes.keys() & set(flags):
            prefix = affixes.prefixes[flag]
            forms.update([prefix + form for form in grown])
    return frozenset(forms)


def _tails(ending: str, flags: str, suffixes: dict[str, tuple[_Suffix, ...]]) -> Iterator[tuple[int | None, str]]:
    for flag in flags:
        for suffix in suffixes.get(flag, ()):
            if suffix.add[0] != "'" and suffix.condition.search(ending):
                yield (-len(suffix.strip) if suffix.strip else None), suffix.add
