"""The study's closed loop: many rows (seed, rating, law) of one feeder side by side.

A period is the box's default control period, loads hold for a minute. In each period every law
reads its meter (0.1 V, `delay` whole periods old), orders, the stages of `devices.stage` deliver
with their limits and losses, and the exact four-wire power flow gives new voltages where anything
has changed. Rows whose stages do nothing keep the voltages that the feeder has without them.
Units: W, var, V, s.
Failure: PowerFlowError where a minute has no solution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..devices.stage import StageFleet
from ..powerflow import solve_batch
from .laws import STEP_S

PERIODS = round(60 / STEP_S)
TOL_V = 1e-4
_METER_MV = 100
_STEPS = 30


@dataclass(frozen=True)
class Row:
    """One run: index of its course, rating over the places' own, neutral leg over a phase leg,
    margin of the box (None: its default)."""

    course: int
    scale: float = 1.0
    neutral: float = 1.0
    margin_mv: int | None = None


@dataclass
class Ran:
    """u_v (R, T, buses, 3) 1-minute means; p_w (R, T, U, 3), q_var (R, T, U): injected, means of
    each minute; moved_kwh, var_kvarh, loss_kwh (R, U)."""

    u_v: np.ndarray
    p_w: np.ndarray
    q_var: np.ndarray
    moved_kwh: np.ndarray
    var_kvarh: np.ndarray
    loss_kwh: np.ndarray


class Stages(StageFleet):
    """A stage fleet that takes the orders of all at once."""

    def order(self, t_s: float, p_w, q_var, run) -> None:
        """Set-points (n, 3) W, (n,) var per phase, run (n,)."""
        if (run != self.run).any():
            self.run[:] = run
            self._steady = False
        if (p_w != self.set_p_w).any() or (q_var != self.set_q_var[:, 0]).any():
            self.set_p_w[:] = p_w
            self.set_q_var[:] = q_var[:, None]
            self._settled = False
        self._commanded_s[:] = t_s
        self._deadline_s = t_s + float(self.watchdog_s.min())

    def pass_time(self, dt_s: float) -> None:
        """Time in which all stand still: heat sinks cool, watchdogs of stopped stages do not
        matter."""
        self._heat(dt_s)


def base_voltages(feeder, course) -> np.ndarray:
    """(T, ports) complex voltages without any balancer."""
    return solve_batch(feeder.model, course.p_w, course.q_var, source_pu=course.source_pu,
                       tol_v=TOL_V).v


class ClosedLoop:
    """Rows of one feeder; `run(tell)` goes through all minutes.

    blocks: [(law, rows)]; a law serves the units of all its rows, row by row. base: voltages of
    each course without balancers, where known. delay: age of what the meters tell, in periods.
    """

    def __init__(self, feeder, courses, blocks, base=None, delay: int = 1):
        self.feeder, self.courses, self.delay = feeder, courses, delay
        self.rows = rows = [row for _, some in blocks for row in some]
        self.base = base or [base_voltages(feeder, course) for course in courses]
        self.minutes = courses[0].minutes
        self._units = len(feeder.places)
        rated = np.array([1e3 * place.kva * row.scale for row in rows for place in feeder.places])
        n = len(rated)
        neutral = np.repeat([row.neutral for row in rows], self._units)
        self.stages = Stages(np.arange(3 * n).reshape(n, 3), rated, neutral_factor=neutral)
        self._ports = feeder.unit_ports().ravel()  # (3U,) in a row
        self._course = np.array([row.course for row in rows])
        count = len(feeder.model.ports)
        self.v = np.array([self.base[row.course][0] for row in rows])
        self._flow = Flow(feeder.model)
        self._stage_w, self._stage_var = np.zeros((2, len(rows), 3 * self._units))
        self._solved_w, self._solved_var = np.zeros((2, len(rows), 3 * self._units))
        self._u = np.abs(self.v)
        self._blocks = _spans(blocks, self._units)
        self._set_p, self._set_q, self._run = np.zeros((n, 3)), np.zeros(n), np.zeros(n, bool)
        self._shape = (len(rows), self.minutes, count)
        self._p, self._q = np.zeros((2, len(rows), count))

    def run(self, tell=None) -> Ran:
        """All minutes. tell(done, total): called once an hour of grid time."""
        rows, units = len(self.rows), self._units
        u_v = np.zeros(self._shape, np.float32)
        p_w = np.zeros((rows, self.minutes, units, 3), np.float32)
        q_var = np.zeros((rows, self.minutes, units), np.float32)
        moved, reactive = np.zeros((2, rows * units))
        meters = [self._meter()] * (self.delay + 1)
        for minute in range(self.minutes):
            self._load(minute)
            total = np.zeros_like(self._u)
            for period in range(PERIODS):
                if period > self.delay + 1 and self._still():
                    # Nobody does anything before the loads change: the rest of the minute at once.
                    total += (PERIODS - period) * self._u
                    self._wait(PERIODS - period)
                    break
                self._control(60.0 * minute + STEP_S * period, meters[0])
                self._solve(minute, fresh=period == 0)
                meters = [*meters[1:], self._meter()]
                total += self._u
                p, q = self.stages.p_w, self.stages.q_var.mean(axis=1)
                moved += np.abs(p).sum(axis=1)
                reactive += 3 * np.abs(q)
                p_w[:, minute] += p.reshape(rows, units, 3) / PERIODS
                q_var[:, minute] += q.reshape(rows, units) / PERIODS
            u_v[:, minute] = total / PERIODS
            if tell and minute % 60 == 59:
                tell(minute + 1, self.minutes)
        hours = STEP_S / 3.6e6
        per_unit = (moved * hours / 2, reactive * hours, self.stages.loss_wh / 1e3)
        return Ran(u_v.reshape(rows, self.minutes, -1, 3), p_w, q_var,
                   *(x.reshape(rows, units) for x in per_unit))

    def _meter(self):
        """(stages, 3) whole mV as the meters publish them."""
        u = self._u[:, self._ports].reshape(-1, 3)
        return (np.rint(u * (1000 / _METER_MV)) * _METER_MV).astype(int)

    def _load(self, minute: int) -> None:
        for k, course in enumerate(self.courses):
            mine = self._course == k
            self._p[mine], self._q[mine] = course.p_w[minute], course.q_var[minute]

    def _control(self, t_s: float, meter) -> None:
        stages = self.stages
        p, q = stages.p_w, stages.q_var.mean(axis=1)
        for law, mine in self._blocks:
            law.act(meter[mine], p[mine], q[mine])
            self._set_p[mine], self._set_q[mine] = law.set_p, law.set_q
            self._run[mine] = law.run
        stages.order(t_s, self._set_p, self._set_q, self._run)
        stage_w, stage_var = np.zeros((2, 3 * len(stages)))
        stages.demand(t_s, STEP_S, self._u[:, self._ports].ravel(), stage_w, stage_var)
        self._stage_w, self._stage_var = (x.reshape(len(self.rows), -1)
                                          for x in (stage_w, stage_var))

    def _still(self) -> bool:
        """Whether all laws rest and no stage does anything."""
        return (not self._stage_w.any() and not self._stage_var.any()
                and all(law.resting() for law, _ in self._blocks))

    def _wait(self, periods: int) -> None:
        for law, _ in self._blocks:
            for _ in range(periods):
                law.wait()
        self.stages.pass_time(periods * STEP_S)

    def _solve(self, minute: int, fresh: bool) -> None:
        busy = (self._stage_w != 0).any(axis=1) | (self._stage_var != 0).any(axis=1)
        due = ((self._stage_w != self._solved_w) | (self._stage_var != self._solved_var)).any(
            axis=1) | fresh
        for k in np.flatnonzero(due & ~busy):
            self.v[k] = self.base[self._course[k]][minute]
        todo = np.flatnonzero(due & busy)
        if len(todo):
            p, q = self._p[todo], self._q[todo]
            p[:, self._ports] += self._stage_w[todo]
            q[:, self._ports] += self._stage_var[todo]
            pu = np.array([course.source_pu[minute] for course in self.courses])
            self.v[todo] = self._flow.solve(p, q, pu[self._course[todo]], self.v[todo],
                                            60.0 * minute)
        self._u[due] = np.abs(self.v[due])
        self._solved_w, self._solved_var = self._stage_w, self._stage_var


class Flow:
    """`solve_batch` for few rows called often: constant power by the same fixed point in place,
    and `solve_batch` itself for rows that leave the band or do not settle."""

    def __init__(self, model):
        self.model, self._turned = model, np.ascontiguousarray(model.gain.T)
        self._low2, self._high2 = ((x * model.u_nominal_v.min()) ** 2 for x in (0.81, 1.19))
        self._sources = self._turned[len(model.ports) :].sum(axis=0)  # all EMFs at one factor

    def solve(self, p_w, q_var, pu, v, t_s: float) -> np.ndarray:
        """(n, ports) complex voltages; pu (n,), v: a start."""
        s_conj, z = p_w - 1j * q_var, self._turned[: p_w.shape[1]]
        v0, start = pu[:, None] * self._sources, v
        for _ in range(_STEPS):
            new = v0 + (s_conj / v.conj()) @ z
            change = new - v
            v = new
            if (change.real**2 + change.imag**2).max() < TOL_V**2:
                m2 = v.real**2 + v.imag**2
                if m2.min() > self._low2 and m2.max() < self._high2:
                    return v
                break
        return solve_batch(self.model, p_w, q_var, source_pu=pu, v_start=start, tol_v=TOL_V,
                           t_s=np.full(len(pu), t_s)).v


def _spans(blocks, units):
    """[(law, slice of its units)]."""
    spans, first = [], 0
    for law, rows in blocks:
        spans.append((law, slice(first, first + len(rows) * units)))
        first += len(rows) * units
    return spans
