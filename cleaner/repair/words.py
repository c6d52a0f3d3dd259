"""Closed lists of English words that the repairs must know by name; they stand in `rules/repair_words.toml`."""

from __future__ import annotations

import tomllib
from importlib.resources import files

_LISTS: dict[str, str] = tomllib.loads(files("cleaner.rules").joinpath("repair_words.toml").read_text("utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_LISTS[name].split())


ABBREVIATIONS = _words("abbreviations")
"""Words that end in a full stop which ends no sentence, folded, without the stop."""

NAME_TITLES = _words("name_titles")
"""Abbreviations that stand before a name."""

DEGREES = _words("degrees")
"""What follows `B.` or `M.` in the name of a degree."""

ADDRESS_ENDINGS = _words("address_endings")
"""Ends of host names and file names, as they stand after a dot."""

SENTENCE_OPENERS = _words("sentence_openers")
"""Words that often begin a sentence and hardly ever end the name of a host, a class or a company."""

FUNCTION_WORDS = _words("function_words")
"""Words that say nothing about a name beside them."""

PARTICLES = _words("particles")
"""Words that stay small inside names and titles."""

DETERMINERS = _words("determiners")
"""Words that stand before a noun."""

AUXILIARIES = _words("auxiliaries")
"""What stands before a verb: the word after one of these is hardly a name."""

CONVENTIONALLY_SMALL = _words("conventionally_small")
"""Names that good dictionaries also write small in fixed phrases: `french fries`, `venetian blinds`."""

ALWAYS_CAPITAL = _words("always_capital")
"""Days, months, countries, peoples, cities: written with a capital wherever they stand."""

MONTHS_AND_VERBS = _words("months_and_verbs")
"""Months that are verbs as well."""

VERBS = _words("verbs")
"""Verbs that often follow a name."""

SPEECH = _words("speech")
"""Words that tell who spoke, after a quotation."""

NO_OPENERS = _words("no_openers")
"""Words with which a line goes on rather than begins."""

CLAUSE_OPENERS = _words("clause_openers")
"""Words that begin a new clause of their own after a full stop, a question or a call."""
