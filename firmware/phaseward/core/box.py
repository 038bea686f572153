"""The box: measurements in, decisions out. Everything else in core is called from here.

Units: ms for `now_ms` (wraps at 2**30), s of core uptime, W. One call of `step` per new sample; a
step only gathers, the laws run once a minute (blocking, quality) or control period (balancer).
Failure behaviour: *no data never increases load*. A limit rises only at the end of a minute with
valid voltage, or because a lock's longest time or an allowance has run out, which the user was
promised whatever happens. Without usable voltage the last limits hold for sy_hold_s, then the safe
limits where they are lower; transfers go to zero.
"""

from . import reasons
from .arbiter import COMFORT, CONTACT, LOCAL, PROTECTION, REMOTE, Arbiter
from .arith import MASK30, clip, fold, scatter
from .balancer import Balancer
from .blocking import DIM, HOLD, LOCK, NONE, NORMAL, RECONNECT, SAFE, Blocking
from .comfort import NO_ROOM as NO_ROOM
from .decision import MAX_LOADS, Decision
from .feed_in import FeedIn
from .joint import Joint
from .means import WINDOW_MS, Means, voltage_usable
from .needs import Needs
from .phase_selector import PhaseSelector
from .quality import Quality
from .sample import Sample
from .sensitivity import Sensitivity

NO_LIMIT = -1

_SNAPSHOT_VERSION = 4
# More than half the clock's range ahead is a clock that went back.
_HALF_RANGE_MS = 1 << 29
_LONG_MS = 1 << 28
_UPTIME_MOST_S = 1 << 29  # 17 years
# Minutes made up for in one step after a long gap between steps.
_MINUTES_AT_ONCE = 10

_WAITING = (reasons.RAMP, reasons.HOLD, reasons.SAFE, reasons.RECONNECT)  # by mode


class Box:
    """A control box. `device_id`: any non-negative integer unique to the device; `boot_count`
    makes the delays after each power-up different ones."""

    def __init__(self, device_id: int, boot_count: int = 0) -> None:
        self.device: int = fold(device_id)
        self.boot_count: int = boot_count & MASK30
        self.uptime_s: int = 0
        self.means = Means()
        self.quality = Quality()
        self.balancer = Balancer(self.device)
        self.selector = PhaseSelector()
        self.arbiter = Arbiter()
        self.laws: list[Blocking] = [Blocking(i, self.device) for i in range(MAX_LOADS)]
        self.needs = Needs(self.device)
        self.joint = Joint()
        self.sensitivity = Sensitivity()
        self.feed_in = FeedIn(self.device)
        self.mode: int = RECONNECT
        self.decision = Decision()
        # The laws' own lists are the decision's: nothing is copied.
        self.decision.limit_w = self.arbiter.limit_w
        self.decision.load_reason = self.arbiter.reason
        self.decision.transfer_w = self.balancer.legs_w
        self.decision.q_var = self.balancer.q_var
        self.decision.contactor = self.selector.contactor
        self._protection_w: list[int] = [NO_LIMIT] * MAX_LOADS
        self._asked_w: list[int] = [NO_LIMIT] * MAX_LOADS
        self._contact_w: list[int] = [0] * MAX_LOADS
        self._contact: list[int] = [0] * MAX_LOADS
        self._started: bool = False
        self._dirty: bool = False
        self._last_ms: int = 0
        self._second_ms: int = 0
        self._minute_ms: int = scatter(self.device, 1) % WINDOW_MS
        self._lost_ms: int = 0
        self._load_alarms: int = 0
        self._reconnect_ms: int = 0
        self._hold_ms: int = 0
        self._ramp_pm: int = 0
        self._k_learn: bool = False

    def configure(self, p: dict) -> None:
        """Take over all parameters (mapping id -> int, complete and checked), between steps."""
        self._hold_ms = p["sy_hold_s"] * 1000
        self._ramp_pm = p["bl_ramp_pm"]
        self.quality.configure(p)
        self.balancer.configure(p)
        self.selector.configure(p)
        for load in range(MAX_LOADS):
            self._configure_load(load, p)
        self.needs.configure(p, self.laws)
        self.joint.configure(p, self.laws)
        self.feed_in.configure(p)
        self._k_learn = p["bl_k_learn"] != 0 and p["bl_k_mv_kw"] == 0
        if not self._started:
            delay_s = scatter(self.device, self.boot_count * 16 + 2) % (p["bl_reconnect_s"] + 1)
            self._reconnect_ms = delay_s * 1000
        self._settle(False, False)

    def _configure_load(self, load: int, p: dict) -> None:
        law = self.laws[load]
        law.configure(p)
        if load == self.selector.load:
            law.phases = 1 << self.selector.phase
        arbiter = self.arbiter
        arbiter.max_w[load] = law.max_w
        arbiter.floor_w[load] = law.floor_w
        arbiter.min_w[load] = law.min_w
        arbiter.step_w[load] = max(1, law.max_w * self._ramp_pm // 1000)
        arbiter.whole[load] = 1 if law.kind == LOCK else 0
        self._contact_w[load] = p["l%d_contact_w" % (load + 1)]
        self.set_contact(load, self._contact[load] != 0)
        if not self._started:
            # Before the first step there is no limit to hold: the safe one is the beginning.
            arbiter.limit_w[load] = law.max_w
        law.propose(self.mode)

    def step(self, now_ms: int, sample: Sample) -> None:
        """Take in one sample and bring `decision` up to date."""
        elapsed_ms = self._elapsed(now_ms)
        self.needs.clock.advance(elapsed_ms)
        usable = voltage_usable(sample)
        if usable:
            self.means.add(sample, elapsed_ms)
        self._watch(usable, elapsed_ms)
        self.balancer.step(elapsed_ms, sample, usable)
        if self._k_learn:
            self.sensitivity.step(elapsed_ms, sample, usable)
        self._select(elapsed_ms, usable)
        self._minute_ms += elapsed_ms
        if self._minute_ms >= WINDOW_MS:
            self._minutes()
        elif self._dirty:
            self._settle(False, False)
        self.decision.stage_run = self.balancer.run
        self.decision.transfer_reason = self.balancer.reason
        self.decision.alarms = self._alarms()

    def _select(self, elapsed_ms: int, usable: bool) -> None:
        """The phase selector's contactors; its load pauses while it is not connected."""
        selector = self.selector
        if selector.load >= 0:
            selector.step(elapsed_ms, usable and self.mode != RECONNECT)
            self.laws[selector.load].phases = 1 << selector.phase
            self._protect(selector.load)

    def _elapsed(self, now_ms: int) -> int:
        """ms since the last step; keeps the uptime."""
        elapsed_ms = (now_ms - self._last_ms) & MASK30 if self._started else 0
        self._started = True
        self._last_ms = now_ms
        if elapsed_ms >= _HALF_RANGE_MS:
            return 0
        self._second_ms += elapsed_ms
        if self._second_ms >= 1000:
            seconds = self._second_ms // 1000
            self._second_ms -= seconds * 1000
            self.uptime_s = min(_UPTIME_MOST_S, self.uptime_s + seconds)
        return elapsed_ms

    def _watch(self, usable: bool, elapsed_ms: int) -> None:
        """Keep `mode`; a change of it is acted on at once."""
        if self._reconnect_ms > 0:
            self._reconnect_ms -= min(elapsed_ms, self._reconnect_ms)
        if usable:
            self._lost_ms = 0
        elif self._lost_ms < _LONG_MS:
            self._lost_ms += elapsed_ms
        self._enter(self._mode_now(usable))

    def _mode_now(self, usable: bool) -> int:
        lost = self._lost_ms > 0 and self._lost_ms >= self._hold_ms
        if self.mode == RECONNECT:
            # Ends with the first valid minute after the delay; without data there is none.
            return SAFE if lost and self._reconnect_ms == 0 else RECONNECT
        if usable:
            return NORMAL
        return SAFE if lost else HOLD

    def _enter(self, mode: int) -> None:
        if mode == self.mode:
            return
        self.mode = mode
        self._dirty = True
        for load in range(MAX_LOADS):
            self.laws[load].propose(mode)

    def _minutes(self) -> None:
        """One or more minutes have ended; those after the first had no data."""
        for _ in range(_MINUTES_AT_ONCE):
            if self._minute_ms < WINDOW_MS:
                return
            self._minute_ms -= WINDOW_MS
            self._minute()

    def _minute(self) -> None:
        self.means.close()
        if self.mode == RECONNECT and self.means.valid and self._reconnect_ms == 0:
            self.mode = NORMAL
        self.quality.minute(self.means)
        self._prepare_laws()
        if self.selector.load >= 0 and self.means.valid:
            load = self.selector.load
            self.selector.minute(self.means.u_mv, self.balancer, self.arbiter.limit_w[load],
                                 self.laws[load].max_w)
            self._protect(load)
        for load in range(MAX_LOADS):
            law = self.laws[load]
            if law.kind != NONE:
                law.minute(self.means, self._local_depth(load), self.mode)
        self.feed_in.minute(self.means, self.mode)
        if self.means.valid:
            self.needs.learn(self.laws)
        self._settle(True, self.means.valid and self.mode == NORMAL)

    def _prepare_laws(self) -> None:
        """Tell the laws what they do not see in the voltage."""
        uptime_min = self.uptime_s // 60
        self.needs.minute(self.laws, uptime_min)
        if self.joint.on:
            self.joint.minute(self.laws, self.needs.comfort, uptime_min)
        k_mv_kw = self.sensitivity.k_mv_kw()
        if self._k_learn:
            self.feed_in.k_mv_kw = k_mv_kw
        for load in range(MAX_LOADS):
            law = self.laws[load]
            if self._k_learn:
                law.k_mv_kw = k_mv_kw
            if self.joint.on and law.kind == DIM:
                law.floor_w = self.joint.floor_w[load]
                self.arbiter.floor_w[load] = law.floor_w

    def _local_depth(self, load: int) -> int:
        """How deep the load was limited, where that was local blocking's doing."""
        rank = self.arbiter.rank[load]
        if rank != LOCAL and rank != COMFORT:
            return 0
        law = self.laws[load]
        return law.depth_pm(law.law_w if law.planned else self.arbiter.limit_w[load])

    def _settle(self, minute_end: bool, may_rise: bool) -> None:
        """Bring limits, reasons and earliest ends up to date. Rises belong to ends of minutes."""
        self._dirty = False
        self._load_alarms = 0
        waiting = _WAITING[self.mode]
        for load in range(MAX_LOADS):
            law = self.laws[load]
            self.arbiter.ask(LOCAL, load, law.ask_w)
            self.arbiter.ask(COMFORT, load, law.lift_w)
            rise = minute_end and (may_rise or law.forced)
            self.arbiter.settle(load, law.reason, rise, waiting)
            if law.budget.spent:
                self._load_alarms = reasons.A_BUDGET
            limited = self.arbiter.limit_w[load] < law.max_w
            self.decision.blocked[load] = 1 if limited else 0
            self.decision.load_until_s[load] = self._until(load) if limited else 0
        self._settle_feed_in()

    def _settle_feed_in(self) -> None:
        feed_in = self.feed_in
        if feed_in.max_w == 0:
            return
        feed_in.settle(self.mode)
        self.decision.feed_in_limit_w = feed_in.limit_w
        self.decision.feed_in_reason = feed_in.reason
        minutes = feed_in.remaining_min()
        self.decision.feed_in_until_s = self._at(minutes) if minutes else 0

    def _until(self, load: int) -> int:
        """Core uptime at which the full power can be back, if nothing speaks against it."""
        law = self.laws[load]
        minutes = law.remaining_min()
        if law.kind != LOCK:
            missing_w = law.max_w - self.arbiter.limit_w[load]
            step_w = self.arbiter.step_w[load]
            minutes = max(minutes, (missing_w + step_w - 1) // step_w)
        return self._at(minutes)

    def _at(self, minutes: int) -> int:
        """Core uptime in so many minutes, not before the reconnection delay is over."""
        return self.uptime_s + max(self._reconnect_ms // 1000, 60 * max(1, minutes))

    def _alarms(self) -> int:
        alarms = self.quality.alarms | self.balancer.alarms | self._load_alarms
        alarms |= self.selector.alarms
        if self._lost_ms > 0 and self._lost_ms >= self._hold_ms:
            alarms |= reasons.A_NO_DATA
        return alarms

    def _ask(self, source: int, load: int, limit_w: int) -> None:
        self.arbiter.ask(source, load, min(limit_w, MASK30))
        self._dirty = True

    def set_remote_limit(self, load: int, limit_w: int) -> None:
        """Limit `load` (0..3) from remote to `limit_w` W; NO_LIMIT (-1) ends it."""
        self._ask(REMOTE, load, limit_w)

    def set_contact(self, load: int, closed: bool) -> None:
        """State of the grid operator's contact for `load` (0..3): closed = limited."""
        self._contact[load] = 1 if closed else 0
        self._ask(CONTACT, load, self._contact_w[load] if closed else NO_LIMIT)

    def set_protection(self, load: int, limit_w: int) -> None:
        """Limit `load` to `limit_w` W for protection, below its floor if need be; -1 ends it."""
        self._protection_w[load] = limit_w
        self._protect(load)

    def _protect(self, load: int) -> None:
        """What protection asks, or the phase selector while the load is not connected."""
        held = load == self.selector.load and self.selector.holds()
        limit_w = 0 if held else self._protection_w[load]
        if limit_w != self._asked_w[load]:
            self._asked_w[load] = limit_w
            self._ask(PROTECTION, load, limit_w)

    def set_comfort(self, load: int, power_w: int) -> None:
        """The user needs `power_w` W: lifts local blocking, nothing else, from the end of the
        minute on; -1 ends it."""
        self.needs.asked_w[load] = min(power_w, MASK30)

    def set_clock(self, minute_of_day: int) -> None:
        """It is now so many minutes after midnight (0..1439); -1: not known."""
        self.needs.clock.tell(minute_of_day)

    def set_vehicle(self, load: int, connected: int, energy_wh: int) -> None:
        """A car at `load`: 1 connected, 0 not, -1 not known; `energy_wh`: delivered since it was
        plugged in, measured at the charger (negative: not known). Believed for an hour."""
        self.needs.comfort[load].set_vehicle(connected, energy_wh)

    def set_room(self, load: int, below_mk: int) -> None:
        """The room that `load` heats is so many mK below its set-point (negative: above);
        NO_ROOM: not known. Believed for two hours."""
        self.needs.comfort[load].set_room(below_mk)

    def set_stage_actual(self, p1_w: int, p2_w: int, p3_w: int, q_var: int, valid: bool) -> None:
        """Powers the stage reports (W per leg, mean var of a leg); `valid` False: unknown."""
        self.balancer.stage.report(p1_w, p2_w, p3_w, q_var, valid)

    def set_stage_state(self, faulted: bool, temperature_dc: int) -> None:
        """What the stage says of itself: a fault, and its temperature in 0.1 degC."""
        self.balancer.stage.tell(faulted, temperature_dc)

    def set_contactors(self, closed_1: int, closed_2: int, closed_3: int) -> None:
        """Feedback of the phase selector's contactors, 1 = closed."""
        self.selector.see(closed_1, closed_2, closed_3)

    def set_load_current(self, load: int, current_ma: int, known: bool) -> None:
        """Largest current of a phase that `load` takes now; known False: cannot be told."""
        if load == self.selector.load:
            self.selector.tell(current_ma, known)

    def probe(self) -> None:
        """Find out anew which leg of the stage is on which phase."""
        self.balancer.wiring.wanted = True

    def relearn(self) -> None:
        """Another meter shows the voltages from now on: what was learnt of them is forgotten.
        Limits in force, allowances and locks go on."""
        for load in range(MAX_LOADS):
            self.laws[load].forget()
        self.needs.forget()
        self.sensitivity.forget()
        self.feed_in.quantile.forget()

    def snapshot_size(self) -> int:
        """Number of integers `snapshot` writes."""
        return self.snapshot([0] * 400)

    def snapshot(self, out: list) -> int:
        """Write what must survive a power cut into `out` (preallocated); returns how many."""
        out[0] = _SNAPSHOT_VERSION
        out[1] = self.uptime_s
        out[2] = self.balancer.alpha_q12
        n = self.balancer.wiring.save(out, self.selector.save(out, 3))
        n = self.quality.save(out, n)
        for load in range(MAX_LOADS):
            n = self.laws[load].save(out, n)
        n = self.needs.save(out, n)
        n = self.sensitivity.save(out, n)
        return self.feed_in.save(out, n)

    def restore(self, values: list) -> bool:
        """Take up a snapshot after `configure`, before the first step. False: unknown layout,
        nothing taken over. Values out of range are brought into it. The time without power does
        not count: allowances and locks go on where they stood."""
        if len(values) < self.snapshot_size() or values[0] != _SNAPSHOT_VERSION:
            return False
        self.uptime_s = clip(values[1], 0, _UPTIME_MOST_S)
        self.balancer.alpha_q12 = clip(values[2], 1, self.balancer.alpha_most_q12)
        n = self.balancer.load_wiring(values, self.selector.load_state(values, 3))
        n = self.quality.load_state(values, n)
        for load in range(MAX_LOADS):
            n = self.laws[load].load_state(values, n)
        n = self.needs.load_state(values, n)
        n = self.sensitivity.load_state(values, n)
        self.feed_in.load_state(values, n)
        for load in range(MAX_LOADS):
            self.laws[load].propose(self.mode)
        self._settle(False, False)
        return True
