"""Four-leg balancer power stages: they move active power between phases and supply reactive.

P and Q set-points are what the stage *injects* into each phase (the register map of
`phaseward_stage`); at the grid's ports injection counts negative. The three P of one command
must sum to zero; losses are drawn evenly from the three phases on top.
Units: W, var, VA, A, V, s, degC. Failure: a command that does not sum to zero raises
ValueError; set-points beyond the ratings are scaled down as a whole, not refused (`limiting`
says by which limit: LEG_CURRENT, NEUTRAL_CURRENT); that is no fault.

A stage is built to be safe without its controller: without a command for `watchdog_s` it
drops the set-points, ramps to zero and stops. It stops at once, transistors blocked, when a
phase leaves `u_stop_pu`, and starts again by itself after `u_settle_s` inside.
"""

from __future__ import annotations

import math

import numpy as np

from .fleet import U_NOM_V, Fleet
from .stage_limits import limited, neutral_current

STOPPED, STARTING, RUNNING, RAMPING, FAULTED = range(5)
WATCHDOG, OVER_TEMPERATURE, LEG_CURRENT, NEUTRAL_CURRENT, U_LOW, U_HIGH, INTERNAL = (
    1 << bit for bit in range(7))
_LATCHED = OVER_TEMPERATURE | LEG_CURRENT | NEUTRAL_CURRENT | INTERNAL
_VOLTAGE = U_LOW | U_HIGH
_AMBIENT_C = 25.0
_FULL_LOAD_RISE_K = 40.0
_HEAT_TAU_S = 900.0
_TRIP_C = 90.0
_STOPPED_VA = 1.0
_SETTLED_W = 1e-3
_MOVED_V = 0.5  # the limits are worked out again when a voltage moved by more than this


class StageFleet(Fleet):
    """n stages on ports (n, 3).

    rated_va: three phases together, a third per leg. leg_a: largest leg current (default
    rated_va / 3 / 230 V). neutral_factor: neutral leg's rating over a phase leg's (equal legs
    = 1). loss_standby_w: while energised; loss_share: further losses per VA delivered.
    tau_s: first-order response. ramp_s: rated power to zero when stopping. start_s: time from
    the run command to the first output. u_stop_pu: voltage window of the stage's own
    protection. Scalars or (n,) arrays for the ratings.
    """

    band_pu = (0.5, 1.3)

    def __init__(self, ports, rated_va, leg_a=None, neutral_factor=1.0, loss_standby_w=30.0,
                 loss_share=0.025, tau_s=0.1, ramp_s=2.0, start_s=2.0, watchdog_s=10.0,
                 u_stop_pu=(0.7, 1.2), u_settle_s=10.0):
        super().__init__(ports)
        n = len(self.ports)
        if self.ports.shape != (n, 3):
            raise ValueError(f"stage ports: shape (n, 3) expected, got {self.ports.shape}")
        self.rated_va = _each(rated_va, n)
        self.leg_a = self.rated_va / 3.0 / U_NOM_V if leg_a is None else _each(leg_a, n)
        self.neutral_a = self.leg_a * neutral_factor
        self.watchdog_s = _each(watchdog_s, n)
        self.loss_standby_w, self.loss_share = loss_standby_w, loss_share
        self.tau_s, self.ramp_s, self.start_s = tau_s, ramp_s, start_s
        self.u_stop_v = (u_stop_pu[0] * U_NOM_V, u_stop_pu[1] * U_NOM_V)
        self.u_settle_s = u_settle_s
        self._make_state(n)

    def _make_state(self, n: int) -> None:
        self.set_p_w, self.set_q_var = np.zeros((n, 3)), np.zeros((n, 3))
        self.p_w, self.q_var = np.zeros((n, 3)), np.zeros((n, 3))
        self.loss_w = np.zeros(n)
        self.loss_wh = np.zeros(n)
        self.temperature_c = np.full(n, _AMBIENT_C)
        self.run = np.zeros(n, dtype=bool)
        self.state = np.zeros(n, dtype=int)
        self.faults = np.zeros(n, dtype=int)
        self.limiting = np.zeros(n, dtype=int)
        self._commanded_s = np.full(n, -math.inf)
        self._since_s = np.zeros(n)
        self._u = np.full(3 * n, U_NOM_V)
        self._u3 = self._u.reshape(n, 3)
        # At least 1 W, so that a lossless stage (tests, ideal studies) stays at ambient.
        full_loss_w = self.loss_standby_w + self.loss_share * self.rated_va
        self._loss_rated_w = np.maximum(full_loss_w, 1.0)
        self._deadline_s = math.inf
        self._steady = False
        self._heated_s = 0.0
        self._settled = False
        self._u_limited = self._u.copy()
        self._port_w, self._port_var = np.zeros(3 * n), np.zeros(3 * n)

    # --- commands -----------------------------------------------------------------------

    def command(self, index: int, t_s: float, p_w=None, q_var=None, run=None) -> None:
        """New set-points (W, var per phase) or run command for one stage; feeds its watchdog.

        None leaves a part as it is. ValueError if the P do not sum to zero (within 1 W).
        """
        if p_w is not None:
            if abs(float(np.sum(p_w))) > 1.0:
                raise ValueError(f"stage {index}: set-points {list(p_w)} W do not sum to zero")
            self.set_p_w[index] = p_w
        if q_var is not None:
            self.set_q_var[index] = q_var
        if run is not None and bool(run) != self.run[index]:
            self.run[index] = bool(run)
            self._steady = False
        self._commanded_s[index] = t_s
        self.faults[index] &= ~WATCHDOG
        self._settled = False
        self._rearm()

    def set_watchdog(self, index: int, watchdog_s: float) -> None:
        """Silence after which the stage stops, s."""
        self.watchdog_s[index] = watchdog_s
        self._rearm()

    def _rearm(self) -> None:
        """Time at which the first running stage's watchdog would expire."""
        alive_s = self._commanded_s + self.watchdog_s
        self._deadline_s = float(alive_s[self.run].min(initial=math.inf))

    def reset_faults(self, index: int) -> None:
        """Clear latched faults; those whose cause persists come back."""
        self.faults[index] &= ~_LATCHED
        self._steady = False

    def trip(self, index: int, fault: int) -> None:
        """Let a stage fail with fault bits (INTERNAL, LEG_CURRENT...); latched until reset."""
        self.faults[index] |= fault
        self._steady = False

    def handle(self, index: int) -> StageHandle:
        """One stage as a Modbus slave sees it."""
        return StageHandle(self, index)

    # --- one step -----------------------------------------------------------------------

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        self.map.read(u_v, self._u)
        self._protect(t_s)
        if not self._steady or t_s > self._deadline_s:
            self._supervise(t_s)
        if self.state.any():
            if not self._settled or np.abs(self._u - self._u_limited).max() > _MOVED_V:
                self._deliver(dt_s)
            self.map.add(p_w, self._port_w)
            self.map.add(q_var, self._port_var)
            self.loss_wh += self.loss_w * (dt_s / 3600.0)
        self._heat(dt_s)

    def _protect(self, t_s: float) -> None:
        """Block the transistors of stages whose voltage left the window."""
        low, high = self.u_stop_v
        if self._u.min() >= low and self._u.max() <= high:
            return
        under, over = (self._u3 < low).any(axis=1), (self._u3 > high).any(axis=1)
        self.faults |= np.where(under, U_LOW, 0) | np.where(over, U_HIGH, 0)
        hit = under | over
        self.p_w[hit], self.q_var[hit] = 0.0, 0.0
        self._since_s[hit] = t_s
        self._steady = False

    def _supervise(self, t_s: float) -> None:
        """State machine of every stage; runs only while something changes."""
        for index in range(len(self)):
            self._expire_watchdog(index, t_s)
            self._clear_voltage_fault(index, t_s)
            new = self._next_state(index, t_s)
            if new != self.state[index]:
                self.state[index], self._since_s[index] = new, t_s
            if new in (STOPPED, FAULTED):
                self.p_w[index], self.q_var[index], self.loss_w[index] = 0.0, 0.0, 0.0
        self._settled = False
        self._steady = bool(((self.state == STOPPED) | (self.state == RUNNING)).all())

    def _expire_watchdog(self, index: int, t_s: float) -> None:
        if self.run[index] and t_s - self._commanded_s[index] > self.watchdog_s[index]:
            self.run[index] = False
            self.set_p_w[index], self.set_q_var[index] = 0.0, 0.0
            self.faults[index] |= WATCHDOG
            self._rearm()

    def _clear_voltage_fault(self, index: int, t_s: float) -> None:
        if self.faults[index] & _VOLTAGE and t_s - self._since_s[index] >= self.u_settle_s:
            self.faults[index] &= ~_VOLTAGE

    def _next_state(self, index: int, t_s: float) -> int:
        state = self.state[index]
        if self.faults[index] & (_LATCHED | _VOLTAGE):
            return FAULTED
        if not self.run[index]:
            power = np.abs(self.p_w[index]).sum() + np.abs(self.q_var[index]).sum()
            return RAMPING if power > _STOPPED_VA else STOPPED
        if state == STARTING:
            return RUNNING if t_s - self._since_s[index] >= self.start_s else STARTING
        return state if state == RUNNING else (RUNNING if state == RAMPING else STARTING)

    def _deliver(self, dt_s: float) -> None:
        """Move the outputs towards the limited set-points."""
        running = (self.state == RUNNING)[:, None]
        p, q, legs, neutral = limited(self.set_p_w * running, self.set_q_var * running,
                                      self._u3, self.leg_a, self.neutral_a, self.rated_va)
        self._u_limited[:] = self._u
        self.limiting = np.where(legs, LEG_CURRENT, 0) | np.where(neutral, NEUTRAL_CURRENT, 0)
        gain = 1.0 if self.tau_s <= 0 else -math.expm1(-dt_s / self.tau_s)
        self._approach(p, q, gain, dt_s)
        energised = (self.state == RUNNING) | (self.state == RAMPING)
        delivered_va = np.hypot(self.p_w, self.q_var).sum(axis=1)
        self.loss_w = energised * (self.loss_standby_w + self.loss_share * delivered_va)
        self._port_w = (self.loss_w[:, None] / 3.0 - self.p_w).reshape(-1)
        self._port_var = -self.q_var.reshape(-1)

    def _approach(self, p, q, gain: float, dt_s: float) -> None:
        dp, dq = (p - self.p_w) * gain, (q - self.q_var) * gain
        ramping = self.state == RAMPING
        if ramping.any():
            largest = np.maximum(np.abs(dp).max(axis=1), np.abs(dq).max(axis=1))
            allowed = self.rated_va / 3.0 * dt_s / self.ramp_s
            share = np.minimum(allowed / np.maximum(largest, _SETTLED_W), 1.0)
            share[~ramping] = 1.0
            dp, dq = dp * share[:, None], dq * share[:, None]
        self.p_w += dp
        self.q_var += dq
        self._settled = max(np.abs(p - self.p_w).max(), np.abs(q - self.q_var).max()) < _SETTLED_W

    def _heat(self, dt_s: float) -> None:
        """First-order heat sink, in steps of 10 s: it is slow, and this is per grid step."""
        self._heated_s += dt_s
        if self._heated_s < 10.0:
            return
        goal_c = _AMBIENT_C + _FULL_LOAD_RISE_K * self.loss_w / self._loss_rated_w
        self.temperature_c += (goal_c - self.temperature_c) * -math.expm1(
            -self._heated_s / _HEAT_TAU_S)
        self._heated_s = 0.0
        if (self.temperature_c > _TRIP_C).any():
            self.faults |= np.where(self.temperature_c > _TRIP_C, OVER_TEMPERATURE, 0)
            self._steady = False

    def observe(self) -> dict[str, np.ndarray]:
        return {"p_w": self.p_w, "q_var": self.q_var, "loss_w": self.loss_w,
                "state": self.state, "faults": self.faults, "limiting": self.limiting,
                "heat_sink_degc": self.temperature_c}


class StageHandle:
    """One stage of a fleet, as its Modbus slave or a direct controller uses it."""

    def __init__(self, fleet: StageFleet, index: int):
        self.fleet, self.index = fleet, index

    def command(self, t_s, p_w=None, q_var=None, run=None) -> None:
        """See StageFleet.command."""
        self.fleet.command(self.index, t_s, p_w, q_var, run)

    def set_watchdog(self, watchdog_s: float) -> None:
        """See StageFleet.set_watchdog."""
        self.fleet.set_watchdog(self.index, watchdog_s)

    def reset_faults(self) -> None:
        """See StageFleet.reset_faults."""
        self.fleet.reset_faults(self.index)

    def reading(self) -> dict[str, float]:
        """Measured and rated values in SI units, by the names of the register map."""
        fleet, k = self.fleet, self.index
        i_n = neutral_current(fleet.p_w[k : k + 1], fleet.q_var[k : k + 1], fleet._u3[k : k + 1])
        out = {"state": fleet.state[k], "faults": fleet.faults[k], "i_n": i_n[0],
               "temperature": fleet.temperature_c[k], "rated": fleet.rated_va[k],
               "i_max": fleet.leg_a[k], "i_n_max": fleet.neutral_a[k],
               "watchdog": fleet.watchdog_s[k], "run": fleet.run[k]}
        for phase in range(3):
            out[f"p_l{phase + 1}"] = fleet.p_w[k, phase]
            out[f"q_l{phase + 1}"] = fleet.q_var[k, phase]
            out[f"p_l{phase + 1}_set"] = fleet.set_p_w[k, phase]
            out[f"q_l{phase + 1}_set"] = fleet.set_q_var[k, phase]
        return {name: float(value) for name, value in out.items()}


def _each(value, n: int) -> np.ndarray:
    return np.array(np.broadcast_to(np.asarray(value, dtype=float), n))
