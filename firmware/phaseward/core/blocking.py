"""The blocking law of one flexible load: how much power it may take, from the voltage alone.

Once a minute the lowest phase of the load, corrected for the connection's own voltage drop, is
judged against the running quantile of its own history, moved by what it has borne: below it the
power above the floor is halved (every second minute), otherwise it rises by 10 % (additive
increase, multiplicative decrease). Formulas, parameters, sources and weaknesses:
docs/BLOCKING.md. An analogue, not any manufacturer's algorithm. Units: mV, W, minutes, permille.
Failure behaviour: without valid voltage nothing is learnt and the power does not rise, except
that a lock's longest time and a spent allowance always end a limit.
"""

from . import reasons
from .arith import clip, scatter
from .budget import Budget
from .duty import Duty
from .evenness import Evenness
from .means import Means
from .quantile import Quantile

NONE, DIM, PAUSE, LOCK = 0, 1, 2, 3
# How the box sees its data when it asks the law for a limit.
NORMAL, HOLD, SAFE, RECONNECT = 0, 1, 2, 3

FULL_PM = 1000
_DOWN_TO_ZERO_PM = 50
_LOCK_BELOW_PM = 500
_LOCK_FREE_PM = 750


class Blocking:
    """The law of load `load` (0..3) in the box with the folded identity `device`."""

    def __init__(self, load: int, device: int) -> None:
        self.load = load
        self.device: int = device
        self.quantile = Quantile()
        self.budget = Budget()
        self.duty = Duty()
        self.evenness = Evenness()
        self.kind: int = NONE
        self.u_pm: int = FULL_PM  # power above the floor, of what there is
        self.v_mv: int = 0  # lowest connected phase in the last minute judged
        self.vc_mv: int = 0  # the same, corrected for the own load
        self.ask_w: int = -1  # limit asked for, -1 = none
        self.reason: int = reasons.UNUSED
        self.forced: bool = False  # the limit must rise even without valid voltage
        self.need_w: int = -1  # power the user must have now, -1 = none
        self.lift_w: int = -1  # what of it may be had: lifts this law's limit in the arbiter
        self.plan_w: int = -1  # power of the plan to charge ahead, -1 = none
        self.law_w: int = 0  # limit by voltage alone, without need and plan
        self.planned: bool = False  # the plan decides, which costs no allowance
        self.demand: int = -1  # 1 the load would take power if it might, 0 not, -1 not known
        self._cause: int = reasons.FREE
        self._since_cut: int = 0
        self._wait_min: int = 0
        self._hard: bool = False  # the delay is that after a critical voltage
        self._want_lock: bool = False
        self._draws: int = 0  # delays drawn so far: makes each a different one
        self._own_mv: list[int] = [0, 0, 0]

    def configure(self, p: dict) -> None:
        """Take over the parameters bl_* and l<n>_*."""
        name = "l%d_" % (self.load + 1)
        self.enable: bool = p["bl_enable"] != 0
        self.cut_min: int = p["bl_cut_min"]
        self.rise_pm: int = p["bl_rise_pm"]
        self.crit_mv: int = p["bl_crit_mv"]
        self.low_mv: int = p["bl_low_mv"]
        self.free_mv: int = p["bl_free_mv"]
        self.k_mv_kw: int = p["bl_k_mv_kw"]
        self.jitter_s: int = p["bl_jitter_s"]
        self.kind = p[name + "kind"]
        self.phases: int = p[name + "phases"]
        self.max_w: int = p[name + "max_w"]
        # Pauses and locks go down to nothing; a load below its floor is never dimmed.
        self.floor_w: int = 0
        if self.kind in (NONE, DIM):
            self.floor_w = min(p[name + "floor_w"], self.max_w)
        least_w = p[name + "min_w"]
        self.min_w: int = min(least_w, self.max_w) if self.kind == PAUSE else 0
        self.safe_w: int = clip(p[name + "safe_w"], self.floor_w, self.max_w)
        self.quantile.configure(
            p["bl_share_pm"], p["bl_eta_mv"], p["bl_start_mv"], p["bl_learn_min"])
        self.evenness.configure(p["bl_even_pm"])
        self.least_off: int = p[name + "block_min"]
        own_delay = self._delay_min(0)
        self.budget.configure(p[name + "budget_min"], p["bl_ramp_pm"], own_delay)
        self.duty.configure(
            self.least_off, p[name + "free_min"], self.kind == LOCK, own_delay)

    def _delay_min(self, count: int) -> int:
        """This box's own delay number `count`, 0 .. bl_jitter_s, in whole minutes."""
        return scatter(self.device, count * 4 + self.load) % (self.jitter_s // 60 + 1)

    def minute(self, means: Means, depth_pm: int, mode: int) -> None:
        """A minute has passed in which this law's own reasons kept the limit at `depth_pm`."""
        self.duty.tick()
        if self.demand == 0 and self.kind == PAUSE:
            self.duty.serve()
        # A limit that nobody feels costs no allowance.
        self.budget.pay(0 if self.demand == 0 else depth_pm)
        self.evenness.minute(self.demand, depth_pm > 0)
        if means.valid:
            self._judge(means)
        elif mode == NORMAL:
            mode = HOLD  # data are back, but not for long enough to judge by
        self.propose(mode, True)

    def _judge(self, means: Means) -> None:
        """Learn from the minute's voltage and move `u_pm`."""
        self._correct(means)
        low = self.quantile.observe(self.vc_mv, self.evenness.bias_q)
        if self._since_cut < FULL_PM:
            self._since_cut += 1
        if self.v_mv < self.crit_mv:
            self._fall(self._cause != reasons.CRITICAL, reasons.CRITICAL)
        elif not self.enable or not self.quantile.ready() or self._above_gate():
            self._rise()
        elif self.v_mv < self.low_mv + min(0, self.evenness.bias_mv()):
            self._fall(self.u_pm > 0, reasons.STRESS)
        elif low:
            self._cut()
        else:
            self._rise()

    def _correct(self, means: Means) -> None:
        """v_mv and vc_mv from the minute's means of the connected phases."""
        self.v_mv = -1
        self.vc_mv = -1
        for phase in range(3):
            if self.phases & (1 << phase):
                v = means.u_mv[phase]
                vc = max(0, v + self._own_drop(means, phase))
                if self.v_mv < 0 or v < self.v_mv:
                    self.v_mv = v
                if self.vc_mv < 0 or vc < self.vc_mv:
                    self.vc_mv = vc

    def _own_drop(self, means: Means, phase: int) -> int:
        """Voltage drop by the own load. Unknown power: the last feed-in stays, a drop does not
        excuse."""
        if means.power_valid:
            self._own_mv[phase] = means.p_w[phase] * self.k_mv_kw // 1000
        elif self._own_mv[phase] > 0:
            self._own_mv[phase] = 0
        return self._own_mv[phase]

    def _above_gate(self) -> bool:
        return self.free_mv > 0 and self.vc_mv >= self.free_mv

    def _fall(self, first: bool, why: int) -> None:
        """To the floor at once; `first`: draw a new delay for the release after it."""
        if first:
            self._draws = (self._draws + 1) & 0x0FFF
            self._wait_min = self._delay_min(self._draws)
            self._hard = why == reasons.CRITICAL
        self.u_pm = 0
        self._cause = why

    def _cut(self) -> None:
        self._cause = reasons.STRESS
        if self._since_cut < self.cut_min:
            return
        self._since_cut = 0
        self.u_pm >>= 1
        if self.u_pm < _DOWN_TO_ZERO_PM:
            self.u_pm = 0

    def _rise(self) -> None:
        if self._wait_min > 0:
            self._wait_min -= 1
            self._cause = reasons.CRITICAL_RELEASE if self._hard else reasons.RECOVERY
            return
        self.u_pm = min(FULL_PM, self.u_pm + self.rise_pm)
        self._cause = reasons.RECOVERY

    def propose(self, mode: int, minute_end: bool = False) -> None:
        """Bring `ask_w`, `reason` and `forced` up to date. May be called at any time; a load that
        is off is switched on only at the end of a minute."""
        self.forced = False
        self.planned = False
        self.lift_w = self._lift(mode)
        if self.kind == NONE:
            self.ask_w = -1
            self.reason = reasons.UNUSED
        elif mode == RECONNECT:
            self._limit(self._whole(self.safe_w), reasons.RECONNECT)
        elif self.kind == LOCK:
            self._propose_lock(mode, minute_end)
        else:
            self._propose_power(mode, minute_end)
        if mode == HOLD and self.ask_w >= 0:
            self.reason = reasons.HOLD

    def _lift(self, mode: int) -> int:
        """What the user must have lifts the comparison with the own history, but not the critical
        voltage and the delay after it, and nothing where data are missing for long. A lock's user
        is a room that is known to be cold: that lifts the critical voltage too."""
        if mode == SAFE or mode == RECONNECT:
            return -1
        if self.kind == LOCK:
            return self.need_w
        if self._cause == reasons.CRITICAL or self._cause == reasons.CRITICAL_RELEASE:
            return -1
        return self.need_w

    def _whole(self, limit_w: int) -> int:
        """`limit_w`, or what a load that is switched makes of it."""
        if self.kind == LOCK and limit_w < self.max_w:
            return 0
        return 0 if limit_w < self.min_w else limit_w

    def _limit(self, limit_w: int, why: int) -> None:
        if limit_w >= self.max_w:
            self.ask_w = -1
            self.reason = reasons.FREE
        else:
            self.ask_w = limit_w
            self.reason = why

    def depth_pm(self, limit_w: int) -> int:
        """How deep a limit is: 0 = full power, 1000 = floor."""
        span = self.max_w - self.floor_w
        if span <= 0:
            return 0
        return clip((self.max_w - limit_w) * 1000 // span, 0, FULL_PM)

    def _release_spent(self) -> None:
        self.duty.release()
        self.forced = True
        self.ask_w = -1
        self.reason = reasons.BUDGET

    def _propose_power(self, mode: int, minute_end: bool) -> None:
        limit_w = self.floor_w + (self.max_w - self.floor_w) * self.u_pm // FULL_PM
        why = self._cause
        if mode == SAFE and self.safe_w < limit_w:
            limit_w = self.safe_w
            why = reasons.SAFE
        self.law_w = self._whole(limit_w)
        if self.budget.must_release(self.depth_pm(self.law_w)):
            self._release_spent()
            return
        if 0 <= self.plan_w < limit_w:
            limit_w = max(self.plan_w, self.floor_w)
            why = reasons.SPREAD
            self.planned = True
        if self.kind == PAUSE:
            wanted = limit_w < self.min_w and self.lift_w < self.min_w
            if self._switch(wanted, mode, minute_end):
                if not wanted:
                    why = reasons.DUTY
                limit_w = 0
                self.lift_w = -1
            else:
                limit_w = max(limit_w, self.min_w)
        self._limit(limit_w, why)

    def _switch(self, want_off: bool, mode: int, minute_end: bool) -> bool:
        """Whether the load is off now: nothing is switched on without data, nor off unpaid."""
        if self.duty.off:
            if not minute_end:
                return True
            return self.duty.decide(want_off or mode != NORMAL)
        paid = self.law_w >= self.min_w > 0 or self.budget.covers(self.least_off)
        return self.duty.decide(want_off and paid, minute_end)

    def _propose_lock(self, mode: int, minute_end: bool) -> None:
        why = self._cause
        wanted = self._wants_lock()
        if mode == SAFE and self.safe_w < self.max_w:
            wanted = True
            why = reasons.SAFE
        if self.duty.off and self.budget.must_release(FULL_PM):
            self._release_spent()
            return
        was_off = self.duty.off
        lifted = wanted and self.lift_w >= self.max_w
        wanted = wanted and not lifted
        self.law_w = 0
        off = self._switch(wanted, mode, minute_end)
        if off:
            self.lift_w = -1
        self.forced = was_off and not off and (wanted or mode != NORMAL)
        if off and not wanted:
            why = reasons.DUTY
        self._limit(0 if off else self.max_w, why)
        if lifted and not off:
            self.reason = reasons.COMFORT

    def _wants_lock(self) -> bool:
        """Two thresholds on u_pm, so that a lock does not follow every single minute."""
        if self.u_pm <= _LOCK_BELOW_PM:
            self._want_lock = True
        elif self.u_pm >= _LOCK_FREE_PM:
            self._want_lock = False
        return self._want_lock

    def remaining_min(self) -> int:
        """Minutes until full power is asked for again at the earliest, if all is well from now."""
        if self.ask_w < 0:
            return 0
        goal = _LOCK_FREE_PM if self.kind == LOCK else FULL_PM
        rises = (goal - self.u_pm + self.rise_pm - 1) // self.rise_pm if self.u_pm < goal else 0
        return max(self._wait_min + rises, self.duty.remaining_min())

    def bar_mv(self) -> int:
        """What the corrected voltage is compared with: the quantile, moved by what was borne."""
        return self.quantile.q_mv() + self.evenness.bias_mv()

    def forget(self) -> None:
        """The voltages to come are another meter's."""
        self.quantile.forget()
        self.evenness.forget()

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.u_pm
        out[n + 1] = self._since_cut
        out[n + 2] = self._wait_min
        out[n + 3] = self._draws
        out[n + 4] = (1 if self._want_lock else 0) + (2 if self._hard else 0)
        out[n + 5] = self._cause
        n = self.quantile.save(out, n + 6)
        n = self.budget.save(out, n)
        n = self.evenness.save(out, n)
        return self.duty.save(out, n)

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote, after `configure`; returns the next place."""
        self.u_pm = clip(values[n], 0, FULL_PM)
        self._since_cut = clip(values[n + 1], 0, FULL_PM)
        self._wait_min = clip(values[n + 2], 0, 60)
        self._draws = values[n + 3] & 0x0FFF
        self._want_lock = values[n + 4] & 1 != 0
        self._hard = values[n + 4] & 2 != 0
        self._cause = clip(values[n + 5], reasons.FREE, reasons.CRITICAL_RELEASE)
        n = self.quantile.load_state(values, n + 6)
        n = self.budget.load_state(values, n)
        n = self.evenness.load_state(values, n)
        return self.duty.load_state(values, n)
