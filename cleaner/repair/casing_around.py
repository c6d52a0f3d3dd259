"""What stands around words, told for many words at once: what `casing_parts` and `casing_lowering` ask of one."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cleaner.repair.casing_finder import Finder, Flags
from cleaner.repair.casing_forms import is_article, is_first_name
from cleaner.repair.cutting import Ints
from cleaner.repair.signs import CAPITALS, FUNCTION, KNOWN, NAMES, SMALL

Floats = NDArray[np.float64]

_NEAR = 24  # parts on either side


class Around:
    """The surroundings of the words of a batch; `at` are places of words among the parts of all texts."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._reading = finder.reading
        self._capitals = np.concatenate([[0], np.cumsum(_one_of(self._reading.signs, CAPITALS))])

    def are(self, at: Ints, step: int, signs: str) -> Flags:
        """Return whether the part `step` parts from each word has one of these signs."""
        found = self._reading.signs
        return _one_of(found[np.clip(at + step, 0, len(found) - 1)], signs)

    def told(self, tell: Callable[[str], float], at: Ints) -> Floats:
        """Return what is told of the form of each part; a process asks once about a form."""
        cut = self._reading.cut
        codes = cut.codes[np.clip(at, 0, len(cut.codes) - 1)]
        return cut.vocabulary.told(tell, cut.numbers[codes])

    def capitals_near(self, at: Ints) -> Floats:
        """Return what `casing_parts.capitals_near` says of words."""
        line = np.searchsorted(self._reading.lasts, at)
        first = np.maximum(at - _NEAR, self._reading.firsts[line] + 1)
        last = np.minimum(at + _NEAR, self._reading.lasts[line] - 1)
        words = (at - first) // 2 + (last - at + 2) // 2
        shares: Floats = (self._capitals[last + 1] - self._capitals[first]) / words
        return shares

    def stand_apart(self, at: Ints) -> Flags:
        """Return what `casing_document.stands_apart` says of words."""
        tied = self.are(at, 1, " -")
        named = (self.are(at, -1, " -") & self.are(at, -2, NAMES)) | (tied & self.are(at, 2, NAMES))
        return ~named & ~(tied & self.are(at, 2, "f") & self.are(at, 3, " -") & self.are(at, 4, NAMES))

    def are_common(self, at: Ints) -> Flags:
        """Return which words are no name for the word before them: `a trump card`, `low marsh Radio`."""
        before = np.maximum(at - 2, 0)
        half = self._finder.traits(before, KNOWN) & ~self._finder.traits(before, FUNCTION) & self.are(at, -2, SMALL)
        of_a_kind = (self.told(is_article, at - 2) > 0) & self.stand_apart(at)
        return self.are(at, -1, " ") & (half | of_a_kind)

    def follow_first_name(self, at: Ints) -> Flags:
        """Return what `casing_parts.follows_first_name` says of words."""
        named = self.are(at, -1, " ") & self.are(at, -2, "TS") & (self.told(len, at) > 3)
        named[named] = self.told(is_first_name, at[named] - 2) > 0
        return named

    def are_titled(self, at: Ints) -> Flags:
        """Return what `casing_lowering` says of words that have names two words away."""
        before = ~self.are(at, -3, "\n") & self.are(at, -4, NAMES)
        return before | (~self.are(at, 1, "\n") & ~self.are(at, 3, "\n") & self.are(at, 4, NAMES))


def _one_of(signs: NDArray[np.uint8], wanted: str) -> Flags:
    table = np.zeros(256, np.bool_)
    table[[ord(sign) for sign in wanted]] = True
    found: Flags = table[signs]
    return found
