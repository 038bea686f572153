"""Laws that drive the power stages of a study: the box's own, and simple ones to compare with.

A law serves a block of n stages. `act(t, u_mv, actual_w, actual_var)` takes what each stage's
meter and the stage report, and fills set_p (n, 3) W, set_q (n,) var per phase, run (n,). All
orders are whole steps of 10 W or var, the resolution of the stage's registers. Units: mV, W, s.
Failure: a parameter out of its table's range is brought into it, as a technician would have to.
"""

from __future__ import annotations

import numpy as np

from phaseward.core.balancer import Balancer
from phaseward.core.reasons import T_IDLE
from phaseward.core.sample import OK, U_LN, Sample
from phaseward.store import parameters as table

from ..devices.stage_limits import limited

STEP_S = float(table.defaults()["pb_period_s"])
U_NOM_V = 230.0
Q_FREE_V = 7.0
STEP_MS = round(1000 * STEP_S)
UNIT_W = 10
_WINDOW_MS = 600000  # of core/hunting.py: no time is skipped over its end
_LONGEST_MS = 55000


def box_parameters(place, scale: float = 1.0, neutral: float = 1.0, **changes) -> dict:
    """Parameters of a box at a place: its defaults, and what commissioning measures there.

    scale: rating over the place's kva. changes: further pb_* values.
    """
    p = table.defaults()
    p["pb_enable"] = 1
    p["pb_restart_s"] = 60
    measured = {"pb_s_va": 1e3 * place.kva * scale, "pb_neutral_pct": 100 * neutral,
                "pb_k_mv_kw": place.k_mv_kw, "pb_angle_deg": place.angle_deg,
                "pb_kq_mv_kvar": place.kq_mv_kvar}
    for name, value in {**measured, **changes}.items():
        p[name] = _allowed(name, value)
    return p


def commissioned(feeder) -> dict:
    """What commissioning sets from what it knows of the feeder: the largest gain, which the
    number of units and the delay of one period bound (docs/BALANCER.md). Neither leak nor
    tracking: the study is of the law itself, with k as it is at no load."""
    return {"pb_alpha_pm": 500, "pb_units": len(feeder.places), "pb_delay": 1,
            "pb_leak_pm": 0, "pb_track": 0}


def boxes(feeder, rows) -> BoxLaw:
    """The box's law for every unit of every row (`closed_loop.Row`), as commissioned."""
    common = commissioned(feeder)
    return BoxLaw([box_parameters(place, row.scale, row.neutral, **common, **_margin(row))
                   for row in rows for place in feeder.places])


def _margin(row) -> dict:
    return {} if row.margin_mv is None else {"pb_margin_mv": row.margin_mv}


def _allowed(name: str, value: float) -> int:
    row = table.row(name)
    low, high, step = row[table.MIN], row[table.MAX], row[table.STEP]
    return int(min(max(low + round((value - low) / step) * step, low), high))


class BoxLaw:
    """The decision core's own balancers, one per stage.

    While a balancer is at rest and its meter shows the same voltages, nothing but its clocks would
    move: such steps are made up for in one, when something changes (skip=False: never).
    """

    def __init__(self, parameters: list[dict], skip: bool = True):
        self.n, self._skip = len(parameters), skip
        self.cores = [Balancer(1 + k) for k in range(self.n)]
        for core, p in zip(self.cores, parameters, strict=True):
            core.configure(p)
            core._wait_ms = 0  # power-up lies long before the study
        self._samples = [Sample() for _ in range(self.n)]
        for sample in self._samples:
            sample.state[U_LN] = OK
        self._owed_ms = [0] * self.n
        self._rest = [False] * self.n
        self._seen = [None] * self.n
        self.set_p, self.set_q = np.zeros((self.n, 3)), np.zeros(self.n)
        self.run = np.zeros(self.n, bool)
        self._all_rest = False
        self.calls = 0

    def act(self, u_mv, actual_w, actual_var) -> None:
        """One control period; u_mv (n, 3) whole mV, actual_w (n, 3), actual_var (n,)."""
        volts, watts = u_mv.tolist(), np.rint(actual_w / UNIT_W).astype(int).tolist()
        vars_ = np.rint(actual_var).astype(int).tolist()
        for k in range(self.n):
            if self._rest[k]:
                if volts[k] == self._seen[k] and self._owed_ms[k] < _LONGEST_MS:
                    self._owed_ms[k] += STEP_MS
                    continue
                self._catch_up(k)
            self._step(k, volts[k], watts[k], vars_[k])
        self._all_rest = all(self._rest)

    def _catch_up(self, k: int) -> None:
        """Let the time pass that was skipped."""
        owed, self._owed_ms[k] = self._owed_ms[k], 0
        core, sample = self.cores[k], self._samples[k]
        whole = core.hunting._window_ms + owed < _WINDOW_MS
        piece = owed if whole else STEP_MS
        while owed > 0:
            core.step(piece, sample, True)
            self.calls += 1
            owed -= piece

    def _step(self, k: int, u_mv: list, w10: list, q_var: int) -> None:
        core, sample = self.cores[k], self._samples[k]
        sample.u_ln_mv[:] = u_mv
        core.stage.report(*[UNIT_W * w for w in w10], q_var, True)
        core.step(STEP_MS, sample, True)
        self.calls += 1
        self._seen[k] = u_mv
        p = core.legs_w
        self._rest[k] = (self._skip and core.run == 0 and core.reason == T_IDLE
                         and p[0] == 0 == p[1] and core.q_var[0] == 0 and not any(w10))
        p1, p2 = round(p[0] / UNIT_W) * UNIT_W, round(p[1] / UNIT_W) * UNIT_W
        self.set_p[k] = p1, p2, -p1 - p2
        self.set_q[k] = round(core.q_var[0] / UNIT_W) * UNIT_W
        self.run[k] = core.run != 0

    def resting(self) -> bool:
        """Whether the next period with the same voltages would do nothing but pass time."""
        return self._all_rest and max(self._owed_ms) < _LONGEST_MS

    def wait(self) -> None:
        """Such a period."""
        self._owed_ms = [owed + STEP_MS for owed in self._owed_ms]

    def alarms(self) -> list[int]:
        """Alarm bits of each balancer."""
        return [core.alarms for core in self.cores]


class SimpleLaw:
    """Laws without a band, in numpy: equalising integrates every deviation from the mean away,
    droop moves power in proportion to it.

    All (n,). integrates: which of the two; gain: W per V (and period, where it integrates);
    q_gain: var per V of the mean beyond Q_FREE_V about 230 V. What integrates is limited to what
    the stage can do, so nothing winds up.
    """

    def __init__(self, rated_va, integrates, gain, q_gain, neutral: float = 1.0):
        self.rated_va = np.asarray(rated_va, float)
        self.n = len(self.rated_va)
        self.leg_a = self.rated_va / 690.0
        self.neutral_a = self.leg_a * neutral
        self.integrates = np.asarray(integrates, bool)[:, None]
        self.gain, self.q_gain = np.asarray(gain, float)[:, None], np.asarray(q_gain, float)
        self.set_p, self.set_q = np.zeros((self.n, 3)), np.zeros(self.n)
        self.run = np.ones(self.n, bool)

    @staticmethod
    def resting() -> bool:
        """Never: these laws have no band to rest in."""
        return False

    def act(self, u_mv, actual_w, actual_var) -> None:
        """One control period, see the module."""
        u = u_mv / 1000.0
        mean = u.mean(axis=1)
        p = self.gain * (mean[:, None] - u) + np.where(self.integrates, self.set_p, 0.0)
        beyond = np.maximum(np.abs(mean - U_NOM_V) - Q_FREE_V, 0.0)
        q = -self.q_gain * np.sign(mean - U_NOM_V) * beyond
        p, q, _, _ = limited(p, np.repeat(q[:, None], 3, axis=1), u, self.leg_a, self.neutral_a,
                             self.rated_va)
        whole = np.rint(p[:, :2] / UNIT_W) * UNIT_W
        self.set_p[:, :2], self.set_p[:, 2] = whole, -whole.sum(axis=1)
        self.set_q[:] = np.rint(q.mean(axis=1) / UNIT_W) * UNIT_W


SIMPLE = ("equalise, gain by k", "equalise, 300 W/V", "droop")


def simple_laws(feeder, scales) -> SimpleLaw:
    """Every law of SIMPLE for every scale, in that order: rows law by law, units within.

    Equalising moves an eighth of the deviation per period where its gain follows the measured k,
    else 300 W/V whatever the grid. Droop gives a third of the rating at 10 V, or half of 1/k
    where that is less, as the meter's age demands; reactive power likewise on the mean.
    """
    rows = [(name, place, scale) for name in SIMPLE for scale in scales
            for place in feeder.places]
    rated = np.array([1e3 * place.kva * scale for _, place, scale in rows])
    k = np.array([place.k_mv_kw for _, place, _ in rows]) / 1e6
    kq = np.array([max(place.kq_mv_kvar, 1.0) for _, place, _ in rows]) / 1e6
    droop = np.array([name == SIMPLE[2] for name, _, _ in rows])
    by_k = np.array([name == SIMPLE[0] for name, _, _ in rows])
    gain = np.where(droop, np.minimum(rated / 30.0, 0.5 / k), np.where(by_k, 0.125 / k, 300.0))
    return SimpleLaw(rated, ~droop, gain, np.where(droop, np.minimum(rated / 30.0, 0.5 / kq), 0.0))
