"""How large a share alpha of the way several units may go before their feeder swings.

N units, each the firmware's own `Balancer`, hang on one feeder of four wires with reactance:
ideal source, a shared path, 10 % of it once more to each unit, constant-power loads at the shared
end. Currents are conj(S / u) of the voltages that result, so a load takes more where the voltage
is lower. Meters show 0.1 V; an order acts `delay` periods after the next sample.
Units: V, W, ohm; arrays (N, 3) = units x phases. The plant's figures are our own choice.
Failure: where the power flow has no solution, or a unit leaves its operating range, the feeder
counts as unstable.
"""

from __future__ import annotations

import numpy as np

from phaseward.core import reasons
from phaseward.core.balancer import Balancer
from phaseward.core.sample import Sample
from phaseward.store.parameters import defaults

PERIOD_MS = 1000 * defaults()["pb_period_s"]
PERIODS = 240
JUDGED = 48
SWING_V = 0.5  # the meters' steps alone make 0.1 .. 0.2 V
RESOLUTION_V = 0.1
PATH_SHARE = 0.1
LOAD_W = np.array([22000.0, 1500.0, 500.0])  # a phase near 210 V without the units
POWER_FACTOR_TAN = 0.2
ALPHA_MOST = 1.0

_SOURCE = 232.0 * np.exp(-2j * np.pi / 3 * np.arange(3))
_STEPS = 60  # of the power flow, at most
_STOPS = (reasons.T_VOLTAGE, reasons.T_RESTART, reasons.T_STALE)


def line_ohm(k_v_kw: float = 1.0, x_over_r: float = 0.8) -> complex:
    """Impedance of one of four equal wires whose transfer sensitivity is k: 2.5 R / 230 V = k."""
    r = k_v_kw / 1000.0 * 230.0 / 2.5
    return complex(r, r * x_over_r)


class Feeder:
    """See the module's text. `alpha`: share per period, in force in every unit whatever the
    parameter rule would allow; None: as the rule says. `changes`: parameters pb_*."""

    def __init__(self, units: int, delay: int, alpha: float | None = None, wire=None, **changes):
        self.wire = line_ohm() if wire is None else wire
        self.units = [_unit(k, units, delay, alpha, changes) for k in range(units)]
        self.sample = Sample()
        self.at_work_w = [np.zeros((units, 3)) for _ in range(delay + 1)]
        self.u = np.tile(_SOURCE, (units, 1))
        self.shared = _SOURCE.copy()
        self.history: list[np.ndarray] = []

    def period(self) -> bool:
        """One control period of every unit. False: no voltage that could be."""
        if not self._solve(self.at_work_w[0]):
            return False
        seen = np.abs(self.u)
        self.history.append(seen)
        shown = (np.rint(seen / RESOLUTION_V) * RESOLUTION_V * 1000.0).round().astype(int)
        for unit, row in zip(self.units, shown.tolist(), strict=True):
            self.sample.u_ln_mv[:] = row
            unit.step(PERIOD_MS, self.sample, True)
        orders = np.array([unit.transfer_w for unit in self.units], dtype=float)
        self.at_work_w = [*self.at_work_w[1:], orders]
        return True

    def _solve(self, transfer_w: np.ndarray) -> bool:
        """Voltages with these transfers, by repeated substitution."""
        load_va = LOAD_W * (1.0 + 1j * POWER_FACTOR_TAN)
        for _ in range(_STEPS):
            own = np.conj(transfer_w / self.u)
            total = own.sum(axis=0) - np.conj(load_va / self.shared)
            shared = _SOURCE + self._drop(total)
            u = shared + PATH_SHARE * self._drop(own)
            moved = max(np.abs(shared - self.shared).max(), np.abs(u - self.u).max())
            self.shared, self.u = shared, u
            if not 20.0 < np.abs(u).min() <= np.abs(u).max() < 2000.0:
                return False
            if moved < 1e-4:
                return True
        return False

    def _drop(self, current: np.ndarray) -> np.ndarray:
        """Rise of the phase-to-neutral voltages by injected currents (..., 3)."""
        return self.wire * (current + current.sum(axis=-1, keepdims=True))

    def running(self) -> bool:
        """No unit has stopped itself."""
        return all(unit.reason not in _STOPS for unit in self.units)


def _unit(index: int, units: int, delay: int, alpha: float | None, changes: dict) -> Balancer:
    """A unit whose rating and ramp do not bind: the law itself is looked at. All units together
    have 90 kVA, so that no unit's part is below the 1 % it does not bother about."""
    p = defaults()
    p.update(pb_enable=1, pb_s_va=90000 // units, pb_neutral_pct=300, pb_ramp_w_s=10000,
             pb_kq_mv_kvar=0, pb_restart_s=0, pb_margin_mv=16000, pb_hunt_count=100, pb_track=0,
             pb_units=units, pb_delay=delay, pb_alpha_pm=1000)
    p.update(changes)
    unit = Balancer(index + 1)
    unit.configure(p)
    if alpha is not None:
        unit.alpha_most_q12 = unit.alpha_q12 = max(1, round(alpha * 4096))
    return unit


def rule(units: int, delay: int) -> float:
    """The parameter rule: alpha = 1 / (1 + (2 N - 1)(1 + d))."""
    return 1.0 / (1 + (2 * units - 1) * (1 + delay))


def swing_v(units: int, delay: int, alpha: float | None = None, **settings) -> float:
    """Largest range of a phase voltage in the last fifth of PERIODS; inf: stopped, no solution."""
    feeder = Feeder(units, delay, alpha, **settings)
    for _ in range(PERIODS):
        if not feeder.period() or not feeder.running():
            return float("inf")
    return float(np.ptp(np.array(feeder.history[-JUDGED:]), axis=0).max())


def largest_alpha(units: int, delay: int, steps: int = 6, **settings) -> float:
    """Largest stable alpha up to 1, by bisection of its logarithm between rule / 4 and 1.

    The result is the largest alpha that was tried and found stable; 0.0 where rule / 4 is not.
    """
    if swing_v(units, delay, ALPHA_MOST, **settings) <= SWING_V:
        return ALPHA_MOST
    low, high = rule(units, delay) / 4.0, ALPHA_MOST
    if swing_v(units, delay, low, **settings) > SWING_V:
        return 0.0
    for _ in range(steps):
        middle = float(np.sqrt(low * high))
        if swing_v(units, delay, middle, **settings) <= SWING_V:
            low = middle
        else:
            high = middle
    return low
