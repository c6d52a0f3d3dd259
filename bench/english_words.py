"""Expand hunspell's English word list: `cleaner/rules/english_words.txt`.

    python -m bench.english_words [--out FILE]

The list is en_US as the package `spylls` ships it.  Its affix file is small: prefixes and suffixes with a condition on
the end of the stem, at most one of each on a stem (hunspell(5), sections PFX and SFX).  A short reader does.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple


class _Suffix(NamedTuple):
    strip: str
    add: str
    condition: re.Pattern[str]


class _Affixes(NamedTuple):
    prefixes: dict[str, str]
    suffixes: dict[str, tuple[_Suffix, ...]]


HEAD = """\
# Every form of hunspell's English word list, en_US as spylls 0.1.7 ships it, with British spellings added.
# Made by bench/english_words.py from en_US.dic (49,568 entries; SHA-256 f0b1a234bd178bdd) and en_US.aff
# (99e31aec1b48984d).
# The list is SCOWL's, Copyright by Kevin Atkinson; its terms stand in LICENSE.SCOWL.
# First the forms written with small letters alone, then those that hold a capital.
"""


def expanded() -> str:
    """Return where the list comes from, the forms written with small letters alone, and those that hold a capital.

    Empty lines part the three.  Forms stand one a line, in order; of those with capitals the ones with more come first.
    """
    folder = files("spylls.hunspell").joinpath("data", "en")
    affixes = _read_affixes(folder.joinpath("en_US.aff").read_text("utf-8").splitlines())
    entries = folder.joinpath("en_US.dic").read_text("utf-8").splitlines()[1:]
    forms = _expand(entries, affixes)
    lower = {form for form in forms if form.islower()}
    capital = sorted(forms - lower, key=lambda form: (sum(map(str.isupper, form)), form), reverse=True)
    return "\n".join([HEAD, *sorted(lower.union(_british(lower))), "", *capital, ""])


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("cleaner/rules/english_words.txt"))
    parser.parse_args().out.write_text(expanded(), "utf-8")


if __name__ == "__main__":
    main()
