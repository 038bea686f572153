"""Seeded EV parks: which cars, when they come, how much they want.

The mix and the energies follow the set-up of the blocking study (half 11 kW three-phase, a
fifth 7.4 kW and three tenths 3.7 kW on one phase; about 9 kWh a day, log-normal; each driver
has an own habit; 6 % short stops by day): assumptions, no measured data set (unverified).
Units: s, Wh, A. Times count from midnight of the first day.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .ev import Session

DAY_S = 86400.0
_KINDS = ((0.5, 3, 16.0), (0.2, 1, 32.0), (0.3, 1, 16.0))
_SHORT_STOPS = 0.06


@dataclass(frozen=True)
class Car:
    """A driver's habits: phases, largest current, mean arrival and departure in s of the day."""

    phases: int
    max_a: float
    arrival_s: float
    departure_s: float
    energy_wh: float


def draw_cars(n: int, seed: int, energy_wh: float = 9000.0) -> list[Car]:
    """n drivers; each draws from a generator of its own, so that more cars change none."""
    return [_car(np.random.default_rng((seed, k)), energy_wh) for k in range(n)]


def draw_sessions(cars, days: int, seed: int, spread_s: float = 3600.0,
                  energy_spread: float = 0.5, days_share: float = 0.9) -> list[Session]:
    """Stays of the cars over `days` days, sorted by car and time, without overlaps."""
    sessions: list[Session] = []
    for device, car in enumerate(cars):
        rng = np.random.default_rng((seed, device, 1))
        free_s = 0.0
        for day in range(days):
            stay = _stay(rng, device, car, day, spread_s, energy_spread)
            if rng.random() < days_share and stay.arrival_s >= free_s:
                sessions.append(stay)
                free_s = stay.departure_s
    return sessions


def _car(rng, energy_wh: float) -> Car:
    share, kind = rng.random(), 0
    while share > _KINDS[kind][0] and kind < len(_KINDS) - 1:
        share -= _KINDS[kind][0]
        kind += 1
    _, phases, max_a = _KINDS[kind]
    arrival_s = rng.normal(17.75, 1.5) * 3600.0
    departure_s = rng.normal(7.0, 0.8) * 3600.0
    return Car(phases, max_a, arrival_s, departure_s, energy_wh * rng.lognormal(-0.045, 0.3))


def _stay(rng, device: int, car: Car, day: int, spread_s: float, energy_spread: float):
    short = rng.random() < _SHORT_STOPS
    arrival_s = day * DAY_S + (rng.uniform(9.0, 16.0) * 3600.0 if short
                               else max(car.arrival_s + rng.normal(0.0, spread_s), 0.0))
    hours = rng.uniform(0.5, 1.5)
    departure_s = arrival_s + 3600.0 * hours if short else max(
        (day + 1) * DAY_S + car.departure_s + rng.normal(0.0, 0.3 * spread_s),
        arrival_s + 3600.0)
    sigma = math.sqrt(math.log1p(energy_spread**2))
    wanted_wh = car.energy_wh * rng.lognormal(-0.5 * sigma**2, sigma)
    return Session(device, arrival_s, departure_s, wanted_wh, car.phases, car.max_a)
