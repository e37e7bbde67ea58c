"""The mean of figures and its interval by the bootstrap over faces (Efron 1979), percentiles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

DRAWS, COVERED, _SEED = 2000, 0.95, 7


def interval(values: Sequence[float], faces: Sequence[str]) -> tuple[float, float, float]:
    """The mean of values, and the lower and the upper end of the interval that covers 95 %.

    `faces` says of which face each value is: faces are drawn, with all their values. The same values give the
    same interval.
    """
    array = np.asarray(values, np.float64)
    _, owner = np.unique(np.asarray(faces), return_inverse=True)
    sums, counts = np.bincount(owner, array), np.bincount(owner)
    drawn = np.random.default_rng(_SEED).integers(0, len(sums), (DRAWS, len(sums)))
    means = sums[drawn].sum(1) / counts[drawn].sum(1)
    low, high = np.quantile(means, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return float(array.mean()), float(low), float(high)
