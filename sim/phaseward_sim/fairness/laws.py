"""The opponents: nothing, no flexible load, fixed threshold, droop, static times.

Each keeps a share u (0..1) of the power above the floor for every car and heat pump, judged from
the voltage of the minute before at the device's own terminals; the profile's rules (floor, budget,
slack, locks) are kept by the base class, the same for all. Arrays: G profiles, S seeds, E cars, U
pumps.
Units: V, W, minutes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .homes import VOLT
from .profiles import COLD_K, LOCK_MOST_MIN, LOCKS_A_DAY, Profile
from .pumps import SETPOINT_C

DAY = 1440
_NOON = 720
_LOCK_BELOW, _FREE_ABOVE = 0.5, 0.75
_LEAST_MIN = 10  # least time off and on of a pump


@dataclass
class Seen:
    """What there is to decide from at minute t. u_v, p_w (G, S, H, 3): last minute's voltages and
    powers of each home; car_v (G, S, E), pump_v (G, S, U): lowest connected phase; haste
    (G, S, E): the slack is used up; room_c (G, S, U). What a charger tells: plugged (S, E), a car
    is there; got_wh (G, S, E) since it came."""

    t: int
    u_v: np.ndarray
    p_w: np.ndarray
    car_v: np.ndarray
    pump_v: np.ndarray
    haste: np.ndarray
    room_c: np.ndarray
    plugged: np.ndarray
    got_wh: np.ndarray


class Law:
    """No control at all, and the base of the others. One object serves G profiles at once.
    After `decide`: limit_w (G, S, E) and locked (G, S, U)."""

    def __init__(self, profiles: list[Profile], cars, pumps: int, seed: int = 1):
        self.profiles = profiles
        self.max_w = np.broadcast_to(cars.max_w, (len(profiles), *cars.max_w.shape))
        self.floor_w = np.stack([p.floors_w(cars.max_w, cars.phases) for p in profiles])
        self.slack = _each([p.slack for p in profiles])
        self.least_w = np.where(self.slack, 1380.0 * cars.phases, 0.0)
        self.rng = np.random.default_rng(seed)
        self.u = np.ones(self.max_w.shape)
        self.u_pump = np.ones((*self.max_w.shape[:2], pumps))
        self.limit_w = self.max_w.astype(float).copy()
        self.locked = np.zeros(self.u_pump.shape, bool)
        self.duty = Locks(self.u_pump.shape)
        self._day_min = _each([float(p.budget_min) for p in profiles])
        self._budget = np.broadcast_to(self._day_min, self.max_w.shape).copy()
        self._spent = np.zeros(self.max_w.shape, bool)

    def aim(self, seen: Seen) -> None:
        """Set self.u and self.u_pump."""

    def decide(self, seen: Seen) -> None:
        """Limits and locks of this minute."""
        self.aim(seen)
        u = self._affordable(seen.t)
        limit_w = self.floor_w + u * (self.max_w - self.floor_w)
        limit_w = np.where(limit_w < self.least_w, 0.0, limit_w)
        self.limit_w = np.where(self.slack & seen.haste, self.max_w, limit_w)
        self.locked = self.duty.decide(self.u_pump, seen.room_c < SETPOINT_C - COLD_K)

    def _affordable(self, t: int) -> np.ndarray:
        """u after the budget, which is full again at noon; a spent one releases at once."""
        if not self._day_min.any():
            return self.u
        if t % DAY == _NOON:
            self._budget[:] = self._day_min
            self._spent[:] = False
        self._spent |= (self._day_min > 0.0) & (self._budget < 1.0 - self.u)
        u = np.where(self._spent, 1.0, self.u)
        self._budget -= 1.0 - u
        return u


class NoFlex(Law):
    """The floor of all: no car charges, no heat pump runs."""

    def decide(self, seen: Seen) -> None:
        self.limit_w = np.zeros_like(self.max_w)
        self.locked = np.ones_like(self.locked)


class Always(Law):
    """Every car at its floor whenever it charges; heat pumps free. No law: a mark for how much
    floor alone can do."""

    def aim(self, seen):
        self.u[:] = 0.0


class Threshold(Law):
    """Below a fixed voltage down to the floor at once; after it a random wait, then a ramp, so
    that it does not herd. below_pu of 230 V; wait_min: longest wait; ramp: share a minute."""

    def __init__(self, *args, below_pu=0.93, wait_min=10, ramp=0.1, **more):
        super().__init__(*args, **more)
        self.below_v, self.wait_min, self.ramp = below_pu * VOLT, wait_min, ramp
        self._wait, self._pump_wait = np.zeros(self.u.shape), np.zeros(self.u_pump.shape)

    def aim(self, seen):
        self._move(self.u, self._wait, seen.car_v)
        self._move(self.u_pump, self._pump_wait, seen.pump_v)

    def _move(self, u, wait, v):
        low = v < self.below_v
        begins = low & (u > 0.0)
        u[low] = 0.0
        wait[begins] = self.rng.integers(0, self.wait_min + 1, int(begins.sum()))
        ready = ~low & (wait <= 0)
        u[ready] = np.minimum(1.0, u[ready] + self.ramp)
        wait[~low & ~ready] -= 1


class Droop(Law):
    """P(V): u from 0 at low_pu to 1 at high_pu; falls at once, rises by the ramp."""

    def __init__(self, *args, low_pu=0.91, high_pu=0.95, ramp=0.1, **more):
        super().__init__(*args, **more)
        self.low_v, self.span_v, self.ramp = low_pu * VOLT, (high_pu - low_pu) * VOLT, ramp

    def aim(self, seen):
        self.u = self._moved(self.u, seen.car_v)
        self.u_pump = self._moved(self.u_pump, seen.pump_v)

    def _moved(self, u, v):
        return np.minimum(np.clip((v - self.low_v) / self.span_v, 0.0, 1.0), u + self.ramp)


class Static(Law):
    """Times of day as utilities use them: `groups` groups, each blocked for two hours from
    first_h on, one after the other."""

    def __init__(self, *args, first_h=17.0, groups=1, **more):
        super().__init__(*args, **more)
        self.first_h = first_h
        self._car = self.rng.integers(0, groups, self.u.shape)
        self._pump = self.rng.integers(0, groups, self.u_pump.shape)

    def aim(self, seen):
        hour = seen.t % DAY / 60.0
        for u, group in ((self.u, self._car), (self.u_pump, self._pump)):
            since = hour - self.first_h - 2.0 * group
            u[:] = np.where((since >= 0.0) & (since < 2.0), 0.0, 1.0)


class Schedule(Law):
    """What somebody else has planned: car_w (T, G, S, E). Nothing is judged."""

    def __init__(self, *args, car_w=None, **more):
        super().__init__(*args, **more)
        self.car_w = car_w

    def decide(self, seen):
        self.limit_w = self.car_w[seen.t]


class Locks:
    """Lock contacts of heat pumps with their daily rules; see the profiles' text."""

    def __init__(self, shape):
        self.off = np.zeros(shape, bool)
        self.minutes = np.full(shape, 10**6)  # since the last switching
        self.last_off = np.zeros(shape, int)
        self.starts = np.full((LOCKS_A_DAY, *shape), 10**6)  # minutes since, newest first
        self._want = np.zeros(shape, bool)

    def decide(self, u, cold) -> np.ndarray:
        """Locks of the next minute, wanted at u <= 0.5 until u >= 0.75."""
        self.minutes += 1
        self.starts += 1
        if not (self.off.any() or self._want.any() or (u <= _LOCK_BELOW).any()):
            return self.off
        keep = np.where(u >= _FREE_ABOVE, False, self._want)
        self._want = np.where(u <= _LOCK_BELOW, True, keep)
        may = (self.minutes >= np.maximum(_LEAST_MIN, self.last_off)) & (self.starts[-1] >= DAY)
        on = self._want & ~cold & ~self.off & may
        done = (~self._want & (self.minutes >= _LEAST_MIN)) | (self.minutes >= LOCK_MOST_MIN)
        end = self.off & (done | cold)
        self.last_off[end] = np.minimum(self.minutes[end], LOCK_MOST_MIN)
        self.starts[1:, on] = self.starts[:-1, on]
        self.starts[0, on] = 0
        self.minutes[on | end] = 0
        self.off = (self.off | on) & ~end
        return self.off


def _each(values) -> np.ndarray:
    """(G, 1, 1): one value per profile, to go with (G, S, E)."""
    return np.array(values)[:, None, None]
