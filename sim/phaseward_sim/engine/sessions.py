"""Charging sessions of the scenario's EVs over a span.

Written sessions are taken as they are; a habit draws one a day from the seed, the car's name and
the date, so that the same day gives the same session in every run. A session that began before the
span is left out. Units: s since the span's start, Wh.
"""

from __future__ import annotations

import math
from datetime import datetime

from ..devices.ev import Session
from ..scenario.base import clock_s
from .placing import Placed
from .seeds import generator
from .span import DAY_S, Span

GAP_S = 600.0  # least time between a departure and the next arrival


def sessions_of(index: int, device: Placed, seed: int, span: Span) -> list[Session]:
    """Sessions of one charge point, `index` in its fleet."""
    spec, phases = device.spec, len(device.phases)
    if spec.habit is None:
        found = [(s.arrive_s - span.offset_s, s.depart_s - span.offset_s, 1000 * s.energy_kwh)
                 for s in spec.sessions]
    else:
        found = [_drawn(device.name, spec.habit, seed, span, day) for day in span.days()]
    return [Session(index, *session, phases, spec.max_a) for session in found
            if session is not None and 0 <= session[0] < span.duration_s]


def _drawn(name, habit, seed: int, span: Span, day: datetime):
    """(arrival, departure, energy) of one day, None for a day without charging."""
    rng = generator(seed, "session", name, day.date().isoformat())
    charges = rng.random() < habit.days_share
    wanted_s = clock_s(habit.arrive) + 60.0 * habit.arrive_spread_min * rng.standard_normal()
    sigma = math.sqrt(math.log1p(habit.energy_spread ** 2))
    energy_wh = 1000.0 * habit.energy_kwh * rng.lognormal(-0.5 * sigma * sigma, sigma)
    if not charges:
        return None
    depart_s = clock_s(habit.depart)
    arrive_s = min(max(wanted_s, depart_s + GAP_S), DAY_S - GAP_S)
    midnight_s = span.at(day)
    return midnight_s + arrive_s, midnight_s + DAY_S + depart_s, energy_wh
