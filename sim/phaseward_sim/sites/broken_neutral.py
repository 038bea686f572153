"""A neutral that is lost upstream in a TT network, minute by minute, as the box's core sees it.

The neutral of one line is open; loads are impedances (a constant power behind a lost neutral has
no sensible solution), inverters feed constant power by iteration and trip at 184 and 264.5 V. The
customers' own electrodes are not tied to the neutral (TT). The box's meter gives three phase-to-
neutral and three phase-to-phase voltages to 0.1 V; `phaseward.core.quality` (early warning) and
`phaseward.core.neutral` (the balancer's own watch, which decides on its reaction) judge.
Units: W, V. Failure: ValueError for a line that is not there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from phaseward.core import reasons
from phaseward.core.means import Means
from phaseward.core.neutral import Neutral
from phaseward.core.quality import Quality
from phaseward.core.sample import OK, U_LL, U_LN, Sample
from phaseward.store import parameters as table

from ..network import N
from ..powerflow import reduce

LOW_TRIP_V, HIGH_TRIP_V = 0.8 * 230.0, 1.15 * 230.0
_NOMINAL_V = 230.0
_ROUNDS = 12
_MINUTE_MS = 60000
_PAIRS = ((0, 1), (1, 2), (2, 0))


def broken(network, line: str):
    """The network with the neutral of `line` open."""
    if line not in [one.name for one in network.lines]:
        raise ValueError(f"network {network.name}: no line {line!r}")
    lines = [replace(one, open_conductors=(N,)) if one.name == line else one
             for one in network.lines]
    return replace(network, lines=tuple(lines))


def voltages(feeder, course, line: str, minutes) -> np.ndarray:
    """(n, buses, 3) complex phase-to-neutral voltages in these minutes with the neutral open."""
    model = reduce(broken(feeder.network, line), feeder.model.ports)
    z, base_y = model.z_ohm, model.y_base_s
    count = len(model.ports)
    out = np.empty((len(minutes), count), complex)
    for k, minute in enumerate(minutes):
        generation = np.zeros(count)
        np.add.at(generation, course.pv_port, course.pv_w[minute])
        load = course.p_w[minute] + generation - 1j * course.q_var[minute]
        v0 = model.gain[:, count:] @ model.source_inputs(float(course.source_pu[minute]))
        out[k] = _settle(z, base_y, v0, load, generation)
    return out.reshape(len(minutes), -1, 3)


def _settle(z, base_y, v0, s_load, generation):
    """One minute: trip whoever is outside until nobody more trips."""
    fed = generation.copy()
    v = v0
    for _ in range(_ROUNDS):
        # Inverters as negative impedances at the last voltage: their power is right at the end.
        y = s_load / _NOMINAL_V**2 - fed / np.maximum(np.abs(v), 1.0) ** 2 - base_y
        new = np.linalg.solve(np.eye(len(v0)) + z * y, v0)
        u = np.abs(new)
        trips = (fed > 0) & ((u < LOW_TRIP_V) | (u > HIGH_TRIP_V))
        settled = np.abs(new - v).max() < 0.01 and not trips.any()
        v, fed = new, np.where(trips, 0.0, fed)
        if settled:
            break
    return v


class Watcher:
    """The core's quality logic and the balancer's watch at one bus, fed with 1-minute means."""

    def __init__(self):
        self.quality, self.means = Quality(), Means()
        self.quality.configure(table.defaults())
        self.means.valid = self.means.line_valid = True
        self.neutral, self.sample = Neutral(), Sample()
        self.neutral.configure(table.defaults())
        self.sample.state[U_LN] = self.sample.state[U_LL] = OK

    def minute(self, v) -> tuple[bool, bool, bool]:
        """(suspect in this minute by the rule, alarm stands, lost to the balancer) for complex
        voltages v (3,)."""
        means, quality = self.means, self.quality
        means.u_mv[:] = [_milli(abs(x)) for x in v]
        means.line_mv[:] = [_milli(abs(v[a] - v[b])) for a, b in _PAIRS]
        quality.minute(means)
        self.sample.u_ln_mv[:], self.sample.u_ll_mv[:] = means.u_mv, means.line_mv
        self.neutral.observe(_MINUTE_MS, self.sample)
        return (quality._neutral_min > 0, bool(quality.alarms & reasons.A_NEUTRAL),
                self.neutral.lost)


def _milli(volts: float) -> int:
    """mV as a meter with 0.1 V publishes them."""
    return 100 * round(10 * volts)


def watch(v) -> tuple[float, float, float]:
    """Shares of minutes (suspect, with the alarm, lost to the balancer) of one bus, v (T, 3)
    complex."""
    watcher = Watcher()
    seen = np.array([watcher.minute(row) for row in v])
    return tuple(float(share) for share in seen.mean(axis=0))
