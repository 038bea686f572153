"""Who lives on a feeder: base loads, cars with their stays, heat pumps; drawn by seed.

The same seed gives every law the same people. Cars and their stays are those of
`devices.ev_sessions` (half 11 kW three-phase, a fifth 7.4 kW and three tenths 3.7 kW on one phase;
about 9 kWh a day; own habits), base loads those of `devices.household_generator`. Heat pumps are
5 kW three-phase or 2.5 kW single-phase with as much house as keeps them running about half the
time at 2 degrees outside. All of it is assumed, not measured.
Units: W, Wh, minutes from midnight of day 0, V per V. Shapes: T minutes, H homes, E cars, U pumps.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..devices.ev_sessions import draw_cars, draw_sessions
from ..devices.household_generator import generate

DAY = 1440
VOLT = 230.0
MIXES = {"mixed": None, "three_phase": ((3, 16.0),), "one_phase": ((1, 32.0), (1, 16.0))}
_HEAT_W_PER_K = (580.0, 290.0)  # loss of a house with a 5 kW, a 2.5 kW machine
_HEAT_WH_PER_K = (16000.0, 8000.0)
_RATED_W = (5000.0, 2500.0)


@dataclass(frozen=True)
class Homes:
    """Everything drawn for one feeder and one seed.

    base_w (T, H, 3). car_home, car_max_w (E,), car_phases (E, 3) bool. Stays of all cars in one
    list: stay_car, arrive, depart (exclusive), need_wh (N,). pump_home, pump_w, loss_w_per_k,
    capacity_wh_per_k (U,), pump_phases (U, 3) bool. source (T,): MV voltage, 1 = usual.
    """

    base_w: np.ndarray
    car_home: np.ndarray
    car_max_w: np.ndarray
    car_phases: np.ndarray
    stay_car: np.ndarray
    arrive: np.ndarray
    depart: np.ndarray
    need_wh: np.ndarray
    pump_home: np.ndarray
    pump_w: np.ndarray
    pump_phases: np.ndarray
    loss_w_per_k: np.ndarray
    capacity_wh_per_k: np.ndarray
    source: np.ndarray
    k_error: np.ndarray  # (H,) what commissioning got wrong of the own loop resistance

    def plugged(self) -> np.ndarray:
        """(T, E) number of the stay going on, -1 without one."""
        table = np.full((len(self.base_w), len(self.car_home)), -1, np.int32)
        for n, car in enumerate(self.stay_car):
            table[self.arrive[n]:self.depart[n], car] = n
        return table


def draw(homes: int, cars: int, pumps: int, days: int, seed: int, mix: str = "mixed") -> Homes:
    """The people of `seed`. More cars or pumps change none of those there were."""
    rng = np.random.default_rng((seed, 4))
    base = generate(homes, days, 60.0, seed, phases=3)
    car_home = _spread(rng, homes, cars)
    kinds = _cars(cars, seed, mix)
    stays = _stays(kinds, days, seed)
    pump_home = np.random.default_rng((seed, 5)).permutation(homes)[:pumps]
    three = np.random.default_rng((seed, 6)).random(homes)[:pumps] < 0.5
    size = np.where(three, 0, 1)
    return Homes(
        base, car_home, np.array([VOLT * car.phases * car.max_a for car in kinds]),
        _on_phases(np.array([car.phases for car in kinds], int), seed, 7), *stays,
        pump_home, np.take(_RATED_W, size), _on_phases(np.where(three, 3, 1), seed, 8),
        np.take(_HEAT_W_PER_K, size), np.take(_HEAT_WH_PER_K, size), _source(days, seed),
        1.0 + np.random.default_rng((seed, 9)).uniform(-0.2, 0.2, homes))


def _spread(rng, homes: int, cars: int) -> np.ndarray:
    """Home of each car: everybody's first before anybody's second."""
    order = rng.permutation(homes)
    return np.resize(order, cars)


def _cars(count: int, seed: int, mix: str) -> list:
    cars = draw_cars(count, seed)
    kinds = MIXES[mix]
    if kinds is None:
        return cars
    return [replace(car, phases=kinds[k % len(kinds)][0], max_a=kinds[k % len(kinds)][1])
            for k, car in enumerate(cars)]


def _stays(cars, days: int, seed: int):
    """stay_car, arrive, depart, need_wh; whole minutes, at least one long."""
    found = [s for s in draw_sessions(cars, days, seed) if s.arrival_s < (days * DAY - 1) * 60]
    car = np.array([s.device for s in found], int)
    arrive = np.array([s.arrival_s // 60 for s in found], int)
    depart = np.array([s.departure_s // 60 for s in found], int)
    depart = np.minimum(np.maximum(depart, arrive + 1), days * DAY)
    return car, arrive, depart, np.array([s.energy_wh for s in found], float)


def _on_phases(count: np.ndarray, seed: int, stream: int) -> np.ndarray:
    """(n, 3) which phases: all three, or one by draw."""
    one = np.random.default_rng((seed, stream)).integers(3, size=len(count) + 1)[:len(count)]
    return (count[:, None] == 3) | (np.arange(3) == one[:, None])


def _source(days: int, seed: int) -> np.ndarray:
    """MV voltage: 1 % lower at 19:00, and slow unrest of 0.3 % (one hour's memory)."""
    t = np.arange(days * DAY)
    hour = t / 60.0 % 24.0
    dip = 0.01 * np.exp(-(((hour - 19.0) / 2.5) ** 2))
    noise = np.random.default_rng((seed, 10)).normal(size=len(t))
    slow, keep = np.empty(len(t)), np.exp(-1.0 / 60.0)
    level, push = 0.0, 0.003 * np.sqrt(1.0 - keep**2)
    for k, x in enumerate(noise):
        level = keep * level + push * x
        slow[k] = level
    return 1.0 - dip + slow
