"""How sure a figure is: seeded bootstrap intervals, and paired tests of two runs. Knows nothing of questions."""

from collections.abc import Sequence
from math import comb

import numpy as np

_RESAMPLES = 2000
_SEED = 20260101


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % bootstrap interval of a mean (percentiles of 2,000 resamples, always the same ones)."""
    rows = np.asarray(values, dtype=float)
    draws = np.random.default_rng(_SEED).integers(0, len(rows), (_RESAMPLES, len(rows)))
    low, high = np.percentile(rows[draws].mean(axis=1), (2.5, 97.5))
    return float(low), float(high)


def mcnemar(better: int, worse: int) -> float:
    """Return the two-sided p of McNemar's exact test: ``better`` and ``worse`` questions went one way and the other.

    >>> mcnemar(0, 0), mcnemar(6, 0)
    (1.0, 0.03125)
    """
    changed = better + worse
    tail = sum(comb(changed, n) for n in range(min(better, worse) + 1)) / 2**changed
    return min(1.0, 2 * tail)
