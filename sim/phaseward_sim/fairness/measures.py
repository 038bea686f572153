"""What is counted, minute by minute, for every law and seed.

A household-minute is outside where the 1-minute mean of any of the home's three phases is; a
10-minute mean likewise. A load wants while it would draw more than nothing; it is blocked in a
minute when its limit keeps it below what it would draw; the withheld share says how much.
Loadings are of the largest phase current; lines by 10-minute means (of phasors), the transformer
by minutes. Arrays: L laws, S seeds, H homes, E cars, U pumps. Units: V, W, Wh, minutes.
"""

from __future__ import annotations

import numpy as np

from .cars import Cars
from .homes import DAY, VOLT
from .pumps import SETPOINT_C, Pumps

LOW10_V, LOW7_V, HIGH10_V = 0.9 * VOLT, 0.93 * VOLT, 1.1 * VOLT
MEAN_MIN = 10


class Measures:
    """Counters over the measured days."""

    def __init__(self, site, laws: int, seeds: int, cars: Cars, pumps: Pumps, days: int = 1):
        self.site, self.cars, self.pumps = site, cars, pumps
        grid, home = (laws, seeds), (laws, seeds, site.homes)
        self.minutes = 0
        self.low10, self.low7, self.high10 = (np.zeros(home, int) for _ in range(3))
        self.low10_by_day = np.zeros((laws, seeds, max(days, 1)), int)
        self.mean_low10, self.mean_low7 = np.zeros(home, int), np.zeros(home, int)
        self.lowest_v = np.full(home, np.inf)
        self.peak_w, self.trafo = np.zeros(grid), np.zeros(grid)
        self.line = np.zeros(grid)
        self.demanded, self.blocked, self.withheld = (np.zeros(cars.shape) for _ in range(3))
        self.block_starts, self.contacts = np.zeros(cars.shape), np.zeros(cars.shape)
        self.pump_demanded, self.pump_blocked = np.zeros(pumps.shape), np.zeros(pumps.shape)
        self.pump_starts = np.zeros(pumps.shape)
        self.coldest_c = np.full(pumps.shape, np.inf)
        self._sum_v, self._sum_x = np.zeros((*home, 3)), None
        self._was = [np.zeros(cars.shape, bool) for _ in range(2)]
        self._was_locked = np.zeros(pumps.shape, bool)

    def add(self, u_v, x, wanted, allowed_w, locked) -> None:
        """One minute. u_v (L, S, H, 3); x (L*S, P+3); wanted (L, S, E): before charging;
        allowed_w (L, S, E) by the limit; locked (L, S, U)."""
        day = min(self.minutes // DAY, self.low10_by_day.shape[2] - 1)
        self.minutes += 1
        low = u_v.min(axis=3)
        outside = low < LOW10_V
        self.low10 += outside
        self.low10_by_day[:, :, day] += outside.sum(axis=2)
        self.low7 += low < LOW7_V
        self.high10 += u_v.max(axis=3) > HIGH10_V
        np.minimum(self.lowest_v, low, out=self.lowest_v)
        self._means(u_v, x)
        self._transformer(x)
        self._cars(wanted, allowed_w)
        self._pumps(locked)

    def _means(self, u_v, x):
        self._sum_v += u_v
        self._sum_x = x.copy() if self._sum_x is None else self._sum_x + x
        if self.minutes % MEAN_MIN:
            return
        low = self._sum_v.min(axis=3) / MEAN_MIN
        self.mean_low10 += low < LOW10_V
        self.mean_low7 += low < LOW7_V
        current = np.abs(self._sum_x @ self.site.line_gain.T) / MEAN_MIN
        loading = current.reshape(len(x), -1, 4).max(axis=2) / self.site.line_rated_a
        np.maximum(self.line, loading.max(axis=1).reshape(self.line.shape), out=self.line)
        self._sum_v[:] = 0.0
        self._sum_x[:] = 0.0

    def _transformer(self, x):
        current = np.abs(x @ self.site.transformer_gain.T).max(axis=1)
        share = (current / self.site.transformer_rated_a).reshape(self.trafo.shape)
        np.maximum(self.trafo, share, out=self.trafo)

    def add_power(self, total_w) -> None:
        """(L, S) power of all homes in this minute."""
        np.maximum(self.peak_w, total_w, out=self.peak_w)

    def _cars(self, wanted, allowed_w):
        blocked = wanted & (allowed_w < self.cars.max_w - 1.0)
        self.demanded += wanted
        self.blocked += blocked
        self.withheld += np.where(wanted, 1.0 - allowed_w / self.cars.max_w, 0.0)
        on = allowed_w > 0.0
        self.block_starts += blocked & ~self._was[0]
        self.contacts += wanted & (on != self._was[1])
        self._was = [blocked, on]

    def _pumps(self, locked):
        if not self.pumps.count:
            return
        wants = self.pumps.wants(locked)
        self.pump_demanded += wants
        self.pump_blocked += wants & locked
        self.pump_starts += locked & ~self._was_locked
        self._was_locked = locked.copy()
        np.minimum(self.coldest_c, self.pumps.room_c, out=self.coldest_c)

    def kept_k(self) -> np.ndarray:
        """(L, S) how far the coldest room fell below the set-point."""
        coldest = self.coldest_c.min(axis=2, initial=np.inf)
        return np.where(np.isfinite(coldest), SETPOINT_C - coldest, 0.0)
