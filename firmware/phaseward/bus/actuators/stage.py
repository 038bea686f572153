"""The four-leg power stage of the balancer on the bus (map: profiles/phaseward_stage.json).

    await stage.apply(decision.transfer_w, decision.q_var, decision.stage_run)

One write carries all set-points and run, so the stage never sees half a vector, and feeds its
watchdog. Then the set-points and the measurements are read back. The three active powers sum to
exactly 0 in the map's units too: the third is minus the other two.
Failure: no answer, another device, another value read back, a fault of the stage, or a beat that
stands still sets `fault`; `apply` never raises for it. A vector that does not sum to 0 is refused:
the stage is told to stop.
"""

from .. import status
from ..operation import Sequence

FROZEN_APPLIES = 5
STOPPED, STARTING, RUNNING, RAMPING, FAULTED = 0, 1, 2, 3, 4
FAULT_TEXTS = (
    "watchdog", "over-temperature", "phase over-current", "neutral over-current",
    "under-voltage", "over-voltage", "internal",
)  # fmt: skip
_KNOW, _PACE, _WRITE, _READ_BACK, _MEASURE = 0, 1, 2, 3, 4
_SET_COUNT = 7


class Stage(Sequence):
    """Measured by the stage: `p_w`, `q_var` (injection), `i_n_ma`, `temperature_dc` (0.1 degC),
    `state`, `faults`; from its rating `rated_va`, `i_max_ma`, `i_n_max_ma` (0 = not known)."""

    def __init__(self, profile, address, master, watchdog_s=10):
        """ValueError where the stage's watchdog cannot be set to `watchdog_s`."""
        Sequence.__init__(self, master, 5)
        self.profile = profile
        self.address = address
        self.watchdog_s = watchdog_s
        self.status = status.BUSY
        self.fault = False
        self.failures = 0  # in a row
        self.p_w = [0, 0, 0]
        self.q_var = [0, 0, 0]
        self.i_n_ma = self.temperature_dc = 0
        self.state = STOPPED
        self.faults = 0
        self.rated_va = self.i_max_ma = self.i_n_max_ma = 0
        self._set = [0] * _SET_COUNT
        self._pace = [watchdog_s]
        self._known = False
        self._beat = -1
        self._still = 0
        self._first_set = profile["p_l1_set"].register
        self._first_read = profile["identifier"].register
        self._count_read = profile["beat"].register - self._first_read + 1
        watchdog = profile["watchdog"]
        if not watchdog.low <= watchdog_s <= watchdog.high:
            raise ValueError(
                "stage watchdog must be %d..%d s, not %r"
                % (watchdog.low, watchdog.high, watchdog_s)
            )
        master.device(address).turnaround_ms = profile.turnaround_ms

    def apply(self, p_w, q_var, run):
        """Inject `p_w[i]`, `q_var[i]` into phase i (sum of P 0). Returns self, to be awaited."""
        if p_w[0] + p_w[1] + p_w[2] != 0:
            return self.safe()
        row = self.profile["p_l1_set"]
        for i in range(2):
            self._set[i] = _counts(p_w[i], row)
        self._set[2] = -(self._set[0] + self._set[1])
        for i in range(3):
            self._set[3 + i] = _counts(q_var[i], row)
        self._set[6] = 1 if run else 0
        return self._begin()

    def safe(self):
        """No power and stop. To be awaited."""
        for i in range(_SET_COUNT):
            self._set[i] = 0
        return self._begin()

    def reset(self):
        """Clear the stage's latched faults; returns the master's request, to be awaited."""
        return self.master.write_register(self.address, self.profile["reset"].register, 1)

    def frozen(self):
        """Its beat stands still: what it measures is old."""
        return self._still >= FROZEN_APPLIES

    def out(self):
        """It will not do what it is told until it has been reset, or its voltage is back."""
        return self.state == FAULTED

    def fault_text(self):
        if not self.fault:
            return ""
        if self.status != status.OK:
            return "stage: " + status.text(self.status)
        if self.frozen():
            return "stage: its beat stands still"
        names = [FAULT_TEXTS[i] for i in range(len(FAULT_TEXTS)) if self.faults >> i & 1]
        return "stage: " + (", ".join(names) or "faulted")

    def _begin(self):
        self.status = status.OK
        return self.start()

    def ask(self, k):
        if k == _KNOW:
            return not self._known and self._read(4, self._first_read, self._count_read)
        if k == _PACE:
            return not self._known and self._write(self.profile["watchdog"].register, self._pace)
        if k == _WRITE:
            return self._write(self._first_set, self._set)
        if k == _READ_BACK:
            return self._read(3, self._first_set, _SET_COUNT)
        return self._read(4, self._first_read, self._count_read)

    def answered(self, k):
        self.status = self.master.status
        if self.status != status.OK:
            return False
        if k == _KNOW:
            return self._take_rating()
        if k == _PACE:
            self._known = True
        elif k == _READ_BACK:
            return self._compare()
        elif k == _MEASURE:
            self._take_measurements()
        return True

    def ended(self):
        silent = self.status != status.OK
        if silent:
            self._known = False  # it may have been exchanged or restarted
        self.fault = silent or self.frozen() or self.faults != 0 or self.state == FAULTED
        self.failures = min(self.failures + 1, 1000000) if silent else 0

    def _read(self, function, first, count):
        self.master.read(self.address, function, first, count)
        return True

    def _write(self, first, values):
        self.master.write_registers(self.address, first, values, len(values))
        return True

    def _value(self, name):
        register = self.profile[name]
        return register.value(self.master.register(register.register - self._first_read))

    def _take_rating(self):
        """Refuse a device that is no such stage before anything is written to it."""
        if self._value("identifier") != self.profile.identifier or self._value("map_version") != 1:
            self.status = status.DATA
            return False
        self.rated_va = self._value("rated")
        self.i_max_ma = self._value("i_max")
        self.i_n_max_ma = self._value("i_n_max")
        return True

    def _compare(self):
        for i in range(_SET_COUNT):
            if self.master.register(i) != self._set[i] & 0xFFFF:
                self.status = status.DATA
                return False
        return True

    def _take_measurements(self):
        self.state = self._value("state")
        self.faults = self._value("faults")
        for i in range(3):
            self.p_w[i] = self._value(_P[i])
            self.q_var[i] = self._value(_Q[i])
        self.i_n_ma = self._value("i_n")
        self.temperature_dc = self._value("temperature")
        beat = self._value("beat")
        self._still = self._still + 1 if beat == self._beat else 0
        self._beat = beat


_P = ("p_l1", "p_l2", "p_l3")
_Q = ("q_l1", "q_l2", "q_l3")


def _counts(value, register):
    """Nearest count, half away from zero, within the register's limits."""
    half = register.num // 2
    counts = (abs(value) * register.den + half) // register.num
    counts = min(counts, register.high)
    return -counts if value < 0 else counts
