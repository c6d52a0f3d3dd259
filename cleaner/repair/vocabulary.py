"""The forms of words and gaps that a process has met: what is known of each is worked out once."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from functools import cache
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cleaner.repair.signs import traits_of

Tell = Callable[[str], float]

_ROOM = 64_000_000  # bytes that a vocabulary may take, about
_ENTRY = 200  # bytes of a form besides its characters


class Vocabulary:
    """The number of every form, given in UTF-8; `texts` are the forms by number."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._numbers: dict[bytes, int] = {}
        self._traits = np.zeros(1 << 12, np.int64)
        self._small = np.zeros(0, np.int64)
        self._told: dict[Tell, NDArray[np.float64]] = {}
        self._room = _ROOM
        self._lock = Lock()

    @property
    def is_full(self) -> bool:
        """Whether it takes as much memory as it may."""
        return self._room < 0

    def numbers(self, forms: Sequence[bytes]) -> NDArray[np.int64]:
        """Return the numbers of forms that differ."""
        found = list(map(self._numbers.get, forms))
        unknown = [at for at, number in enumerate(found) if number is None]
        if unknown:
            with self._lock:
                self._learn([forms[at] for at in unknown if forms[at] not in self._numbers])
            for at in unknown:
                found[at] = self._numbers[forms[at]]
        return np.array(found, np.int64)

    def _learn(self, forms: Sequence[bytes]) -> None:
        texts = [form.decode("utf-8", "surrogatepass") for form in forms]
        first, last = len(self.texts), len(self.texts) + len(texts)
        self._traits = grown(self._traits, last, 0)
        self._traits[first:last] = list(map(traits_of, texts))
        self.texts += texts
        self._numbers.update(zip(forms, range(first, last), strict=True))
        self._room -= 2 * sum(map(len, forms)) + _ENTRY * len(forms)

    def traits(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what `signs.traits_of` says of forms."""
        return self._traits[numbers]

    def in_small_letters(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the numbers of forms in small letters."""
        with self._lock:
            known = self._small = grown(self._small, len(self.texts), -1)
        unknown = numbers[known[numbers] < 0]
        if len(unknown):
            asked = sorted(set(unknown.tolist()))
            forms = [self.texts[number].lower().encode("utf-8", "surrogatepass") for number in asked]
            distinct = list(dict.fromkeys(forms))
            found = dict(zip(distinct, self.numbers(distinct).tolist(), strict=True))
            known[asked] = list(map(found.__getitem__, forms))
        return known[numbers]

    def told(self, tell: Tell, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what is told of forms; `tell`, a function of a module, is asked once about each."""
        with self._lock:
            known = self._told[tell] = grown(self._told.get(tell, np.zeros(0)), len(self.texts), np.nan)
        values = known[numbers]
        unknown = np.isnan(values)
        if unknown.any():
            asked = sorted(set(numbers[unknown].tolist()))
            known[asked] = [tell(self.texts[number]) for number in asked]
            values = known[numbers]
        return values


def grown(table: NDArray[Any], size: int, filler: float) -> NDArray[Any]:
    """Return a table of at least so many values, of which new ones are the `filler`; it doubles, which costs little."""
    if size <= len(table):
        return table
    grown = np.full(max(size, 2 * len(table)), filler, table.dtype)
    grown[: len(table)] = table
    return grown


def vocabulary() -> Vocabulary:
    """Return the vocabulary of this process; where it has become full, a new one."""
    in_use = _in_use()
    if in_use[0].is_full:
        in_use.append(Vocabulary())
    return in_use[0]


@cache
def _in_use() -> deque[Vocabulary]:
    return deque([Vocabulary()], maxlen=1)
