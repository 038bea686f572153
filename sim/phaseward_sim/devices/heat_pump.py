"""Heat pumps: compressor, house, thermostat, lock contact.

The house is one heat capacity behind one loss coefficient (dT/dt = (heat + gains
- loss * (T - outdoor)) / capacity), integrated exactly between decisions. The compressor runs
between the edges of a hysteresis, with least run and rest times. Its heat is power times COP,
a fixed share of the Carnot factor between source and supply temperature.
SG-Ready contacts (1:2): 1:0 lock, 0:0 normal, 0:1 recommendation, 1:1 start (BWP,
"Regularium fuer das Label SG Ready"; how a machine reacts to 0:1 and 1:1 is the maker's
choice: here a raised set-point).
A lock stops the compressor at once, even before its least run time (counted in `short_runs`),
because lock contacts act on the compressor directly; after it the rest time holds.
Units: W, Wh, K, degC, s. Failure: impossible sizes raise ValueError.
"""

from __future__ import annotations

import math

import numpy as np

from .course import Course
from .fleet import NOT_CONNECTED, Fleet

NORMAL, LOCK, RECOMMENDED, START = range(4)
_CONTACTS = {(0, 0): NORMAL, (1, 0): LOCK, (0, 1): RECOMMENDED, (1, 1): START}
_RAISED_K = np.array([0.0, 0.0, 1.0, 2.0])
_KELVIN = 273.15
_LEAST_LIFT_K = 10.0


class HeatPumpFleet(Fleet):
    """n heat pumps on ports (n, 3), -1 for phases not connected. Scalars or (n,) for sizes.

    rated_w: electric power while running. outdoor: Course of one column, degC.
    loss_w_per_k, capacity_wh_per_k, setpoint_c, gain_w: the house. hysteresis_k: whole width.
    least_w: smallest electric power a limit can throttle to; below it the machine stops
    (default rated_w: on/off machine). carnot_share: 0.45 (unverified: typical of small
    air-source machines). seed: start temperatures within the hysteresis, a third running.
    control_s: thermostat period; a lock acts at the next grid step.
    """

    def __init__(self, ports, rated_w, outdoor: Course, loss_w_per_k=180.0,
                 capacity_wh_per_k=8000.0, setpoint_c=21.0, gain_w=300.0, hysteresis_k=1.0,
                 min_run_s=600.0, min_rest_s=600.0, least_w=None, supply_c=35.0,
                 carnot_share=0.45, power_factor=0.95, control_s=10.0, seed=0):
        super().__init__(ports)
        n = len(self.ports)
        if self.ports.shape != (n, 3):
            raise ValueError(f"heat pump ports: shape (n, 3) expected, got {self.ports.shape}")
        self.rated_w = _positive("rated_w", rated_w, n)
        self.least_w = self.rated_w if least_w is None else _positive("least_w", least_w, n)
        self.loss_w_per_k = _positive("loss_w_per_k", loss_w_per_k, n)
        self.capacity_wh_per_k = _positive("capacity_wh_per_k", capacity_wh_per_k, n)
        self.setpoint_c, self.gain_w = _each(setpoint_c, n), _each(gain_w, n)
        self.half_k = 0.5 * hysteresis_k
        self.min_run_s, self.min_rest_s, self.control_s = min_run_s, min_rest_s, control_s
        self.outdoor, self.supply_c, self.carnot_share = outdoor, supply_c, carnot_share
        self._tan = math.tan(math.acos(power_factor))
        wires = (self.ports != NOT_CONNECTED).astype(float)
        self._share = wires / wires.sum(axis=1, keepdims=True)
        self._make_state(n, np.random.default_rng(seed))

    def _make_state(self, n: int, rng) -> None:
        self.room_c = self.setpoint_c + rng.uniform(-self.half_k, self.half_k, n)
        self.running = rng.random(n) < 1 / 3
        self.mode = np.full(n, NORMAL)
        self.cap_w = self.rated_w.copy()
        self.power_w = np.zeros(n)
        self.energy_wh, self.heat_wh, self.locked_s = np.zeros(n), np.zeros(n), np.zeros(n)
        self.starts, self.short_runs = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
        self.coldest_c = self.room_c.copy()
        self._changed_s = np.full(n, -math.inf)
        self._port_w, self._port_var = np.zeros(3 * n), np.zeros(3 * n)
        self._decided_s = None
        self._dirty = True

    # --- control ------------------------------------------------------------------------

    def set_sg_ready(self, index: int, contact1, contact2) -> None:
        """State of the two SG-Ready contacts of one heat pump (true = closed)."""
        self.mode[index] = _CONTACTS[bool(contact1), bool(contact2)]
        self._dirty = True

    def set_lock(self, index: int, locked: bool) -> None:
        """The lock contact alone (relay): locked or normal."""
        self.set_sg_ready(index, locked, False)

    def limit_power(self, index: int, limit_w) -> None:
        """Consumption limit in W (None = none); below `least_w` the machine stops."""
        limit_w = math.inf if limit_w is None else limit_w
        self.cap_w[index] = min(limit_w, self.rated_w[index])
        self._dirty = True

    def handle(self, index: int) -> HeatPumpHandle:
        """One heat pump as its contacts see it."""
        return HeatPumpHandle(self, index)

    # --- one step -----------------------------------------------------------------------

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        if self._dirty or t_s - self._decided_s >= self.control_s - 1e-9:
            self._decide(t_s)
        self.map.add(p_w, self._port_w)
        self.map.add(q_var, self._port_var)

    def _decide(self, t_s: float) -> None:
        """Bring the houses up to t_s, then choose who runs."""
        span_s = 0.0 if self._decided_s is None else t_s - self._decided_s
        self._decided_s, self._dirty = t_s, False
        if span_s > 0:
            self._integrate(t_s - span_s, span_s)
        held = (self.mode == LOCK) | (self.cap_w < self.least_w)
        self._switch(t_s, held)
        self.power_w = np.where(self.running, self.cap_w, 0.0)
        self._port_w = (self.power_w[:, None] * self._share).reshape(-1)
        self._port_var = self._port_w * self._tan

    def _integrate(self, from_s: float, span_s: float) -> None:
        outdoor_c = float(self.outdoor.at(from_s))
        heat_w = self.power_w * self.cop(outdoor_c)
        goal_c = outdoor_c + (heat_w + self.gain_w) / self.loss_w_per_k
        tau_s = 3600.0 * self.capacity_wh_per_k / self.loss_w_per_k
        self.room_c += (goal_c - self.room_c) * -np.expm1(-span_s / tau_s)
        np.minimum(self.coldest_c, self.room_c, out=self.coldest_c)
        self.heat_wh += heat_w * (span_s / 3600.0)
        self.energy_wh += self.power_w * (span_s / 3600.0)
        self.locked_s += np.where((self.mode == LOCK) | (self.cap_w < self.least_w), span_s, 0.0)

    def cop(self, outdoor_c: float) -> float:
        """Coefficient of performance: carnot_share * T_supply / (T_supply - T_outdoor).

        The lift counts as at least 10 K: machines do not follow Carnot into infinity.
        """
        lift_k = max(self.supply_c - outdoor_c, _LEAST_LIFT_K)
        return self.carnot_share * (self.supply_c + _KELVIN) / lift_k

    def _switch(self, t_s: float, held) -> None:
        since_s = t_s - self._changed_s
        wanted_c = self.setpoint_c + _RAISED_K[self.mode]
        warm = (self.room_c > wanted_c + self.half_k) & (since_s >= self.min_run_s)
        cold = self.room_c < wanted_c - self.half_k
        forced = (self.mode == START) & (self.room_c < wanted_c)
        stop = self.running & (warm | held)
        start = ~self.running & (cold | forced) & (since_s >= self.min_rest_s) & ~held
        self.short_runs += stop & (since_s < self.min_run_s)
        self.starts += start
        self.running = (self.running & ~stop) | start
        self._changed_s = np.where(stop | start, t_s, self._changed_s)

    def observe(self) -> dict[str, np.ndarray]:
        return {"power_w": self.power_w, "room_degc": self.room_c, "running": self.running,
                "locked_s": self.locked_s, "energy_wh": self.energy_wh}


class HeatPumpHandle:
    """One heat pump of a fleet, as what is wired to it uses it."""

    def __init__(self, fleet: HeatPumpFleet, index: int):
        self.fleet, self.index = fleet, index

    def set_lock(self, locked: bool) -> None:
        """See HeatPumpFleet.set_lock."""
        self.fleet.set_lock(self.index, locked)

    def set_sg_ready(self, contact1, contact2) -> None:
        """See HeatPumpFleet.set_sg_ready."""
        self.fleet.set_sg_ready(self.index, contact1, contact2)

    def limit_power(self, limit_w) -> None:
        """See HeatPumpFleet.limit_power."""
        self.fleet.limit_power(self.index, limit_w)


def _each(value, n: int) -> np.ndarray:
    return np.array(np.broadcast_to(np.asarray(value, dtype=float), n))


def _positive(name: str, value, n: int) -> np.ndarray:
    out = _each(value, n)
    if (out <= 0).any():
        raise ValueError(f"heat pump {name}: {out.min()} must be positive")
    return out


def daily_outdoor(mean_c: float, swing_k: float, step_s: float = 600.0) -> Course:
    """A sine over the day, warmest at 15:00, as a repeating Course in degC."""
    t_s = (np.arange(round(86400 / step_s)) + 0.5) * step_s
    values = mean_c + swing_k * np.cos(2 * np.pi * (t_s / 86400.0 - 15.0 / 24.0))
    return Course(values, step_s, repeat=True)
