"""What a course of 1-minute means does at the meters: minutes outside, volts, events.

A meter on one phase is outside where its phase is; one on three phases where any of them is. Volts
are those beyond the limit (of the worst phase). An event begins with the first minute outside and
can begin again after one minute inside (`evaluate.events` with its defaults; a test keeps them
equal). Units: V, min. u_v: (..., T, buses, 3). Failure: none.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

LOW_V, HIGH_V = 0.93 * 230.0, 1.07 * 230.0  # RD 1955/2000


@dataclass
class Outcome:
    """Sums over all meters and minutes; lowest_v, highest_v: of any meter's phase."""

    minutes: float
    volt_min: float
    events: float
    lowest_v: float
    highest_v: float

    def as_dict(self) -> dict:
        """Plain numbers."""
        return {key: round(float(value), 4) for key, value in asdict(self).items()}


def excess(u_v) -> np.ndarray:
    """Volts beyond a limit, 0 inside."""
    return np.maximum(np.maximum(LOW_V - u_v, u_v - HIGH_V), 0.0)


def score(feeder, u_v):
    """(meters outside, volts outside) of voltages (..., buses, 3): two arrays (...)."""
    beyond = excess(u_v)
    worst = beyond.max(axis=-1)
    count = np.einsum("...bp,bp->...", beyond > 0, feeder.single)
    volts = np.einsum("...bp,bp->...", beyond, feeder.single)
    if feeder.triple.any():
        count = count + (worst > 0) @ feeder.triple
        volts = volts + worst @ feeder.triple
    return count, volts


def outcome(feeder, u_v) -> Outcome:
    """Judge 1-minute means (T, buses, 3)."""
    count, volts = score(feeder, u_v)
    here = (feeder.single + feeder.triple[:, None]) > 0
    return Outcome(float(count.sum()), float(volts.sum()), events(feeder, u_v),
                   float(u_v[:, here].min()), float(u_v[:, here].max()))


def events(feeder, u_v) -> float:
    """Begins of under- and over-voltage, counted apart, summed over the meters."""
    total = 0.0
    for outside in (u_v < LOW_V, u_v > HIGH_V):
        total += float((_begins(outside) * feeder.single).sum())
        if feeder.triple.any():
            total += float(_begins(outside.any(axis=-1)) @ feeder.triple)
    return total


def _begins(outside):
    return (outside[1:] & ~outside[:-1]).sum(axis=0) + outside[0]


def induced(feeder, before_v, after_v) -> float:
    """Meter-minutes that are outside after and were not before."""
    was, now = excess(before_v) > 0, excess(after_v) > 0
    total = float(((now & ~was) * feeder.single).sum())
    return total + float((now.any(axis=-1) & ~was.any(axis=-1)).sum(axis=0) @ feeder.triple)


def worsened_v(feeder, before_v, after_v) -> float:
    """By how many volts the worst voltage of any meter's phase is farther out than before.

    Worst: farthest from 230 V beyond a limit during the whole course; 0 where it is nowhere
    farther out.
    """
    here = (feeder.single + feeder.triple[:, None]) > 0
    worst = (excess(after_v).max(axis=0) - excess(before_v).max(axis=0))[here]
    return float(max(worst.max(), 0.0))
