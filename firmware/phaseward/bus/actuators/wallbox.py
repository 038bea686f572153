"""A wallbox on the bus, limited in watts: the profile says which registers.

    await wallbox.apply(4200)

At first contact, and again after each failure, the profile's set-up is written: standby off,
watchdog time, failsafe current. So a box that falls silent leaves the charger at the failsafe
current, never at more than it was allowed. Each `apply` writes the profile's signs of life, and
reads the limit and the currents back, which feeds the watchdog of a charger that needs no sign.

Watts become a current by the true number of phases: the configured one, or fewer while the car
charges on fewer, seen three times in a row. The current is rounded down; below the charger's
minimum it is 0.
After a failure a lower limit is sent before anything else: where requests arrive and only the
answers are lost, the charger obeys although the box cannot know.
Failure: no answer or another value read back sets `fault`; `apply` never raises for it.
"""

from .. import status
from ..operation import Sequence
from ..wallbox_profile import ENERGY

U_NOMINAL_MV = 230000
CHARGING_MA = 2000  # a phase with more than that is charging
SURE = 3  # measurements that agree before a smaller number of phases is believed
NO_LIMIT_W = 1000000
_WRITE, _READ_BACK, _MEASURE = 0, 1, 2  # requests after precaution, set-up and signs of life
_NEAR_MA = 1  # read back and written may differ by the last digit of a float


def current_ma(limit_w, phases, low_ma, high_ma):
    """Current per phase that keeps `limit_w` on that many phases, 0 below `low_ma`."""
    limit_w = min(max(limit_w, 0), NO_LIMIT_W)
    ma = limit_w * 1000 // (U_NOMINAL_MV // 1000 * phases)
    if ma < low_ma:
        return 0
    return min(ma, high_ma)


class Wallbox(Sequence):
    """`limit_ma` is confirmed by the charger; -1 = unknown. `i_ma` are its measured currents."""

    def __init__(
        self, profile, address, master, phases=3, watchdog_ms=30000, failsafe_ma=0, cars=False
    ):
        """`cars`: ask what a car is doing, too. ValueError where a current or time is not possible
        with this charger."""
        rows = profile.setup + profile.feed
        self._reads = profile.reads + profile.car_reads if cars else profile.reads
        Sequence.__init__(self, master, 1 + len(rows) + 2 + len(self._reads))
        self.profile = profile
        self.address = address
        self.phases = phases
        self.charging_phases = 0  # 0 = not charging, or not known
        self.limit_ma = -1
        self.i_ma = [0, 0, 0]
        self.vehicle = 0  # the charger's status code
        self.connected = -1  # 1 = a car is there, 0 = none is, -1 = not known
        self.energy_wh = -1  # all the charger has ever delivered; -1 = not known
        self.status = status.BUSY
        self.fault = False
        self.failures = 0  # in a row
        self.failsafe_ma = failsafe_ma
        self._rows = [
            (profile[row[0]], _raw(profile, row, watchdog_ms, failsafe_ma)) for row in rows
        ]
        self._measures = False
        for read in profile.reads:
            for name in read.names:
                self._measures = self._measures or name in _PHASE
        self._setups = len(profile.setup)
        self._limit = profile["limit"]
        self._fewer = 0
        self._ready = False
        self._wanted_ma = 0
        self._written_ma = -1
        self._told_ma = 0  # the highest limit that may be in force
        self._words = [0, 0]
        if not 1 <= phases <= 3:
            raise ValueError("a wallbox has 1..3 phases, not %r" % phases)
        _check_fixed(profile, failsafe_ma)
        master.device(address).turnaround_ms = profile.turnaround_ms

    def apply(self, limit_w):
        """Allow at most `limit_w` in all. Returns self, to be awaited."""
        phases = self.charging_phases or self.phases
        low_ma, high_ma = self.profile.min_current_ma, self.profile.max_current_ma
        return self._begin(current_ma(limit_w, phases, low_ma, high_ma))

    def safe(self):
        """The failsafe current, or the limit in force where that is lower. To be awaited."""
        held_ma = self.limit_ma if self.limit_ma >= 0 else self.failsafe_ma
        return self._begin(min(held_ma, self.failsafe_ma))

    def fault_text(self):
        return "wallbox: " + status.text(self.status) if self.fault else ""

    def _begin(self, ma):
        self._wanted_ma = self._limit.nearest_below(ma)
        if 0 < self._wanted_ma < self.profile.min_current_ma:
            self._wanted_ma = 0  # the register is coarser than the current, and falls below 6 A
        self.status = status.OK
        return self.start()

    def ask(self, k):
        k -= 1
        if k < 0:
            return not self._ready and self._wanted_ma < self._told_ma and self._write_limit()
        if k < self._setups and self._ready:
            return False
        if k < len(self._rows):
            register, raw = self._rows[k]
            return self._write(register, raw)
        k -= len(self._rows)
        if k == _WRITE:
            return self._wanted_ma != self._written_ma and self._write_limit()
        if k == _READ_BACK:
            limit = self._limit
            self.master.read(self.address, limit.function, limit.register, limit.size)
        else:
            read = self._reads[k - _MEASURE]
            self.master.read(self.address, read.function, read.first, read.count)
        return True

    def answered(self, k):
        self.status = self.master.status
        if self.status != status.OK:
            return False
        k -= 1
        if k == self._setups - 1:
            self._ready = True
        k -= len(self._rows)
        if k == _WRITE:
            self._written_ma = self._wanted_ma
        elif k == _READ_BACK:
            return self._read_back()
        elif k >= _MEASURE:
            self._measure(self._reads[k - _MEASURE])
        return True

    def ended(self):
        self.fault = self.status != status.OK
        if self.fault:
            self.failures = min(self.failures + 1, 1000000)
            self._ready = False  # it may have restarted: set it up again
            self._written_ma = -1
            self.limit_ma = -1
            self.charging_phases = 0
            self.connected = -1
            self.energy_wh = -1
        else:
            self.failures = 0
            self._believe(self._charging())

    def measures(self):
        """Whether `i_ma` is what it takes now."""
        return self._measures and not self.failures

    def _write(self, register, raw):
        if self.profile.write_function == 6:
            self.master.write_register(self.address, register.register, raw)
        else:
            self._words[0] = raw
            self.master.write_registers(self.address, register.register, self._words, 1)
        return True

    def _write_limit(self):
        limit = self._limit
        self._told_ma = max(self._told_ma, self._wanted_ma)
        limit.put(self._wanted_ma, self._words)
        if limit.size == 1:
            return self._write(limit, self._words[0])
        self.master.write_registers(self.address, limit.register, self._words, limit.size)
        return True

    def _value(self, register, offset):
        second = self.master.register(offset + 1) if register.size == 2 else 0
        return register.value(self.master.register(offset), second)

    def _read_back(self):
        ma = self._value(self._limit, 0)
        if not -_NEAR_MA <= ma - self._wanted_ma <= _NEAR_MA:
            self.status = status.DATA
            return False
        self.limit_ma = self._told_ma = self._wanted_ma
        return True

    def _measure(self, read):
        for i in range(len(read.names)):
            name = read.names[i]
            value = self._value(self.profile[name], read.offsets[i])
            if name == ENERGY:
                self.energy_wh = value
            elif name in _PHASE:
                self.i_ma[_PHASE[name]] = value
            else:
                self._take_status(name, value)

    def _take_status(self, name, value):
        if name == "status":
            self.vehicle = value
        if name == self.profile.car_register:
            self.connected = -1
            if value in self.profile.with_car:
                self.connected = 1
            elif value in self.profile.no_car:
                self.connected = 0

    def _charging(self):
        charging = 0
        for ma in self.i_ma:
            if ma > CHARGING_MA:
                charging += 1
        return charging

    def _believe(self, charging):
        """More phases at once, fewer only when sure: an error must not raise the current."""
        if charging == 0 or charging >= (self.charging_phases or self.phases):
            self.charging_phases = charging
            self._fewer = 0
        else:
            self._fewer += 1
            if self._fewer >= SURE:
                self.charging_phases = charging
                self._fewer = 0


_PHASE = {"i_l1": 0, "i_l2": 1, "i_l3": 2}


def _raw(profile, row, watchdog_ms, failsafe_ma):
    """Raw value of a set-up row. The failsafe current may lie anywhere the charger allows."""
    name, raw, source = row
    if source is None:
        return raw
    register = profile[name]
    wanted = watchdog_ms if source == "watchdog_ms" else failsafe_ma
    raw = wanted * register.den // register.num
    if not register.low <= raw <= register.high:
        raise ValueError(
            "%s: %s %d is outside %d..%d"
            % (profile.id, source, wanted, register.lowest(), register.highest())
        )
    return raw


def _check_fixed(profile, failsafe_ma):
    """A charger that goes to a current of its own must not go above the one that is wanted."""
    own_ma = profile.fixed_failsafe_ma
    if own_ma is not None and own_ma > failsafe_ma:
        raise ValueError(
            "%s: goes to %d mA by itself when the box is silent, above the %d mA of the safe limit"
            % (profile.id, own_ma, failsafe_ma)
        )
