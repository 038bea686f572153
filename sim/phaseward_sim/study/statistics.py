"""Means and differences with confidence intervals.

Variants are compared seed by seed: the same seed gives both the same weather of arrivals, phases
and profiles, so the difference scatters less than either. Intervals are Student's t with n - 1
degrees of freedom over seeds: they assume that the mean of the differences is about normal, and
are not corrected for looking at many of them. With fewer than two seeds there is none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import stats


@dataclass(frozen=True)
class Interval:
    """A mean over n values and its confidence interval; nan where n is too small."""

    mean: float
    low: float
    high: float
    n: int

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.n > 1 and (self.low > 0.0 or self.high < 0.0)


def interval(values, confidence: float) -> Interval:
    """Mean and t interval of values (n,), those that are not numbers left out."""
    x = np.asarray([value for value in values if value is not None], float)
    x = x[np.isfinite(x)]
    if not len(x):
        return Interval(math.nan, math.nan, math.nan, 0)
    mean = float(x.mean())
    if len(x) < 2:
        return Interval(mean, math.nan, math.nan, len(x))
    half = float(stats.t.ppf(0.5 + confidence / 2, len(x) - 1) * x.std(ddof=1)
                 / math.sqrt(len(x)))
    return Interval(mean, mean - half, mean + half, len(x))


def paired(values: dict, reference: dict, confidence: float) -> Interval:
    """Interval of the differences over the seeds that both have; arguments: value by seed."""
    both = [seed for seed in values if seed in reference]
    return interval([_difference(values[seed], reference[seed]) for seed in both], confidence)


def _difference(value, reference):
    return None if value is None or reference is None else value - reference
