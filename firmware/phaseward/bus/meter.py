"""Polls one meter by its profile and keeps what it measured, with age and state.

    await meter.poll(sample)

A poll reads the profile's blocks and stops at the first that is not answered, so a dead meter
costs one timeout. A group of quantities is published only when all of it was read in one poll.
State per group, as in core/sample.py: OK; INVALID where the last values cannot be true (not
available, implausible, frozen); STALE where the last values are too old or there never were any.
Whatever happens, values are never made up and `poll` does not raise.
"""

from ..core.sample import AGE_UNKNOWN_MS, INVALID, OK, STALE
from . import decode, plausible, status
from .meter_profile import GROUPS, MEMBERS, SLOTS
from .operation import Sequence, elapsed_ms

STALE_MS = 3000
FROZEN_POLLS = 60


class Meter(Sequence):
    """`status`: how the last poll ended. `reason[group]`: a code of plausible.py."""

    def __init__(self, profile, address, master, clock):
        Sequence.__init__(self, master, len(profile.blocks))
        self.profile = profile
        self.address = address
        self.clock = clock
        self.stale_ms = STALE_MS
        self.frozen_polls = FROZEN_POLLS  # polls that repeat the one before; 0 = never frozen
        self.status = status.BUSY
        self.reason = [plausible.FINE] * GROUPS
        self.state = [STALE] * GROUPS
        self.age_ms = [AGE_UNKNOWN_MS] * GROUPS
        self.values = [0] * len(SLOTS)
        self.lost_phases = 0  # bit i: phase i + 1 has next to no voltage
        self.counters = master.device(address).counters
        self.base = -1 if profile.sunspec_model else 0  # added to the profile's registers
        self._finder = self._scaled_by = None
        if profile.scales:
            from . import sunspec  # heap that other meters leave to the rest

            self._finder = sunspec.Finder(master, address, profile.sunspec_model)
            self._scaled_by = sunspec.scaled_by
        self._new = [0] * len(SLOTS)
        self._fresh = [0] * GROUPS  # members read in this poll
        self._taken_ms = [0] * GROUPS
        self._patience = [self._slowest(group) for group in range(GROUPS)]
        self._checksum = [-1] * len(profile.blocks)
        self._heard = False
        self._changed = False
        self._same = 0  # polls in a row that repeated the one before
        self._round = -1
        self._sample = None
        self._seen_ms = clock.ticks_ms()
        master.device(address).turnaround_ms = profile.turnaround_ms

    def poll(self, sample=None):
        """Read the meter once and fill `sample`. Returns self, to be awaited."""
        self._sample = sample
        self._round = (self._round + 1) % 1000000
        self._heard = False
        self._changed = False
        self.status = status.OK
        for group in range(GROUPS):
            self._fresh[group] = 0
        if self.base < 0:
            self._finder.start()
        return self.start()

    def step(self):
        if self.base < 0 and not self._idle:
            ms = self._finder.step()
            if ms >= 0:
                return ms
            self._take_base()
        return Sequence.step(self)

    def update(self, sample=None):
        """Let the ages grow to now and fill `sample`; for control steps without a poll."""
        self._advance_ages(self.clock.ticks_ms())
        if sample is not None:
            self._fill(sample)

    def recognised(self):
        """Whether the last good values look like those of this profile's meter."""
        slot = self.profile.probe_slot
        if self.state[slot // 3] != OK:
            return False
        return self.profile.probe_low <= self.values[slot] <= self.profile.probe_high

    def frozen(self):
        """Whether the meter answers, but always the same."""
        return 0 < self.frozen_polls <= self._same

    # One poll

    def _take_base(self):
        self.base = self._finder.base
        if self.base < 0:
            self.status = self._finder.status
            self._end()

    def ask(self, k):
        block = self.profile.blocks[k]
        if self._round % block.every:
            return False
        self.master.read(self.address, block.function, self.base + block.first, block.count)
        return True

    def answered(self, k):
        """False where going on is pointless: silence or noise. A refused block is passed over."""
        result = self.master.status
        if result == status.OK:
            self._take(k)
            return True
        self.status = result
        if self.profile.sunspec_model:
            self.base = -1  # the device may have been exchanged: look again
            return False
        return result >= status.EXCEPTION

    def _take(self, k):
        block = self.profile.blocks[k]
        self._compare(k, block)
        now_ms = self.clock.ticks_ms()
        for slot in block.slots:
            self._new[slot] = self._decode(slot)
            self._fresh[slot // 3] += 1
            self._taken_ms[slot // 3] = now_ms

    def _compare(self, k, block):
        """Equal checksums stand for equal answers; slowly read blocks would hide a change."""
        if block.every == 1:
            self._heard = True
            checksum = self.master.checksum()
            if checksum != self._checksum[k]:
                self._changed = True
            self._checksum[k] = checksum

    def _decode(self, slot):
        profile = self.profile
        kind, at = profile.kind_of[slot], profile.offset[slot]
        high, low = 0, self.master.register(at)
        if kind > decode.UINT16:
            high, low = low, self.master.register(at + 1)
            if profile.lsw[slot]:
                high, low = low, high
        for pattern in profile.na[slot]:
            if pattern[0] == high and pattern[1] == low:
                return decode.NOT_AVAILABLE
        num, den, at = profile.num[slot], profile.den[slot], profile.scale_offset[slot]
        if at < 0:
            value = decode.decode(kind, high, low, num, den)
        else:
            value = self._scaled_by(self.master.register(at), kind, high, low, num, den)
        if profile.negate[slot] and value != decode.NOT_AVAILABLE:
            return -value
        return value

    # After a poll

    def ended(self):
        now_ms = self.clock.ticks_ms()
        self._advance_ages(now_ms)
        if self._heard:
            self._same = 0 if self._changed else min(self._same + 1, 1000000)
        for group in range(GROUPS):
            if self._fresh[group] == MEMBERS[group]:
                self._publish(group, now_ms)
        if self._sample is not None:
            self._fill(self._sample)

    def _publish(self, group, now_ms):
        for slot in range(3 * group, 3 * group + MEMBERS[group]):
            self.values[slot] = self._new[slot]
        reason = plausible.judge(group, self.values, 3 * group)
        if self.frozen():
            reason = plausible.FROZEN
        self.reason[group] = reason
        self.state[group] = INVALID if reason else OK
        self.age_ms[group] = elapsed_ms(now_ms, self._taken_ms[group])
        if group == 0:
            self.lost_phases = plausible.lost_phases(self.values) if not reason else 0

    def _advance_ages(self, now_ms):
        elapsed = elapsed_ms(now_ms, self._seen_ms)
        self._seen_ms = now_ms
        for group in range(GROUPS):
            age_ms = self.age_ms[group]
            age_ms = age_ms + elapsed if age_ms < AGE_UNKNOWN_MS - elapsed else AGE_UNKNOWN_MS
            self.age_ms[group] = age_ms
            if age_ms > self.stale_ms * self._patience[group]:
                self.state[group] = STALE

    def _fill(self, sample):
        for phase in range(3):
            sample.u_ln_mv[phase] = self._shown(phase)
            sample.u_ll_mv[phase] = self._shown(3 + phase)
            sample.i_ma[phase] = self._shown(6 + phase)
            sample.p_w[phase] = self._shown(9 + phase)
        sample.f_mhz = self._shown(12)
        for group in range(GROUPS):
            sample.state[group] = self.state[group]
            sample.age_ms[group] = self.age_ms[group]

    def _shown(self, slot):
        value = self.values[slot]
        return 0 if value == decode.NOT_AVAILABLE else value

    def _slowest(self, group):
        """Polls between two reads of a group: a slow block may be older before it is stale."""
        slowest = 1
        for block in self.profile.blocks:
            for slot in block.slots:
                if slot // 3 == group and block.every > slowest:
                    slowest = block.every
        return slowest
