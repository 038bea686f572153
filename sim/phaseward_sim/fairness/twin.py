"""Many decision cores at once: the law of `phaseward.core.blocking` on arrays, for long studies.

Holds only where a box is stepped exactly once a minute with valid data and is asked for nothing
but comfort, which is how the study's loop uses it. Tests prove it decision-identical to `Box` on
long random and simulated traces; where the core changes, they fail until this follows.
One element per load; integers throughout. Units: mV, W, minutes, permille, tokens of 1/72000 min.
"""

from __future__ import annotations

import numpy as np

from phaseward.core.arith import fold, scatter

NORMAL_MIN, DAY_MIN, LOCK_MOST_MIN, LONG_MIN = 1000, 1440, 120, 30000
FULL_MIN, REARM_MIN = 72000, 10
IDLE_MIN, EVEN_GAIN, EVEN_MOST = 10, 410, 8 * 4096
FIRST_STEP, HIGHEST, LEARNED_MOST = 16, 700 * 4096, 30000
PAUSE, LOCK = 2, 3
FREE, CRITICAL, CRITICAL_RELEASE = 0, 1, 2


class Twin:
    """loads: (device identity, load number from 0, all parameters of its box) of each element."""

    def __init__(self, loads: list[tuple[int, int, dict]]):
        self._device = [fold(device) for device, _, _ in loads]
        self._load = [load for _, load, _ in loads]
        self._configure(loads)
        n = len(loads)
        self.q, self.learned = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.u = np.full(n, 1000)
        self.since_cut, self.wait, self.draws = (np.zeros(n, np.int64) for _ in range(3))
        self.cause = np.full(n, FREE)
        self.want_lock, self.hard = np.zeros(n, bool), np.zeros(n, bool)
        self.tokens, self.spent = self.day_min * FULL_MIN, np.zeros(n, bool)
        self.off, self.minutes = np.zeros(n, bool), np.full(n, LONG_MIN)
        self.last_off, self.part = np.zeros(n, np.int64), np.ones(n, np.int64)
        self.since_start = np.full((3, n), DAY_MIN)
        self.limit_w, self.local = self._first_limit()
        self.bias, self.idle = np.zeros(n, np.int64), np.zeros(n, np.int64)
        self.got_wh, self.demand = np.full(n, -1), np.full(n, -1)
        self._steps = 0

    # --- parameters -----------------------------------------------------------------------

    def _configure(self, loads) -> None:
        def box(name):
            return np.array([p[name] for _, _, p in loads], np.int64)

        def own(name):
            return np.array([p[f"l{load + 1}_{name}"] for _, load, p in loads], np.int64)

        self.kind, self.max_w = own("kind"), own("max_w")
        self.lock, self.pause = self.kind == LOCK, self.kind == PAUSE
        self.floor_w = np.where(self.lock | self.pause, 0, np.minimum(own("floor_w"), self.max_w))
        self.min_w = np.where(self.pause, np.minimum(own("min_w"), self.max_w), 0)
        self.safe_w = np.clip(own("safe_w"), self.floor_w, self.max_w)
        self.on_phase = (own("phases")[:, None] >> np.arange(3)) & 1 == 1
        self.day_min, self.least_on = own("budget_min"), own("free_min")
        self.least_off = own("block_min")
        self.enable, self.cut_min, self.rise = box("bl_enable") != 0, box("bl_cut_min"), \
            box("bl_rise_pm")
        self.crit, self.low = box("bl_crit_mv"), box("bl_low_mv")
        self.gate, self.k = box("bl_free_mv"), box("bl_k_mv_kw")
        self.even = box("bl_even_pm")
        self.jitter_min = box("bl_jitter_s") // 60
        self.ramp = box("bl_ramp_pm")
        self.step_w = np.maximum(1, self.max_w * self.ramp // 1000)
        self._quantile(box)
        self.delay = np.array([self._drawn(n, 0) for n in range(len(loads))], np.int64)
        self.most_off = np.where(
            self.lock, np.maximum(self.least_off, LOCK_MOST_MIN - self.delay), 0)
        self.span = np.maximum(self.max_w - self.floor_w, 1)

    def _quantile(self, box) -> None:
        eta = (box("bl_eta_mv") * 512 + 62) // 125
        self.up = np.maximum(1, (eta * box("bl_share_pm") + 500) // 1000)
        self.down = eta - self.up
        self.start, self.learn = box("bl_start_mv") * 512 // 125, box("bl_learn_min")

    def _drawn(self, n: int, count: int) -> int:
        number = count * 4 + self._load[n]
        return scatter(self._device[n], number) % (int(self.jitter_min[n]) + 1)

    def _first_limit(self):
        """The safe limit of a box that has just started, and whether it limits."""
        asked = np.where(self.lock & (self.safe_w < self.max_w), 0, self.safe_w)
        asked = np.where(~self.lock & (asked < self.min_w), 0, asked)
        return asked, asked < self.max_w

    # --- one minute -----------------------------------------------------------------------

    def step(self, u_mv: np.ndarray, p_w: np.ndarray, comfort: np.ndarray,
             there: np.ndarray, got_wh: np.ndarray) -> np.ndarray:
        """u_mv, p_w (n, 3) of each load's home; comfort (n,) bool: full power is needed now;
        there (n,) -1, 0, 1: a car is plugged, got_wh (n,) what it got. Returns limit_w (n,)."""
        p_w = np.clip(p_w, -100000, 100000)
        self._steps += 1
        if self._steps == 1:  # a box's first step begins its first minute
            self._first = u_mv, p_w
            return self.limit_w
        if self._steps == 2:
            u_mv, p_w = (u_mv + self._first[0] + 1) // 2, (p_w + self._first[1] + 1) // 2
        self._demand(there, got_wh)
        self._tick()
        self._judge(u_mv, p_w)
        # Only a cold room lifts the critical voltage and the delay after it.
        lift = comfort & (self.lock | (self.cause == FREE))
        asked_lock, asked_power = self._ask_lock(lift), self._ask_power(lift)
        self._settle(np.where(self.lock, asked_lock, asked_power), lift & ~self.off)
        return self.limit_w

    def _tick(self) -> None:
        self.minutes = np.minimum(self.minutes + 1, LONG_MIN)
        served = self.pause & self.off & (self.demand == 0)
        self.minutes = np.where(served, np.maximum(self.minutes, self.least_off), self.minutes)
        self.since_start = np.minimum(self.since_start + 1, DAY_MIN)
        depth = np.where(self.local & (self.demand != 0), self._depth(self.limit_w), 0)
        tokens = self.tokens + self.day_min * 50 - depth * 72
        self.tokens = np.clip(tokens, 0, self.day_min * FULL_MIN)

    def _demand(self, there, got_wh) -> None:
        same = (there == 1) & (got_wh == self.got_wh)
        self.idle = np.where(same, self.idle + ~self.off, 0)
        self.got_wh = np.where(there == 1, got_wh, -1)
        self.demand = np.where(there < 1, there, np.where(self.idle < IDLE_MIN, 1, 0))
        blocked = self.local & (self._depth(self.limit_w) > 0)
        move = EVEN_GAIN * (self.even - 1000 * blocked) // 1000
        move = np.where((self.demand == 1) & (self.even > 0), move, 0)
        self.bias = np.clip(self.bias + move, -EVEN_MOST, EVEN_MOST)

    def _depth(self, limit_w):
        depth = np.clip((self.max_w - limit_w) * 1000 // self.span, 0, 1000)
        return np.where(self.max_w > self.floor_w, depth, 0)

    def _judge(self, u_mv, p_w) -> None:
        far = 1 << 30
        v = np.where(self.on_phase, u_mv, far).min(axis=1)
        own = np.maximum(0, u_mv + p_w * self.k[:, None] // 1000)
        vc = np.where(self.on_phase, own, far).min(axis=1)
        low = self._observe(vc)
        acts = self.enable & (self.learned >= self.learn) & ~((self.gate > 0) & (vc >= self.gate))
        self.since_cut = np.minimum(self.since_cut + 1, NORMAL_MIN)
        critical = v < self.crit
        falls = acts & ~critical & (v < self.low + np.minimum(0, self.bias * 125 // 512))
        cut = acts & low & ~critical & ~falls
        rises = ~(critical | falls | cut)
        waits = rises & (self.wait > 0)
        self._release(rises, waits)
        self._cut(cut)
        first = (critical & (self.cause != CRITICAL)) | (falls & (self.u > 0))
        for n in np.flatnonzero(first):
            self.draws[n] = (self.draws[n] + 1) & 0x0FFF
            self.wait[n] = self._drawn(n, int(self.draws[n]))
        self.u[critical | falls] = 0
        self.hard = np.where(first, critical, self.hard)
        after = np.where(waits & self.hard, CRITICAL_RELEASE, FREE)
        self.cause = np.where(critical, CRITICAL, after)

    def _observe(self, vc):
        v = vc * 512 // 125
        self.q = np.where(self.q == 0, np.where(self.start > 0, self.start, v), self.q)
        low, tight = v < self.q, v < self.q + self.bias
        left = self.learn - self.learned
        gain = np.where(left > 0, 1 + (FIRST_STEP - 1) * left // np.maximum(self.learn, 1), 1)
        self.q = np.clip(self.q + np.where(low, -self.down, self.up) * gain, 1, HIGHEST)
        self.learned = np.minimum(self.learned + 1, LEARNED_MOST)
        return tight

    def _cut(self, which) -> None:
        now = which & (self.since_cut >= self.cut_min)
        self.since_cut[now] = 0
        half = self.u >> 1
        self.u = np.where(now, np.where(half < 50, 0, half), self.u)

    def _release(self, which, waits) -> None:
        self.wait[waits] -= 1
        rises = which & ~waits
        self.u = np.where(rises, np.minimum(1000, self.u + self.rise), self.u)

    # --- asking for a limit ---------------------------------------------------------------

    def _ask_power(self, lift):
        limit = self.floor_w + (self.max_w - self.floor_w) * self.u // 1000
        whole = np.where(limit < self.min_w, 0, limit)
        mine = ~self.lock
        released = self._must_release(self._depth(whole)) & mine
        self._switch(released & self.off, False, part=1)
        wanted = (limit < self.min_w) & ~lift
        off = self._decided(wanted, mine & self.pause & ~released)
        paused = np.where(off, 0, np.maximum(limit, self.min_w))
        limit = np.where(self.pause, paused, limit)
        return np.where(released, self.max_w, limit)

    def _ask_lock(self, lift):
        wanted = np.where(self.u <= 500, True, np.where(self.u >= 750, False, self.want_lock))
        self.want_lock = np.where(self.lock, wanted, self.want_lock)
        off = self._decided(self.want_lock & ~lift, self.lock)
        return np.where(off, 0, self.max_w)

    def _reserve(self, depth):
        return depth * (depth // (2 * self.ramp) + 2) * 72 + self.delay * FULL_MIN

    def _covers(self, minutes):
        return (self.day_min == 0) | (self.tokens >= self._reserve(1000) + minutes * FULL_MIN)

    def _must_release(self, depth):
        spends = (depth > 0) & (self.tokens < self._reserve(depth))
        spent = np.where(self.spent, ~self._covers(REARM_MIN), spends)
        self.spent = np.where(self.lock, self.spent, spent & (self.day_min > 0))
        return self.spent

    def _decided(self, want, mine):
        """Whether the loads `mine` are off from now on; those that want and may, switch."""
        want_off = want & (self.off | self._covers(self.least_off))
        overdue = (self.most_off > 0) & (self.minutes >= self.most_off - self.part)
        back = self.off & (overdue | (~want_off & (self.minutes >= self.least_off)))
        least = np.where(self.lock, np.maximum(self.least_on, self.last_off), self.least_on)
        may = (self.minutes >= least) & (~self.lock | (self.since_start[2] >= DAY_MIN))
        start = ~self.off & want_off & may
        self._switch(mine & back, False, part=0)
        self._switch(mine & start, True, part=0)
        return self.off

    def _switch(self, which, off: bool, part: int) -> None:
        if not which.any():
            return
        if off:
            self.since_start[1:, which] = self.since_start[:-1, which]
            self.since_start[0, which] = -part
        else:
            self.last_off[which] = np.clip(self.minutes[which] + 1, 0, LOCK_MOST_MIN)
        self.part[which] = part
        self.off[which] = off
        self.minutes[which] = -part

    def _settle(self, asked, comfort) -> None:
        """The arbiter: comfort lifts what is asked; limits fall at once and rise by the ramp."""
        asks = asked < self.max_w
        target = np.where(asks & ~comfort, np.maximum(asked, self.floor_w), self.max_w)
        local = target < self.max_w
        target = np.where(self.lock & local, 0, target)
        step = np.maximum(self.limit_w + self.step_w, self.min_w)
        risen = np.where(self.lock, target, np.minimum(target, step))
        limit = np.where(target > self.limit_w, risen, target)
        self.local = np.where(limit < target, self.local, asks)
        self.limit_w = limit
