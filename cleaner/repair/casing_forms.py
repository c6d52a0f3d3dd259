"""What the form of a word adds to the log odds of a change, its own or a neighbour's: worked out once a process.

The parts are those of `casing_parts` and `casing_lowering`; a test holds the sums to theirs.
"""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from cleaner.repair.casing_weights import casing_weights
from cleaner.repair.dictionary import capital_forms, is_lower_word
from cleaner.repair.usual_case import usual_case
from cleaner.repair.words import ALWAYS_CAPITAL, AUXILIARIES, DETERMINERS, FUNCTION_WORDS, SENTENCE_OPENERS

CERTAIN = 30.0
"""The log odds of what needs no weighing."""

_ARTICLES = frozenset(("a", "an"))
_BEFORE_SMALL = (
    ("after_function_word", FUNCTION_WORDS),
    ("after_determiner", DETERMINERS),
    ("after_article", _ARTICLES),
    ("after_auxiliary", AUXILIARIES),
)
_AFTER_SMALL = (("before_function_word", FUNCTION_WORDS),)
_BEFORE_ODD = (
    ("after_determiner", DETERMINERS),
    ("after_the", frozenset(("the",))),
    ("after_function_word", FUNCTION_WORDS),
    ("after_auxiliary", AUXILIARIES),
)
_ENDINGS_BEFORE_ODD = ("ed", "ly", "ing", "al", "ous", "ive")
_ENDINGS = ("ly", "ing", "ed", "s")


def _listed(direction: str, word: str, parts: tuple[tuple[str, Collection[str]], ...]) -> float:
    weights = casing_weights()[direction].alone
    return sum(weights[part] for part, words in parts if word in words)


@cache
def small_word(word: str) -> float:
    """Return what a small word adds to the log odds of its capital."""
    if word in ALWAYS_CAPITAL:
        return CERTAIN
    weights, form = casing_weights()["raise"].alone, capital_forms().get(word, "")
    known = is_lower_word(word)
    total = weights["bias"] + weights["length"] * min(len(word), 8) + weights["short"] * (len(word) < 4)
    total += weights["function_word"] * (word in FUNCTION_WORDS)
    if form:
        of_form = "in_dictionary" if form[1:].islower() else "acronym_in_dictionary"
        total += weights[f"{'word' if known else 'name'}_{of_form}"]
    if known:
        usual = weights["word_usual"] * usual_case().get(word, 0.0)
        return total + weights["word"] + usual + weights["word_seldom"] * (word not in usual_case())
    return total + weights["name_unchallenged"] * form[1:].islower()


@cache
def before_small(word: str) -> float:
    """Return what the word before a small one adds."""
    return _listed("raise", word.lower(), _BEFORE_SMALL)


@cache
def after_small(word: str) -> float:
    """Return what the word after a small one adds."""
    return _listed("raise", word.lower(), _AFTER_SMALL)


@cache
def odd_word(word: str) -> float:
    """Return what a capitalised word adds to the log odds of small letters."""
    weights, small = casing_weights()["lower"].alone, word.lower()
    total = weights["bias"] + weights["usual"] * usual_case().get(small, 0.0)
    total += weights["seldom"] * (small not in usual_case()) + weights["function_word"] * (small in FUNCTION_WORDS)
    total += sum(weights[f"ending_{end}"] for end in _ENDINGS if small.endswith(end))
    return total + weights["length"] * min(len(small), 10)


@cache
def before_odd(word: str) -> float:
    """Return what the word before a capitalised one adds."""
    weight = casing_weights()["lower"].alone["after_adjective_or_verb"]
    return _listed("lower", word, _BEFORE_ODD) + weight * word.endswith(_ENDINGS_BEFORE_ODD)


@cache
def after_odd(word: str) -> float:
    """Return what the word after a capitalised one adds."""
    weights = casing_weights()["lower"].alone
    return weights["before_word"] + weights["before_function_word"] * (word in FUNCTION_WORDS)


def is_opener(word: str) -> bool:
    """Return whether a word often begins a sentence."""
    return word.lower() in SENTENCE_OPENERS


def is_function_word(word: str) -> bool:
    """Return whether a word, as it is written, is a function word."""
    return word in FUNCTION_WORDS


def is_article(word: str) -> bool:
    """Return whether a word is the indefinite article."""
    return word.lower() in _ARTICLES


def is_name(word: str) -> bool:
    """Return whether the dictionary holds a small word with capitals."""
    return len(word) > 2 and word in capital_forms()


def is_first_name(word: str) -> bool:
    """Return whether the dictionary holds a word with capitals alone."""
    return word.lower() in capital_forms() and not is_lower_word(word.lower())


def is_acronym(word: str) -> bool:
    """Return whether the dictionary holds a small word in capitals throughout."""
    return capital_forms().get(word, "").isupper()
