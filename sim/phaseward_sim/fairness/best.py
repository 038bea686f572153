"""The best possible: a linear programme that knows the grid, every base load and every stay.

Per day from noon to noon, in slots of 15 minutes: powers of cars and heat pumps such that the sum
of volts below the limit, over all phases of all homes and slots, is least. Voltages are those of
the run without flexible load (worst minute of the slot) minus sensitivities times power. A car
gets the energy it would get without control; floors and budgets are kept in the sense that by
every slot it has at least the energy that the floor would have given it (necessary, not
sufficient: the programme may do a little better than the profile permits). Heat pumps may shift
energy within half a kelvin of their house. Constraints are added where a solution breaks them.
The result is replayed through the exact power flow by `loop`. Solver: HiGHS (scipy).
Units: W, Wh, V, minutes; K slots, E cars, U pumps, P ports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import linprog

from .homes import VOLT

SLOT_MIN = 15
SLOT_H = SLOT_MIN / 60.0
MARGIN_V = 0.5  # for what the linear model leaves out, unless the day says otherwise
LEVEL = 0.82
_ROUNDS = 8
_ROWS_A_SLOT = 3
_LATE = 1e-9  # of two equal plans the earlier one


@dataclass
class Stay:
    """One stay within the day: device number, its slots (first, last + 1), share of each slot that
    it is there, power and energy to be reached."""

    car: int
    first: int
    share: np.ndarray
    max_w: float
    need_wh: float

    @property
    def last(self) -> int:
        """Slot after the last."""
        return self.first + len(self.share)

    def least_wh(self, floor_w: float, budget_min: int) -> np.ndarray:
        """Energy it has at the end of each slot at least, under the floor."""
        minutes = np.cumsum(self.share) * SLOT_MIN
        deep = minutes if not budget_min else np.minimum(minutes, budget_min)
        given = (floor_w * deep + self.max_w * (minutes - deep)) / 60.0
        least = np.minimum(given, self.need_wh)
        least[-1] = self.need_wh
        return np.minimum(least, self.max_w * minutes / 60.0)


@dataclass
class Day:
    """What the programme knows of one day.

    v (K, P): voltages without flexible load; drop_car (P, E), drop_pump (P, U): V per W;
    limit_v; stays; pump_w (K, U): what the heat pumps would draw; pump_max_w (U,);
    pump_store_wh (U,): electric energy they may be ahead or behind; margin_v: kept free above the
    limit.
    """

    v: np.ndarray
    drop_car: np.ndarray
    drop_pump: np.ndarray
    limit_v: float
    stays: list[Stay]
    pump_w: np.ndarray
    pump_max_w: np.ndarray
    pump_store_wh: np.ndarray
    margin_v: float = MARGIN_V


@dataclass
class Plan:
    """car_w (K, E) mean powers of the slots, pump_w (K, U), lacking_v: sum of volts below."""

    car_w: np.ndarray
    pump_w: np.ndarray
    lacking_v: float


def plan(day: Day, floors_w, budget_min: int = 0) -> Plan:
    """Solve one day; floors_w (E,). RuntimeError where HiGHS finds no solution."""
    return _Programme(day, floors_w, budget_min).solve()


def sensitivities(model, ports_of, phases) -> np.ndarray:
    """(P, n) fall of each port's voltage in V per W of device k, which shares its power among the
    `phases[k]` (3,) of `ports_of[k]` (3,).

    Taken at LEVEL of the nominal voltage: as voltage falls, constant powers draw more current, so
    that the true fall is some 15 % more than that of the first watt."""
    v0 = model.v0(1.0)
    turn = v0 / np.abs(v0)
    level = LEVEL * VOLT
    per_w = (model.z_ohm * (turn[None, :] / turn[:, None])).real / level
    share = phases / phases.sum(axis=1, keepdims=True)
    return np.stack([per_w[:, ports] @ part for ports, part in zip(ports_of, share, strict=True)],
                    axis=1) if len(ports_of) else np.zeros((len(v0), 0))


class _Programme:
    """Columns: stays' powers slot by slot, then pumps' powers, then one slack per voltage row."""

    def __init__(self, day: Day, floors_w, budget_min):
        self.day = day
        self.slots, self.pumps = day.pump_w.shape
        self.starts = np.cumsum([0] + [len(stay.share) for stay in day.stays])
        self.pump_at = int(self.starts[-1])
        self.columns = self.pump_at + self.slots * self.pumps
        self.by_slot = self._columns_by_slot()
        self.energy = self._energy_rows(floors_w, budget_min)
        self.equal = self._equal_rows()
        self.rows: list[tuple[int, int]] = []

    def _columns_by_slot(self):
        """Per slot: (columns, drops (n, P))."""
        found = [([], []) for _ in range(self.slots)]
        for n, stay in enumerate(self.day.stays):
            for k in range(len(stay.share)):
                found[stay.first + k][0].append(self.starts[n] + k)
                # There for a part of the slot only, it draws that much more while it is there.
                found[stay.first + k][1].append(self.day.drop_car[:, stay.car] / stay.share[k])
        for k in range(self.slots):
            for u in range(self.pumps):
                found[k][0].append(self.pump_at + k * self.pumps + u)
                found[k][1].append(self.day.drop_pump[:, u])
        ports = self.day.v.shape[1]
        return [(np.array(c, int), np.array(d).reshape(len(c), ports)) for c, d in found]

    def _energy_rows(self, floors_w, budget_min):
        """(matrix, right) of <= rows: floors of stays, stores of pumps."""
        rows, columns, values, right = [], [], [], []
        for n, stay in enumerate(self.day.stays):
            least = stay.least_wh(float(floors_w[stay.car]), budget_min)
            for k in range(len(least) - 1):
                if least[k] > 0.0:
                    here = range(self.starts[n], self.starts[n] + k + 1)
                    rows += [len(right)] * (k + 1)
                    columns += here
                    values += [-SLOT_H] * (k + 1)
                    right.append(-least[k])
        self._pump_rows(rows, columns, values, right)
        shape = (len(right), self.columns)
        return sp.csr_matrix((values, (rows, columns)), shape), np.array(right)

    def _pump_rows(self, rows, columns, values, right):
        for u in range(self.pumps):
            drawn = np.cumsum(self.day.pump_w[:, u]) * SLOT_H
            for k in range(self.slots - 1):
                here = [self.pump_at + j * self.pumps + u for j in range(k + 1)]
                for sign in (1.0, -1.0):
                    rows += [len(right)] * len(here)
                    columns += here
                    values += [sign * SLOT_H] * len(here)
                    right.append(self.day.pump_store_wh[u] + sign * drawn[k])

    def _equal_rows(self):
        """Every stay gets its energy, every pump its day's."""
        count = len(self.day.stays)
        matrix = sp.lil_matrix((count + self.pumps, self.columns))
        right = np.zeros(count + self.pumps)
        for n, stay in enumerate(self.day.stays):
            matrix[n, self.starts[n]:self.starts[n + 1]] = SLOT_H
            right[n] = stay.need_wh
        for u in range(self.pumps):
            matrix[count + u, self.pump_at + u :: self.pumps] = SLOT_H
            right[count + u] = self.day.pump_w[:, u].sum() * SLOT_H
        return matrix.tocsr(), right

    def _bounds(self):
        upper = [stay.max_w * share for stay in self.day.stays for share in stay.share]
        upper += list(np.tile(self.day.pump_max_w, self.slots))
        return [(0.0, w) for w in upper] + [(0.0, None)] * len(self.rows)

    def solve(self) -> Plan:
        x = self._uncontrolled()
        for _ in range(_ROUNDS):
            fresh = self._broken(x)
            if not fresh:
                break
            self.rows += fresh
            x = self._solved()
        return self._plan(x)

    def _uncontrolled(self):
        """Everybody charges at once: which rows matter."""
        x = np.zeros(self.columns)
        for n, stay in enumerate(self.day.stays):
            most = np.cumsum(stay.max_w * stay.share) * SLOT_H
            drawn = np.diff(np.minimum(most, stay.need_wh), prepend=0.0)
            x[self.starts[n]:self.starts[n + 1]] = drawn / SLOT_H
        x[self.pump_at:] = self.day.pump_w.ravel()
        return x

    def _voltages(self, x):
        v = self.day.v.copy()
        for k, (columns, drops) in enumerate(self.by_slot):
            v[k] -= x[columns] @ drops
        return v

    def _broken(self, x):
        """The worst rows of each slot that are below the limit and not in the programme yet."""
        lacking = self.day.limit_v + self.day.margin_v - self._voltages(x)
        known = np.zeros(lacking.shape, bool)
        for k, i in self.rows:
            known[k, i] = True
        lacking[known] = 0.0
        worst = np.argsort(-lacking, axis=1)[:, :_ROWS_A_SLOT]
        return [(k, int(i)) for k in range(self.slots) for i in worst[k] if lacking[k, i] > 0.01]

    def _solved(self):
        count = len(self.rows)
        rows, columns, values = [], [], []
        right = np.empty(count)
        for r, (k, i) in enumerate(self.rows):
            here, drops = self.by_slot[k]
            rows += [r] * (len(here) + 1)
            columns += [*here, self.columns + r]
            values += [*drops[:, i], -1.0]
            right[r] = self.day.v[k, i] - self.day.limit_v - self.day.margin_v
        volts = sp.csr_matrix((values, (rows, columns)), (count, self.columns + count))
        none = sp.csr_matrix((self.energy[0].shape[0], count))
        nothing = sp.csr_matrix((self.equal[0].shape[0], count))
        found = linprog(
            self._cost(count), sp.vstack([sp.hstack([self.energy[0], none]), volts]).tocsr(),
            np.concatenate([self.energy[1] + 1e-6, right]),
            sp.hstack([self.equal[0], nothing]).tocsr(), self.equal[1], self._bounds(),
            method="highs")
        if found.status != 0:
            raise RuntimeError(f"best possible: {found.message}")
        return found.x[:self.columns]

    def _cost(self, count):
        late = np.zeros(self.columns)
        for n, stay in enumerate(self.day.stays):
            late[self.starts[n]:self.starts[n + 1]] = np.arange(len(stay.share)) * _LATE
        return np.concatenate([late, np.ones(count)])

    def _plan(self, x):
        car_w = np.zeros((self.slots, self.day.drop_car.shape[1]))
        for n, stay in enumerate(self.day.stays):
            car_w[stay.first:stay.last, stay.car] += x[self.starts[n]:self.starts[n + 1]]
        lacking = self.day.limit_v - self._voltages(x)
        return Plan(car_w, x[self.pump_at:].reshape(self.slots, self.pumps),
                    float(np.maximum(lacking, 0.0).sum()))
