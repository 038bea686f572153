"""The best possible as a unit of the study: plans of `best`, replayed through the power flow.

For the first days of some seeds: the run without flexible load gives the voltages, the run without
control the heat pumps' courses and each stay's energy; a plan is made per day and profile, and all
are replayed minute by minute. The linear model errs, and what is least is a sum of volts, not the
number of minutes: several plans are made for each day, and the best replay of the day counts.
Units: W, Wh, minutes.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from . import best, laws
from .homes import DAY, Homes
from .loop import Loop, Setting
from .measures import LOW10_V
from .plan import DAYS, PROFILE_NAMES, REFERENCES, Lineup, Unit
from .profiles import PROFILES

SLOTS = DAY // best.SLOT_MIN
_COP = 4.2  # of the pumps at the mean outdoor temperature of 2 C, see devices.heat_pump
_STORE_K = 0.5
CANDIDATES = ((3.0, False), (1.0, True))  # margin in V, few


class Courses:
    """What a listener keeps of the references: worst voltage of each slot without flexible load,
    mean power of each pump and energy charged without control. first: first minute kept."""

    def __init__(self, first: int, days: int, ports: int, pumps: int):
        self.first, self.days = first, days
        self.v = np.full((days * SLOTS, ports), np.inf)
        self.pump_w = np.zeros((days * SLOTS, pumps))

    def __call__(self, t: int, loop: Loop) -> None:
        slot = (t - self.first) // best.SLOT_MIN
        if t < self.first or slot >= len(self.v):
            return
        np.minimum(self.v[slot], np.abs(loop.v[1]), out=self.v[slot])
        self.pump_w[slot] += loop.pumps.power_w[0, 0] / best.SLOT_MIN


def do_best(unit: Unit, progress) -> dict:
    """Household-minutes below -10 % of every day: references and plans, seed by seed."""
    from .run import setting_of
    # Drawn for as many days as the main comparison: fewer days would be other people.
    whole = setting_of(replace(unit, days=DAYS))
    found: dict = {}
    for s, seed in enumerate(unit.seeds):
        setting = Setting(whole.site, [whole.seeds[s]], unit.learn_days, unit.days)
        found[str(seed)] = one_seed(setting, progress)
    return {"minutes": found}


def one_seed(setting: Setting, progress=None) -> dict[str, list[int]]:
    """Rows nothing, no_flex and the profiles: minutes by day; lacking_<profile>: stays short, of
    the plan with the most."""
    from .run import make_laws
    first = setting.learn_days * DAY + DAY // 2
    homes = setting.seeds[0]
    courses = Courses(first, setting.days, len(setting.site.model.ports), len(homes.pump_home))
    lineup = Lineup(REFERENCES)
    free = Loop(setting, make_laws(lineup, setting), 2, courses)
    free.run(progress, first)
    found = {"nothing": free.measures.low10_by_day[0, 0].tolist(),
             "no_flex": free.measures.low10_by_day[1, 0].tolist()}
    for margin_v, few in CANDIDATES:
        plans = {name: _planned(setting, courses, free, PROFILES[name], margin_v, few)
                 for name in PROFILE_NAMES}
        replay = _replayed(setting, plans, first)
        for k, name in enumerate(PROFILE_NAMES):
            minutes = replay.measures.low10_by_day[k, 0].tolist()
            found[name] = [min(pair) for pair in zip(found.get(name, minutes), minutes,
                                                     strict=True)]
            short = replay.cars.left_wh[k, 0] - free.cars.left_wh[0, 0]
            lacking = int(np.sum(short[np.isfinite(short)] > 300.0))
            found[f"lacking_{name}"] = max(lacking, found.get(f"lacking_{name}", 0))
    return found


def _planned(setting, courses, free, profile, margin_v, few):
    """(car_w (days*SLOTS, E), pump_w (days*SLOTS, U))."""
    homes = setting.seeds[0]
    floors_w = profile.floors_w(free.cars.max_w[0], free.cars.phases[0])
    ports = setting.site.home_ports
    drops = [best.sensitivities(setting.site.model, ports[home], on)
             for home, on in ((homes.car_home, homes.car_phases),
                              (homes.pump_home, homes.pump_phases))]
    cars, pumps = [], []
    for day in range(setting.days):
        rows = slice(day * SLOTS, (day + 1) * SLOTS)
        stays = stays_of(homes, courses.first + day * DAY)
        made = best.plan(best.Day(
            courses.v[rows], *drops, LOW10_V, stays, courses.pump_w[rows], homes.pump_w,
            _STORE_K * homes.capacity_wh_per_k / _COP, margin_v), floors_w,
            profile.budget_min, few)
        cars.append(made.car_w)
        pumps.append(made.pump_w)
    return np.concatenate(cars), np.concatenate(pumps)


def stays_of(homes: Homes, noon: int) -> list[best.Stay]:
    """Stays that begin within a day from `noon` on, cut at its end; their energy is what the car
    would get without control in that time."""
    found = []
    for n, car in enumerate(homes.stay_car):
        begin, end = int(homes.arrive[n]), min(int(homes.depart[n]), noon + DAY)
        if not noon <= begin < noon + DAY or end <= begin:
            continue
        max_w = float(homes.car_max_w[car])
        need_wh = min(float(homes.need_wh[n]), max_w * (end - begin) / 60.0)
        found.append(best.Stay(int(car), (begin - noon) // best.SLOT_MIN,
                               _share(begin - noon, end - noon), max_w, need_wh))
    return found


def _share(begin: int, end: int) -> np.ndarray:
    """Share of each slot between two minutes."""
    edges = np.arange(begin // best.SLOT_MIN, -(-end // best.SLOT_MIN) + 1) * best.SLOT_MIN
    edges = np.clip(edges, begin, end)
    return np.diff(edges) / best.SLOT_MIN


def _replayed(setting, plans, first) -> Loop:
    """All profiles' plans at once; a slot's energy is drawn in the minutes the car is there."""
    homes = setting.seeds[0]
    minutes = setting.days * DAY
    there = homes.plugged()[first:first + minutes] >= 0
    slot = np.arange(minutes) // best.SLOT_MIN
    count = np.zeros((setting.days * SLOTS, there.shape[1]))
    np.add.at(count, slot, there)
    spread = np.where(there, best.SLOT_MIN / np.maximum(count[slot], 1.0), 0.0)
    car_w = np.stack([plans[name][0][slot] * spread for name in PROFILE_NAMES], axis=1)
    whole = np.zeros((first + minutes, len(PROFILE_NAMES), 1, there.shape[1]))
    whole[first:, :, 0] = car_w
    loop = Loop(setting, lambda cars: [laws.Schedule(
        [PROFILES[name] for name in PROFILE_NAMES], cars, len(homes.pump_home), car_w=whole)],
        len(PROFILE_NAMES), lambda t, at: _give_pumps(t + 1 - first, at, plans))
    loop.cars.exact = list(range(len(PROFILE_NAMES)))
    _give_pumps(0, loop, plans)
    loop.run(None, first)
    return loop


def _give_pumps(minute: int, loop: Loop, plans) -> None:
    for k, name in enumerate(PROFILE_NAMES):
        pump_w = plans[name][1]
        loop.pumps.given_w[k] = pump_w[min(minute // best.SLOT_MIN, len(pump_w) - 1)][None, :]
