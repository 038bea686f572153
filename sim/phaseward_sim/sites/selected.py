"""Phase selectors instead of a power stage: cars at their own boxes, moved to the better phase.

The cars farthest from the transformer each have a box with three contactors, the box's own
`core.phase_selector` with its defaults. It sees the voltages of its bus (0.1 V, means of the last
minute), moves its car in the seconds in which that pauses (their energy is not counted), and the
car charges on the new phase from the next minute on. Beside it: the phases that leave fewest
meters outside in each minute, all four cars seen at once, as often moved as wanted.
Units: V, W, min. Failure: PowerFlowError.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from phaseward.core.balancer import Balancer
from phaseward.core.phase_selector import ON, PhaseSelector
from phaseward.store import parameters as table

from ..powerflow import solve_batch
from .course import cars
from .feeder import transfer_effect
from .measures import score

CARS = 4
_STEP_MS = 1000
_LONGEST_S = 120  # a move takes a few seconds


@dataclass
class Box:
    """One car's box at bus `bus`."""

    bus: int
    selector: PhaseSelector
    law: Balancer
    most_w: float

    @staticmethod
    def at(feeder, port: int, most_w: float) -> Box:
        """Joined to the phase of `port`, with k and angle as probing finds them."""
        bus = port // 3
        k, angle = transfer_effect(feeder.model, 3 * bus)
        p = table.defaults()
        p.update(ps_load=1, pb_k_mv_kw=min(5000, max(50, round(k))), pb_angle_deg=round(angle))
        law, selector = Balancer(1), PhaseSelector()
        law.configure(p)
        selector.configure(p)
        selector.phase = selector._from = port % 3
        box = Box(bus, selector, law, most_w)
        box.settle(0.0, 230.0)
        return box

    def settle(self, power_w: float, u_v: float) -> None:
        """Seconds until the car is joined; it takes nothing while the box holds it."""
        selector = self.selector
        for _ in range(_LONGEST_S):
            if selector.state == ON:
                return
            selector.see(*selector.contactor)
            taken_ma = 0 if selector.holds() else round(1e3 * power_w / u_v)
            selector.tell(taken_ma, True)
            selector.step(_STEP_MS, True)

    def minute(self, u_v, power_w: float) -> int:
        """A minute with these voltages (3,) has ended; returns the phase of the next one."""
        selector = self.selector
        selector.tell(round(1e3 * power_w / u_v[selector.phase]), True)
        u_mv = (100 * np.rint(10.0 * u_v)).astype(int).tolist()
        selector.minute(u_mv, self.law, round(self.most_w), round(self.most_w))
        self.settle(power_w, float(u_v[selector.phase]))
        return selector.phase


def farthest(feeder, seed: int, days: int):
    """(ports (n,), power (T, n)) of the cars with a box."""
    ports, power_w = cars(feeder, feeder.source.ev, seed, days)
    used = power_w.any(axis=0)
    ports, power_w = ports[used], power_w[:, used]
    far = np.argsort(-feeder.distance_m[ports // 3], kind="stable")[:CARS]
    return ports[far], power_w[:, far]


def _without(course, ports, power_w):
    """(T, ports) what everybody takes but these cars."""
    rest_w = course.p_w.copy()
    np.subtract.at(rest_w.T, ports, power_w.T)
    return rest_w


def run(feeder, course, seed: int, days: int):
    """(voltages (T, buses, 3) with the boxes, moves of each, ports and power of the cars)."""
    ports, power_w = farthest(feeder, seed, days)
    boxes = [Box.at(feeder, int(port), float(power_w[:, k].max()))
             for k, port in enumerate(ports)]
    rest_w = _without(course, ports, power_w)
    u_v = np.empty((course.minutes, len(feeder.buses), 3))
    phases, moves, v = ports % 3, np.zeros(len(ports), int), None
    for minute in range(course.minutes):
        p = rest_w[minute].copy()
        np.add.at(p, 3 * (ports // 3) + phases, power_w[minute])
        v = solve_batch(feeder.model, p[None], course.q_var[minute][None],
                        source_pu=course.source_pu[minute : minute + 1], v_start=v).v
        u_v[minute] = np.abs(v[0]).reshape(-1, 3)
        new = np.array([box.minute(u_v[minute, box.bus], float(power_w[minute, k]))
                        for k, box in enumerate(boxes)], int)
        moves += new != phases
        phases = new
    return u_v, moves, ports, power_w


def least(feeder, course, base_v, ports, power_w) -> float:
    """Meter-minutes with the best phases of these cars in every minute, exactly solved."""
    count, _ = score(feeder, np.abs(base_v).reshape(course.minutes, -1, 3))
    rest_w = _without(course, ports, power_w)
    best = count.copy()
    for minute in np.flatnonzero((count > 0) & power_w.any(axis=1)):
        mine = np.flatnonzero(power_w[minute])
        choices = np.array(list(product(range(3), repeat=len(mine))))
        p = np.repeat(rest_w[minute][None], len(choices), axis=0)
        for k, car in enumerate(mine):
            p[np.arange(len(choices)), 3 * (ports[car] // 3) + choices[:, k]] += power_w[
                minute, car]
        q = np.repeat(course.q_var[minute][None], len(choices), axis=0)
        v = solve_batch(feeder.model, p, q,
                        source_pu=np.full(len(choices), course.source_pu[minute])).v
        found, _ = score(feeder, np.abs(v).reshape(len(choices), -1, 3))
        best[minute] = min(best[minute], found.min())
    return float(best.sum())
