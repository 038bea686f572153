"""The best possible for the same rating: an optimiser that sees the whole feeder, each minute.

For each minute in which a meter would be outside it looks for transfers that sum to 0 and reactive
power that is the same in each phase, within the same legs and neutral as the stage, that leave
fewest meters outside, and of those the least volts. Lossless and without delay, so it flatters
itself. Search: a fan of candidates per unit on a linear model of that minute (measured by exact
power flow), the best one solved exactly, the model corrected by what that showed, and a finer
fan about it; the units of a feeder in turn. What a law did in that minute is a candidate too, so
no law can be better but by what happens within a minute. How near this comes to a proven bound
is measured by `certify`.

With `held`, it is the best that a controller could do which hears of a change as late as the box
does: for a share of each minute what was at work before still is.
Units: W, var, V. Failure: PowerFlowError.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..devices.stage_limits import limited, neutral_current
from ..powerflow import solve_batch
from .measures import HIGH_V, LOW_V, score

_ANGLES = 36
_RADII = np.array([0.2, 0.4, 0.6, 0.8, 1.0])
_SHARES = np.array([-1.0, -0.7, -0.35, 0.0, 0.35, 0.7, 1.0])
# Rounds: (size of the fan over the leg's rating, 0 = the whole range; volts of reserve, because a
# candidate on the very edge of the linear model may be outside in truth).
_ROUNDS = ((0.0, 0.3), (0.0, 0.05), (0.4, 0.1), (0.2, 0.03), (0.1, 0.02), (0.05, 0.01), (0.2, 0.0),
           (0.05, 0.0), (0.02, 0.0))
_CHUNK = 64  # minutes at once: their arrays stay in the cache
_TOL_V = 1e-4
_PER_VOLT = 1e-4  # a meter outside weighs as much as 10 kV of excess: volts only break ties


@dataclass(frozen=True)
class Best:
    """p_w (n, U, 3), q_var (n, U): injected in the minutes `at` (n,); u_v (n, buses, 3)."""

    at: np.ndarray
    p_w: np.ndarray
    q_var: np.ndarray
    u_v: np.ndarray


def directions() -> np.ndarray:
    """(36, 3) transfers of one watt on the strongest phase, all around the plane of sum 0."""
    angle = 2.0 * np.pi * np.arange(_ANGLES) / _ANGLES
    d = np.cos(angle[:, None] - 2.0 * np.pi / 3.0 * np.arange(3))
    return d / np.abs(d).max(axis=1, keepdims=True)


def reach(direction, u_v, leg_a, neutral_a) -> np.ndarray:
    """(n, K) how far each direction (K, 3) can go at voltages (n, 3), W: legs and neutral."""
    leg_w = leg_a * np.minimum(u_v, 230.0)
    legs = (leg_w[:, None] / np.maximum(np.abs(direction), 1e-9)).min(axis=2)
    shape = (len(u_v), *direction.shape)
    p = np.broadcast_to(direction, shape).reshape(-1, 3)
    u = np.broadcast_to(u_v[:, None], shape).reshape(-1, 3)
    per_w = neutral_current(p, 0.0 * p, u).reshape(shape[:2])
    return np.minimum(legs, neutral_a / np.maximum(per_w, 1e-12))


class Search:
    """The optimiser of one feeder, course and rating.

    held: (share of the minute, p_w (T, U, 3), q_var (T, U)), see the module.
    """

    def __init__(self, feeder, course, base_v, scale=1.0, neutral=1.0, reactive=True, held=None):
        self.feeder, self.course, self.base_v = feeder, course, base_v
        self.ports = feeder.unit_ports()
        self.rated = np.array([1e3 * place.kva * scale for place in feeder.places])
        self.leg_a, self.neutral_a = self.rated / 690.0, self.rated / 690.0 * neutral
        self.reactive = reactive
        u = np.abs(base_v).reshape(len(base_v), len(feeder.buses), 3)
        count, _ = score(feeder, u)
        self.at = np.flatnonzero(count > 0)
        self._share, self._held_u = 0.0, 0.0
        if held is not None and len(self.at):
            p, q = (np.asarray(x[self.at], float) for x in held[1:])
            held_u = self.solve(np.arange(len(self.at)), p, q)
            self._share, self._held_u = held[0], held_u

    def best(self, starts=()) -> Best:
        """Search all minutes with trouble. starts: [(p_w (T, U, 3), q_var (T, U))] of laws."""
        n, units = len(self.at), len(self.ports)
        p, q = np.zeros((n, units, 3)), np.zeros((n, units))
        u = np.abs(self.base_v[self.at]).reshape(n, len(self.feeder.buses), 3)
        if not n:
            return Best(self.at, p, q, u)
        u = self._mixed(np.arange(n), u)
        state = [p, q, u, self._cost(u)]
        for start_p, start_q in starts:
            self._take(state, np.array(start_p[self.at], float), np.array(start_q[self.at], float))
        self._slope = self._measure()
        for size, reserve_v in _ROUNDS:
            self._round(state, size, reserve_v)
        return Best(self.at, *state[:3])

    def _cost(self, u):
        count, volts = score(self.feeder, u)
        return count + _PER_VOLT * volts

    def _take(self, state, p, q, rows=None) -> None:
        """Solve p, q exactly for some rows, and keep them where they are better."""
        rows = np.arange(len(self.at)) if rows is None else rows
        p, q = self._within(p, q, state[2][rows])
        u = self.solve(rows, p, q)
        cost = self._cost(u)
        better = cost < state[3][rows] - 1e-9
        for kept, new in zip(state, (p, q, u, cost), strict=True):
            kept[rows[better]] = new[better]

    def _within(self, p, q, u):
        """The stage's own limits, unit by unit, at the voltages u (n, buses, 3)."""
        out_p, out_q = np.empty_like(p), np.empty_like(q)
        for k in range(len(self.ports)):
            here = u.reshape(len(u), -1)[:, self.ports[k]]
            qs = np.repeat(q[:, k, None], 3, axis=1) * self.reactive
            each = [np.full(len(p), x[k]) for x in (self.leg_a, self.neutral_a, self.rated)]
            out_p[:, k], found, _, _ = limited(p[:, k], qs, here, *each)
            out_q[:, k] = found.mean(axis=1)
        return out_p, out_q

    def solve(self, rows, p, q) -> np.ndarray:
        """Exact voltages (n, buses, 3) of minutes at[rows], injecting p (n, U, 3), q (n, U)."""
        at = self.at[rows]
        load_w, load_var = self.course.p_w[at].copy(), self.course.q_var[at].copy()
        flat = self.ports.ravel()
        load_w[:, flat] -= p.reshape(len(at), -1)
        load_var[:, flat] -= np.repeat(q, 3, axis=1)
        v = solve_batch(self.feeder.model, load_w, load_var,
                        source_pu=self.course.source_pu[at], v_start=self.base_v[at],
                        tol_v=_TOL_V, t_s=60.0 * at).v
        return self._mixed(rows, np.abs(v).reshape(len(at), -1, 3))

    def _mixed(self, rows, u) -> np.ndarray:
        """The mean of a minute in which what was held is at work at first."""
        return self._share * self._held_u[rows] + (1.0 - self._share) * u if self._share else u

    def _measure(self) -> np.ndarray:
        """(n, U, 3, ports) volts per W of p1 (against p3), p2 (against p3), per var of q."""
        n, units = len(self.at), len(self.ports)
        rows = np.arange(n)
        base = np.abs(self.base_v[self.at])
        slope = np.empty((n, units, 3, base.shape[1]), np.float32)
        for k in range(units):
            size = self.rated[k] / 12.0
            for knob in range(3):
                p, q = np.zeros((n, units, 3)), np.zeros((n, units))
                if knob < 2:
                    p[:, k, knob], p[:, k, 2] = size, -size
                else:
                    q[:, k] = size
                up = self.solve(rows, p, q).reshape(n, -1)
                down = self.solve(rows, -p, -q).reshape(n, -1)
                slope[:, k, knob] = (up - down) / (2 * size)
        return slope

    def _round(self, state, size: float, reserve_v: float) -> None:
        """One fan per unit, in turn, about the best so far; then the best of it exactly."""
        for unit in range(len(self.ports)):
            rows = np.flatnonzero(state[3] > 0)
            for first in range(0, len(rows), _CHUNK):
                some = rows[first : first + _CHUNK]
                p, q = state[0][some].copy(), state[1][some].copy()
                p[:, unit], q[:, unit] = self._pick(state, some, unit, size, reserve_v)
                self._take(state, p, q, some)

    def _pick(self, state, rows, unit: int, size: float, reserve_v: float):
        """The best candidate of a unit on the linear model about the present state."""
        u = state[2][rows].reshape(len(rows), -1)
        p_now, q_now = state[0][rows, unit], state[1][rows, unit]
        p, q = (self._near(unit, p_now, q_now, size) if size
                else self._wide(u[:, self.ports[unit]], unit))
        knobs = np.stack([p[..., 0] - p_now[:, None, 0], p[..., 1] - p_now[:, None, 1],
                          q - q_now[:, None]], axis=-1).astype(np.float32)
        new = u.astype(np.float32)[:, None] + knobs @ self._slope[rows, unit]
        choice = self._linear_cost(new, reserve_v).argmin(axis=1)
        row = np.arange(len(rows))
        return p[row, choice], q[row, choice]

    def _linear_cost(self, u, reserve_v: float):
        """As `_cost`, on (n, C, ports) float32, with limits `reserve_v` further inside."""
        e = np.maximum(np.maximum(LOW_V + reserve_v - u, u - (HIGH_V - reserve_v)), 0.0)
        weight = self.feeder.single.ravel().astype(np.float32)
        cost = (e > 0).astype(np.float32) @ weight + _PER_VOLT * (e @ weight)
        if self.feeder.triple.any():
            worst = e.reshape(*e.shape[:2], -1, 3).max(axis=-1)
            weight = self.feeder.triple.astype(np.float32)
            cost += (worst > 0) @ weight + _PER_VOLT * (worst @ weight)
        return cost

    def _wide(self, u, unit: int):
        far = reach(directions(), u, self.leg_a[unit], self.neutral_a[unit])
        p = far[:, :, None, None] * _RADII[None, None, :, None] * directions()[None, :, None, :]
        p = p.reshape(len(u), -1, 3)
        p = np.concatenate([np.zeros((len(u), 1, 3)), p], axis=1)
        leg_va = (self.leg_a[unit] * np.minimum(u, 230.0)).min(axis=1)
        room = np.sqrt(np.maximum(leg_va[:, None] ** 2 - (p**2).max(axis=2), 0.0))
        shares = _SHARES if self.reactive else np.zeros(1)
        q = (room[:, :, None] * shares).reshape(len(u), -1)
        return np.repeat(p, len(shares), axis=1), q

    def _near(self, unit: int, p_now, q_now, size: float):
        """A hexagonal cloud about the present point; limits are the exact step's affair."""
        leg_w = self.rated[unit] / 3.0 * size
        ring = np.concatenate([np.zeros((1, 3)), 0.3 * directions()[::6], 0.65 * directions()[::4],
                               directions()[2::4]]) * leg_w
        steps = np.array([-1.0, -0.5, 0.0, 0.5, 1.0]) * leg_w if self.reactive else np.zeros(1)
        p = p_now[:, None] + np.repeat(ring, len(steps), axis=0)
        q = q_now[:, None] + np.tile(steps, len(ring))
        shape = p.shape
        each = [np.full(shape[0] * shape[1], x[unit])
                for x in (self.leg_a, self.neutral_a, self.rated)]
        qs = np.repeat(q.reshape(-1, 1), 3, axis=1)
        p, qs, _, _ = limited(p.reshape(-1, 3), qs, np.full((len(qs), 3), 230.0), *each)
        return p.reshape(shape), qs[:, 0].reshape(shape[:2])


def replay(search: Search, best: Best) -> np.ndarray:
    """(T, buses, 3) voltages of the whole course with the optimum in force."""
    u = np.abs(search.base_v).reshape(len(search.base_v), -1, 3).copy()
    u[best.at] = best.u_v
    return u
