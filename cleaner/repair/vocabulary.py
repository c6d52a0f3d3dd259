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

_ROOM = 200_000_000  # bytes that a vocabulary may take, about
_ENTRY = 200  # bytes of a form besides its characters


class Vocabulary(dict[bytes, int]):
    """The number of every form, given in UTF-8; `texts` are the forms by number."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._traits = np.zeros(1 << 12, np.int64)
        self._told: dict[Tell, NDArray[np.float64]] = {}
        self._room = _ROOM
        self._lock = Lock()

    def __missing__(self, form: bytes) -> int:
        """Return the number of a form that is met for the first time."""
        with self._lock:
            if form not in self:
                number = len(self.texts)
                self.texts.append(form.decode("utf-8", "surrogatepass"))
                self._traits = _grown(self._traits, number + 1, 0)
                self._traits[number] = traits_of(self.texts[number])
                self._room -= 2 * len(form) + _ENTRY
                self[form] = number
        return self[form]

    @property
    def is_full(self) -> bool:
        """Whether it takes as much memory as it may."""
        return self._room < 0

    def numbers(self, forms: Sequence[bytes]) -> NDArray[np.int64]:
        """Return the numbers of forms."""
        return np.fromiter(map(self.__getitem__, forms), np.int64, len(forms))

    def traits(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return what `signs.traits_of` says of forms."""
        return self._traits[numbers]

    def told(self, tell: Tell, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what is told of forms; `tell`, a function of a module, is asked once about each."""
        with self._lock:
            known = self._told[tell] = _grown(self._told.get(tell, np.zeros(0)), len(self.texts), np.nan)
        values = known[numbers]
        unknown = np.isnan(values)
        if unknown.any():
            asked = np.flatnonzero(np.bincount(numbers[unknown])).tolist()
            known[asked] = [tell(self.texts[number]) for number in asked]
            values = known[numbers]
        return values


def _grown(table: NDArray[Any], size: int, filler: float) -> NDArray[Any]:
    """Return a table of at least so many values: it doubles, so that growing costs little."""
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
