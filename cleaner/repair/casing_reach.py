"""How far words can come by themselves: the most that their log odds may be before others are heard, in columns.

The sums are those of `casing_weights`, without what depends on other documents.  Paragraphs may still go: what speaks
for a change counts wherever it stands, what speaks against it as far as it stands in the paragraph of the word itself,
or as half of it wherever it stands.
"""

from __future__ import annotations

import numpy as np

from cleaner.repair import casing_forms as forms
from cleaner.repair.casing_around import Around, Floats
from cleaner.repair.casing_columns import Keys
from cleaner.repair.casing_finder import Flags
from cleaner.repair.casing_paragraphs import Paragraphs
from cleaner.repair.casing_weights import casing_weights
from cleaner.repair.cutting import Ints
from cleaner.repair.signs import KNOWN, NAMES

_LOUD = "ABJ"
_STAYS = 2
"""Of the places of a word one in so many stays in any case."""
_MOST_CAPITALS = 0.3
_HEARD = 2.2
"""What others add to the log odds of small letters where many of them write a word."""


class Reach:
    """The words in question of a batch, with the most that their log odds can be before others are heard.

    `raised` has an item for each small word of the finder, minus infinity where it never gets a capital; `weighs` says
    whether the document or the dictionary gives a reason for one.  `lowered` has an item for each of the capitalised
    words that are `odd`.
    """

    def __init__(self, keys: Keys, paragraphs: Paragraphs) -> None:
        self._keys = keys
        self._finder = keys.finder
        self._paragraphs = paragraphs
        self._around = Around(keys.finder)
        self._alone = keys.numbers[0]
        self._known = self._finder.traits(self._finder.small, KNOWN)
        self._own = keys.capitals(keys.small)
        self._beside = [self._own_beside(side) for side in (1, 2)]
        self.odd = np.flatnonzero(keys.odd())
        self.weighs = self._weighs()
        self.raised = self._in_context() + self._counted()
        self.raised[self._never()] = -np.inf
        self.lowered = self._lowered()
        self._raise_beside_odd()

    def _weighs(self) -> Flags:
        at = self._finder.small
        of_word = (self._own > 0) | (self._beside[0] > 0) | (self._beside[1] > 0)
        named = (self._around.told(forms.is_name, at) > 0) | self._around.follow_first_name(at)
        found: Flags = np.where(self._known, of_word, (self._own > 0) | named)
        return found

    def _never(self) -> Flags:
        """Return which dictionary words no document's capitals can raise."""
        alone = ~self._keys.there[1:, self._keys.small].any(axis=0)
        common = (self._own == 0) & self._around.are_common(self._finder.small)
        found: Flags = self._known & (common | (alone & ~self.weighs))
        return found

    def _in_context(self) -> Floats:
        """Return what the forms of small words, of their neighbours, and their place add."""
        around, at, weights = self._around, self._finder.small, casing_weights()["raise"].alone
        before, after = around.are(at, -1, " -"), around.are(at, 1, " -")
        named, names = before & around.are(at, -2, NAMES), after & around.are(at, 2, NAMES)
        total = around.told(forms.small_word, at)
        total += np.where(before, around.told(forms.before_small, at - 2), 0.0)
        total += np.where(after, around.told(forms.after_small, at + 2), 0.0)
        total += weights["hyphen_before"] * around.are(at, -1, "-") + weights["hyphen_after"] * around.are(at, 1, "-")
        total += weights["capitals_in_line"] * np.minimum(_MOST_CAPITALS, around.capitals_near(at))
        total += self._weighed("after_capital", named) + self._weighed("before_capital", names)
        return total + self._weighed("between_capitals", named & names)

    def _counted(self) -> Floats:
        """Return what the documents of small words add by how they write them."""
        weights, own, (left, right) = casing_weights()["raise"].alone, self._own, self._beside
        against = self._against()
        total = self._weighed("own", np.log1p(own)) + self._weighed("own_small", np.log1p(against))
        total += self._weighed("own_ratio", np.log((own + 0.3) / (against + 0.3)))
        total += self._weighed("own_only", np.log1p(own) * (against == 0))
        total += weights["own_none"] * (own == 0) + weights["all_capitals"] * self._loud()
        total += self._weighed("left_own", np.log1p(left)) + self._weighed("left_only", left > 0)
        total += self._weighed("right_own", np.log1p(right)) + self._weighed("right_only", right > 0)
        total += np.where(self._known, self._apart(), 0.0)
        certain = ~self._known & (against == 0) & ((own > 2) | (left > 0))  # see `casing` on names of their own
        return np.where(certain, forms.CERTAIN, total)

    def _weighed(self, part: str, values: Floats | Flags) -> Floats:
        """Return values times the weight that the part has for names, or for words of the dictionary."""
        name, word = (casing_weights()["raise"].alone.get(f"{kind}_{part}", 0.0) for kind in ("name", "word"))
        found: Floats = np.where(self._known, word, name) * np.asarray(values, np.float64)
        return found

    def _lowered(self) -> Floats:
        around, weights = self._around, casing_weights()["lower"].alone
        at = self._finder.capitals[self.odd]
        total = around.told(forms.odd_word, at) + around.told(forms.before_odd, at - 2)
        total += np.where(around.are(at, 1, " "), around.told(forms.after_odd, at + 2), 0.0)
        opener, function = around.told(forms.is_opener, at) > 0, around.told(forms.is_function_word, at - 2) > 0
        total += weights["opener_after_function_word"] * (opener & function)
        total += weights["opener_after_word"] * (opener & ~function)
        total += weights["hyphen"] * (around.are(at, -1, "-") | around.are(at, 1, "-"))
        total += weights["comma"] * around.are(at, -1, ",") + weights["heading_near"] * around.are_titled(at)
        total += weights["capitals_in_line"] * around.capitals_near(at)
        here = self._in_paragraph(self._finder.capitals, self._alone[self._keys.capital])[self.odd]
        return total + weights["own_capital"] * np.log1p(here - 1) + weights["own_small"] * self._odd_also_small()

    def _odd_also_small(self) -> Flags:
        """Return which odd words their documents also write small."""
        keys, rows = self._keys, self.odd + self._keys.capital.start
        small = np.zeros(keys.size, np.bool_)
        found, _ = self._finder.occurrences(keys.document[rows], keys.word[rows])
        small[self._alone[rows][found]] = True
        found_small: Flags = small[self._alone[rows]]
        return found_small

    def _raise_beside_odd(self) -> None:
        """Let small words come as far as what is odd beside them: one of the two is wrong, and both are weighed."""
        small, at = self._finder.small, self._finder.capitals[self.odd]
        for step in (-2, 2) if len(small) else ():
            rows = np.minimum(np.searchsorted(small, at + step), len(small) - 1)
            beside = small[rows] == at + step
            np.maximum.at(self.raised, rows[beside], self.lowered[beside] + _HEARD)

    def _against(self) -> Ints:
        """Return how often small words stand in the middle of sentences besides, in their own paragraph or some."""
        at, numbers = self._finder.small, self._alone[self._keys.small]
        inner = self._finder.are_inner(at)
        here = self._in_paragraph(at, numbers, inner)
        every = np.bincount(numbers[inner], minlength=self._keys.size)[numbers]
        against: Ints = np.maximum(here, every // _STAYS) - np.minimum(inner, here)
        return against

    def _in_paragraph(self, at: Ints, numbers: Ints, counted: Flags | None = None) -> Ints:
        """Return for each word how many of its paragraph have its number, of those that are counted."""
        pairs = self._paragraphs.of(at) * max(1, self._keys.size) + numbers
        _, which = np.unique(pairs, return_inverse=True)
        counts: Ints = np.bincount(which if counted is None else which[counted], minlength=len(pairs))[which]
        return counts

    def _own_beside(self, side: int) -> Ints:
        """Return how often the document writes small words with a capital beside their neighbours."""
        keys = self._keys
        there, numbers = keys.there[side], keys.numbers[side]
        counts = np.bincount(numbers[keys.capital][there[keys.capital]], minlength=keys.size)
        return np.where(there[keys.small], counts[numbers[keys.small]], 0)

    def _loud(self) -> Flags:
        """Return which small words their document or the dictionary writes in capitals throughout."""
        written = np.zeros(self._keys.size, np.bool_)
        written[self._alone[self._keys.capital][self._around.are(self._finder.capitals, 0, _LOUD)]] = True
        acronyms = self._around.told(forms.is_acronym, self._finder.small) > 0
        found: Flags = acronyms | written[self._alone[self._keys.small]]
        return found

    def _apart(self) -> Floats:
        """Return what it adds that small words are part of no longer name, were they of the dictionary."""
        keys, around, weights = self._keys, self._around, casing_weights()["raise"].alone
        capital = self._alone[keys.capital][around.stand_apart(self._finder.capitals)]
        own = np.bincount(capital, minlength=keys.size)[self._alone[keys.small]]
        total = weights["word_apart"] + weights["word_apart_own"] * np.log1p(own)
        return np.where(around.stand_apart(self._finder.small), total, 0.0)
