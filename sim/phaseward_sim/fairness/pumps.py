"""The heat pumps of all laws and seeds at once, on the simulator's own model of one.

`HeatPumpFleet` steps all of them as one fleet of L * S * U machines: on/off by thermostat, a lock
stops them at once. Units: W, degC, minutes. Arrays: L laws, S seeds, U pumps.
"""

from __future__ import annotations

import numpy as np

from ..devices.heat_pump import LOCK, NORMAL, HeatPumpFleet, daily_outdoor
from .homes import Homes

MEAN_C, SWING_K = 2.0, 3.0
SETPOINT_C = 21.0
_TAN = np.tan(np.arccos(0.95))


class Pumps:
    """Heat pumps under `laws` laws. schedule: laws (by number) whose powers are given."""

    def __init__(self, seeds: list[Homes], laws: int, seed: int = 0):
        self.shape = (laws, len(seeds), len(seeds[0].pump_home))
        self.rated_w = np.stack([h.pump_w for h in seeds])
        self.count = int(np.prod(self.shape))
        self.power_w = np.zeros(self.shape)
        self.given_w: dict[int, np.ndarray] = {}  # law -> (S, U) power in this minute
        if self.count:
            self.fleet = self._fleet(seeds, laws, seed)

    def _fleet(self, seeds, laws, seed):
        def tiled(name):
            one = np.stack([getattr(h, name) for h in seeds])
            return np.broadcast_to(one, self.shape).ravel()

        ports = np.arange(3 * self.count).reshape(-1, 3)
        fleet = HeatPumpFleet(ports, tiled("pump_w"), daily_outdoor(MEAN_C, SWING_K),
                              tiled("loss_w_per_k"), tiled("capacity_wh_per_k"),
                              SETPOINT_C, control_s=60.0, seed=seed)
        each = self.shape[1] * self.shape[2]  # every law begins with the same rooms
        fleet.room_c[:] = np.tile(fleet.room_c[:each], laws)
        fleet.running[:] = np.tile(fleet.running[:each], laws)
        self._p, self._q = np.zeros(3 * self.count), np.zeros(3 * self.count)
        return fleet

    def run(self, t: int, locked: np.ndarray) -> None:
        """Minute t with these locks (L, S, U)."""
        if not self.count:
            return
        self.fleet.mode[:] = np.where(locked.ravel(), LOCK, NORMAL)
        self._override()
        self.fleet.demand(60.0 * t, 60.0, None, self._p, self._q)
        self._override()
        self.power_w = self.fleet.power_w.reshape(self.shape)

    def _override(self) -> None:
        """Scheduled machines run at their schedule's power: the fleet heats with what it finds."""
        for law, power_w in self.given_w.items():
            self.fleet.power_w.reshape(self.shape)[law] = power_w

    @property
    def var(self) -> np.ndarray:
        """(L, S, U) reactive power."""
        return self.power_w * _TAN

    @property
    def room_c(self) -> np.ndarray:
        """(L, S, U) room temperatures."""
        return self.fleet.room_c.reshape(self.shape) if self.count else np.zeros(self.shape)

    def wants(self, locked: np.ndarray) -> np.ndarray:
        """(L, S, U) running, or locked below the set-point."""
        return (self.power_w > 0.0) | (locked & (self.room_c < SETPOINT_C))
