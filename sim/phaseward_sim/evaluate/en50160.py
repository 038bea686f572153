"""EN 50160 (low voltage) statistics over 10-minute means.

Supply voltage: 95 % of a week's 10-minute means within +-10 % of 230 V, all within +10/-15 %;
unbalance u2: 95 % of a week's 10-minute means at most 2 % (numbers as quoted in Rockwell
1426-UM001J pp. 474-475; the standard itself was not at hand: unverified). Intervals with an
interruption (any voltage below 5 % of nominal) are flagged and left out, their count is kept.
Units: V, s. A span shorter than a week is judged all the same and says so (`whole`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .means import Means

U_NOM_V = 230.0
WEEK_S = 7 * 86400.0
WINDOW_S = 600.0
_INTERRUPTION_SHARE = 0.05


@dataclass(frozen=True)
class WeekVerdict:
    """One node's week. Shares are of valid intervals; NaN where there is none.

    in_10_share: within +-10 %; in_15_share: within +10/-15 %; p95_u2: 95th percentile of u2
    (NaN without u2). valid, flagged: number of intervals. whole: a complete week.
    """

    node: int
    week: int
    whole: bool
    valid: int
    flagged: int
    in_10_share: float
    in_15_share: float
    p95_u2: float

    @property
    def voltage_passed(self) -> bool:
        """95 % within +-10 %, and all within +10/-15 %."""
        return self.in_10_share >= 0.95 and self.in_15_share >= 1.0

    @property
    def u2_passed(self) -> bool:
        """95 % of the u2 means at most 2 %."""
        return self.p95_u2 <= 0.02


class En50160:
    """Collects the 10-minute means of n nodes with three phases each.

    `rows`: means (n, 3) per interval, NaN where flagged. Every phase of a node must be inside
    for its interval to count as inside.
    """

    def __init__(self, n: int, window_s: float = WINDOW_S):
        self._means = Means((n, 3), window_s)
        self._cut = np.zeros(n, dtype=bool)
        self.window_s = window_s
        self.rows: list[np.ndarray] = []

    def add(self, u_v, dt_s: float) -> None:
        """Voltages (n, 3) held for dt_s; NaN for a phase that does not exist."""
        if np.nanmin(u_v, initial=math.inf) < _INTERRUPTION_SHARE * U_NOM_V:
            self._cut |= (np.asarray(u_v) < _INTERRUPTION_SHARE * U_NOM_V).any(axis=1)
        closed = 0
        for means in self._means.add_all(u_v, dt_s):
            row = means.copy()
            row[self._cut] = np.nan
            self.rows.append(row)
            closed += 1
        if closed:
            self._cut[:] = False

    def weeks(self, u2_rows=None) -> list[WeekVerdict]:
        """A verdict per node and week. u2_rows: 10-minute means of u2, (n,) per interval."""
        per_week = round(WEEK_S / self.window_s)
        verdicts = []
        for week, first in enumerate(range(0, len(self.rows), per_week)):
            table = np.stack(self.rows[first : first + per_week])
            u2 = None if u2_rows is None else np.stack(u2_rows[first : first + per_week])
            for node in range(table.shape[1]):
                own_u2 = None if u2 is None else u2[:, node]
                verdicts.append(_verdict(node, week, table[:, node], own_u2, per_week))
        return verdicts


def _verdict(node: int, week: int, means_v, u2, per_week: int) -> WeekVerdict:
    valid = ~np.isnan(means_v).all(axis=1)
    good = means_v[valid]
    return WeekVerdict(
        node, week, len(means_v) == per_week, int(valid.sum()), int((~valid).sum()),
        _share_inside(good, 0.90, 1.10), _share_inside(good, 0.85, 1.10),
        math.nan if u2 is None else _percentile_95(u2[valid]))


def _share_inside(means_v, low: float, high: float) -> float:
    if not len(means_v):
        return math.nan
    outside = (means_v < low * U_NOM_V) | (means_v > high * U_NOM_V)
    return float(1.0 - outside.any(axis=1).mean())


def _percentile_95(values) -> float:
    """Smallest value that 95 % of the values do not exceed."""
    values = np.sort(values[~np.isnan(values)])
    if not len(values):
        return math.nan
    return float(values[math.ceil(0.95 * len(values)) - 1])
