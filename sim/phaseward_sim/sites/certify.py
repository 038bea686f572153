"""How near `optimum` comes to a proven bound: a mixed-integer programme for single minutes.

Minimise the meters outside on the linear model about the best point found, where legs and neutral
are replaced by polygons around them: every point that the stage can deliver is allowed, and some
more. So no point beats the programme's proven bound on that model. Its own error (it is exact at
the best point) is answered by widening the limits by `slack_v`: with 0 the bound is of the linear
model, with the largest model error measured it is one of the feeder. Solver: HiGHS by scipy.
Units: W, var, V. Failure: RuntimeError where HiGHS gives no bound.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from .measures import HIGH_V, LOW_V, score

_SIDES = 24
_FAR_V = 200.0


def bound(search, best, row: int, slack_v: float = 0.0, seconds: float = 5.0) -> float:
    """Least number of meters outside that is possible in minute best.at[row]."""
    units = len(search.ports)
    knobs = 3 * units
    rows, weight = _meters(search.feeder)
    u = best.u_v[row].ravel()[rows]
    slope = search._slope[row].reshape(knobs, -1).T[rows].astype(float)
    now = np.concatenate([[*best.p_w[row, k, :2], best.q_var[row, k]] for k in range(units)])
    free = u - slope @ now  # the model's voltages without any unit
    owner, count = _owners(search.feeder, rows)
    flags = np.zeros((len(rows), count))
    flags[np.arange(len(rows)), owner] = _FAR_V
    limits = [LinearConstraint(np.hstack([slope, flags]), LOW_V - slack_v - free, np.inf),
              LinearConstraint(np.hstack([slope, -flags]), -np.inf, HIGH_V + slack_v - free)]
    limits += [_stage(search, k, best.u_v[row].ravel()[search.ports[k]], units, count)
               for k in range(units)]
    found = milp(np.concatenate([np.zeros(knobs), weight]), constraints=limits,
                 integrality=np.concatenate([np.zeros(knobs), np.ones(count)]),
                 bounds=Bounds(np.concatenate([np.full(knobs, -np.inf), np.zeros(count)]),
                               np.concatenate([np.full(knobs, np.inf), np.ones(count)])),
                 options={"time_limit": seconds})
    if found.mip_dual_bound is None:
        raise RuntimeError(f"no bound for minute {best.at[row]}: {found.message}")
    return float(found.mip_dual_bound)


def _meters(feeder):
    """(rows of voltages that count, weight of each flag): flags are per row or per three rows."""
    single = np.flatnonzero(feeder.single.ravel())
    triple = np.flatnonzero(feeder.triple)
    rows = np.concatenate([single, *(3 * bus + np.arange(3) for bus in triple)]).astype(int)
    return rows, np.concatenate([feeder.single.ravel()[single], feeder.triple[triple]])


def _owners(feeder, rows):
    """(flag of each row, number of flags)."""
    single = int((feeder.single > 0).sum())
    triple = (len(rows) - single) // 3
    return np.concatenate([np.arange(single), single + np.repeat(np.arange(triple), 3)]), (
        single + triple)


def _stage(search, k: int, u, units: int, count: int) -> LinearConstraint:
    """Polygons around what unit k can deliver, in its p1, p2, q."""
    angle = 2 * np.pi * np.arange(_SIDES) / _SIDES
    leg_va = search.leg_a[k] * np.minimum(u, 230.0)
    mine, most = [], []
    for phase in range(3):
        of_p = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])[phase]
        for a in angle:
            mine.append([*(np.cos(a) * of_p), np.sin(a)])
            most.append(leg_va[phase])
    turn = np.exp(-2j * np.pi / 3 * np.arange(3)) / u
    for a in angle:
        per_p = (turn * np.exp(-1j * a)).real
        per_q = (-1j * turn * np.exp(-1j * a)).real.sum()
        mine.append([per_p[0] - per_p[2], per_p[1] - per_p[2], per_q])
        most.append(search.neutral_a[k])
    if not search.reactive:
        mine += [[0, 0, 1], [0, 0, -1]]
        most += [0.0, 0.0]
    wide = np.zeros((len(mine), 3 * units + count))
    wide[:, 3 * k : 3 * k + 3] = mine
    return LinearConstraint(wide, -np.inf, most)


def gap(search, best, sample: int, slack_v: float = 0.0, seed: int = 0) -> dict:
    """Meters outside in a drawn sample of minutes: found, and the proven least."""
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(best.at))[:sample]
    found, _ = score(search.feeder, best.u_v[rows])
    before, _ = score(search.feeder,
                      np.abs(search.base_v[best.at[rows]]).reshape(len(rows), -1, 3))
    least = [bound(search, best, int(row), slack_v) if found[k] > 0 else 0.0
             for k, row in enumerate(rows)]
    return {"minutes": len(rows), "before": float(before.sum()), "found": float(found.sum()),
            "bound": float(np.sum(np.ceil(np.array(least) - 1e-6)))}
