"""What the user is owed by one load: energy in the car by a time, a room that stays warm.

`urgent` says that local blocking must be lifted now; the box does that by the arbiter's rank
COMFORT, never against protection, contact or a limit from remote. Units: Wh, W, minutes, mK.
    car   60 * E_rem >= 0.9 * P_max * (T_rem - 15 min), then until E_rem = 0 or the car is gone;
          P_max: the most that the charger has seen, at most the load's full power
    room  further below its set-point than the band, then until it is back inside half of it
Formulas and weaknesses: docs/BLOCKING.md.
Failure behaviour: what is not known lifts nothing, and nothing that was told is believed for
longer than its own time (car 1 h, room 2 h).
"""

from .arith import clip
from .charging import Charging
from .clock import DAY_MIN, UNKNOWN

NO_ROOM = -1000000  # "below its set-point by": not known
GONE, CONNECTED = 0, 1  # and UNKNOWN

_VEHICLE_AGE_MIN = 60
_ROOM_AGE_MIN = 120
_MARGIN_MIN = 15  # the limit rises in 10 minutes
_LONG_MIN = 30000
_MOST_WH = 1000000
_MOST_MK = 100000


class Comfort:
    """The contract of one load, and what is known of it."""

    def __init__(self) -> None:
        self.urgent: bool = False
        self.connected: int = UNKNOWN
        self.energy_wh: int = UNKNOWN  # delivered since the car was plugged in
        self.below_mk: int = NO_ROOM
        self.plugged_min: int = 0  # minutes since the car was plugged in
        self.charging = Charging()
        self.need_wh: int = 0
        self.room_mk: int = 0
        self._ready_min: int = UNKNOWN
        self._within_min: int = 0
        self._max_w: int = 0
        self._vehicle_age: int = _LONG_MIN
        self._room_age: int = _LONG_MIN
        self._late: bool = False
        self._cold: bool = False

    def configure(self, p: dict, name: str, max_w: int) -> None:
        """Take over the parameters `name` + need_wh, ready_min, within_min, room_mk."""
        self.need_wh = p[name + "need_wh"]
        self._ready_min = p[name + "ready_min"]
        self._within_min = p[name + "within_min"]
        self.room_mk = p[name + "room_mk"]
        self._max_w = max_w

    def set_vehicle(self, connected: int, energy_wh: int) -> None:
        """1 a car is connected and has got `energy_wh` since, 0 none is, -1 not known."""
        self._vehicle_age = 0
        if connected != CONNECTED or energy_wh < 0:
            self.connected = GONE if connected == GONE else UNKNOWN
            if self.connected == GONE:
                self.energy_wh = UNKNOWN
            return
        self.connected = CONNECTED
        energy_wh = min(energy_wh, _MOST_WH)
        if self.energy_wh == UNKNOWN or energy_wh < self.energy_wh:
            # a car that was not there before, or another one
            self.plugged_min = 0
            self._late = False
        self.energy_wh = energy_wh

    def set_room(self, below_mk: int) -> None:
        """The room is so far below its set-point (negative: above); NO_ROOM: not known."""
        self.below_mk = NO_ROOM if below_mk <= NO_ROOM else clip(below_mk, -_MOST_MK, _MOST_MK)
        self._room_age = 0

    def minute(self, now_min: int, off: bool = False) -> None:
        """A minute has passed; `now_min`: minute of the day, UNKNOWN where there is no clock;
        off: the load is switched off."""
        self._grow_old()
        self.charging.minute(self.connected, self.energy_wh, off)
        self._late = self._is_late(self.missing_wh(), self.left_min(now_min))
        self._cold = self._is_cold()
        self.urgent = self._late or self._cold

    def _grow_old(self) -> None:
        self._vehicle_age = min(self._vehicle_age + 1, _LONG_MIN)
        self._room_age = min(self._room_age + 1, _LONG_MIN)
        self.plugged_min = min(self.plugged_min + 1, _LONG_MIN)
        if self._vehicle_age > _VEHICLE_AGE_MIN:
            self.connected = UNKNOWN
        if self._room_age > _ROOM_AGE_MIN:
            self.below_mk = NO_ROOM

    def missing_wh(self) -> int:
        """Energy still owed to the car that is connected; 0 = none, UNKNOWN = not known."""
        if self.need_wh == 0 or self.connected == GONE:
            return 0
        if self.connected == UNKNOWN:
            return UNKNOWN
        return max(0, self.need_wh - self.energy_wh)

    def left_min(self, now_min: int) -> int:
        """Minutes until the car must be ready, 0 .. 30000; UNKNOWN where nobody can say."""
        if self._ready_min != UNKNOWN and now_min != UNKNOWN:
            return (self._ready_min - now_min) % DAY_MIN
        if self._within_min > 0:
            return max(0, self._within_min - self.plugged_min)
        return UNKNOWN

    def _is_late(self, missing_wh: int, left_min: int) -> bool:
        """True where waiting any longer would miss the departure. Once true it stays until the
        energy is there: a departure that was missed is not put off to the next day."""
        if missing_wh <= 0 or left_min == UNKNOWN:
            return False
        if self._late:
            return True
        return 600 * missing_wh >= 9 * self._car_w() * (left_min - _MARGIN_MIN)

    def _car_w(self) -> int:
        """What the car can take, as far as it has been seen."""
        seen_w = self.charging.most_w
        return min(self._max_w, seen_w) if seen_w > 0 else self._max_w

    def _is_cold(self) -> bool:
        if self.room_mk == 0 or self.below_mk == NO_ROOM:
            return False
        edge_mk = self.room_mk // 2 if self._cold else self.room_mk
        return self.below_mk > edge_mk

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.energy_wh
        out[n + 1] = self.plugged_min
        return self.charging.save(out, n + 2)

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place. Whether the car is still there has to be
        told anew."""
        self.energy_wh = clip(values[n], UNKNOWN, _MOST_WH)
        self.plugged_min = clip(values[n + 1], 0, _LONG_MIN)
        return self.charging.load_state(values, n + 2)
