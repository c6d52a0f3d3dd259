"""Whether work grows no faster than its input: a ratio of CPU times, for seconds depend on the machine."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

# Shorter times are too coarse to compare.
_COARSE_SECONDS = 0.01
# Ten times the input may cost thirty times as much; quadratic work costs a hundred times as much.
_GROWTH = 30
_ATTEMPTS = 3


def grows_linearly(work: Callable[[str], object], unit: str, size: int = 1_000_000) -> bool:
    """Tell whether a text of `size` characters, `unit` repeated, costs in proportion to one a tenth as long.

    A busy machine disturbs one measurement, not three: quadratic work fails each time.  Garbage is not looked for
    meanwhile: that costs by what other tests keep alive.
    """

    def seconds(chars: int) -> float:
        text = unit * (chars // len(unit))
        gc.disable()
        try:
            began = time.process_time()
            work(text)
            return time.process_time() - began
        finally:
            gc.enable()

    work(unit)  # what is loaded once is not the input's fault
    return any(seconds(size) < _GROWTH * max(seconds(size // 10), _COARSE_SECONDS) for _ in range(_ATTEMPTS))
