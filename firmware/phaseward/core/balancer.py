"""The transfer law: power moved between the phases, just as far as brings each into its band.

Every control period the voltages without the own transfer are projected into the band (same sum,
least change); the transfer that makes the difference is approached step by step. Reactive power,
the same in each phase, does what transfer cannot. Formulas, parameters, sources and weaknesses:
docs/BALANCER.md. An analogue, not any manufacturer's algorithm.
Units: mV, W, var, ms; + = injection. `transfer_w` sums to exactly 0 at all times.
Failure behaviour: without usable voltage, with a phase outside 0.8 .. 1.15 Un, or switched off,
transfer and reactive power go to zero within pb_stop_s and the stage to standby.
"""

from . import reasons, transfer
from .arith import Q12, clip, isqrt, scale, scatter, sine_q12
from .hunting import Hunting
from .sample import Sample

_LOW_PCT = 80
_HIGH_PCT = 115
_DISOBEYED_MS = 60000
_CLEAR_MV = 1000  # a mean this far inside ends its alarm
_LONGEST_PERIOD_MS = 60000
_LONG_MS = 0x1FFFFFFF


class Balancer:
    """The law of one power stage; `step` is called with every sample."""

    def __init__(self, device: int) -> None:
        self.device: int = device
        self.transfer_w: list[int] = [0, 0, 0]
        self.q_var: list[int] = [0, 0, 0]
        self.run: int = 0
        self.reason: int = reasons.T_OFF
        self.alarms: int = 0
        self.alpha_q12: int = 0  # in force; below the parameter after hunting
        self.v0_mv: list[int] = [0, 0, 0]  # voltages without the own transfer, last period
        self.hunting = Hunting()
        self.actual_w: list[int] = [0, 0, 0]
        self.actual_q_var: int = 0
        self.actual_valid: bool = False
        self._q: int = 0
        self._since_ms: int = 0  # since the last control
        self._due_ms: int = 0  # next control when so much has passed
        self._lost_ms: int = 0
        self._wait_ms: int = -1  # until the voltage has been sound for long; -1 = power-up
        self._fade_ms: int = 0
        self._idle_ms: int = 0
        self._disobeyed_ms: int = 0
        self._x: list[int] = [0, 0, 0]
        self._d: list[int] = [0, 0, 0]
        self._own: list[int] = [0, 0, 0]
        self._target: list[int] = [0, 0, 0]
        self._i_da: list[int] = [0, 0, 0]

    def configure(self, p: dict) -> None:
        """Take over the parameters pb_* and the nominal voltage."""
        self.enable: bool = p["pb_enable"] != 0
        self.leg_va: int = p["pb_s_va"] // 3
        self.leg_da: int = p["pb_s_va"] // 69  # S/3 at 230 V, in 0.1 A
        self.n_da: int = self.leg_da * p["pb_neutral_pct"] // 100
        self.k_mv_kw: int = p["pb_k_mv_kw"]
        self.kq_mv_kvar: int = p["pb_kq_mv_kvar"]
        self.cos_q12: int = sine_q12(90 - p["pb_angle_deg"])
        # 1/sqrt(3) = 780/1351
        self.sin3_q12: int = sine_q12(p["pb_angle_deg"]) * 780 // 1351
        self.high_mv: int = p["pb_hi_mv"] - p["pb_margin_mv"]
        self.low_mv: int = p["pb_lo_mv"] + p["pb_margin_mv"]
        if self.high_mv < self.low_mv:
            self.high_mv = self.low_mv = (self.high_mv + self.low_mv) >> 1
        self.edge_high_mv: int = p["pb_hi_mv"]
        self.edge_low_mv: int = p["pb_lo_mv"]
        self.alpha_most_q12: int = p["pb_alpha_pm"] * Q12 // 1000
        if self.alpha_q12 == 0 or self.alpha_q12 > self.alpha_most_q12:
            self.alpha_q12 = self.alpha_most_q12
        self.period_ms: int = p["pb_period_s"] * 1000
        # Units on one feeder do not act in the same instant.
        self._due_ms = 1 + scatter(self.device, 0) % self.period_ms
        self.ramp_w_s: int = p["pb_ramp_w_s"]
        self.stop_ms: int = p["pb_stop_s"] * 1000
        self.stale_ms: int = p["pb_stale_s"] * 1000
        self.restart_ms: int = p["pb_restart_s"] * 1000
        if self._wait_ms < 0:
            self._wait_ms = self.restart_ms
        self.idle_ms: int = p["pb_idle_s"] * 1000
        self.least_mv: int = p["sy_un_mv"] // 100 * _LOW_PCT
        self.most_mv: int = p["sy_un_mv"] // 100 * _HIGH_PCT
        self.hunting.threshold_mv = p["pb_hunt_mv"]
        self.hunting.most = p["pb_hunt_count"]

    def step(self, elapsed_ms: int, sample: Sample, usable: bool) -> None:
        """Take in one sample; `usable`: its phase-to-neutral voltages may be used."""
        if not self.enable:
            self.alarms = 0
            self._fade(elapsed_ms, reasons.T_OFF)
            return
        if not usable:
            self._without_data(elapsed_ms)
            return
        self._lost_ms = 0
        if self._sound(elapsed_ms, sample.u_ln_mv):
            self._fade_ms = 0
            self._since_ms += elapsed_ms
            if self._since_ms >= self._due_ms:
                self._control(sample.u_ln_mv, min(self._since_ms, _LONGEST_PERIOD_MS))
                self._since_ms = 0
                self._due_ms = self.period_ms

    def _without_data(self, elapsed_ms: int) -> None:
        """The transfer stays as it is for a short time, then fades."""
        self._since_ms = 0
        if self._lost_ms < self.stale_ms:
            self._lost_ms += min(elapsed_ms, self.stale_ms)
            return
        self.alarms |= reasons.A_STAGE_STOP
        self._fade(elapsed_ms, reasons.T_STALE)

    def _sound(self, elapsed_ms: int, u_mv: list[int]) -> bool:
        """True where the law may act; otherwise fades the transfer."""
        for phase in range(3):
            if not self.least_mv <= u_mv[phase] <= self.most_mv:
                self._wait_ms = self.restart_ms
                self.alarms |= reasons.A_STAGE_STOP
                self._fade(elapsed_ms, reasons.T_VOLTAGE)
                return False
        if self._wait_ms > 0:
            self._wait_ms -= min(elapsed_ms, self._wait_ms)
            self._fade(elapsed_ms, reasons.T_RESTART)
            return False
        self.alarms &= ~reasons.A_STAGE_STOP
        return True

    def _fade(self, elapsed_ms: int, why: int) -> None:
        """Everything goes to zero in a straight line within stop_ms, then to standby."""
        self.reason = why
        if self._resting():
            self.run = 0
            return
        if self._fade_ms <= 0:
            self._fade_ms = self.stop_ms
        left = self._fade_ms - min(elapsed_ms, self._fade_ms)
        transfer.scale_to(self.transfer_w, left, self._fade_ms)
        self._set_q(scale(self._q, left, self._fade_ms))
        self._fade_ms = left

    def _resting(self) -> bool:
        return self._q == 0 and self.transfer_w[0] == 0 and self.transfer_w[1] == 0

    def _set_q(self, q_var: int) -> None:
        self._q = q_var
        for phase in range(3):
            self.q_var[phase] = q_var

    def _control(self, u_mv: list[int], elapsed_ms: int) -> None:
        """One control period."""
        self._watch_stage(elapsed_ms)
        self._back_off(u_mv, elapsed_ms)
        in_band = self._aim(u_mv)
        moved = self._approach(elapsed_ms)
        limited = transfer.limit(self.transfer_w, u_mv, self._i_da, self.leg_da, self.n_da)
        self._reactive(u_mv)
        self._explain(moved, limited, in_band)
        self._rest(elapsed_ms)

    def _aim(self, u_mv: list[int]) -> bool:
        """`_target` = the transfer that brings all phases into the band. False: mean is out."""
        self._own_effect()
        for phase in range(3):
            self.v0_mv[phase] = u_mv[phase] - self._own[phase]
        in_band = transfer.project(self.v0_mv, self._x, self.low_mv, self.high_mv)
        for phase in range(3):
            gap = self._x[phase] - self.v0_mv[phase]
            self._d[phase] = clip(gap, -transfer.VECTOR_MOST, transfer.VECTOR_MOST)
        transfer.close_sum(self._d)
        transfer.shrink(self._d, transfer.VECTOR_MOST)
        transfer.rotate(self._d, self._target, self.cos_q12, self.sin3_q12)
        transfer.scale_to(self._target, 1000, self.k_mv_kw)
        transfer.shrink(self._target, transfer.VECTOR_MOST)
        self._mean_alarm()
        return in_band

    def _own_effect(self) -> None:
        """`_own` = what the own transfer does to each voltage; the reported power where known."""
        power = self.actual_w if self.actual_valid else self.transfer_w
        transfer.rotate(power, self._own, self.cos_q12, -self.sin3_q12)
        transfer.scale_to(self._own, self.k_mv_kw, 1000)

    def _mean_alarm(self) -> None:
        mean = (self.v0_mv[0] + self.v0_mv[1] + self.v0_mv[2]) // 3
        if mean < self.edge_low_mv or mean > self.edge_high_mv:
            self.alarms |= reasons.A_MEAN_OUT
        elif self.edge_low_mv + _CLEAR_MV <= mean <= self.edge_high_mv - _CLEAR_MV:
            self.alarms &= ~reasons.A_MEAN_OUT

    def _approach(self, elapsed_ms: int) -> bool:
        """Go a share of the way to the target, within the ramp. True where anything is wanted."""
        floor_w = self.leg_va // 33  # 1 % of the rating is not worth the losses
        if transfer.largest(self._target) < floor_w:
            if transfer.largest(self.transfer_w) < floor_w:
                transfer.scale_to(self.transfer_w, 0, 1)
                return False
            transfer.scale_to(self._target, 0, 1)
        step = self._d  # scratch from here on
        for phase in range(2):
            gap = self._target[phase] - self.transfer_w[phase]
            step[phase] = self._share(gap)
        transfer.close_sum(step)
        self._within_ramp(step, elapsed_ms)
        self.transfer_w[0] += step[0]
        self.transfer_w[1] += step[1]
        transfer.close_sum(self.transfer_w)
        return transfer.largest(self._target) > 0

    def _within_ramp(self, step: list[int], elapsed_ms: int) -> None:
        most = min(self.ramp_w_s * (elapsed_ms // 100) // 10, transfer.VECTOR_MOST)
        transfer.shrink(step, 4 * most)  # so that the ratio below keeps its precision
        worst = transfer.largest(step)
        if worst > most:
            transfer.scale_to(step, most * Q12 // worst, Q12)

    def _share(self, gap: int) -> int:
        """alpha * gap, at least 1 W so that the way ends."""
        part = scale(gap, self.alpha_q12, Q12)
        if part == 0 and gap != 0:
            return 1 if gap > 0 else -1
        return part

    def _reactive(self, u_mv: list[int]) -> None:
        """Reactive power, equal in the phases, for what is left; active power has priority."""
        if self.kq_mv_kvar == 0:
            self._set_q(0)
            return
        own_q = self.actual_q_var if self.actual_valid else self._q
        own_mv = own_q * self.kq_mv_kvar // 1000
        lowest = min(u_mv[0], min(u_mv[1], u_mv[2])) - own_mv
        highest = max(u_mv[0], max(u_mv[1], u_mv[2])) - own_mv
        up = max(0, self.low_mv - lowest)
        down = max(0, highest - self.high_mv)
        wanted = up - down
        if up > 0 and down > 0:
            wanted = scale(wanted, 1, 2)
        goal = clip(scale(wanted, 1000, self.kq_mv_kvar), -self.leg_va, self.leg_va)
        gap = goal - self._q
        step = scale(gap, 1, 8)
        if step == 0 and gap != 0:
            step = 1 if gap > 0 else -1
        most = self._q_most()
        self._set_q(clip(self._q + step, -most, most))

    def _q_most(self) -> int:
        """Reactive power per leg that the active power leaves; counted in 10 VA."""
        s = self.leg_va // 10
        p = (transfer.largest(self.transfer_w) + 9) // 10
        return 10 * isqrt(s * s - p * p) if p < s else 0

    def _explain(self, moved: bool, limited: bool, in_band: bool) -> None:
        if not moved and self._q == 0:
            resting = self._resting()
            self.reason = reasons.T_IDLE if resting else reasons.T_SETTLING
        elif limited:
            self.reason = reasons.T_LIMITED
        elif not in_band:
            self.reason = reasons.T_MEAN_OUT
        else:
            self.reason = reasons.T_BAND

    def _rest(self, elapsed_ms: int) -> None:
        """Standby after a time without transfer, so that an idle unit loses nothing."""
        if not self._resting():
            self._idle_ms = 0
            self.run = 1
        elif self._idle_ms < _LONG_MS:
            self._idle_ms += elapsed_ms
            self.run = 0 if 0 < self.idle_ms <= self._idle_ms else self.run

    def _back_off(self, u_mv: list[int], elapsed_ms: int) -> None:
        """Halve the gain where phases hunt, raise it again by 2 % in each window without."""
        seen = self.hunting.observe(u_mv, elapsed_ms)
        if seen > 0:
            self.alpha_q12 = max(self.alpha_most_q12 // 16, self.alpha_q12 >> 1, 1)
            self.alarms |= reasons.A_HUNTING
        elif seen < 0:
            self.alarms &= ~reasons.A_HUNTING
            raised = self.alpha_q12 + max(1, self.alpha_q12 // 50)
            self.alpha_q12 = min(self.alpha_most_q12, raised)

    def _watch_stage(self, elapsed_ms: int) -> None:
        """Alarm where the reported power has been off the ordered one for a minute."""
        if not self.actual_valid:
            return
        error = 0
        for phase in range(3):
            error = max(error, abs(self.actual_w[phase] - self.transfer_w[phase]))
        if error * 10 <= max(self.leg_va, 1000):
            self._disobeyed_ms = 0
            self.alarms &= ~reasons.A_STAGE_DISOBEYS
        elif self._disobeyed_ms < _LONG_MS:
            self._disobeyed_ms += elapsed_ms
            if self._disobeyed_ms >= _DISOBEYED_MS:
                self.alarms |= reasons.A_STAGE_DISOBEYS
