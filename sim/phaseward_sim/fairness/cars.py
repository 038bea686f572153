"""The cars of all laws and seeds at once: who is plugged, what they still want, what they draw.

A car follows its limit as a wallbox does: a current per phase in steps of 0.1 A, nothing below
6 A, never more than the car takes. It stops when it has what it wants; in the last minute it draws
the mean that brings exactly the rest. Arrays: L laws, S seeds, E cars. Units: W, Wh, minutes.
"""

from __future__ import annotations

import numpy as np

from .homes import VOLT, Homes

LEAST_A = 6.0
_STEP_A = 0.1


class Cars:
    """Cars of several seeds (one Homes each) under `laws` laws."""

    def __init__(self, seeds: list[Homes], laws: int):
        self.seeds = seeds
        count = len(seeds[0].car_home)
        self.shape = (laws, len(seeds), count)
        self.max_w = np.stack([h.car_max_w for h in seeds])  # (S, E)
        self.phases = np.stack([h.car_phases.sum(axis=1) for h in seeds])
        self.need_wh = np.zeros(self.shape)
        self.power_w = np.zeros(self.shape)
        self.depart = np.zeros((len(seeds), count), int)
        self._whole_wh = np.zeros((len(seeds), count))  # wanted on arrival
        self._stay = np.full((len(seeds), count), -1, int)
        self._table = np.stack([h.plugged() for h in seeds], axis=1)  # (T, S, E)
        self.exact: list[int] = []  # laws (by number) whose limits are powers, to the watt
        most = max(len(h.need_wh) for h in seeds)
        self.left_wh = np.full((laws, len(seeds), most), np.nan)  # wanted at the departure

    @property
    def plugged(self) -> np.ndarray:
        """(S, E) whether a car is there."""
        return self._stay >= 0

    @property
    def wants(self) -> np.ndarray:
        """(L, S, E) whether it would charge if it might."""
        return self.need_wh > 0.0

    @property
    def got_wh(self) -> np.ndarray:
        """(L, S, E) what the charger has counted since the car came."""
        return np.where(self.plugged, self._whole_wh - self.need_wh, 0.0)

    def come_and_go(self, t: int) -> None:
        """Arrivals and departures of minute t."""
        now = self._table[t]
        for s, e in np.argwhere(now != self._stay):
            self._leave(s, e)
            stay = int(now[s, e])
            if stay >= 0:
                self._whole_wh[s, e] = self.seeds[s].need_wh[stay]
                self.need_wh[:, s, e] = self._whole_wh[s, e]
                self.depart[s, e] = self.seeds[s].depart[stay]
            self._stay[s, e] = stay

    def _leave(self, s: int, e: int) -> None:
        before = self._stay[s, e]
        if before >= 0:
            self.left_wh[:, s, before] = self.need_wh[:, s, e]
            self.need_wh[:, s, e] = 0.0

    def allowed_w(self, limit_w: np.ndarray) -> np.ndarray:
        """(..., S, E) what a limit in W lets each car take."""
        per_a = VOLT * self.phases
        ampere = np.floor(limit_w / per_a / _STEP_A + 1e-9) * _STEP_A
        return np.minimum(np.where(ampere >= LEAST_A - 1e-9, ampere * per_a, 0.0), self.max_w)

    def charge(self, limit_w: np.ndarray) -> np.ndarray:
        """One minute under these limits (L, S, E); returns what they allowed."""
        allowed = self.allowed_w(limit_w)
        for law in self.exact:
            allowed[law] = np.minimum(limit_w[law], self.max_w)
        self.power_w = np.minimum(allowed, self.need_wh * 60.0)
        self.need_wh -= self.power_w / 60.0
        self.need_wh[self.need_wh < 1e-6] = 0.0
        return allowed
