"""Voltage quality as a control box can see it: means, unbalance, event counters, alarms.

A Modbus meter polled every second is no instrument of IEC 61000-4-30: the 10-minute means are
indicative, arithmetic, and start with the box, not with the clock. Units: mV, 0.01 % (`_bp`).
Failure behaviour: minutes without valid voltage are left out; a 10-minute mean needs 8 of its
minutes. Without phase-to-phase voltages there is no u2 and no u0: `measure` says which factor
`unbalance_bp` is.
"""

from . import reasons
from .arith import clip
from .events import Events
from .means import Means
from .phasors import Phasors, deviation_bp, factor_bp

# What `unbalance_bp` holds: nothing; the largest deviation of a phase from the mean (PVUR), which
# sees zero sequence too; or u2 from six magnitudes.
NOTHING, DEVIATION, U2 = 0, 1, 2

_TEN = 10
_NEEDED = 8
# A sound Yyn0 transformer gives up to 17 times u2 where both are small, u0 = 12 V at u2 = 1.3 V.
_NEUTRAL_RATIO = 6
_NEUTRAL_MIN = 2
_NEUTRAL_CALM_MIN = 10  # with a broken neutral, loads that happen to balance hide it for minutes
_MOST = 0x1FFFFFFF
# Alarms of 10-minute means: inside their hysteresis they go on after a power cut.
_KEPT = reasons.A_UNDER_VOLTAGE | reasons.A_OVER_VOLTAGE | reasons.A_UNBALANCE | reasons.A_U0


class Quality:
    """Everything is brought up to date once a minute by `minute`."""

    def __init__(self) -> None:
        self.alarms: int = 0
        self.phasors = Phasors()
        self.low = Events(3)
        self.high = Events(3)
        self.unbalance = Events(2)  # u2, u0
        self.measure: int = NOTHING
        self.unbalance_bp: int = -1
        self.u2_bp: int = -1
        self.u0_bp: int = -1
        self.ten_valid: bool = False  # of the last complete 10 minutes
        self.ten_mv: list[int] = [0, 0, 0]
        self.ten_unbalance_bp: int = -1
        self.ten_u0_bp: int = -1
        self.ten_count: int = 0  # complete 10-minute intervals, and the valid ones
        self.ten_valid_count: int = 0
        self._minutes: int = 0
        self._n: int = 0
        self._sum_mv: list[int] = [0, 0, 0]
        self._unbalance_n: int = 0
        self._unbalance_sum: int = 0
        self._u0_n: int = 0
        self._u0_sum: int = 0
        self._neutral_min: int = 0
        self._calm_min: int = 0

    def configure(self, p: dict) -> None:
        """Take over the parameters pq_*."""
        self.high_mv: int = p["pq_hi_mv"]
        self.low_mv: int = p["pq_lo_mv"]
        self.low.configure(p["pq_event_min"], p["pq_rearm_min"])
        self.high.configure(p["pq_event_min"], p["pq_rearm_min"])
        self.unbalance.configure(p["pq_event_min"], p["pq_rearm_min"])
        self.u0_most_bp: int = p["pq_u0_bp"]
        self.alarm_high_mv: int = p["pq_alarm_hi_mv"]
        self.alarm_low_mv: int = p["pq_alarm_lo_mv"]
        self.hyst_mv: int = p["pq_hyst_mv"]
        self.u2_most_bp: int = p["pq_u2_bp"]
        self.u0_most_mv: int = p["pq_u0_mv"]
        self.wiring_mv: int = p["pq_wiring_mv"]

    def minute(self, means: Means) -> None:
        """Take in the means of a minute that has ended."""
        if means.valid:
            self._count_events(means.u_mv)
            self._unbalance(means)
            self._gather(means.u_mv)
        self._minutes += 1
        if self._minutes >= _TEN:
            self._close_ten()

    def _count_events(self, u_mv: list[int]) -> None:
        for phase in range(3):
            self.low.observe(phase, u_mv[phase] < self.low_mv)
            self.high.observe(phase, u_mv[phase] > self.high_mv)

    def _unbalance(self, means: Means) -> None:
        solved = means.line_valid and self.phasors.solve(means.u_mv, means.line_mv)
        wrong = means.line_valid and not (solved and self.phasors.mismatch_mv <= self.wiring_mv)
        self._alarm(reasons.A_WIRING, wrong)
        if solved and not wrong:
            phasors = self.phasors
            self.measure = U2
            self.u2_bp = factor_bp(phasors.u2_mv, phasors.u1_mv)
            self.u0_bp = factor_bp(phasors.u0_mv, phasors.u1_mv)
            self.unbalance_bp = self.u2_bp
            self.unbalance.observe(0, self.u2_bp > self.u2_most_bp)
            self.unbalance.observe(1, self.u0_bp > self.u0_most_bp)
            self._watch_neutral(phasors.u0_mv, phasors.u2_mv)
        else:
            self.measure = DEVIATION
            self.u2_bp = -1
            self.u0_bp = -1
            self.unbalance_bp = deviation_bp(means.u_mv)
            self._neutral_min = 0

    def _watch_neutral(self, u0_mv: int, u2_mv: int) -> None:
        """A weak or lost neutral shows as zero sequence out of proportion to negative sequence."""
        suspect = u0_mv > self.u0_most_mv + _NEUTRAL_RATIO * u2_mv
        self._neutral_min = min(_NEUTRAL_MIN, self._neutral_min + 1) if suspect else 0
        self._calm_min = 0 if suspect else min(_NEUTRAL_CALM_MIN, self._calm_min + 1)
        if self._neutral_min >= _NEUTRAL_MIN:
            self._alarm(reasons.A_NEUTRAL, True)
        elif self._calm_min >= _NEUTRAL_CALM_MIN:
            self._alarm(reasons.A_NEUTRAL, False)

    def _gather(self, u_mv: list[int]) -> None:
        self._n += 1
        for phase in range(3):
            self._sum_mv[phase] += u_mv[phase]
        self._unbalance_n += 1
        self._unbalance_sum += self.unbalance_bp
        if self.u0_bp >= 0:
            self._u0_n += 1
            self._u0_sum += self.u0_bp

    def _close_ten(self) -> None:
        self.ten_valid = self._n >= _NEEDED
        self.ten_count = min(_MOST, self.ten_count + 1)
        if self.ten_valid:
            self.ten_valid_count = min(_MOST, self.ten_valid_count + 1)
            for phase in range(3):
                self.ten_mv[phase] = self._sum_mv[phase] // self._n
            self.ten_unbalance_bp = self._unbalance_sum // self._unbalance_n
            # A meter without phase-to-phase voltages has no u0.
            self.ten_u0_bp = self._u0_sum // self._u0_n if self._u0_n >= _NEEDED else -1
            self._ten_alarms()
        for phase in range(3):
            self._sum_mv[phase] = 0
        self._minutes = 0
        self._n = 0
        self._unbalance_n = 0
        self._unbalance_sum = 0
        self._u0_n = 0
        self._u0_sum = 0

    def _ten_alarms(self) -> None:
        lowest = min(self.ten_mv[0], min(self.ten_mv[1], self.ten_mv[2]))
        highest = max(self.ten_mv[0], max(self.ten_mv[1], self.ten_mv[2]))
        self._hysteresis(reasons.A_UNDER_VOLTAGE, self.alarm_low_mv - lowest, self.hyst_mv)
        self._hysteresis(reasons.A_OVER_VOLTAGE, highest - self.alarm_high_mv, self.hyst_mv)
        excess_bp = self.ten_unbalance_bp - self.u2_most_bp
        self._hysteresis(reasons.A_UNBALANCE, excess_bp, self.u2_most_bp // 10)
        if self.ten_u0_bp >= 0:
            excess_bp = self.ten_u0_bp - self.u0_most_bp
            self._hysteresis(reasons.A_U0, excess_bp, self.u0_most_bp // 10)

    def _hysteresis(self, alarm: int, excess: int, band: int) -> None:
        """Set above the threshold, cleared once `band` inside it."""
        if excess > 0:
            self._alarm(alarm, True)
        elif excess <= -band:
            self._alarm(alarm, False)

    def _alarm(self, alarm: int, on: bool) -> None:
        if on:
            self.alarms |= alarm
        else:
            self.alarms &= ~alarm

    def save(self, out: list, n: int) -> int:
        """Write counters and kept alarms to `out` from place `n`; returns the next free place."""
        out[n] = self.ten_count
        out[n + 1] = self.ten_valid_count
        out[n + 2] = self.alarms & _KEPT
        n = self.high.save(out, self.low.save(out, n + 3))
        return self.unbalance.save(out, n)

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place."""
        self.ten_count = clip(values[n], 0, _MOST)
        self.ten_valid_count = clip(values[n + 1], 0, _MOST)
        self.alarms = values[n + 2] & _KEPT
        n = self.high.load_state(values, self.low.load_state(values, n + 3))
        return self.unbalance.load_state(values, n)
