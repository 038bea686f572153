"""What control cost the customers: warmth kept, energy charged, time held back.

Units: degC, K h, s, Wh, W.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


class ComfortMeter:
    """Rooms against their set-points. set_c: (n,) or number; tolerance_k below it is comfort.

    `cold_s`: time below set-point minus tolerance; `cold_kh`: kelvin-hours below it;
    `coldest_c`: lowest temperature. Arrays (n,).
    """

    def __init__(self, n: int, set_c, tolerance_k: float = 1.0):
        self.least_c = np.array(np.broadcast_to(np.asarray(set_c, float), n)) - tolerance_k
        self.cold_s, self.cold_kh = np.zeros(n), np.zeros(n)
        self.coldest_c = np.full(n, np.inf)
        self.total_s = 0.0

    def add(self, room_c, dt_s: float) -> None:
        """Room temperatures (n,) held for dt_s."""
        self.total_s += dt_s
        np.minimum(self.coldest_c, room_c, out=self.coldest_c)
        short_k = self.least_c - room_c
        if short_k.max() > 0:
            self.cold_s += (short_k > 0) * dt_s
            self.cold_kh += np.maximum(short_k, 0.0) * (dt_s / 3600.0)

    @property
    def kept_share(self) -> np.ndarray:
        """Share of the time at or above set-point minus tolerance, (n,)."""
        return 1.0 - self.cold_s / self.total_s if self.total_s else np.ones_like(self.cold_s)


@dataclass(frozen=True)
class EvService:
    """Energy wanted and not charged, per charger (n,), Wh; `served_share` of all together."""

    wanted_wh: np.ndarray
    missing_wh: np.ndarray

    @property
    def served_share(self) -> float:
        """Energy charged over energy wanted; 1 where none was wanted."""
        wanted = self.wanted_wh.sum()
        return float(1.0 - self.missing_wh.sum() / wanted) if wanted > 0 else 1.0


def ev_service(n: int, stays) -> EvService:
    """From (charger, wanted_wh, missing_wh) of every finished stay."""
    wanted, missing = np.zeros(n), np.zeros(n)
    for charger, wanted_wh, missing_wh in stays:
        wanted[charger] += wanted_wh
        missing[charger] += missing_wh
    return EvService(wanted, missing)


class HeldBackMeter:
    """Time in which a load's limit lay below its full power: `held_s`, (n,).

    `demanded_s` counts only time in which the load would have drawn more than the limit,
    which is what fairness compares (a limit nobody feels is no burden).
    """

    def __init__(self, full_w):
        self.full_w = np.asarray(full_w, float)
        self.held_s, self.demanded_s = np.zeros(len(self.full_w)), np.zeros(len(self.full_w))

    def add(self, limit_w, wanted_w, dt_s: float) -> None:
        """Limits in force and powers the loads would draw freely, (n,) W, for dt_s."""
        limit_w = np.asarray(limit_w, float)
        self.held_s += (limit_w < self.full_w) * dt_s
        self.demanded_s += (limit_w < np.minimum(wanted_w, self.full_w)) * dt_s
