"""Other cures that a network operator decides between: another transformer, other phases.

Dyn instead of Yyn0: the same feeder with another vector group, nothing else. Re-connecting: the
customers whose move to another phase saves most meter-minutes, one after the other, chosen with
foresight of the very days they are judged on (no operator has that), loads and PV moving along.
Choice on a linear model with the currents that flowed, verdict by exact power flow.
Units: W, V. Failure: PowerFlowError.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from .closed_loop import base_voltages
from .judging import without
from .measures import HIGH_V, LOW_V

_EVERY = 4  # minutes looked at while choosing


def moved(feeder, course, change):
    """(feeder, course) after moving a whole bus-phase: change = (bus, from phase, to phase).

    All single-phase customers of that bus and phase are re-connected, as one service cable is.
    """
    bus, old, new = change
    single = feeder.single.copy()
    single[bus, new] += single[bus, old]
    single[bus, old] = 0.0
    p, q = course.p_w.copy(), course.q_var.copy()
    for table in (p, q):
        table[:, 3 * bus + new] += table[:, 3 * bus + old]
        table[:, 3 * bus + old] = 0.0
    port = course.pv_port.copy()
    port[port == 3 * bus + old] = 3 * bus + new
    return (replace(feeder, single=single), replace(course, p_w=p, q_var=q, pv_port=port))


def rephase(feeder, course, base_v, moves: int = 3):
    """Greedy: [(change, outcome dict without balancer)] after each move, at most `moves`.

    Buses with three-phase customers stay as they are.
    """
    found = []
    for _ in range(moves):
        change = _best_move(feeder, course, base_v)
        if change is None:
            break
        feeder, course = moved(feeder, course, change)
        base_v = base_voltages(feeder, course)
        found.append((change, without(feeder, course, base_v)))
    return found


def _best_move(feeder, course, base_v):
    """The move that leaves fewest meter-minutes on the linear model; None where none saves any."""
    at = np.arange(0, course.minutes, _EVERY)
    v = base_v[at]
    current = (course.p_w[at] - 1j * course.q_var[at]) / v.conj()
    z = feeder.model.z_ohm
    best, choice = _minutes(feeder.single, feeder.triple, np.abs(v)), None
    for bus in np.flatnonzero((feeder.single.sum(axis=1) > 0) & (feeder.triple == 0)):
        for old in np.flatnonzero(feeder.single[bus] > 0):
            for new in {0, 1, 2} - {int(old)}:
                single = feeder.single.copy()
                single[bus, new] += single[bus, old]
                single[bus, old] = 0.0
                a, b = 3 * bus + old, 3 * bus + new
                turned = current[:, a] * np.exp(-2j * np.pi / 3 * (new - old))
                u = np.abs(v + current[:, a, None] * z[:, a] - turned[:, None] * z[:, b])
                left = _minutes(single, feeder.triple, u)
                if left < best - 0.5:
                    best, choice = left, (int(bus), int(old), int(new))
    return choice


def _minutes(single, triple, u) -> float:
    outside = ((u < LOW_V) | (u > HIGH_V)).reshape(len(u), -1, 3)
    total = float((outside.sum(axis=0) * single).sum())
    return total + float(outside.any(axis=-1).sum(axis=0) @ triple) if triple.any() else total
