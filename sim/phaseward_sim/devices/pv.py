"""PV inverters: sun times peak power, voltage protection, soft start, optional Q(U) and P(U).

Generation counts negative at the ports. A three-phase inverter feeds its phases evenly and
disconnects when any of them is outside its limits. Voltages are per phase to neutral.
Energy that protection, soft start, P(U) or a limit from outside kept from the grid is booked in
`lost_wh`. A limit acts at once.
Units: W, var, V, s, Wh. Failure: a table that does not fit the fleet raises ValueError.
"""

from __future__ import annotations

import math

import numpy as np

from .course import Course
from .fleet import NOT_CONNECTED, Fleet, PortMap
from .inverter_settings import VDE_AR_N_4105, InverterSettings
from .moving_mean import MovingRms

MEAN_HIGH, HIGH, LOW, LOWEST = "mean_high", "high", "low", "lowest"


class PvFleet(Fleet):
    """n inverters on ports (n, 3), -1 for phases not connected.

    peak_w: rated power, scalar or (n,). sun: Course of one column or n, in per unit of it.
    All inverters share one set of settings. `trips`: list of (t_s, device, cause).
    """

    band_pu = (0.5, 1.3)

    def __init__(self, ports, peak_w, sun: Course, settings: InverterSettings = VDE_AR_N_4105):
        super().__init__(ports)
        n = len(self.ports)
        if self.ports.shape != (n, 3):
            raise ValueError(f"PV ports: shape (n, 3) expected, got {self.ports.shape}")
        if sun.values.ndim == 2 and sun.values.shape[1] != n:
            raise ValueError(f"PV: {n} inverters need a sun table with 1 or {n} columns, "
                             f"got {sun.values.shape}")
        self.peak_w = np.array(np.broadcast_to(np.asarray(peak_w, float), n))
        self.sun, self.settings = sun, settings
        self._wire(n)
        self._make_state(n)

    def _wire(self, n: int) -> None:
        connected = self.ports != NOT_CONNECTED
        self._device = np.nonzero(connected)[0]
        self._share = 1.0 / connected.sum(axis=1)[self._device]
        self._first = np.searchsorted(self._device, np.arange(n))
        self.map = PortMap(self.ports[connected])
        m = len(self._device)
        self._u, self._port_w = np.zeros(m), np.zeros(m)
        self._high_s, self._low_s, self._lowest_s = np.zeros(m), np.zeros(m), np.zeros(m)
        self._mean = MovingRms(m, self.settings.mean_window_s)

    def _make_state(self, n: int) -> None:
        self.connected = np.ones(n, dtype=bool)
        self.ramp = np.ones(n)
        self.power_w, self.q_var = np.zeros(n), np.zeros(n)
        self.lost_wh, self.fed_wh = np.zeros(n), np.zeros(n)
        self.trips: list[tuple[float, int, str]] = []
        self.limit_w = np.full(n, np.inf)  # from outside, by `PvHandle`
        self._limited = False
        self._wait_s = np.zeros(n)
        self._allowed = np.ones(n)
        self._calm = True
        self._curves = bool(self.settings.q_of_u or self.settings.p_of_u)

    # --- one step -----------------------------------------------------------------------

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        self.map.read(u_v, self._u)
        self._mean.add(self._u, dt_s)
        if not self._calm or self._suspicious():
            self._protect(t_s, dt_s)
        if self._curves:
            self._follow_curves(dt_s)
        self._feed(t_s, dt_s)
        np.multiply(self.power_w[self._device], self._share, out=self._port_w)
        np.negative(self._port_w, out=self._port_w)
        self.map.add(p_w, self._port_w)
        if self._curves:
            self.map.add(q_var, self.q_var[self._device] * self._share)

    def _suspicious(self) -> bool:
        limits = self.settings
        return (self._u.min() < limits.low_v or self._u.max() > limits.high_v
                or self._mean.value_v.max() > limits.mean_high_v)

    def _feed(self, t_s: float, dt_s: float) -> None:
        available_w = self.sun.at(t_s) * self.peak_w
        if self._calm and not self._curves:
            self.power_w = available_w
        else:
            ceiling = np.minimum(self.ramp, self._allowed) * self.connected
            self.power_w = np.minimum(available_w, ceiling * self.peak_w)
            self.lost_wh += (available_w - self.power_w) * (dt_s / 3600.0)
        if self._limited:
            within_w = np.minimum(self.power_w, self.limit_w)
            self.lost_wh += (self.power_w - within_w) * (dt_s / 3600.0)
            self.power_w = within_w
        self.fed_wh += self.power_w * (dt_s / 3600.0)

    def _protect(self, t_s: float, dt_s: float) -> None:
        """Trip, wait, reconnect, ramp: runs only while something is not normal."""
        limits, u = self.settings, self._u
        clocks = ((HIGH, self._high_s, u > limits.high_v, limits.high_s),
                  (LOW, self._low_s, u < limits.low_v, limits.low_s),
                  (LOWEST, self._lowest_s, u < limits.lowest_v, limits.lowest_s))
        for cause, clock_s, outside, delay_s in clocks:
            clock_s[:] = np.where(outside, clock_s + dt_s, 0.0)
            self._trip(t_s, clock_s >= delay_s - 1e-9, cause)
        mean_bad = self._mean.value_v > limits.mean_high_v
        self._trip(t_s, mean_bad, MEAN_HIGH)
        self._reconnect(dt_s, mean_bad)
        timing = (self._high_s + self._low_s + self._lowest_s).any()
        self._calm = bool(self.connected.all() and (self.ramp >= 1.0).all() and not timing)

    def _trip(self, t_s: float, ports, cause: str) -> None:
        if not ports.any():
            return
        for device in np.unique(self._device[ports]):
            if self.connected[device]:
                self.connected[device] = False
                self._wait_s[device] = 0.0
                self.trips.append((t_s, int(device), cause))

    def _reconnect(self, dt_s: float, mean_bad) -> None:
        limits = self.settings
        low, high = limits.reconnect_v
        port_bad = (self._u < low) | (self._u > high) | mean_bad
        bad = np.logical_or.reduceat(port_bad, self._first)
        self.ramp = np.minimum(self.ramp + limits.ramp_per_min * dt_s / 60.0, 1.0)
        back = ~self.connected & ~bad & (self._wait_s >= limits.reconnect_s)
        self.ramp[back] = 0.0
        self.connected |= back
        self._wait_s = np.where(bad | self.connected, 0.0, self._wait_s + dt_s)

    def _follow_curves(self, dt_s: float) -> None:
        """Q(U) and P(U) on the mean of an inverter's phases, with their time constant."""
        limits = self.settings
        counts = np.bincount(self._device)
        u = np.add.reduceat(self._u, self._first) / counts
        gain = -math.expm1(-dt_s / limits.tau_s)
        if limits.q_of_u:
            volts, shares = zip(*limits.q_of_u, strict=True)
            goal_var = np.interp(u, volts, shares) * self.peak_w * self.connected
            self.q_var += (goal_var - self.q_var) * gain
        if limits.p_of_u:
            volts, shares = zip(*limits.p_of_u, strict=True)
            self._allowed += (np.interp(u, volts, shares) - self._allowed) * gain

    def handle(self, index: int) -> PvHandle:
        """What a box's wire to inverter `index` reaches."""
        return PvHandle(self, index)

    def observe(self) -> dict[str, np.ndarray]:
        return {"power_w": self.power_w, "q_var": self.q_var, "connected": self.connected,
                "lost_wh": self.lost_wh, "fed_wh": self.fed_wh}


class PvHandle:
    """One inverter of a fleet."""

    def __init__(self, fleet: PvFleet, index: int):
        self._fleet, self._index = fleet, index
        self.peak_w = float(fleet.peak_w[index])

    def set_limit_w(self, limit_w: float) -> None:
        """Feed in at most so much; inf = no limit."""
        self._fleet.limit_w[self._index] = limit_w
        self._fleet._limited = bool(np.isfinite(self._fleet.limit_w).any())
