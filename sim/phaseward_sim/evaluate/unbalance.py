"""Unbalance from complex phasors: symmetrical components (Fortescue 1918).

u2 = |V2| / |V1|, u0 = |V0| / |V1| of the three phase-to-neutral phasors in the order L1, L2, L3.
EN 50160 limits the 10-minute means of u2 to 2 % for 95 % of a week. As shares (0.02 = 2 %).
Where the positive sequence is below 1 V (no supply) both are NaN.
"""

from __future__ import annotations

import numpy as np

from .means import Means

_A = np.exp(2j * np.pi / 3)
# Rows: zero, positive, negative sequence.
_TO_SEQUENCES = np.array([[1, 1, 1], [1, _A, _A**2], [1, _A**2, _A]]) / 3.0
_DEAD_V = 1.0


def sequence_voltages(v):
    """Zero, positive and negative sequence phasors (..., 3) of phase phasors (..., 3), V."""
    return np.asarray(v) @ _TO_SEQUENCES.T


def shares(v):
    """(u2, u0) of phase phasors (..., 3), each of shape (...)."""
    size = np.abs(sequence_voltages(v))
    positive = size[..., 1]
    if (positive < _DEAD_V).any():
        positive = np.where(positive < _DEAD_V, np.nan, positive)
    return size[..., 2] / positive, size[..., 0] / positive


def u2_share(v):
    """|V2| / |V1| of phase phasors (..., 3)."""
    return shares(v)[0]


def u0_share(v):
    """|V0| / |V1| of phase phasors (..., 3)."""
    return shares(v)[1]


class UnbalanceMeter:
    """10-minute means (rms, as IEC 61000-4-30 aggregates) of u2 and u0 of n nodes.

    `u2_max`, `u0_max`: largest mean so far, (n,); `u2_rows`: all means of u2, for EN 50160.
    """

    def __init__(self, n: int, window_s: float = 600.0):
        self._means = Means((2, n), window_s)
        self._now = np.zeros((2, n))
        self.u2_max, self.u0_max = np.zeros(n), np.zeros(n)
        self.u2_rows: list[np.ndarray] = []

    def add(self, v, dt_s: float) -> None:
        """Phase phasors (n, 3) held for dt_s."""
        self._now[0], self._now[1] = shares(v)
        for means in self._means.add_all(self._now, dt_s):
            np.fmax(self.u2_max, means[0], out=self.u2_max)
            np.fmax(self.u0_max, means[1], out=self.u0_max)
            self.u2_rows.append(means[0].copy())
