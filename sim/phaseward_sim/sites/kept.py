"""What a box keeps of the voltages at its node, and the rating that this asks for.

A box keeps 10-minute means of its voltages and of its own stage's transfer, and in its event log
the 1-minute mean of one phase in the first minute of each event (docs/STORAGE.md). The means hide
short peaks; the events do not say how long ones go on. So a rating is asked of each by itself, and
the larger one counts. In an event's minute the other phases stand as in the 10 minutes around.
The own transfer is taken off with k; the own reactive power is not kept and stays in.
Units: V, W, min. Failure: SiteError where nothing is amiss, or no rating is enough.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import records
from .archetype import SiteError
from .sizing import RATINGS_KVA, Size


@dataclass(frozen=True)
class Event:
    """row: its 10 minutes in `Kept.u_v`; minute: any number that events of one minute share;
    u_v: mean of its phase in its first minute; lasts_min: mean length of such events."""

    row: int
    minute: int
    phase: int
    u_v: float
    lasts_min: float


@dataclass(frozen=True)
class Kept:
    """u_v, own_w (n, 3): 10-minute means; own_w: injected into each phase by the own stage."""

    u_v: np.ndarray
    own_w: np.ndarray
    events: tuple[Event, ...] = ()

    def bad_means(self, found) -> np.ndarray:
        """(m, 3) means without the own transfer that are outside."""
        u = self.u_v - records.effect(self.own_w, found)
        return u[records.outside(u)]

    def bad_minutes(self, found) -> tuple[np.ndarray, np.ndarray]:
        """((m, 3) voltages in the first minutes of events, without the own transfer; (m,) minutes
        that each stands for)."""
        u, lasts = {}, {}
        for event in self.events:
            now = u.setdefault(event.minute, self.u_v[event.row].copy())
            now[event.phase] = event.u_v
            own = lasts.setdefault(event.minute, [event.row, 0.0])
            own[1] = max(own[1], event.lasts_min)
        if not u:
            return np.zeros((0, 3)), np.zeros(0)
        own_w = self.own_w[[row for row, _ in lasts.values()]]
        return (np.array(list(u.values())) - records.effect(own_w, found),
                np.array([minutes for _, minutes in lasts.values()]))

    def bad_times(self, found) -> list[tuple[np.ndarray, np.ndarray]]:
        """Voltages and their weights, of the means and of the events."""
        means = self.bad_means(found)
        return [(means, np.ones(len(means))), self.bad_minutes(found)]


@dataclass(frozen=True)
class Answer:
    """size: the larger of both; by_means, by_events: kVA of each, None without a bad one."""

    size: Size
    by_means: float | None
    by_events: float | None


def advise(kept: Kept, found, wanted: float, neutral: float = 1.0) -> Answer:
    """The least of RATINGS_KVA that keeps the wanted share of bad time inside."""
    sizes = [records.least(u, weight, found, wanted, neutral) if len(u) else None
             for u, weight in kept.bad_times(found)]
    some = [size for size in sizes if size]
    if not some:
        raise SiteError(records.NOTHING)
    return Answer(max(some, key=lambda size: (size.kva, -size.estimated)),
                  *(size and size.kva for size in sizes))


def share_cured(kept: Kept, found, kva: float, neutral: float) -> float:
    """What a unit of this rating does: the smaller share of both kinds of bad time."""
    return min(records.cured(u, weight, found, kva, neutral)[0]
               for u, weight in kept.bad_times(found) if len(u))


def next_size(kva: float) -> float | None:
    """One size of the list in reserve; None beyond its end."""
    place = RATINGS_KVA.index(kva) + 1
    return RATINGS_KVA[place] if place < len(RATINGS_KVA) else None
