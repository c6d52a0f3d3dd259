"""Learn what sort of page a page is: multinomial logistic regression over numbers of whole pages.

Imported by `train_judge.py`, which writes `page_types.json`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from cleaner.chrome.evidence import PAGE_TYPES

Floats = npt.NDArray[np.float64]

_ROUNDS, _STEP, _KEPT, _SHRINK = 400, 0.5, 0.9, 0.01


def learn_page_types(numbers: Floats, types: Sequence[str]) -> dict[str, list[float]]:
    """Return per type the weights of the numbers, the offset last, rounded to 4 places."""
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-9
    rows = np.hstack([(numbers - mean) / spread, np.ones((len(numbers), 1))])
    wanted = np.array([[kind == name for name in PAGE_TYPES] for kind in types], float)
    weights = np.zeros((rows.shape[1], len(PAGE_TYPES)))
    speed = np.zeros_like(weights)
    for _ in range(_ROUNDS):
        slope = rows.T @ (_shares(rows @ weights) - wanted) / len(rows) + _SHRINK * weights
        speed = _KEPT * speed - _STEP * slope
        weights += speed
    weights[:-1] /= spread[:, None]
    weights[-1] -= mean @ weights[:-1]
    return {name: [round(float(w), 4) for w in weights[:, at]] for at, name in enumerate(PAGE_TYPES)}


def _shares(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = powers / powers.sum(axis=1, keepdims=True)
    return shares
