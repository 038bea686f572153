"""A SunSpec inverter's limit of active power, in watts: models 121 (rating) and 123 (limit).

    await inverter.apply(6000)

Model 123 takes a percentage of WMax, so WMax is read from model 121 first. One write carries the
percentage, the times and the enable bit, so the inverter never has a new limit with an old time.
The revert time is given with each write and restarts by it: a box that falls silent leaves the
inverter without limit after `revert_s` (that is what the model offers: what happens to the grid
then is the inverter's own protection). Then the registers are read back.
Percentages are rounded down, so the limit in force is never above the one asked for.
Source: sunspec/models, json/model_121.json and model_123.json; whether a device restarts its
timer when the same value is written again is unverified, and so is a revert time of 0 as "never".
Failure: no answer, a model that is missing, or another value read back sets `fault`; `apply` never
raises for it.
"""

from .. import decode, status
from ..operation import DONE, Operation
from ..sunspec import HOLDING, Finder, scaled_by

RATING, LIMITS = 121, 123
WMAX, WMAX_SF = 2, 22  # registers counted from the model's number
FIRST, PERCENT, WINDOW, REVERT, RAMP, ENABLE = 5, 5, 6, 7, 8, 9
PERCENT_SF = 23
_COUNT = ENABLE - FIRST + 1
_FIND_RATING, _READ_RATING, _FIND_LIMITS, _READ_SCALE, _WRITE, _CHECK, _OVER = 0, 1, 2, 3, 4, 5, 6
_FULL_CENTI = 10000  # 100 % in hundredths of a percent
_EXACT_W = decode.LIMIT // _FULL_CENTI  # beyond, watts are counted in tens


class Inverter(Operation):
    """`limit_w` is confirmed by the inverter; -1 = unknown. `rated_w` is its WMax, 0 = unknown."""

    def __init__(self, address, master, revert_s=60, ramp_s=0):
        """`revert_s` 1..65534: silence after which the inverter forgets the limit."""
        Operation.__init__(self)
        if not 1 <= revert_s <= 65534:
            raise ValueError("revert time must be 1..65534 s, not %r" % revert_s)
        self.master = master
        self.address = address
        self.rated_w = 0
        self.limit_w = -1
        self.status = status.BUSY
        self.fault = False
        self.failures = 0  # in a row
        self._rating = Finder(master, address, RATING)
        self._limits = Finder(master, address, LIMITS)
        self._values = [0, 0, revert_s, ramp_s, 0]  # from register FIRST on
        self._scale = -1  # the percentage's scale factor as 16 bits, -1 = unknown
        self._asked_w = 0
        self._at = _OVER
        self._asking = False

    def apply(self, limit_w):
        """Feed in at most `limit_w`; its rating or more takes the limit away. To be awaited."""
        self._asked_w = max(limit_w, 0)
        self.status = status.OK
        self._at = _WRITE if self._scale >= 0 else _FIND_RATING
        self._asking = False
        self._rating.start()
        self._limits.start()
        return self

    def safe(self):
        """The limit in force stays; where none is known nothing is written. To be awaited."""
        if self.limit_w < 0:
            self._at = _OVER
            return self
        return self.apply(self.limit_w)

    def fault_text(self):
        return "inverter: " + status.text(self.status) if self.fault else ""

    def step(self):
        while self._at != _OVER:
            ms = self._step_part()
            if ms >= 0:
                return ms
            self._asking = False
            if self.status != status.OK:
                self._at = _OVER
            else:
                self._at += 1
            if self._at == _OVER:
                self._ended()
        return DONE

    def _step_part(self):
        """Milliseconds to wait, or DONE when this part is over."""
        if self._at == _FIND_RATING:
            return self._find(self._rating)
        if self._at == _FIND_LIMITS:
            return self._find(self._limits)
        if not self._asking:
            self._ask()
            self._asking = True
        ms = self.master.step()
        if ms < 0:
            self.status = self.master.status
            if self.status == status.OK:
                self._take()
        return ms

    def _find(self, finder):
        ms = finder.step()
        if ms < 0:
            self.status = finder.status
        return ms

    def _ask(self):
        if self._at == _READ_RATING:
            self._read(self._rating.base + WMAX, WMAX_SF - WMAX + 1)
        elif self._at == _READ_SCALE:
            self._read(self._limits.base + PERCENT_SF, 1)
        elif self._at == _WRITE:
            self._choose()
            self.master.write_registers(
                self.address, self._limits.base + FIRST, self._values, _COUNT
            )
        else:
            self._read(self._limits.base + FIRST, _COUNT)

    def _read(self, first, count):
        self.master.read(self.address, HOLDING, first, count)

    def _take(self):
        if self._at == _READ_RATING:
            self._take_rating()
        elif self._at == _READ_SCALE:
            self._take_scale()
        elif self._at == _CHECK:
            self._compare()

    def _take_rating(self):
        factor = self.master.register(WMAX_SF - WMAX)
        rated_w = scaled_by(factor, decode.UINT16, 0, self.master.register(0), 1, 1)
        if not 0 < rated_w <= 10 * _EXACT_W:
            self.status = status.DATA
        else:
            self.rated_w = rated_w

    def _take_scale(self):
        """Scale factors 0, -1, -2: whole percents, tenths, hundredths."""
        factor = self.master.register(0)
        if factor not in _STEPS:
            self.status = status.DATA
        else:
            self._scale = factor

    def _choose(self):
        """The percentage, down, for the watts asked for."""
        asked, rated = min(self._asked_w, self.rated_w), self.rated_w
        if rated > _EXACT_W:
            asked, rated = asked // 10, -(-rated // 10)
        centi = asked * _FULL_CENTI // rated
        self._values[PERCENT - FIRST] = centi // _STEPS[self._scale]
        self._values[ENABLE - FIRST] = 1 if self._asked_w < self.rated_w else 0

    def _compare(self):
        """The percentage, the revert time and the enable bit count; devices round the others."""
        for register in _CONFIRMED:
            if self.master.register(register - FIRST) != self._values[register - FIRST]:
                self.status = status.DATA
        if self.status == status.OK:
            self.limit_w = self._watts(self._values[PERCENT - FIRST] * _STEPS[self._scale])

    def _watts(self, centi):
        if self.rated_w <= _EXACT_W:
            return centi * self.rated_w // _FULL_CENTI
        return centi * (self.rated_w // 10) // _FULL_CENTI * 10

    def _ended(self):
        self.fault = self.status != status.OK
        if self.fault:
            self.failures = min(self.failures + 1, 1000000)
            self.limit_w = -1
            self._scale = -1  # it may have been exchanged: look again
        else:
            self.failures = 0


_CONFIRMED = (PERCENT, REVERT, ENABLE)
_STEPS = {0: 100, 0xFFFF: 10, 0xFFFE: 1}  # hundredths of a percent in one count
