"""The mirror of blocking for feed-in: how much power an inverter may feed in, from its voltage.

Once a minute the highest phase, corrected for the own feed-in, is judged against the upper
quantile of its own history: above it the power above the floor is halved (every second minute),
otherwise it rises. So the inverter at the end of the line does not carry all the curtailment.
An absolute critical voltage always acts, and a curve P(U) can be laid over it. Formulas,
parameters, sources and weaknesses: docs/BLOCKING.md. Units: mV, W, minutes, permille.
Failure behaviour: without valid voltage the limit does not rise; it is held for sy_hold_s, then
not above the safe limit.
"""

from . import reasons
from .arith import clip, scatter
from .blocking import HOLD, NORMAL, RECONNECT, SAFE
from .means import U_LN_MOST_MV, Means
from .quantile import Quantile

FULL_PM = 1000
_DOWN_TO_ZERO_PM = 50
_DELAY_PLACE = 5  # draws other delays than the loads and the reconnection do


class FeedIn:
    """The law of one inverter in the box with the folded identity `device`."""

    def __init__(self, device: int) -> None:
        self.quantile = Quantile()  # of U_LN_MOST_MV - voltage: its low end is the high one
        self.max_w: int = 0  # 0 = no inverter
        self.limit_w: int = 0
        self.reason: int = reasons.UNUSED
        self.u_pm: int = FULL_PM
        self.v_mv: int = 0  # highest connected phase in the last minute judged
        self.vc_mv: int = 0  # the same without the own feed-in
        self.k_mv_kw: int = 0
        self._device: int = device
        self._cause: int = reasons.FREE
        self._since_cut: int = 0
        self._wait_min: int = 0
        self._draws: int = 0
        self._started: bool = False
        self._own_mv: list[int] = [0, 0, 0]

    def configure(self, p: dict) -> None:
        """Take over the parameters fi_* and what is common with blocking."""
        self.enable: bool = p["fi_enable"] != 0
        self.curve: bool = p["fi_curve"] != 0
        self.max_w = p["fi_max_w"]
        self.floor_w: int = min(p["fi_floor_w"], self.max_w)
        self.safe_w: int = min(p["fi_safe_w"], self.max_w)
        self.phases: int = p["fi_phases"]
        self.crit_mv: int = p["fi_crit_mv"]
        self.curve_lo_mv: int = p["fi_curve_lo_mv"]
        self.curve_hi_mv: int = max(p["fi_curve_hi_mv"], self.curve_lo_mv + 1)
        self.step_w: int = max(1, self.max_w * p["fi_ramp_pm"] // 1000)
        self.cut_min: int = p["bl_cut_min"]
        self.rise_pm: int = p["bl_rise_pm"]
        self.k_mv_kw = p["bl_k_mv_kw"]
        self.jitter_s: int = p["bl_jitter_s"]
        self.quantile.configure(p["fi_share_pm"], p["bl_eta_mv"], 0, p["bl_learn_min"])
        self.limit_w = min(self.limit_w, self.max_w) if self._started else self.max_w

    def minute(self, means: Means, mode: int) -> None:
        """A minute has passed."""
        if self.max_w == 0:
            return
        if means.valid:
            self._judge(means)
        self.settle(mode, means.valid and mode == NORMAL)

    def _judge(self, means: Means) -> None:
        """Learn from the minute's voltage and move `u_pm`."""
        self._correct(means)
        high = self.quantile.observe(U_LN_MOST_MV - min(self.vc_mv, U_LN_MOST_MV))
        if self._since_cut < FULL_PM:
            self._since_cut += 1
        if self.v_mv > self.crit_mv > 0:
            self._critical()
        elif high and self.enable and self.quantile.ready():
            self._cut()
        else:
            self._rise()

    def _correct(self, means: Means) -> None:
        """v_mv and vc_mv from the minute's means of the connected phases."""
        self.v_mv = 0
        self.vc_mv = 0
        for phase in range(3):
            if self.phases & (1 << phase):
                v = means.u_mv[phase]
                self.v_mv = max(self.v_mv, v)
                self.vc_mv = max(self.vc_mv, v + self._own_rise(means, phase))

    def _own_rise(self, means: Means, phase: int) -> int:
        """What the own power adds to the voltage, negated (p < 0 feeds in). Unknown power: a drop
        last seen stays, a rise does not excuse."""
        if means.power_valid:
            self._own_mv[phase] = means.p_w[phase] * self.k_mv_kw // 1000
        elif self._own_mv[phase] < 0:
            self._own_mv[phase] = 0
        return self._own_mv[phase]

    def _critical(self) -> None:
        if self._cause != reasons.FEED_CRITICAL:
            self._draws = (self._draws + 1) & 0x0FFF
            drawn = scatter(self._device, self._draws * 8 + _DELAY_PLACE)
            self._wait_min = drawn % (self.jitter_s // 60 + 1)
        self.u_pm = 0
        self._cause = reasons.FEED_CRITICAL

    def _cut(self) -> None:
        self._cause = reasons.FEED_STRESS
        if self._since_cut < self.cut_min:
            return
        self._since_cut = 0
        self.u_pm >>= 1
        if self.u_pm < _DOWN_TO_ZERO_PM:
            self.u_pm = 0

    def _rise(self) -> None:
        if self._wait_min > 0:
            self._wait_min -= 1
            self._cause = reasons.FEED_RELEASE
            return
        self.u_pm = min(FULL_PM, self.u_pm + self.rise_pm)
        self._cause = reasons.RECOVERY

    def _curve_w(self) -> int:
        """P(U): full power up to the curve's beginning, nothing from its end on."""
        span = self.curve_hi_mv - self.curve_lo_mv
        left_pm = clip((self.curve_hi_mv - self.v_mv) * 1000 // span, 0, FULL_PM)
        return self.max_w * left_pm // 1000

    def settle(self, mode: int, may_rise: bool = False) -> None:
        """Bring `limit_w` and `reason` up to date. Falls at once, rises only where `may_rise`."""
        if self.max_w == 0:
            self.reason = reasons.UNUSED
            return
        self._started = True
        target_w = self.floor_w + (self.max_w - self.floor_w) * self.u_pm // FULL_PM
        why = self._cause
        if self.curve and self._curve_w() < target_w:
            target_w = self._curve_w()
            why = reasons.FEED_CURVE
        if (mode == SAFE or mode == RECONNECT) and self.safe_w < target_w:
            target_w = self.safe_w
            why = reasons.SAFE if mode == SAFE else reasons.RECONNECT
        self._move(target_w, why, may_rise)
        if mode == HOLD and self.limit_w < self.max_w:
            self.reason = reasons.HOLD

    def _move(self, target_w: int, why: int, may_rise: bool) -> None:
        if target_w > self.limit_w:
            if not may_rise:
                self.reason = self.reason if self.limit_w < self.max_w else reasons.FREE
                return
            self.limit_w = min(target_w, self.limit_w + self.step_w)
            self.reason = reasons.RAMP if self.limit_w < target_w else why
        else:
            self.limit_w = target_w
            self.reason = why
        if self.limit_w >= self.max_w:
            self.reason = reasons.FREE

    def remaining_min(self) -> int:
        """Minutes until full power at the earliest, if all is well from now; 0 = no limit."""
        if self.limit_w >= self.max_w:
            return 0
        rises = (FULL_PM - self.u_pm + self.rise_pm - 1) // self.rise_pm
        ramp = (self.max_w - self.limit_w + self.step_w - 1) // self.step_w
        return max(self._wait_min + rises, ramp)

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.u_pm
        out[n + 1] = self._since_cut
        out[n + 2] = self._wait_min
        out[n + 3] = self._draws
        return self.quantile.save(out, n + 4)

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote, after `configure`; returns the next place."""
        self.u_pm = clip(values[n], 0, FULL_PM)
        self._since_cut = clip(values[n + 1], 0, FULL_PM)
        self._wait_min = clip(values[n + 2], 0, 60)
        self._draws = values[n + 3] & 0x0FFF
        return self.quantile.load_state(values, n + 4)
