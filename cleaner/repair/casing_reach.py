"""How far a word can come by itself: the most that its log odds may be before others are heard, for a whole batch.

Of a hundred words in question one is changed, and most of the rest are beyond hope whatever the corpus says.  So the
sums of `casing_weights` are worked out in columns when a document is read, without what depends on other documents;
`casing_gate` adds what these can say at most.  Paragraphs may still go: what speaks against a change counts only as far
as it stands in the paragraph of the word itself, what speaks for it wherever it stands.
"""

from __future__ import annotations

from functools import cache
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cleaner.repair.casing import LOWERING, PROPOSED
from cleaner.repair.casing_columns import Keys
from cleaner.repair.casing_damage import SUSPECT
from cleaner.repair.casing_finder import Finder, Flags
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.casing_weights import casing_weights
from cleaner.repair.cutting import Ints
from cleaner.repair.dictionary import capital_forms, english_words
from cleaner.repair.signs import CAPITALS, FUNCTION, KNOWN, NAMES, SMALL
from cleaner.repair.usual_case import usual_case
from cleaner.repair.words import ALWAYS_CAPITAL, AUXILIARIES, DETERMINERS, FUNCTION_WORDS, SENTENCE_OPENERS

Floats = NDArray[np.float64]

CERTAIN = 30.0
"""The log odds of what needs no weighing."""
LEAST = log(SUSPECT / (1 - SUSPECT))
"""The log odds from which on a word is a suspect."""
_HEARD = 2.2
"""What others add to the log odds of a small letter where many of them write it."""
_ARTICLES = frozenset(("a", "an"))
_ADJECTIVES_AND_VERBS = ("ed", "ly", "ing", "al", "ous", "ive")
_LOUD = "ABJ"
_STAYS = 4
"""One in so many of the places of a word stays in any case."""
_NEAR = 24  # parts on either side
_MOST_CAPITALS = 0.3


class Chances(NamedTuple):
    """How far words can come, by the numbers of their keys: the most log odds of a capital, and of small letters.

    They are minus infinity where there can be no change.  `weighs` says that the document by itself gives a reason to
    raise the word, `times` how often it is in question.  `rooms` tells of each document how much suspects must add to
    its damage before words that are no suspects matter (log odds).
    """

    raised: Floats
    lowered: Floats
    weighs: Flags
    times: Ints
    rooms: Floats


def chances(keys: Keys, paragraphs: Paragraphs, starts: Ints) -> Chances:
    """Return the chances of the words in question; `starts` are words with which sentences may begin small."""
    reach = Reach(keys, paragraphs)
    alone = keys.numbers[0]
    raised, lowered = np.full((2, keys.size), -np.inf)
    rows = np.flatnonzero(keys.in_question() & (reach.raised > -np.inf))
    np.maximum.at(raised, alone[rows], reach.raised[rows])
    odd = alone[reach.odd + keys.capital.start]
    np.maximum.at(lowered, odd, reach.lowered)
    lowered[alone[keys.lede]] = CERTAIN
    weighs = np.zeros(keys.size, np.bool_)
    weighs[alone[rows[reach.weighs[rows]]]] = True
    times = np.bincount(np.concatenate([alone[rows], odd]), minlength=keys.size)
    return Chances(raised, lowered, weighs, times, _rooms(keys.finder, starts))


def _rooms(finder: Finder, starts: Ints) -> Floats:
    """Return the room of each document, were half of its capitals to go."""
    count = len(finder.starts) - 1
    capitals = np.bincount(finder.documents_of(finder.capitalised()), minlength=count) / 2
    begin_small = np.bincount(finder.documents_of(starts), minlength=count)
    rooms = [_room(direction, capitals, begin_small) for direction in ("raise", "lower")]
    return np.minimum(*rooms)


def _room(direction: str, capitals: Floats, starts: Ints) -> Floats:
    """Return what suspects must add for a word just below one to become a proposal."""
    weights = casing_weights()[direction].together
    rates = weights["small_starts_rate"] + weights["suspects_rate"] + weights["raised_rate"]
    known = weights["bias"] + weights["alone"] * LEAST + weights["some_small_start"] + max(0.0, weights["some_raised"])
    known = known + weights["small_starts_rate"] * np.log(starts + 0.2) - rates * np.log(capitals + 50)
    proposed = log(PROPOSED / (1 - PROPOSED)) + LOWERING * (direction == "lower")
    return proposed - known - (weights["suspects_rate"] + weights["raised_rate"]) * log(0.2)


class Reach:
    """The words in question of a batch, with what stands around them.

    `raised` has for each small word, `lowered` for each capitalised one that is `odd`, the most that its log odds can be
    before others are heard.
    """

    def __init__(self, keys: Keys, paragraphs: Paragraphs) -> None:
        self._keys = keys
        self._finder = keys.finder
        self._signs = keys.finder.reading.signs
        self._paragraphs = paragraphs
        self._loud = np.concatenate([[0], np.cumsum(_one_of(self._signs, CAPITALS))])
        self.odd = np.flatnonzero(keys.odd())
        self.raised = self._raised()
        self.lowered = self._lowered()
        self._raise_beside_odd()

    def _raised(self) -> Floats:
        keys, finder, at = self._keys, self._finder, self._finder.small
        alone = keys.numbers[0, keys.small]
        known = finder.traits(at, KNOWN)
        which = known.astype(np.int64)
        own = keys.capitals(keys.small)
        against = self._against(at, alone)
        beside = [self._own_beside(side) for side in (1, 2)]
        before, after = self._is(at, -1, " -"), self._is(at, 1, " -")
        name_before, name_after = before & self._is(at, -2, NAMES), after & self._is(at, 2, NAMES)
        weights = casing_weights()["raise"].alone

        def weighed(part: str, values: Floats | Flags) -> Floats:
            """Return the values times the weight that the part has for names, or for words of the dictionary."""
            both = np.array([weights.get(f"{kind}_{part}", 0.0) for kind in ("name", "word")])
            return both[which] * values

        total = self._of_forms(_small_shape, at)
        total += np.where(before, self._of_forms(_before_small, at - 2), 0.0)
        total += np.where(after, self._of_forms(_after_small, at + 2), 0.0)
        total += weights["hyphen_before"] * self._is(at, -1, "-") + weights["hyphen_after"] * self._is(at, 1, "-")
        total += weights["capitals_in_line"] * np.minimum(_MOST_CAPITALS, self._capitals_near(at))
        total += weighed("after_capital", name_before) + weighed("before_capital", name_after)
        total += weighed("between_capitals", name_before & name_after)
        total += weighed("own", np.log1p(own)) + weighed("own_small", np.log1p(against))
        total += weighed("own_ratio", np.log((own + 0.3) / (against + 0.3)))
        total += weighed("own_only", np.log1p(own) * (against == 0))
        total += weights["own_none"] * (own == 0) + weights["all_capitals"] * self._loud_elsewhere(at, alone)
        for part, mine in zip(("left", "right"), beside, strict=True):
            total += weighed(f"{part}_own", np.log1p(mine)) + weighed(f"{part}_only", mine > 0)
        total += np.where(known, self._apart(at, alone), 0.0)
        spoken = own > 0
        spoken |= (beside[0] > 0) | (beside[1] > 0)
        self.weighs = np.where(
            known, spoken, (own > 0) | (self._of_forms(_is_name, at) > 0) | self._follows_first_name(at)
        )
        total[known & (own == 0) & (self._is_of_a_kind(at) | self._is_half(at))] = -np.inf
        total[known & ~spoken & ~keys.there[1, keys.small] & ~keys.there[2, keys.small]] = -np.inf
        certain = ~known & (against == 0) & (own >= 3)
        certain |= ~known & (beside[0] > 0) & (against == 0)
        return np.where(certain, CERTAIN, total)

    def _lowered(self) -> Floats:
        keys, finder = self._keys, self._finder
        at = finder.capitals[self.odd]
        weights = casing_weights()["lower"].alone
        rows = self.odd + keys.capital.start
        there = np.maximum(self._in_paragraph(finder.capitals, keys.numbers[0, keys.capital])[self.odd] - 1, 0)
        alone = keys.numbers[0, rows]
        small = np.zeros(keys.size, np.bool_)
        small[alone[finder.occurrences(keys.document[rows], keys.word[rows])[0]]] = True
        total = self._of_forms(_odd_shape, at) + weights["own_capital"] * np.log1p(there)
        total += self._of_forms(_before_odd, at - 2)
        total += np.where(self._is(at, 1, " "), self._of_forms(_after_odd, at + 2), 0.0)
        total += weights["own_small"] * small[alone]
        opener = self._of_forms(_opens, at) > 0
        after_function = self._of_forms(_is_function, at - 2) > 0
        total += weights["opener_after_function_word"] * (opener & after_function)
        total += weights["opener_after_word"] * (opener & ~after_function)
        total += weights["hyphen"] * (self._is(at, -1, "-") | self._is(at, 1, "-"))
        total += weights["comma"] * self._is(at, -1, ",")
        total += weights["heading_near"] * self._titled(at)
        return total + weights["capitals_in_line"] * self._capitals_near(at)

    def _raise_beside_odd(self) -> None:
        """Let small words come as far as what is odd beside them: one of the two is wrong, and both are weighed."""
        small, at = self._finder.small, self._finder.capitals[self.odd]
        for step in (-2, 2) if len(small) else ():
            rows = np.minimum(np.searchsorted(small, at + step), len(small) - 1)
            beside = small[rows] == at + step
            np.maximum.at(self.raised, rows[beside], self.lowered[beside] + _HEARD)

    def _against(self, at: Ints, numbers: Ints) -> Ints:
        """Return how often small words stand against their change besides: in their own paragraphs, or some elsewhere."""
        inner = self._finder.are_inner(at)
        there = self._in_paragraph(at, numbers, inner)
        every = np.bincount(numbers[inner], minlength=self._keys.size)[numbers]
        return np.maximum(there, every // _STAYS) - np.minimum(inner, there)

    def _loud_elsewhere(self, at: Ints, numbers: Ints) -> Flags:
        """Return which small words their document or the dictionary writes in capitals throughout."""
        written = np.zeros(self._keys.size, np.bool_)
        capitals = self._finder.capitals
        written[self._keys.numbers[0, self._keys.capital][self._is(capitals, 0, _LOUD)]] = True
        return written[numbers] | (self._of_forms(_is_acronym, at) > 0)

    def _in_paragraph(self, at: Ints, numbers: Ints, counted: Flags | None = None) -> Ints:
        """Return for each word how many of its paragraph have its number, of those that are counted."""
        pairs = self._paragraphs.of(at) * max(1, self._keys.size) + numbers
        _, which = np.unique(pairs, return_inverse=True)
        counts: Ints = np.bincount(which if counted is None else which[counted], minlength=len(pairs))[which]
        return counts

    def _own_beside(self, side: int) -> Ints:
        """Return how often the document writes small words with a capital beside their neighbours."""
        keys = self._keys
        there = keys.there[side]
        counts = np.bincount(keys.numbers[side, keys.capital][there[keys.capital]], minlength=keys.size)
        return np.where(there[keys.small], counts[keys.numbers[side, keys.small]], 0)

    def _apart(self, at: Ints, numbers: Ints) -> Floats:
        """Return what it adds that dictionary words are part of no longer name."""
        keys, weights = self._keys, casing_weights()["raise"].alone
        capital = keys.numbers[0, keys.capital]
        own = np.bincount(capital[self._stand_apart(self._finder.capitals)], minlength=keys.size)[numbers]
        total = weights["word_apart"] + weights["word_apart_own"] * np.log1p(own)
        return np.where(self._stand_apart(at), total, 0.0)

    def _stand_apart(self, at: Ints) -> Flags:
        """Return what `casing_document.stands_apart` says of words."""
        tied = self._is(at, 1, " -")
        named = (self._is(at, -1, " -") & self._is(at, -2, NAMES)) | (tied & self._is(at, 2, NAMES))
        return ~named & ~(tied & self._is(at, 2, "f") & self._is(at, 3, " -") & self._is(at, 4, NAMES))

    def _is_of_a_kind(self, at: Ints) -> Flags:
        """Return what `casing_parts._is_of_a_kind` says of words."""
        article = self._of_forms(_is_article, at - 2) > 0
        return self._is(at, -1, " ") & article & self._stand_apart(at)

    def _is_half(self, at: Ints) -> Flags:
        """Return what `casing_parts._is_half` says of words."""
        before = np.maximum(at - 2, 0)
        common = self._finder.traits(before, KNOWN) & ~self._finder.traits(before, FUNCTION)
        return self._is(at, -1, " ") & self._is(at, -2, SMALL) & common

    def _follows_first_name(self, at: Ints) -> Flags:
        """Return what `casing_parts.follows_first_name` says of words."""
        named = self._is(at, -1, " ") & self._is(at, -2, "TS") & (self._of_forms(len, at) > 3)
        named[named] = self._of_forms(_is_first_name, at[named] - 2) > 0
        return named

    def _titled(self, at: Ints) -> Flags:
        """Return what `casing_lowering._titled` says of words."""
        before = ~self._is(at, -3, "\n") & self._is(at, -4, NAMES)
        return before | (~self._is(at, 1, "\n") & ~self._is(at, 3, "\n") & self._is(at, 4, NAMES))

    def _capitals_near(self, at: Ints) -> Floats:
        """Return what `casing_parts.capitals_near` says of words."""
        reading = self._finder.reading
        line = np.searchsorted(reading.lasts, at)
        first = np.maximum(at - _NEAR, reading.firsts[line] + 1)
        last = np.minimum(at + _NEAR, reading.lasts[line] - 1)
        words = (at - first) // 2 + (last - at + 2) // 2
        shares: Floats = (self._loud[last + 1] - self._loud[first]) / words
        return shares

    def _is(self, at: Ints, step: int, signs: str) -> Flags:
        """Return whether the part `step` parts from each word has one of these signs."""
        return _one_of(self._signs[np.clip(at + step, 0, len(self._signs) - 1)], signs)

    def _of_forms(self, tell, at: Ints) -> Floats:
        """Return what is told of the form of each part."""
        cut = self._finder.reading.cut
        codes = cut.codes[np.clip(at, 0, len(cut.codes) - 1)]
        told = np.zeros(len(cut.forms))
        distinct = np.flatnonzero(np.bincount(codes, minlength=len(told)))
        told[distinct] = [tell(cut.forms[code]) for code in distinct.tolist()]
        return told[codes]


def _one_of(signs: NDArray[np.uint8], wanted: str) -> Flags:
    table = np.zeros(256, np.bool_)
    table[[ord(sign) for sign in wanted]] = True
    found: Flags = table[signs]
    return found


@cache
def _small_shape(word: str) -> float:
    """Return what the shape of a small word adds, and what dictionaries know of it."""
    if word in ALWAYS_CAPITAL:
        return CERTAIN
    weights, form = casing_weights()["raise"].alone, capital_forms().get(word, "")
    known = word in english_words().lower
    which = "word" if known else "name"
    total = weights["bias"] + weights["length"] * min(len(word), 8) + weights["short"] * (len(word) < 4)
    total += weights["function_word"] * (word in FUNCTION_WORDS)
    if form:
        total += weights[f"{which}_in_dictionary" if form[1:].islower() else f"{which}_acronym_in_dictionary"]
    if known:
        total += weights["word"] + weights["word_usual"] * usual_case().get(word, 0.0)
        return total + weights["word_seldom"] * (word not in usual_case())
    return total + weights["name_unchallenged"] * form[1:].islower()


@cache
def _is_name(word: str) -> bool:
    return len(word) > 2 and word in capital_forms()


@cache
def _is_first_name(word: str) -> bool:
    small = word.lower()
    return small in capital_forms() and small not in english_words().lower


@cache
def _is_article(word: str) -> bool:
    return word.lower() in _ARTICLES


@cache
def _is_acronym(word: str) -> bool:
    return capital_forms().get(word, "").isupper()


@cache
def _before_small(word: str) -> float:
    """Return what the word before a small one adds."""
    return _raising_neighbour(word.lower(), _BEFORE)


@cache
def _after_small(word: str) -> float:
    return _raising_neighbour(word.lower(), (("before_function_word", FUNCTION_WORDS),))


_BEFORE = (
    ("after_function_word", FUNCTION_WORDS),
    ("after_determiner", DETERMINERS),
    ("after_article", _ARTICLES),
    ("after_auxiliary", AUXILIARIES),
)


def _raising_neighbour(word, parts):
    weights = casing_weights()["raise"].alone
    return sum(weights[part] for part, words in parts if word in words)


@cache
def _odd_shape(word: str) -> float:
    weights, small = casing_weights()["lower"].alone, word.lower()
    total = weights["bias"] + weights["usual"] * usual_case().get(small, 0.0)
    total += weights["seldom"] * (small not in usual_case()) + weights["function_word"] * (small in FUNCTION_WORDS)
    total += sum(weights[f"ending_{end}"] for end in ("ly", "ing", "ed", "s") if small.endswith(end))
    return total + weights["length"] * min(len(small), 10)


@cache
def _before_odd(word: str) -> float:
    weights = casing_weights()["lower"].alone
    total = weights["after_determiner"] * (word in DETERMINERS) + weights["after_the"] * (word == "the")
    total += weights["after_function_word"] * (word in FUNCTION_WORDS) + weights["after_auxiliary"] * (
        word in AUXILIARIES
    )
    return total + weights["after_adjective_or_verb"] * word.endswith(_ADJECTIVES_AND_VERBS)


@cache
def _after_odd(word: str) -> float:
    weights = casing_weights()["lower"].alone
    return weights["before_word"] + weights["before_function_word"] * (word in FUNCTION_WORDS)


@cache
def _opens(word: str) -> bool:
    return word.lower() in SENTENCE_OPENERS


@cache
def _is_function(word: str) -> bool:
    return word in FUNCTION_WORDS
