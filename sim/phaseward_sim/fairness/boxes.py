"""Our law: a decision core in every home with a flexible load.

Each is stepped once a minute with what its meter would tell: three voltages and three powers in
whole mV and W. Nothing else goes in, but what a profile with slack knows: the user's need now.
Loads 1.. are the home's cars in their order, then its heat pump (kind lock).
`Boxes` steps real ones (`phaseward.core.box.Box`); `Twins` decides the same on arrays and is some
ten times as fast, which is what the study runs on. A test holds them to the same decisions.
"""

from __future__ import annotations

import numpy as np

from phaseward.core.box import NO_LIMIT, Box
from phaseward.core.clock import UNKNOWN
from phaseward.core.sample import GROUPS, OK, Sample
from phaseward.store import parameters as table

from .homes import Homes
from .laws import Law, Seen
from .profiles import COLD_K
from .pumps import SETPOINT_C
from .twin import Twin

_MINUTE_MS = 60000
_CLOCK = (1 << 30) - 1
MOST_LOADS = 4
PAUSE, DIM, LOCK = 2, 1, 3


class _Fitted(Law):
    """Which home's box has which loads, and with which parameters.

    parameters: changes to the table's defaults by profile name. After fitting: boxes, a list of
    (identity, (profile, seed), home, wires, parameters); wires: (True for a car, its number).
    """

    def __init__(self, *args, seeds: list[Homes], loop_ohm, parameters=None, **more):
        super().__init__(*args, **more)
        self._parameters = parameters or {}
        self.fitted: list[tuple] = []
        for g in range(len(self.profiles)):
            for s, homes in enumerate(seeds):
                self._fit((g, s), homes, loop_ohm)

    def _fit(self, at: tuple, homes: Homes, loop_ohm) -> None:
        """Boxes of one profile and seed."""
        for home in range(homes.base_w.shape[1]):
            cars = np.flatnonzero(homes.car_home == home)
            pumps = np.flatnonzero(homes.pump_home == home)
            wires = [(True, int(e)) for e in cars] + [(False, int(u)) for u in pumps]
            if not wires:
                continue
            if len(wires) > MOST_LOADS:
                raise ValueError(f"home {home}: {len(wires)} loads, a box has {MOST_LOADS}")
            identity = (at[1] + 1) * 100003 + home * 7919 + 17
            values = self._values(at, homes, home, wires, float(loop_ohm[home].mean()))
            self.fitted.append((identity, at, home, wires, values))

    def _values(self, at, homes, home, wires, ohm) -> dict:
        """All parameters of one box, checked as the console would."""
        k_mv_kw = round(ohm * 1e6 / 230.0 * float(homes.k_error[home]) / 10.0) * 10
        changes = {"bl_enable": 1, "bl_reconnect_s": 0, "bl_k_mv_kw": min(5000, k_mv_kw)}
        for k, (car, n) in enumerate(wires):
            changes |= self._car(k + 1, at, homes, n) if car else self._pump(k + 1, homes, n)
        own = self._parameters.get(self.profiles[at[0]].name, {})
        values = table.defaults() | changes | own
        for name in (*changes, *own):
            table.check(name, values[name])
        return values

    def _car(self, load, at, homes, n) -> dict:
        profile = self.profiles[at[0]]
        max_w, floor_w = int(self.max_w[*at, n]), int(self.floor_w[*at, n])
        name = f"l{load}_"
        return {name + "kind": PAUSE if profile.slack else DIM,
                name + "phases": _bits(homes.car_phases[n]), name + "max_w": max_w,
                name + "floor_w": floor_w // 10 * 10, name + "safe_w": floor_w // 10 * 10,
                name + "min_w": int(self.least_w[*at, n]) if profile.slack else 0,
                name + "budget_min": profile.budget_min}

    def _pump(self, load, homes, n) -> dict:
        name = f"l{load}_"
        return {name + "kind": LOCK, name + "phases": _bits(homes.pump_phases[n]),
                name + "max_w": int(homes.pump_w[n]), name + "floor_w": 0, name + "safe_w": 0}


class Boxes(_Fitted):
    """One real box per home with a load."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self._sample = Sample()
        self._sample.state[:] = [OK] * GROUPS
        self._sample.age_ms[:] = [0] * GROUPS
        self.boxes = []
        for identity, _, _, _, values in self.fitted:
            box = Box(identity)
            box.configure(values)
            self.boxes.append(box)
        self._places = [(at, home, wires) for _, at, home, wires, _ in self.fitted]
        self._comfort: dict[tuple, bool] = {}
        self._watt = np.zeros(self.limit_w.shape)

    def decide(self, seen: Seen) -> None:
        """Step every box by its minute."""
        u_mv, p_w = (rows.tolist() for rows in _whole(seen))
        now_ms = (seen.t + 1) * _MINUTE_MS & _CLOCK
        sample, limits = self._sample, self._watt
        cold = seen.room_c < SETPOINT_C - COLD_K
        for box, ((g, s), home, wires) in zip(self.boxes, self._places, strict=True):
            sample.u_ln_mv[:] = u_mv[g][s][home]
            sample.p_w[:] = p_w[g][s][home]
            for load, (car, n) in enumerate(wires):
                if not car or self.profiles[g].slack:
                    needed = (seen.haste if car else cold)[g, s, n]
                    self._tell(box, load, (g, s, home, load), bool(needed))
                if car:
                    box.set_vehicle(load, int(seen.plugged[s, n]), int(seen.got_wh[g, s, n]))
            box.step(now_ms, sample)
            for load, (car, n) in enumerate(wires):
                if car:
                    limits[g, s, n] = box.decision.limit_w[load]
                else:
                    self.locked[g, s, n] = box.decision.blocked[load] != 0
        self.limit_w = limits

    def _tell(self, box, load, key, needed: bool) -> None:
        """The user's need, when it changes."""
        if needed != self._comfort.get(key, False):
            self._comfort[key] = needed
            box.set_comfort(load, 50000 if needed else NO_LIMIT)


class Twins(_Fitted):
    """The same decisions on arrays."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        loads, cars, pumps, homes = [], [], [], []
        for identity, at, home, wires, values in self.fitted:
            for load, (car, n) in enumerate(wires):
                (cars if car else pumps).append((len(loads), *at, n))
                homes.append((*at, home))
                loads.append((identity, load, values))
        self._twin = Twin(loads)
        self._cars, self._pumps = (np.array(x, int).reshape(-1, 4) for x in (cars, pumps))
        self._homes = tuple(np.array(homes, int).T)
        self._needed = np.zeros(len(loads), bool)
        self._there, self._got_wh = np.full(len(loads), UNKNOWN), np.full(len(loads), -1)

    def decide(self, seen: Seen) -> None:
        """One minute of all."""
        u_mv, p_w = (rows[self._homes] for rows in _whole(seen))
        car, pump = self._cars[:, 0], self._pumps[:, 0]
        at_car, at_pump = tuple(self._cars[:, 1:].T), tuple(self._pumps[:, 1:].T)
        self._needed[car] = (seen.haste & self.slack)[at_car]
        self._needed[pump] = (seen.room_c < SETPOINT_C - COLD_K)[at_pump]
        self._there[car] = seen.plugged[at_car[1:]]
        self._got_wh[car] = seen.got_wh[at_car]
        limit_w = self._twin.step(u_mv, p_w, self._needed, self._there, self._got_wh)
        self.limit_w[at_car] = limit_w[car]
        self.locked[at_pump] = (limit_w < self._twin.max_w)[pump]


def _whole(seen: Seen):
    """(u_mv, p_w), each (G, S, H, 3), as a meter tells them."""
    return (np.rint(seen.u_v * 1000.0).astype(np.int64), np.rint(seen.p_w).astype(np.int64))


def _bits(phases) -> int:
    return sum(1 << k for k in range(3) if phases[k])
