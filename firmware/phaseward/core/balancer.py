"""The transfer law: power moved between the phases, just as far as brings each into its band.

Every control period the voltages without the own transfer are projected into the band (same sum,
least change); the transfer that makes the difference is approached step by step. Reactive power,
the same in each phase, does what transfer cannot. Formulas, parameters, sources and weaknesses:
docs/BALANCER.md. An analogue, not any manufacturer's algorithm.
Units: mV, W, var, ms; + = injection. `transfer_w` sums to exactly 0 at all times.
Failure behaviour: without usable voltage, with a phase outside 0.8 .. 1.15 Un, or switched off,
transfer and reactive power go to zero within pb_stop_s and the stage to standby; likewise with a
lost neutral (unless told otherwise), a stage that is silent, faulted or disobedient, and legs
whose phases are not certain.
"""

from . import reasons, transfer
from .arith import Q12, clip, scatter
from .grid_gain import GridGain
from .hunting import Hunting
from .neutral import Neutral
from .past import Past
from .reactive import Reactive
from .sample import Sample
from .stage_watch import StageWatch
from .wiring import Wiring

_LOW_PCT = 80
_HIGH_PCT = 115
_FORMER_LOW_PCT = 50
_FORMER_HIGH_PCT = 140
_FORMER = 30  # as a neutral former: k is so many times as large
_K_MOST = 30000
_STEPS = 4
_LONGEST = 4  # a transfer beyond the rating is approached from so many times the rating at most
_SPARE_PCT = 40  # where the rating binds, so much less of the margin is asked for
_CLEAR_MV = 1000  # a mean this far inside ends its alarm
_LONGEST_PERIOD_MS = 60000
_LONG_MS = 0x1FFFFFFF

STOP, SUPPORT, ALARM_ONLY = 0, 1, 2  # pb_neutral_act


class Balancer:
    """The law of one power stage; `step` is called with every sample."""

    def __init__(self, device: int) -> None:
        self.device: int = device
        self.transfer_w: list[int] = [0, 0, 0]  # by the meter's phases
        self.legs_w: list[int] = [0, 0, 0]  # the same by the stage's legs
        self.reactive = Reactive()
        self.q_var = self.reactive.q_var
        self.run: int = 0
        self.reason: int = reasons.T_OFF
        self.alarms: int = 0
        self.alpha_q12: int = 0  # in force; below the parameter after hunting
        self.v0_mv: list[int] = [0, 0, 0]  # voltages without the own transfer, last period
        self.hunting = Hunting()
        self.stage = StageWatch()
        self.neutral = Neutral()
        self.wiring = Wiring()
        self.gain = GridGain()
        self.past = Past()
        self._law_alarms: int = 0
        self._former: bool = False
        self._since_ms: int = 0  # since the last control
        self._due_ms: int = 0  # next control when so much has passed
        self._lost_ms: int = 0
        self._wait_ms: int = -1  # until the voltage has been sound for long; -1 = power-up
        self._fade_ms: int = 0
        self._idle_ms: int = 0
        self._limited: bool = False
        self._x: list[int] = [0, 0, 0]
        self._d: list[int] = [0, 0, 0]
        self._actual: list[int] = [0, 0, 0]
        self._own: list[int] = [0, 0, 0]
        self._target: list[int] = [0, 0, 0]
        self._i_da: list[int] = [0, 0, 0]

    def configure(self, p: dict) -> None:
        """Take over the parameters pb_* and the nominal voltage."""
        self.enable: bool = p["pb_enable"] != 0
        self.leg_va: int = p["pb_s_va"] // 3
        self.leg_da: int = p["pb_s_va"] // 69  # S/3 at 230 V, in 0.1 A
        self.neutral_pct: int = p["pb_neutral_pct"]
        self.reactive.kq_mv_kvar = p["pb_kq_mv_kvar"]
        self.high_mv: int = p["pb_hi_mv"] - p["pb_margin_mv"]
        self.low_mv: int = p["pb_lo_mv"] + p["pb_margin_mv"]
        if self.high_mv < self.low_mv:
            self.high_mv = self.low_mv = (self.high_mv + self.low_mv) >> 1
        self.spare_mv: int = p["pb_margin_mv"] * _SPARE_PCT // 100
        self.edge_high_mv: int = p["pb_hi_mv"]
        self.edge_low_mv: int = p["pb_lo_mv"]
        self._configure_gain(p)
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
        self.un_dv: int = p["sy_un_mv"] // 100
        self.hunting.threshold_mv = p["pb_hunt_mv"]
        self.hunting.most = p["pb_hunt_count"]
        self.neutral_act: int = p["pb_neutral_act"]
        self.neutral.configure(p)
        self.stage.configure(p)

    def _configure_gain(self, p: dict) -> None:
        """Share of the way per period, within the margin for so many units; wiring; k."""
        units = p["pb_units"]
        self.past.delay = p["pb_delay"]
        # What a unit knows of itself it takes off with the delay; the others' effect it cannot.
        margin_q12 = Q12 // (1 + (2 * units - 1) * (1 + p["pb_delay"]))
        self.alpha_most_q12: int = max(1, min(p["pb_alpha_pm"] * Q12 // 1000, margin_q12))
        if self.alpha_q12 == 0 or self.alpha_q12 > self.alpha_most_q12:
            self.alpha_q12 = self.alpha_most_q12
        # A single unit has nobody to circulate power with.
        leak_pm = p["pb_leak_pm"]
        self.keep_pm: int = 1000 - leak_pm if units > 1 else 1000
        self.units: int = units
        self.track: bool = p["pb_track"] != 0
        self.wiring.configure(p)
        self._take_k()

    def load_wiring(self, values: list, n: int) -> int:
        """Read what `wiring.save` wrote; returns the next place."""
        n = self.wiring.load_state(values, n)
        self._take_k()
        return n

    def _take_k(self) -> None:
        self.gain.configure(self.wiring.k_mv_kw, self.units, self.track)

    def step(self, elapsed_ms: int, sample: Sample, usable: bool) -> None:
        """Take in one sample; `usable`: its phase-to-neutral voltages may be used."""
        stage_well = self.stage.step(elapsed_ms)
        if usable:
            self.neutral.observe(elapsed_ms, sample)
        if not self.enable:
            self._law_alarms = 0
            self._stop(elapsed_ms, reasons.T_OFF)
        elif not usable:
            self._without_data(elapsed_ms)
        else:
            self._lost_ms = 0
            self._with_data(elapsed_ms, sample.u_ln_mv, stage_well)
        self._to_legs()
        self._gather_alarms()

    def _with_data(self, elapsed_ms: int, u_mv: list[int], stage_well: bool) -> None:
        if not self._sound(elapsed_ms, u_mv, stage_well):
            return
        if self.wiring.must_probe() and not self._former:
            self._probe(elapsed_ms, u_mv)
        elif not self.wiring.sure():
            self._stop(elapsed_ms, reasons.T_WIRING)
        else:
            self._fade_ms = 0
            self._since_ms += elapsed_ms
            if self._since_ms >= self._due_ms:
                self._control(u_mv, min(self._since_ms, _LONGEST_PERIOD_MS))
                self._since_ms = 0
                self._due_ms = self.period_ms

    def _probe(self, elapsed_ms: int, u_mv: list[int]) -> None:
        """Find out which leg is on which phase, from a transfer of 0 on."""
        if not self.wiring.running():
            if not self._resting():
                self._fade(elapsed_ms, reasons.T_PROBING)
                return
            self.run = 1
            self.wiring.begin()
        self.reason = reasons.T_PROBING
        if self.wiring.step(elapsed_ms, u_mv):
            self._take_k()

    def _to_legs(self) -> None:
        """The transfer by legs; while probing, the probe, which belongs to no phase yet."""
        if self.wiring.running():
            self.wiring.probe_to_legs(self.legs_w, self._i_da, self.leg_da,
                                      self.leg_da * self.neutral_pct // 100)
        else:
            self.wiring.to_legs(self.transfer_w, self.legs_w)

    def _gather_alarms(self) -> None:
        alarms = self._law_alarms | self.stage.alarms
        if self.enable:
            if self.neutral.lost:
                alarms |= reasons.A_NEUTRAL_LOST
            if not self.wiring.sure():
                alarms |= reasons.A_LEGS
            if self.gain.jumped:
                alarms |= reasons.A_GAIN
        self.alarms = alarms

    def _without_data(self, elapsed_ms: int) -> None:
        """The transfer stays as it is for a short time, then fades."""
        self._since_ms = 0
        self.gain.forget_last()
        if self._lost_ms < self.stale_ms and not self.wiring.running():
            self._lost_ms += min(elapsed_ms, self.stale_ms)
            return
        self._law_alarms |= reasons.A_STAGE_STOP
        self._stop(elapsed_ms, reasons.T_STALE)

    def _sound(self, elapsed_ms: int, u_mv: list[int], stage_well: bool) -> bool:
        """True where the law may act; otherwise fades the transfer."""
        if self.neutral.lost and self.neutral_act == STOP:
            self._halt(elapsed_ms, reasons.T_NEUTRAL)
            return False
        former = self._become_former()
        least = self.un_dv * (_FORMER_LOW_PCT if former else _LOW_PCT)
        most = self.un_dv * (_FORMER_HIGH_PCT if former else _HIGH_PCT)
        for phase in range(3):
            if not least <= u_mv[phase] <= most:
                self._halt(elapsed_ms, reasons.T_VOLTAGE)
                return False
        if not stage_well:
            self._halt(elapsed_ms, reasons.T_STAGE)
            return False
        if self._wait_ms > 0:
            self._wait_ms -= min(elapsed_ms, self._wait_ms)
            self._stop(elapsed_ms, reasons.T_RESTART)
            return False
        self._law_alarms &= ~reasons.A_STAGE_STOP
        return True

    def _become_former(self) -> bool:
        """Whether to act in place of the neutral: begins at once, ends by way of a stop."""
        former = self.neutral.lost and self.neutral_act == SUPPORT
        if former != self._former:
            # What is wrong with the voltage is what a former shall help against.
            self._wait_ms = 0 if former else self.restart_ms
            self._former = former
        return former

    def _halt(self, elapsed_ms: int, why: int) -> None:
        """Stop, and begin again only once everything has been sound for long."""
        self._wait_ms = self.restart_ms
        self._law_alarms |= reasons.A_STAGE_STOP
        self._stop(elapsed_ms, why)

    def _stop(self, elapsed_ms: int, why: int) -> None:
        """Fade; a probing run is given up."""
        self.wiring.give_up()
        self._fade(elapsed_ms, why)

    def _fade(self, elapsed_ms: int, why: int) -> None:
        """Everything goes to zero in a straight line within stop_ms, then to standby."""
        self.reason = why
        if self._resting():
            self.run = 0
            # What is delivered without an order is found out while stopped, too.
            self.stage.compare(self.legs_w, self.leg_va, False, elapsed_ms)
            return
        if self._fade_ms <= 0:
            self._fade_ms = self.stop_ms
        self._since_ms = 0
        self.gain.forget_last()
        left = self._fade_ms - min(elapsed_ms, self._fade_ms)
        transfer.scale_to(self.transfer_w, left, self._fade_ms)
        self.reactive.fade(left, self._fade_ms)
        self._fade_ms = left

    def _resting(self) -> bool:
        return self.q_var[0] == 0 and self.transfer_w[0] == 0 and self.transfer_w[1] == 0

    def _control(self, u_mv: list[int], elapsed_ms: int) -> None:
        """One control period."""
        self._read_stage()
        self.stage.compare(self.legs_w, self.leg_va, self._limited, elapsed_ms)
        if not self._former:
            self.gain.learn(u_mv, self._actual, self.wiring.cos_q12, self.wiring.sin3_q12)
            self._back_off(u_mv, elapsed_ms)
        in_band = self._aim(u_mv)
        moved = self._approach(elapsed_ms)
        self._limited = self._limit(self.transfer_w, u_mv)
        self.reactive.approach(u_mv, self.low_mv, self.high_mv, self.past.q_var, self.leg_va,
                               self.keep_pm, self.alpha_q12)
        self.reactive.limit(self.leg_va * self.stage.share_pm // 1000, self.transfer_w)
        self._explain(moved, in_band)
        self._rest(elapsed_ms)

    def _read_stage(self) -> None:
        """`_actual` = the transfer at work when the voltages were taken, as reported if it is."""
        stage = self.stage
        told = stage.actual_valid
        self.wiring.to_phases(stage.actual_w if told else self.legs_w, self._actual)
        self.past.turn(self._actual, stage.actual_q_var if told else self.q_var[0])

    def _aim(self, u_mv: list[int]) -> bool:
        """`_target` = the transfer that brings all phases into the band. False: mean is out."""
        wiring = self.wiring
        k_mv_kw = self._k_mv_kw()
        transfer.effect(self._actual, self._own, wiring.cos_q12, wiring.sin3_q12, k_mv_kw)
        for phase in range(3):
            self.v0_mv[phase] = u_mv[phase] - self._own[phase]
        low_mv = 0 if self._former else self.low_mv  # a former makes the phases equal
        high_mv = 0 if self._former else self.high_mv
        in_band = transfer.project(self.v0_mv, self._x, low_mv, high_mv)
        for phase in range(3):
            gap = self._x[phase] - self.v0_mv[phase]
            self._d[phase] = clip(gap, -transfer.VECTOR_MOST, transfer.VECTOR_MOST)
        transfer.power_for(self._d, self._target, wiring.cos_q12, wiring.sin3_q12, k_mv_kw)
        if not self._former:
            self._refine(u_mv, k_mv_kw)
        transfer.scale_to(self._target, self.keep_pm, 1000)
        self._mean_alarm()
        return in_band

    def _refine(self, u_mv: list[int], k_mv_kw: int) -> None:
        """Where the rating binds: of the transfers it allows, that with the least squares of what
        stays beyond the band, inset by less; as long as `_target` was, so that it is as fast."""
        wanted = transfer.largest(self._target)
        if not self._limit(self._target, u_mv):
            return
        cos_q12, sin3_q12 = self.wiring.cos_q12, self.wiring.sin3_q12
        low_mv, high_mv = self.low_mv - self.spare_mv, self.high_mv + self.spare_mv
        for _ in range(_STEPS):
            transfer.effect(self._target, self._d, cos_q12, sin3_q12, k_mv_kw)
            transfer.seek(self.v0_mv, self._d, low_mv, high_mv)
            transfer.power_for(self._d, self._target, cos_q12, sin3_q12, k_mv_kw)
            self._limit(self._target, u_mv)
        longer = wanted * 64 // max(1, transfer.largest(self._target))
        transfer.scale_to(self._target, clip(longer, 64, _LONGEST * 64), 64)
        transfer.shrink(self._target, transfer.VECTOR_MOST)

    def _limit(self, p_w: list[int], u_mv: list[int]) -> bool:
        """Keep to the rating that the stage has now. True where it binds."""
        leg_va = self.leg_va * self.stage.share_pm // 1000
        return transfer.limit(p_w, u_mv, self._i_da, leg_va, self.neutral_pct)

    def _k_mv_kw(self) -> int:
        k_mv_kw = self.gain.k_mv_kw
        return min(_K_MOST, _FORMER * k_mv_kw) if self._former else k_mv_kw

    def _mean_alarm(self) -> None:
        mean = (self.v0_mv[0] + self.v0_mv[1] + self.v0_mv[2]) // 3
        if mean < self.edge_low_mv or mean > self.edge_high_mv:
            self._law_alarms |= reasons.A_MEAN_OUT
        elif self.edge_low_mv + _CLEAR_MV <= mean <= self.edge_high_mv - _CLEAR_MV:
            self._law_alarms &= ~reasons.A_MEAN_OUT

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
            step[phase] = transfer.share(gap, self.alpha_q12)
        transfer.close_sum(step)
        transfer.within(step, self.ramp_w_s * (elapsed_ms // 100) // 10)
        self.transfer_w[0] += step[0]
        self.transfer_w[1] += step[1]
        transfer.close_sum(self.transfer_w)
        return transfer.largest(self._target) > 0

    def _explain(self, moved: bool, in_band: bool) -> None:
        if not moved and self.q_var[0] == 0:
            resting = self._resting()
            self.reason = reasons.T_IDLE if resting else reasons.T_SETTLING
        elif self._former:
            self.reason = reasons.T_FORMER
        elif self._limited:
            hot = self.stage.share_pm < 1000
            self.reason = reasons.T_HOT if hot else reasons.T_LIMITED
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
            self._law_alarms |= reasons.A_HUNTING
        elif seen < 0:
            self._law_alarms &= ~reasons.A_HUNTING
            raised = self.alpha_q12 + max(1, self.alpha_q12 // 50)
            self.alpha_q12 = min(self.alpha_most_q12, raised)
