"""A wallbox on the bus, limited in watts: the profile says which registers.

    await wallbox.apply(4200)

At first contact, and again after each failure, the profile's set-up is written: standby off,
watchdog time, failsafe current. So a box that falls silent leaves the charger at the failsafe
current, never at more than it was allowed. Each `apply` reads the limit and the currents back,
which feeds the charger's watchdog.

Watts become a current by the true number of phases: the configured one, or fewer while the car
charges on fewer, seen three times in a row. The current is rounded down; below the charger's
minimum it is 0.
Failure: no answer or another value read back sets `fault`; `apply` never raises for it.
"""

from .. import status
from ..operation import Sequence

U_NOMINAL_MV = 230000
CHARGING_MA = 2000  # a phase with more than that is charging
SURE = 3  # measurements that agree before a smaller number of phases is believed
NO_LIMIT_W = 1000000
_WRITE, _READ_BACK, _MEASURE = 0, 1, 2  # requests after the set-up


def current_ma(limit_w, phases, low_ma, high_ma):
    """Current per phase that keeps `limit_w` on that many phases, 0 below `low_ma`."""
    limit_w = min(max(limit_w, 0), NO_LIMIT_W)
    ma = limit_w * 1000 // (U_NOMINAL_MV // 1000 * phases)
    if ma < low_ma:
        return 0
    return min(ma, high_ma)


class Wallbox(Sequence):
    """`limit_ma` is confirmed by the charger; -1 = unknown. `i_ma` are its measured currents."""

    def __init__(self, profile, address, master, phases=3, watchdog_ms=30000, failsafe_ma=0):
        """ValueError where a current or time is not possible with this charger."""
        super().__init__(master, len(profile.setup) + 3)
        self.profile = profile
        self.address = address
        self.phases = phases
        self.charging_phases = 0  # 0 = not charging, or not known
        self.limit_ma = -1
        self.i_ma = [0, 0, 0]
        self.vehicle = 0  # the charger's status code
        self.status = status.BUSY
        self.fault = False
        self.failures = 0  # in a row
        self.failsafe_ma = failsafe_ma
        self._setup_raw = [self._raw(row, watchdog_ms, failsafe_ma) for row in profile.setup]
        self._limit = profile["limit"]
        self._first_seen = profile["status"].register
        self._seen = profile["i_l3"].register - self._first_seen + 1
        self._fewer = 0
        self._ready = False
        self._wanted_raw = 0
        self._written_raw = -1
        self._value = [0]
        if not 1 <= phases <= 3:
            raise ValueError("a wallbox has 1..3 phases, not %r" % phases)
        master.device(address).turnaround_ms = profile.turnaround_ms

    def apply(self, limit_w):
        """Allow at most `limit_w` in all. Returns self, to be awaited."""
        phases = self.charging_phases or self.phases
        low_ma, high_ma = self.profile.min_current_ma, self.profile.max_current_ma
        self._wanted_raw = self._limit.counts(current_ma(limit_w, phases, low_ma, high_ma))
        self.status = status.OK
        return self.start()

    def safe(self):
        """The failsafe current, or the limit in force where that is lower. To be awaited."""
        held_ma = self.limit_ma if self.limit_ma >= 0 else self.failsafe_ma
        self._wanted_raw = self._limit.counts(min(held_ma, self.failsafe_ma))
        self.status = status.OK
        return self.start()

    def fault_text(self):
        return "wallbox: " + status.text(self.status) if self.fault else ""

    def ask(self, k):
        k -= len(self._setup_raw)
        if k < 0:
            return not self._ready and self._write_setup(k + len(self._setup_raw))
        if k == _WRITE:
            return self._wanted_raw != self._written_raw and self._write(
                self._limit, self._wanted_raw
            )
        if k == _READ_BACK:
            self.master.read(self.address, self._limit.function, self._limit.register, 1)
        else:
            function = self.profile["status"].function
            self.master.read(self.address, function, self._first_seen, self._seen)
        return True

    def answered(self, k):
        self.status = self.master.status
        if self.status != status.OK:
            return False
        k -= len(self._setup_raw)
        if k == -1:
            self._ready = True
        elif k == _WRITE:
            self._written_raw = self._wanted_raw
        elif k == _READ_BACK:
            return self._read_back()
        elif k == _MEASURE:
            self._measure()
        return True

    def ended(self):
        self.fault = self.status != status.OK
        if self.fault:
            self.failures = min(self.failures + 1, 1000000)
            self._ready = False  # it may have restarted: set it up again
            self._written_raw = -1
            self.limit_ma = -1
            self.charging_phases = 0
        else:
            self.failures = 0

    def _write_setup(self, k):
        return self._write(self.profile[self.profile.setup[k][0]], self._setup_raw[k])

    def _write(self, register, raw):
        if self.profile.write_function == 6:
            self.master.write_register(self.address, register.register, raw)
        else:
            self._value[0] = raw
            self.master.write_registers(self.address, register.register, self._value, 1)
        return True

    def _read_back(self):
        raw = self.master.register(0)
        if raw != self._wanted_raw:
            self.status = status.DATA
            return False
        self.limit_ma = self._limit.value(raw)
        return True

    def _measure(self):
        self.vehicle = self.master.register(0)
        charging = 0
        for i in range(3):
            register = self.profile["i_l1"]
            offset = register.register - self._first_seen + i
            self.i_ma[i] = register.value(self.master.register(offset))
            if self.i_ma[i] > CHARGING_MA:
                charging += 1
        self._believe(charging)

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

    def _raw(self, row, watchdog_ms, failsafe_ma):
        """Raw value of a set-up row. The failsafe current may lie anywhere the charger allows."""
        name, raw, source = row
        if source is None:
            return raw
        register = self.profile[name]
        wanted = watchdog_ms if source == "watchdog_ms" else failsafe_ma
        raw = wanted * register.den // register.num
        if not register.low <= raw <= register.high:
            raise ValueError(
                "%s: %s %d is outside %d..%d"
                % (self.profile.id, source, wanted, register.value(register.low),
                   register.value(register.high))
            )  # fmt: skip
        return raw
