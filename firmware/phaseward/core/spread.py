"""Charging spread ahead over the hours that this connection's history shows to be good.

48 running means of the voltage, one per half hour of the day. Energy still owed until a departure
is shared out by weights: 1 for the half hour with the lowest mean, 5 for the highest, linear in
between; all alike where the means lie within 1 V. The power for now is

    P = 60 * E_rem * w(now) / sum of w over the minutes left

Units: 1/4096 V inside, W, Wh, minutes of the day. Needs a clock.
Failure behaviour: no plan before every half hour has been seen.
"""

from .arith import clip, mul_div
from .clock import DAY_MIN
from .quantile import to_q

BINS = 48
BIN_MIN = DAY_MIN // BINS
MARGIN_MIN = 15  # as the override's: the plan is through before that begins
_FLAT_Q = 4096  # 1 V
_LOW, _RANGE = 51, 204  # weights 51 .. 255
_HIGHEST = 700 * 4096
_LEARNED_MOST = 30000


class Spread:
    """Means of the day's half hours, and the plan they make."""

    def __init__(self) -> None:
        self.mean_q: list[int] = [0] * BINS  # 0 = never seen
        self.learned_min: int = 0
        self._low_q: int = 0
        self._span_q: int = 0

    def observe(self, now_min: int, v_mv: int) -> None:
        """Take in one minute. A mean over all minutes at first, over about 9 days later."""
        place = now_min // BIN_MIN
        v = clip(to_q(v_mv), 1, _HIGHEST)
        mean = self.mean_q[place]
        if mean == 0:
            self.mean_q[place] = v
        else:
            self.mean_q[place] = mean + ((v - mean) >> self._shift())
        if self.learned_min < _LEARNED_MOST:
            self.learned_min += 1

    def _shift(self) -> int:
        """4 on the first day, one more with each doubling of the days, 8 at the most."""
        shift = 4
        days = self.learned_min // DAY_MIN
        while days > 0 and shift < 8:
            days >>= 1
            shift += 1
        return shift

    def ready(self) -> bool:
        """True once each half hour of the day has been seen."""
        return self.learned_min >= DAY_MIN and 0 not in self.mean_q

    def power_w(self, now_min: int, left_min: int, missing_wh: int) -> int:
        """Power for this minute: `missing_wh` (0..200000) within `left_min` (0..1440)."""
        self._measure()
        left = max(1, left_min - MARGIN_MIN)
        total = 0
        at = now_min
        while left > 0:
            part = min(left, BIN_MIN - at % BIN_MIN)
            total += self._weight(at // BIN_MIN) * part
            left -= part
            at = (at + part) % DAY_MIN
        return mul_div(self._weight(now_min // BIN_MIN), 60 * missing_wh, total)

    def _measure(self) -> None:
        low = self.mean_q[0]
        high = low
        for mean in self.mean_q:
            if mean < low:
                low = mean
            elif mean > high:
                high = mean
        self._low_q = low
        self._span_q = high - low

    def _weight(self, place: int) -> int:
        if self._span_q < _FLAT_Q:
            return _LOW + _RANGE
        # by 64: a span of 700 V stays within 30 bits
        return _LOW + _RANGE * ((self.mean_q[place] - self._low_q) >> 6) // (self._span_q >> 6)

    def forget(self) -> None:
        """Begin anew."""
        self.learned_min = 0
        for place in range(BINS):
            self.mean_q[place] = 0

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.learned_min
        n += 1
        for mean in self.mean_q:
            out[n] = mean
            n += 1
        return n

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place."""
        self.learned_min = clip(values[n], 0, _LEARNED_MOST)
        n += 1
        for place in range(BINS):
            self.mean_q[place] = clip(values[n + place], 0, _HIGHEST)
        return n + BINS
