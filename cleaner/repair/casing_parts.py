"""The evidence on one word, gathered and named: the parts that the weights are for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from math import log, log1p
from typing import NamedTuple

from cleaner.repair.casing_document import Candidate, CasingDocument, Counts, stands_apart
from cleaner.repair.casing_records import Answer
from cleaner.repair.casing_weights import Parts
from cleaner.repair.dictionary import capital_forms, english_words
from cleaner.repair.running_text import Text
from cleaner.repair.signs import CAPITALS, NAMES, SMALL
from cleaner.repair.usual_case import usual_case
from cleaner.repair.words import ALWAYS_CAPITAL, AUXILIARIES, CONVENTIONALLY_SMALL, DETERMINERS, FUNCTION_WORDS


class Others(NamedTuple):
    """How other documents write one key: numbers of documents."""

    capital: int = 0
    small: int = 0
    outlets: int = 0  # that write it with a capital
    here_capital: int = 0
    here_small: int = 0
    surfaces: tuple[Answer, ...] = ()


NOBODY = Others()


class Heard(dict[str, Others]):
    """How others write keys; whoever is asked for another key has heard of nobody."""

    @cached_property
    def capitalised(self) -> frozenset[str]:
        """The keys that somebody writes with a capital."""
        return frozenset(key for key, told in self.items() if told.capital)

    def __missing__(self, key: str) -> Others:
        """Return `NOBODY`."""
        return NOBODY

    def cited(self, key: str) -> Others:
        """Return how others write a key, with what need not be known to weigh it: outlets and examples."""
        return self[key]


def by_key(answers: Iterable[Answer]) -> Heard:
    """Return the answers summed for each key."""
    rows: dict[str, list[Answer]] = {}
    for answer in answers:
        rows.setdefault(answer.key, []).append(answer)
    return Heard((key, summed(found)) for key, found in rows.items())


def summed(answers: list[Answer]) -> Others:
    """Return the answers about one key, summed."""
    capital = [a for a in answers if a.capital]
    small = [a for a in answers if not a.capital]
    return Others(
        sum(a.documents for a in capital),
        sum(a.documents for a in small),
        sum(a.outlets for a in capital),
        sum(a.here for a in capital),
        sum(a.here for a in small),
        tuple(capital),
    )


class Evidence(NamedTuple):
    """What is known of one candidate."""

    own_capital: int
    own_small: int  # without the candidate itself
    others: Others
    own_apart: int  # with a capital where it is no part of a longer name
    left: tuple[int, int, Others]  # the document's own count with a capital, in small letters; the others
    right: tuple[int, int, Others]


def gather(document: CasingDocument, candidate: Candidate, others: Heard) -> Evidence | None:
    """Return the evidence on a candidate, or None where nothing at all speaks for a capital."""
    counts, word = document.counts, candidate.word
    own = sum(counts.capital[word].values()) if word in counts.capital else 0
    itself = int(document.text.signs[candidate.at - 1] in " ,-")
    small = max(0, counts.small[word] - itself)
    left, right = (_side(counts, key, itself) for key in (candidate.left_key, candidate.right_key))
    if word in CONVENTIONALLY_SMALL or word in english_words().lower:
        spoken = _is_common_name(document.text, candidate, own, small, (left, right), others)
    else:
        spoken = own > 0 or (len(word) > 2 and (word in capital_forms() or others[word].capital > 0))
        named = spoken or (small == 0 and follows_first_name(document.text, candidate.at))
        spoken = spoken or (named and others[word].small == 0)
    if not spoken:
        return None
    heard = [(side.capital, side.small, others[side.key] if side.key else NOBODY) for side in (left, right)]
    return Evidence(own, small, others[word], document.apart[word], *heard)


class _Side(NamedTuple):
    """How a document writes a word beside one neighbour, without the candidate itself."""

    key: str
    capital: int
    small: int


def _side(counts: Counts, key: str, itself: int) -> _Side:
    if not key:
        return _Side("", 0, 0)
    return _Side(key, counts.pair_capital.get(key, 0), max(0, counts.pair_small.get(key, 0) - itself))


def _is_common_name(
    text: Text, candidate: Candidate, own: int, small: int, sides: tuple[_Side, _Side], others: Heard
) -> bool:
    """Return whether something speaks for a capital of a common word: its document, or its neighbours."""
    known = candidate.word in english_words().lower
    if known and not own and (_is_of_a_kind(text, candidate.at) or _is_half(text, candidate.at)):
        return False
    if candidate.word in CONVENTIONALLY_SMALL:
        return any(_is_usual(side, others) for side in sides)
    if own > 2 * small or any(side.capital > side.small for side in sides):
        return True
    return any(_is_usual(side, others) or (side.capital and others[side.key].capital) for side in sides)


def _is_usual(side: _Side, others: Heard) -> bool:
    """Return whether most of the others that write a word beside its neighbour do so with a capital."""
    return side.key in others.capitalised and others[side.key].capital > others[side.key].small


def _is_of_a_kind(text: Text, at: int) -> bool:
    """True for a word by itself after an indefinite article: `a trump card`, whoever rules."""
    return text.signs[at - 1] == " " and text.parts[at - 2].lower() in _ARTICLES and stands_apart(text.signs, at)


def _is_half(text: Text, at: int) -> bool:
    """True after a common word in small letters: of `low marsh Radio` not `marsh` alone is wrong."""
    before = text.parts[at - 2]
    return text.signs[at - 1] == " " and text.signs[at - 2] in SMALL and _tells(before)


def _tells(word: str) -> bool:
    return word not in FUNCTION_WORDS and word in english_words().lower


_ARTICLES = frozenset(("a", "an"))


def follows_first_name(text: Text, at: int) -> bool:
    """True for a long word after a capitalised one that the dictionary knows as a name alone: `Louise lindqvist`."""
    if len(text.parts[at]) < 4 or text.signs[at - 1] != " " or text.signs[at - 2] not in "TS":
        return False
    before = text.parts[at - 2].lower()
    return before in capital_forms() and before not in english_words().lower


def parts_of(text: Text, candidate: Candidate, evidence: Evidence, surface: str) -> Parts:
    """Return the named parts of the evidence on a candidate that would become `surface`."""
    word = candidate.word
    known = word in english_words().lower
    which = "word" if known else "name"
    form = capital_forms().get(word, "")
    parts: Parts = {
        "word": float(known),
        f"{which}_in_dictionary": float(form[1:].islower()),
        f"{which}_acronym_in_dictionary": float(bool(form) and not form[1:].islower()),
    }
    own, small, there = evidence.own_capital, evidence.own_small, evidence.others
    parts[f"{which}_own_ratio"] = log((own + 0.3) / (small + 0.3))
    parts[f"{which}_others_ratio"] = log((there.capital + 0.2) / (there.small + 0.2))
    parts[f"{which}_own"] = log1p(own)
    parts[f"{which}_own_small"] = log1p(small)
    parts[f"{which}_others"] = log1p(there.capital)
    parts[f"{which}_others_small"] = log1p(there.small)
    parts[f"{which}_own_only"] = log1p(own) if small == 0 else 0.0
    parts[f"{which}_others_only"] = log1p(there.capital) if there.small == 0 else 0.0
    parts["name_unchallenged"] = float(not known and small + there.small == 0 and form[1:].islower())
    if known:
        parts["word_usual"] = usual_case().get(word, 0.0)
        parts["word_seldom"] = float(word not in usual_case())
        if stands_apart(text.signs, candidate.at):
            parts["word_apart"] = 1.0
            parts["word_apart_own"] = log1p(evidence.own_apart)
            parts["word_apart_in_names"] = log1p(own - evidence.own_apart)
    parts["name_always_capital"] = float(word in ALWAYS_CAPITAL)
    parts["own_none"] = float(own == 0)
    parts["others_none"] = float(there.capital == 0)
    parts["nobody"] = float(own == 0 and there.capital == 0)
    parts["surname"] = float(not known and own + small + there.capital + there.small == 0 and not form)
    parts["outlet"] = float(min(there.here_capital, 3))
    parts["outlet_small"] = float(min(there.here_small, 3))
    for side, (key, (mine, lower, side_others)) in zip(
        ("left", "right"), ((candidate.left_key, evidence.left), (candidate.right_key, evidence.right)), strict=True
    ):
        if key:
            parts[f"{which}_{side}_own"] = log1p(mine)
            parts[f"{which}_{side}_own_small"] = log1p(lower)
            parts[f"{which}_{side}_others"] = log1p(side_others.capital)
            parts[f"{which}_{side}_others_small"] = log1p(side_others.small)
            parts[f"{which}_{side}_only"] = float(mine + side_others.capital > 0 and lower + side_others.small == 0)
    parts.update(_context(text, candidate, which, surface))
    return parts


def _context(text: Text, candidate: Candidate, which: str, surface: str) -> Parts:
    """Return what the neighbours, the place and the shape of the word say."""
    parts, signs, at = text.parts, text.signs, candidate.at
    before = parts[at - 2] if signs[at - 1] in " -" else ""
    after = parts[at + 2] if signs[at + 1] in " -" else ""
    capital_before = bool(before) and signs[at - 2] in NAMES
    capital_after = bool(after) and signs[at + 2] in NAMES
    return {
        f"{which}_after_capital": float(capital_before),
        f"{which}_before_capital": float(capital_after),
        f"{which}_between_capitals": float(capital_before and capital_after),
        "after_function_word": float(before.lower() in FUNCTION_WORDS),
        "before_function_word": float(after.lower() in FUNCTION_WORDS),
        "after_determiner": float(before.lower() in DETERMINERS),
        "after_article": float(before.lower() in _ARTICLES),
        "after_auxiliary": float(before.lower() in AUXILIARIES),
        "hyphen_before": float(signs[at - 1] == "-"),
        "hyphen_after": float(signs[at + 1] == "-"),
        "length": float(min(len(candidate.word), 8)),
        "short": float(len(candidate.word) < 4),
        "all_capitals": float(surface.isupper()),
        "capitals_in_line": min(0.3, capitals_near(signs, at)),
        "function_word": float(candidate.word in FUNCTION_WORDS),
    }


def capitals_near(signs: str, at: int) -> float:
    """Return the share of capitalised words among the dozen on either side, in the same line."""
    before = signs[max(0, at - 24) : at].rpartition("\n")[2]
    after = signs[at : at + 25].partition("\n")[0]
    words = len(before) // 2 + (len(after) + 1) // 2
    return sum(map((before + after).count, CAPITALS)) / words


def best_surface(document: CasingDocument, candidate: Candidate, evidence: Evidence) -> str:
    """Return how the word should be written: as this document does, else its outlet, else the others."""
    own = document.counts.capital.get(candidate.word) or {}
    scores: dict[str, tuple[int, int, int]] = {surface: (count, 0, 0) for surface, count in own.items()}
    for answer in (*evidence.others.surfaces, *evidence.right[2].surfaces, *evidence.left[2].surfaces):
        mine, here, documents = scores.get(answer.surface, (0, 0, 0))
        scores[answer.surface] = (mine, max(here, answer.here), documents + answer.documents)
    if scores:
        return max(scores, key=lambda surface: (scores[surface], surface))
    return capital_forms().get(candidate.word) or candidate.word.capitalize()
