"""How evenly a burden is shared among customers.

Jain index: J = (sum x)^2 / (n * sum x^2), 1/n .. 1 (Jain, Chiu, Hawe 1984, DEC-TR-301).
Where nobody bears anything, all bear the same: 1. Failure: negative or missing values, or
none at all, raise ValueError.
"""

from __future__ import annotations

import math

import numpy as np


def jain(values) -> float:
    """Jain index of non-negative values: 1 = all equal, 1/n = one bears everything."""
    x = _checked(values)
    largest = x.max()
    if largest == 0.0:
        return 1.0
    x = x / largest  # keeps the squares of huge or tiny values representable
    return float(x.sum() ** 2 / (len(x) * (x * x).sum()))


def max_min_ratio(values) -> float:
    """Largest over smallest; 1 where all are zero, inf where only the smallest is."""
    x = _checked(values)
    if x.max() == 0.0:
        return 1.0
    return float(x.max() / x.min()) if x.min() > 0 else math.inf


def _checked(values) -> np.ndarray:
    x = np.asarray(values, float).reshape(-1)
    if not len(x):
        raise ValueError("fairness of nobody: at least one value is needed")
    if not (x >= 0).all() or not np.isfinite(x).all():
        raise ValueError(f"fairness: values must be finite and >= 0, got {x.min()}..{x.max()}")
    return x
