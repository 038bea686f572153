"""The best possible: a linear programme that knows the grid, every base load and every stay.

Per day from noon to noon, in slots of 15 minutes: powers of cars and heat pumps such that the sum
of volts below the limit, over all phases of all homes and slots, is least. Voltages are those of
the run without flexible load (worst minute of the slot) minus sensitivities times power. A car
gets the energy it would get without control; floors and budgets are kept slot by slot, see `held`:
a car that is not full yet draws its floor at least, which takes whole numbers. Heat pumps may
shift energy within half a kelvin of their house. Constraints are added where a solution breaks
them. The result is replayed through the exact power flow by `loop`. Solver: HiGHS (scipy).
Units: W, Wh, V, minutes; K slots, E cars, U pumps, P ports.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.optimize import Bounds, LinearConstraint, milp

from .held import SLOT_H, SLOT_MIN, Held
from .homes import VOLT

MARGIN_V = 0.5  # for what the linear model leaves out, unless the day says otherwise
LEVEL = 0.82
_ROUNDS = 8
_ROWS_A_SLOT = 3
_LATE = 1e-9  # of two equal plans the earlier one
_SOME_V, _FEW_ROUNDS = 0.5, 2
_GAP, _NODES = 0.02, 200  # a search is left at this gap, or after so many nodes


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


def plan(day: Day, floors_w, budget_min: int = 0, few: bool = False) -> Plan:
    """Solve one day; floors_w (E,); few: rather few voltages below the limit than few volts in
    all, by weights that fall with what was lacking. RuntimeError where HiGHS finds no solution."""
    return _Programme(day, floors_w, budget_min, few).solve()


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

    def __init__(self, day: Day, floors_w, budget_min, few):
        self.day, self.few = day, few
        self.slots, self.pumps = day.pump_w.shape
        self.starts = np.cumsum([0] + [len(stay.share) for stay in day.stays])
        self.pump_at = int(self.starts[-1])
        free = self.pump_at + self.slots * self.pumps
        self.held = Held(day.stays, self.starts, floors_w, budget_min, free)
        self.columns = free + self.held.columns
        self.by_slot = self._columns_by_slot()
        self.energy = self._energy_rows(floors_w, budget_min)
        self.equal = self._equal_rows()
        self.rows: list[tuple[int, int]] = []
        self.weights: list[float] = []
        self.lacking = np.zeros(0)

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
        for parts, most in zip(self.held.rows, self.held.right, strict=True):
            rows += [len(right)] * len(parts)
            columns += [column for column, _ in parts]
            values += [value for _, value in parts]
            right.append(most)
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
        """Of all columns; what is lacking of a voltage is not bounded."""
        low = np.zeros(self.columns + len(self.rows))
        upper = [stay.max_w * share for stay in self.day.stays for share in stay.share]
        upper += list(np.tile(self.day.pump_max_w, self.slots))
        upper += [1.0 if whole else np.inf for whole in self.held.whole]
        up = np.array(upper + [np.inf] * len(self.rows))
        for bound, given in ((low, self.held.low), (up, self.held.up)):
            for column, value in given.items():
                bound[column] = value
        return Bounds(low, up)

    def solve(self) -> Plan:
        """First as if a car could be full by halves, to find which voltages matter; then so that
        few of them lack anything, if wanted; then with cars that are full or not."""
        x = self._rounds(self._uncontrolled(), _ROUNDS, False)
        if not self.rows:
            return self._plan(x)
        for _ in range(_FEW_ROUNDS if self.few else 0):
            self.weights = list(1.0 / (self.lacking + _SOME_V))
            x = self._rounds(self._solved(False), 1, False)
        if any(self.held.whole):
            x = self._rounds(self._solved(True), 1, True)
        return self._plan(x)

    def _rounds(self, x, most: int, whole: bool):
        """Add what `x` breaks and solve again, so often at most."""
        for _ in range(most):
            fresh = self._broken(x)
            if not fresh:
                break
            self.rows += fresh
            self.weights += [1.0] * len(fresh)
            x = self._solved(whole)
        return x

    def _uncontrolled(self):
        """Everybody charges at once: which rows matter."""
        x = np.zeros(self.columns)
        for n, stay in enumerate(self.day.stays):
            most = np.cumsum(stay.max_w * stay.share) * SLOT_H
            drawn = np.diff(np.minimum(most, stay.need_wh), prepend=0.0)
            x[self.starts[n]:self.starts[n + 1]] = drawn / SLOT_H
        x[self.pump_at:self.held.first] = self.day.pump_w.ravel()
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

    def _solved(self, whole: bool):
        """The columns' values; whole: a car is full or it is not. Keeps the volts lacking."""
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
        limits = [LinearConstraint(sp.hstack([self.energy[0], none]).tocsr(), -np.inf,
                                   self.energy[1] + 1e-6), LinearConstraint(volts, -np.inf, right),
                  LinearConstraint(sp.hstack([self.equal[0], nothing]).tocsr(), self.equal[1],
                                   self.equal[1])]
        integer = np.zeros(self.columns + count)
        if whole:
            integer[self.held.first:self.columns] = self.held.whole
        for presolve in (True, False):  # which HiGHS now and then cannot undo
            found = milp(self._cost(count), constraints=limits, bounds=self._bounds(),
                         integrality=integer, options={"mip_rel_gap": _GAP, "node_limit": _NODES,
                                                       "presolve": presolve})
            if found.x is not None:
                break
        if found.x is None:
            raise RuntimeError(f"best possible: {found.message}")
        self.lacking = found.x[self.columns:]
        return found.x[:self.columns]

    def _cost(self, count):
        late = np.zeros(self.columns)
        for n, stay in enumerate(self.day.stays):
            late[self.starts[n]:self.starts[n + 1]] = np.arange(len(stay.share)) * _LATE
        return np.concatenate([late, self.weights])

    def _plan(self, x):
        car_w = np.zeros((self.slots, self.day.drop_car.shape[1]))
        for n, stay in enumerate(self.day.stays):
            car_w[stay.first:stay.last, stay.car] += x[self.starts[n]:self.starts[n + 1]]
        lacking = self.day.limit_v - self._voltages(x)
        return Plan(car_w, x[self.pump_at:self.held.first].reshape(self.slots, self.pumps),
                    float(np.maximum(lacking, 0.0).sum()))
