"""One minute after the other, all laws and seeds of a feeder in one batch of power flows.

Order of a minute: cars come and go; every law decides from the voltages and powers of the minute
before; cars and heat pumps draw; the four-wire power flow is solved; the minute is counted. The
days of learning come first and are not counted. Units: V, W, var, minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..powerflow import solve_batch
from .cars import Cars
from .feeders import Site
from .homes import DAY, Homes
from .laws import Law, Seen
from .measures import Measures
from .profiles import in_haste
from .pumps import Pumps

TAN_BASE = 0.25  # households' reactive power over active power, cos phi 0.97
TOLERANCE_V = 0.1  # of the power flow; it errs by a third of that at most


@dataclass
class Setting:
    """Who is simulated where. Measured days go from noon to noon, after learn_days and a half."""

    site: Site
    seeds: list[Homes]
    learn_days: int
    days: int

    def paths(self):
        """(S, E|U, 3) index of home and phase of cars and pumps, and who is connected where."""
        cars = np.stack([h.car_phases for h in self.seeds])
        pumps = np.stack([h.pump_phases for h in self.seeds])
        return cars, pumps


class Loop:
    """A run; `measures` and `cars` hold the outcome. make_laws gets the cars; a law takes as many
    rows as it has profiles, `count` in all. listen(t, loop) is called after each minute."""

    def __init__(self, setting: Setting, make_laws: Callable[[Cars], list[Law]],
                 count: int, listen=None):
        self.setting, self.site, self.listen = setting, setting.site, listen
        self.cars, self.pumps = Cars(setting.seeds, count), Pumps(setting.seeds, count)
        self.laws = make_laws(self.cars)
        ends = np.cumsum([len(law.profiles) for law in self.laws])
        if ends[-1] != count:
            raise ValueError(f"{ends[-1]} laws made, {count} expected")
        self._rows = [slice(end - len(law.profiles), end)
                      for law, end in zip(self.laws, ends, strict=True)]
        # (L, S, E) cars that a law could block at all: those that take more than the floor.
        self.blockable = np.concatenate([law.floor_w < law.max_w - 1.0 for law in self.laws])
        self.grid = (count, len(setting.seeds))
        self._wire()
        self.measures = self._new_measures()

    def _new_measures(self) -> Measures:
        return Measures(self.site, *self.grid, self.cars, self.pumps, self.setting.days)

    def _wire(self) -> None:
        seeds, site = self.setting.seeds, self.site
        self.car_on, self.pump_on = self.setting.paths()
        self._car_share = _shares(self.car_on, [h.car_home for h in seeds], site.homes)
        self._pump_share = _shares(self.pump_on, [h.pump_home for h in seeds], site.homes)
        ports = site.to_ports()
        self._one_each = bool((ports.sum(axis=0) == 1.0).all())
        self._to_ports, self._order = ports, ports.argmax(axis=0)
        self._car_home = np.stack([h.car_home for h in seeds])
        self._pump_home = np.stack([h.pump_home for h in seeds])
        self._base = np.stack([h.base_w.reshape(len(h.base_w), -1) for h in seeds], axis=1)
        self._source = site.source_pu * np.stack([h.source for h in seeds], axis=1)
        rows = self.grid[0] * self.grid[1]
        self.v = np.repeat(site.model.v0(site.source_pu)[None, :], rows, axis=0)
        self.u_v = self._at_homes(np.abs(self.v))
        self.p_w = np.zeros((*self.grid, site.homes * 3))

    def _at_ports(self, x):
        """Sums of (rows, H*3) at the ports; a mere order where every home has its own."""
        return x[:, self._order] if self._one_each else x @ self._to_ports

    def _at_homes(self, u):
        return u[:, self.site.home_ports].reshape(*self.grid, self.site.homes, 3)

    def run(self, progress=None, first: int = 0) -> None:
        """All days, from minute `first` on."""
        learn = self.setting.learn_days * DAY + DAY // 2
        steps = learn + self.setting.days * DAY
        for t in range(first, steps):
            if t == learn:
                self.measures = self._new_measures()
                self.cars.left_wh[:] = np.nan
            self.step(t)
            if progress is not None and t % 240 == 0:
                progress(t / steps)
        # Those still plugged at the end are not judged: their stay is not over.

    def step(self, t: int) -> None:
        """Minute t."""
        self.cars.come_and_go(t)
        self._decide(t)
        wanted = self.cars.wants
        allowed_w = self.cars.charge(self.limit_w)
        self.pumps.run(t, self.locked)
        self._solve(t)
        self.measures.add(self.u_v, self.x, wanted, allowed_w, self.locked)
        self.measures.add_power(self.p_w.sum(axis=2))
        if self.listen is not None:
            self.listen(t, self)

    def _decide(self, t: int) -> None:
        cars = self.cars
        left_min = cars.depart - t
        haste = in_haste(cars.need_wh, cars.max_w, left_min)
        car_v = _lowest(self.u_v, self._car_home, self.car_on)
        pump_v = _lowest(self.u_v, self._pump_home, self.pump_on)
        p_w, got_wh = self.p_w.reshape(self.u_v.shape), cars.got_wh
        for law, k in zip(self.laws, self._rows, strict=True):
            law.decide(Seen(t, self.u_v[k], p_w[k], car_v[k], pump_v[k], haste[k],
                            self.pumps.room_c[k], cars.plugged, got_wh[k]))
        self.limit_w = np.concatenate([law.limit_w for law in self.laws])
        self.locked = np.concatenate([law.locked for law in self.laws])

    def _solve(self, t: int) -> None:
        pump_w = self.pumps.power_w
        base = self._base[t]
        self.p_w = base + _placed(self.cars.power_w, self._car_share)
        self.p_w += _placed(pump_w, self._pump_share)
        q_var = TAN_BASE * base + _placed(self.pumps.var, self._pump_share)
        rows = len(self.v)
        p, q = (self._at_ports(x.reshape(rows, -1)) for x in (self.p_w, q_var))
        source = np.tile(self._source[t], self.grid[0])
        found = solve_batch(self.site.model, p, q, source_pu=source, v_start=self.v,
                            tol_v=TOLERANCE_V)
        self.v, self.x = found.v, found.x
        self.u_v = self._at_homes(np.abs(self.v))


def _shares(on, home_of, homes: int) -> np.ndarray:
    """(S, n, H*3) share of a device's power on each home's phases."""
    seeds, count = on.shape[:2]
    out = np.zeros((seeds, count, homes, 3))
    for s in range(seeds):
        for k in range(count):
            out[s, k, home_of[s][k]] = on[s, k] / on[s, k].sum()
    return out.reshape(seeds, count, homes * 3)


def _placed(power_w, share) -> np.ndarray:
    """(L, S, H*3) of device powers (L, S, n)."""
    return np.matmul(power_w.transpose(1, 0, 2), share).transpose(1, 0, 2)


def _lowest(u_v, home, on) -> np.ndarray:
    """(L, S, n) lowest connected phase of each device."""
    at = u_v[:, np.arange(len(home))[:, None], home]
    return np.where(on, at, np.inf).min(axis=3, initial=np.inf)
