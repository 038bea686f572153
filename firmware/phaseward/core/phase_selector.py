"""Moves a single-phase load to the phase where it helps most, over three contactors.

For boxes without a power stage. Once a minute the band law's model says what the three voltages
would be with the load on each phase; a phase that has been better for long enough, by enough, gets
the load. Order of a move: the load is told to pause, its current is waited out, all contactors
open, feedback of all is open for a while, one contactor closes. At no time are two commanded.
Units: mV, W, mA, ms, minutes; phases 0, 1, 2. `contactor[i]`: 1 = shall be closed.
Failure behaviour: a contact that does not open, or closes unasked: everything open, load off,
alarm, until a restart. One that does not close: another phase, alarm. Without usable voltage
nothing is connected or moved; what is connected stays. Source: docs/BALANCER.md.
"""

from . import reasons, transfer
from .arith import clip
from .balancer import Balancer
from .wiring import Wiring

OFF, ON, PAUSING, OPENING, CLOSING, STUCK = 0, 1, 2, 3, 4, 5

_DAY_MIN = 1440
_MOST = 0x1FFFFFFF
_IDLE_W = 200
_DRAWS_MOST_W = 22000
_MOST_MA = 200000


class PhaseSelector:
    """`see` the contacts before each step; `contactor` is what they shall do."""

    def __init__(self) -> None:
        self.load: int = -1  # which load, -1 = none
        self.contactor: list[int] = [0, 0, 0]
        self.feedback: list[int] = [0, 0, 0]
        self.load_ma: int = 0
        self.load_known: bool = False
        self.state: int = OFF
        self.phase: int = 0
        self.reason: int = reasons.S_OFF
        self.alarms: int = 0
        self.count: int = 0  # closings in the contactors' life
        self.tokens: int = 0  # what may still be switched today, 1440 a time
        self._per_day: int = 0
        self._from: int = 0
        self._bad: list[int] = [0, 0, 0]
        self._ms: int = 0  # in this state
        self._open_ms: int = 0
        self._dwell_min: int = 0
        self._better_min: int = 0
        self._best: int = -1
        self._p: list[int] = [0, 0, 0]
        self._effect: list[int] = [0, 0, 0]
        self._u: list[int] = [0, 0, 0]

    def configure(self, p: dict) -> None:
        """Take over the parameters ps_*."""
        load = p["ps_load"] - 1
        if load != self.load:
            self.load = load
            self._enter(OFF)
            for i in range(3):
                self._bad[i] = 0
            self.alarms = 0
        if self._per_day == 0:
            self.tokens = _DAY_MIN * p["ps_day"]
        self._per_day = p["ps_day"]
        self.tokens = min(self.tokens, _DAY_MIN * self._per_day)
        self.gain_mv: int = p["ps_gain_mv"]
        self.better_min: int = p["ps_better_min"]
        self.dwell_min: int = p["ps_dwell_min"]
        self.life: int = p["ps_life"]
        self.break_ms: int = p["ps_break_ms"]
        self.settle_ms: int = p["ps_settle_ms"]
        self.wait_ms: int = p["ps_wait_s"] * 1000
        self.zero_ma: int = p["ps_zero_ma"]
        if load < 0:
            self.reason = reasons.S_OFF

    def holds(self) -> bool:
        """True while the load must take nothing."""
        return self.load >= 0 and self.state != ON

    def see(self, closed_1: int, closed_2: int, closed_3: int) -> None:
        """Feedback of the three contacts."""
        self.feedback[0] = closed_1
        self.feedback[1] = closed_2
        self.feedback[2] = closed_3

    def tell(self, current_ma: int, known: bool) -> None:
        """What the load takes now."""
        self.load_ma = clip(current_ma, 0, _MOST_MA)
        self.load_known = known

    def step(self, elapsed_ms: int, may_connect: bool) -> None:
        """One look at the contacts. may_connect: voltage usable, and not just powered up."""
        if self.load < 0:
            return
        self._ms = min(self._ms + elapsed_ms, _MOST)
        if self._two_closed():
            self._stick()
        elif self.state == ON:
            self._watch_closed()
        elif self.state == PAUSING:
            self._pause()
        elif self.state == OFF or self.state == OPENING:
            self._open(elapsed_ms, may_connect)
        elif self.state == CLOSING:
            self._close()

    def _two_closed(self) -> bool:
        """Feedback of a contact that is not asked for, beside one that is."""
        if self.state != ON and self.state != CLOSING and self.state != PAUSING:
            return False
        for i in range(3):
            if i != self.phase and self.feedback[i]:
                return True
        return False

    def _enter(self, state: int) -> None:
        """The only place where contactors are commanded: one at most."""
        self.state = state
        self._ms = 0
        self._open_ms = 0
        closed = state == ON or state == PAUSING or state == CLOSING
        for i in range(3):
            self.contactor[i] = 1 if closed and i == self.phase else 0

    def _stick(self) -> None:
        self._enter(STUCK)
        self.reason = reasons.S_STUCK
        self.alarms |= reasons.A_SELECTOR

    def _watch_closed(self) -> None:
        if self.feedback[self.phase]:
            self._ms = 0
        elif self._ms > self.settle_ms:
            self._fail()

    def _fail(self) -> None:
        """The contact did not close, or has opened: the load goes to another phase."""
        self.alarms |= reasons.A_SELECTOR
        self._bad[self.phase] = 1
        if not self._bad[self._from]:
            self.phase = self._from
        else:
            for i in range(3):
                if not self._bad[i]:
                    self.phase = i
        if self._bad[self.phase]:
            self._stick()
        else:
            self._enter(OPENING)
            self.reason = reasons.S_MOVING

    def _pause(self) -> None:
        if self.load_known:
            if self.load_ma < self.zero_ma:
                self._leave()
            elif self._ms >= self.wait_ms:
                self._enter(ON)  # it does not pause: no contactor opens under load
                self._dwell_min = 0
                self.reason = reasons.S_STAYS
        elif self._ms >= self.wait_ms:
            self._leave()

    def _leave(self) -> None:
        self._from = self.phase
        self.phase = self._best
        self._enter(OPENING)
        self.reason = reasons.S_MOVING

    def _open(self, elapsed_ms: int, may_connect: bool) -> None:
        if self.feedback[0] or self.feedback[1] or self.feedback[2]:
            self._open_ms = 0
            if self._ms > self.settle_ms:
                self._stick()
            return
        self._open_ms = min(self._open_ms + elapsed_ms, _MOST)
        if self._open_ms < self.break_ms:
            return
        if not may_connect:
            self.reason = reasons.S_START if self.state == OFF else reasons.S_NO_DATA
            return
        self._enter(CLOSING)

    def _close(self) -> None:
        if self.feedback[self.phase]:
            self.count = min(_MOST, self.count + 1)
            self._from = self.phase
            self._dwell_min = 0
            self._better_min = 0
            self._enter(ON)
            self.reason = reasons.S_STAYS
        elif self._ms > self.settle_ms:
            self._fail()

    # Which phase

    def minute(self, u_mv: list[int], balancer: Balancer, limit_w: int, full_w: int) -> None:
        """A minute with valid voltage has ended. balancer: has the band and the grid's k;
        limit_w: what the load may take now, full_w: what it can."""
        if self.load < 0:
            return
        self.tokens = min(self.tokens + self._per_day, _DAY_MIN * self._per_day)
        self._dwell_min = min(self._dwell_min + 1, _MOST)
        if self.count >= self.life:
            self.alarms |= reasons.A_SELECTOR_LIFE
        if self.state != ON:
            return
        draws_w = limit_w
        if self.load_known:
            draws_w = self.load_ma * (u_mv[self.phase] // 1000) // 1000
        best = self._best_phase(u_mv, balancer, draws_w, full_w)
        self._better_min = self._better_min + 1 if best == self._best else 1
        self._better_min = min(self._better_min, _DAY_MIN)
        self._best = best
        self.reason = self._wish()
        if self.reason == reasons.S_WAITS:
            self.tokens -= _DAY_MIN
            self._enter(PAUSING)

    def _wish(self) -> int:
        """What becomes of the wish for phase `_best`."""
        if self._best == self.phase:
            return reasons.S_STAYS
        if self._better_min < self.better_min or self._dwell_min < self.dwell_min:
            return reasons.S_BETTER
        if self.tokens < _DAY_MIN or self.count >= self.life:
            return reasons.S_BUDGET
        return reasons.S_WAITS

    def _best_phase(self, u_mv: list[int], balancer: Balancer, draws_w: int, full_w: int) -> int:
        """The phase whose cost is lowest; the present one unless another is better by enough."""
        wiring, low_mv, high_mv = balancer.wiring, balancer.low_mv, balancer.high_mv
        power_w = min(draws_w, _DRAWS_MOST_W)
        for i in range(3):
            self._u[i] = u_mv[i]
        if power_w < _IDLE_W:  # judged as if it ran: its own phase would fall by about k
            power_w = min(full_w, _DRAWS_MOST_W)
            self._u[self.phase] -= wiring.k_mv_kw * power_w // 1000
        best = self.phase
        least = self._cost(self.phase, power_w, low_mv, high_mv, wiring) - self.gain_mv
        for i in range(3):
            if i != self.phase and not self._bad[i]:
                cost = self._cost(i, power_w, low_mv, high_mv, wiring)
                if cost <= least:
                    best = i
                    least = cost
        return best

    def _cost(self, phase: int, power_w: int, low_mv: int, high_mv: int, wiring: Wiring) -> int:
        """How far the voltages are outside the band with the load there, and an eighth of their
        spread. Moving the load is a transfer: injected where it was, drawn where it is."""
        p = self._p
        p[0] = p[1] = p[2] = 0
        p[self.phase] += power_w
        p[phase] -= power_w
        transfer.rotate(p, self._effect, wiring.cos_q12, -wiring.sin3_q12)
        transfer.scale_to(self._effect, wiring.k_mv_kw, 1000)
        lowest = highest = self._u[0] + self._effect[0]
        for i in range(1, 3):
            u = self._u[i] + self._effect[i]
            lowest = min(lowest, u)
            highest = max(highest, u)
        return max(0, low_mv - lowest) + max(0, highest - high_mv) + (highest - lowest) // 8

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.phase
        out[n + 1] = self.count
        out[n + 2] = self.tokens
        return n + 3

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place."""
        self.phase = self._from = clip(values[n], 0, 2)
        self.count = clip(values[n + 1], 0, _MOST)
        self.tokens = clip(values[n + 2], 0, _DAY_MIN * self._per_day)
        return n + 3
