"""The loads of one seed: minute by minute, every port of a feeder, for whole days.

Households come from `devices.household_generator`, cars from `devices.ev_sessions` (all on one
phase, charging at full current until full), PV from a clear-sky curve with clouds as a Markov
chain (invented: plausible unrest, not a measured sky). Each seed draws anew who has PV or a car.
Units: W, var, pu; arrays (T, ports) with T minutes. Failure: none of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..devices.ev_sessions import draw_cars, draw_sessions
from ..devices.household_generator import generate
from ..engine.seeds import generator

DAY_MIN = 1440
U_NOM_V = 230.0
_CLOUDS = ((0.30, 0.04), (0.65, 0.06), (1.0, 0.03))  # (share of clear sky, chance to leave it)


@dataclass(frozen=True)
class Course:
    """p_w, q_var (T, ports): consumption; source_pu (T,). pv_w (T, n): generation of each PV, in
    p_w already; pv_port (n,)."""

    p_w: np.ndarray
    q_var: np.ndarray
    source_pu: np.ndarray
    pv_w: np.ndarray
    pv_port: np.ndarray

    @property
    def minutes(self) -> int:
        """T."""
        return len(self.source_pu)

    def part(self, first: int, last: int) -> Course:
        """Minutes first..last-1."""
        return replace(self, p_w=self.p_w[first:last], q_var=self.q_var[first:last],
                       source_pu=self.source_pu[first:last], pv_w=self.pv_w[first:last])


def draw(feeder, seed: int, days: int = 4) -> Course:
    """The course of a made site (feeder.source is its Archetype)."""
    site = feeder.source
    count = 3 * len(feeder.buses)
    p_w, q_var = np.zeros((2, days * DAY_MIN, count))
    _households(feeder, site.households, seed, days, p_w, q_var)
    pv_port, pv_w = add_pv(feeder, site.pv, seed, days, p_w)
    add_cars(feeder, site.ev, seed, days, p_w)
    return Course(p_w, q_var, _level(site, seed, days), pv_w, pv_port)


def _households(feeder, homes, seed, days, p_w, q_var) -> None:
    customers = _customers(feeder)
    table = generate(len(customers), days, 60.0, seed)
    tangent = math.tan(math.acos(homes.power_factor))
    for k, ports in enumerate(customers):
        p_w[:, ports] += table[:, k, None] / len(ports)
        q_var[:, ports] += tangent * table[:, k, None] / len(ports)


def _customers(feeder) -> list[list[int]]:
    """Ports of each meter, bus by bus."""
    found = []
    for bus in range(len(feeder.buses)):
        for phase in range(3):
            found += [[3 * bus + phase]] * int(feeder.single[bus, phase])
        found += [[3 * bus, 3 * bus + 1, 3 * bus + 2]] * int(feeder.triple[bus])
    return found


def _places(feeder, spec, rng) -> np.ndarray:
    """Ports for spec.count devices: buses with a customer far enough, phases by weight."""
    served = feeder.single.sum(axis=1) + feeder.triple
    fit = np.flatnonzero((served > 0) & (feeder.distance_m >= spec.from_m))
    buses = rng.choice(fit, spec.count, p=served[fit] / served[fit].sum())
    phases = rng.choice(3, spec.count, p=np.asarray(spec.phases) / sum(spec.phases))
    return 3 * buses + phases


def add_pv(feeder, spec, seed, days, p_w):
    """(ports (n,), generation (T, n)) of the PV systems, taken off p_w."""
    rng = generator(seed, feeder.name, "pv")
    ports = _places(feeder, spec, rng)
    peak_w = 1e3 * rng.uniform(*spec.kw, spec.count)
    sun = sun_shares(generator(seed, feeder.name, "sun"), days)
    pv_w = sun[:, None] * peak_w
    np.subtract.at(p_w.T, ports, pv_w.T)
    return ports, pv_w


def sun_shares(rng, days: int) -> np.ndarray:
    """(T,) share of peak power, sunrise 6:30, sunset 20:30; each day has its own cloudiness."""
    hour = (np.arange(DAY_MIN) + 0.5) / 60.0
    clear = np.clip(np.sin(np.pi * (hour - 6.5) / 14.0), 0.0, None) ** 1.3 * 0.92
    return np.concatenate([clear * _clouds(rng) for _ in range(days)])


def _clouds(rng) -> np.ndarray:
    fair = rng.uniform(0.2, 1.0)  # how likely the way from a cloud leads to clear sky
    state, out = 2, np.empty(DAY_MIN)
    for minute in range(DAY_MIN):
        if rng.random() < _CLOUDS[state][1]:
            state = 2 if rng.random() < fair else int(rng.integers(2))
        out[minute] = _CLOUDS[state][0]
    return np.convolve(np.pad(out, 1, mode="edge"), np.full(3, 1 / 3), "valid")


def add_cars(feeder, spec, seed, days, p_w) -> None:
    """Single-phase charging on top of p_w."""
    ports, power_w = cars(feeder, spec, seed, days)
    np.add.at(p_w.T, ports, power_w.T)


def cars(feeder, spec, seed, days) -> tuple[np.ndarray, np.ndarray]:
    """(ports (n,), charging power (T, n)) of the cars of a seed."""
    power_w = np.zeros((days * DAY_MIN, spec.count))
    if not spec.count:
        return np.zeros(0, int), power_w
    rng = generator(seed, feeder.name, "ev")
    ports = _places(feeder, spec, rng)
    amps = np.where(rng.random(spec.count) < spec.fast, 32.0, 16.0)
    drawn = draw_cars(spec.count, int(rng.integers(1 << 30)), 1e3 * spec.energy_kwh)
    drawn = [replace(car, phases=1, max_a=a) for car, a in zip(drawn, amps, strict=True)]
    for stay in draw_sessions(drawn, days, int(rng.integers(1 << 30))):
        full_w = U_NOM_V * stay.max_a
        last_s = min(stay.departure_s, stay.arrival_s + 3600.0 * stay.energy_wh / full_w)
        first, last = round(stay.arrival_s / 60), round(last_s / 60)
        power_w[first:last, stay.device] += full_w
    return ports, power_w


def _level(site, seed, days) -> np.ndarray:
    """MV voltage: the site's level, lowest at 20:00, with slow unrest of 0.3 %."""
    rng = generator(seed, site.name, "level")
    minute = np.arange(days * DAY_MIN)
    evening = np.exp(-(((minute / 60.0) % 24.0 - 20.0) / 3.0) ** 2)
    noise = np.interp(minute, np.arange(0, len(minute) + 30, 30),
                      rng.normal(0.0, 0.003, len(minute) // 30 + 1))
    return site.level_pu - site.dip_pu * evening + noise
