"""Home batteries: they follow the house's balance, or a plan, within power and capacity.

A battery in mode "self" charges from the house's surplus and discharges against its draw: it
reads the power already added at the ports it watches, so it must be called after the house's
other devices. In mode "plan" it follows a Course of set-points in W (charging positive).
A consumption limit caps charging only; discharging helps the grid and stays free.
Units: W, Wh, s, shares 0..1. Charging counts positive at the ports. cos phi is 1.
Failure: sizes that are not positive, an unknown mode or a plan that does not fit: ValueError.
"""

from __future__ import annotations

import math

import numpy as np

from .course import Course
from .fleet import NOT_CONNECTED, Fleet, PortMap


class BatteryFleet(Fleet):
    """n batteries on ports (n, 3), -1 for phases not connected; power is split evenly.

    capacity_wh, max_w: scalar or (n,). efficiency: one way. charge: start, share of capacity.
    least_charge: kept in reserve. watch: ports (n, k) whose power is balanced, default the own
    ones. plan: Course with 1 or n columns, W; given = mode "plan", else mode "self".
    tau_s: first-order response.
    """

    band_pu = (0.5, 1.3)

    def __init__(self, ports, capacity_wh, max_w, watch=None, plan: Course | None = None,
                 efficiency: float = 0.95, charge=0.5, least_charge: float = 0.05,
                 tau_s: float = 2.0):
        super().__init__(ports)
        n = len(self.ports)
        if self.ports.shape != (n, 3):
            raise ValueError(f"battery ports: shape (n, 3) expected, got {self.ports.shape}")
        if plan is not None and plan.values.ndim == 2 and plan.values.shape[1] != n:
            raise ValueError(f"battery plan: 1 or {n} columns expected, got {plan.values.shape}")
        self.capacity_wh, self.max_w = _each(capacity_wh, n), _each(max_w, n)
        if (self.capacity_wh <= 0).any() or (self.max_w <= 0).any():
            raise ValueError("battery: capacity and power must be positive")
        if not 0.0 < efficiency <= 1.0:
            raise ValueError(f"battery efficiency {efficiency} outside (0, 1]")
        self.plan, self.efficiency, self.tau_s = plan, efficiency, tau_s
        self.least_wh = least_charge * self.capacity_wh
        self.stored_wh = _each(charge, n) * self.capacity_wh
        self.limit_w = np.full(n, math.inf)
        self.power_w = np.zeros(n)
        self._wire(self.ports if watch is None else np.asarray(watch), n)

    def _wire(self, watch, n: int) -> None:
        wires = (self.ports != NOT_CONNECTED).astype(float)
        self._split = wires / wires.sum(axis=1, keepdims=True)
        self._watch = PortMap(watch)
        self._seen = np.zeros(watch.size)
        self._seen2 = self._seen.reshape(n, -1)

    def limit_power(self, index: int, limit_w) -> None:
        """Largest charging power in W (None = no limit)."""
        self.limit_w[index] = math.inf if limit_w is None else limit_w

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        gain = 1.0 if self.tau_s <= 0 else -math.expm1(-dt_s / self.tau_s)
        wanted_w = self.power_w + (self._wanted(t_s, p_w) - self.power_w) * gain
        self.power_w = self._possible(wanted_w, dt_s)
        self._book(dt_s)
        self.map.add(p_w, (self.power_w[:, None] * self._split).reshape(-1))

    def _wanted(self, t_s: float, p_w):
        if self.plan is not None:
            return self.plan.at(t_s) + 0.0 * self.power_w
        self._watch.read(p_w, self._seen)
        return -self._seen2.sum(axis=1)

    def _possible(self, wanted_w, dt_s: float):
        """Clip to rating, limit, free capacity and what is stored above the reserve."""
        hours = dt_s / 3600.0
        room_w = (self.capacity_wh - self.stored_wh) / (self.efficiency * hours)
        rest_w = (self.stored_wh - self.least_wh) * self.efficiency / hours
        highest = np.minimum(np.minimum(self.max_w, self.limit_w), np.maximum(room_w, 0.0))
        lowest = -np.minimum(self.max_w, np.maximum(rest_w, 0.0))
        return np.clip(wanted_w, lowest, highest)

    def _book(self, dt_s: float) -> None:
        into_w = np.where(self.power_w > 0, self.power_w * self.efficiency,
                          self.power_w / self.efficiency)
        self.stored_wh += into_w * (dt_s / 3600.0)

    def observe(self) -> dict[str, np.ndarray]:
        return {"power_w": self.power_w, "stored_wh": self.stored_wh}


def _each(value, n: int) -> np.ndarray:
    return np.array(np.broadcast_to(np.asarray(value, dtype=float), n))
