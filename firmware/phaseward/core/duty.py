"""On and off times of a load that is switched: shortest times, longest lock, locks in a day.

Unit: minutes. A rule 0 means there is none. The rules hold whatever is wanted of the load.
Source of the lock's rules: § 7 BTOElt and supplier practice (secondary sources, unverified):
at most 2 h at a time, three times in 24 h, each followed by a release at least as long.
"""

from .arith import clip

LOCK_MOST_MIN = 120
DAY_MIN = 1440
# Saturated counters; also what a fresh box assumes: nothing happened for long.
_LONG_MIN = 30000


class Duty:
    """Whether a load is off, since when, and whether it may be switched now."""

    def __init__(self) -> None:
        self.off: bool = False
        self.minutes: int = _LONG_MIN  # since the last switching
        self.last_off_min: int = 0
        self.starts: int = 0  # switchings off so far: makes each delay a different one
        self.since_start: list[int] = [DAY_MIN, DAY_MIN, DAY_MIN]  # newest first
        self._least_off: int = 1
        self._least_on: int = 1
        self._most_off: int = 0
        self._lock: bool = False
        self._part: int = 1  # 1 = the last switching may have been in the middle of a minute

    def configure(self, least_off: int, least_on: int, lock: bool, jitter_min: int) -> None:
        """Shortest times in minutes; `lock`: the daily rules too, shortened by the own jitter."""
        self._least_off = least_off
        self._least_on = least_on
        self._lock = lock
        self._most_off = max(least_off, LOCK_MOST_MIN - jitter_min) if lock else 0

    def tick(self) -> None:
        """A minute has passed."""
        if self.minutes < _LONG_MIN:
            self.minutes += 1
        for i in range(3):
            if self.since_start[i] < DAY_MIN:
                self.since_start[i] += 1

    def serve(self) -> None:
        """No car has felt the load's being off: the shortest time off counts as served."""
        if self.off and self.minutes < self._least_off:
            self.minutes = self._least_off

    def overdue(self) -> bool:
        """True where the load must be released now whatever speaks against it."""
        return self.off and self._most_off > 0 and self.minutes >= self._most_off - self._part

    def decide(self, want_off: bool, minute_end: bool = True) -> bool:
        """Switch if wanted and permitted. Returns whether the load is off."""
        if self.off:
            if self.overdue() or (not want_off and self.minutes >= self._least_off):
                self._switch(False, minute_end)
        elif want_off and self._may_start():
            self._switch(True, minute_end)
        return self.off

    def release(self) -> None:
        """Switch on although it is not time yet: the allowance is spent."""
        if self.off:
            self._switch(False, False)

    def remaining_min(self) -> int:
        """Minutes the present off state lasts at least; 0 where on."""
        if not self.off:
            return 0
        return max(0, self._least_off - self.minutes)

    def _may_start(self) -> bool:
        least = self._least_on
        if self._lock:
            if self.since_start[2] < DAY_MIN:
                return False
            least = max(least, self.last_off_min)
        return self.minutes >= least

    def _switch(self, off: bool, minute_end: bool) -> None:
        # In the middle of a minute its end is not a whole minute away: counted from -1.
        self._part = 0 if minute_end else 1
        if off:
            self.since_start[2] = self.since_start[1]
            self.since_start[1] = self.since_start[0]
            self.since_start[0] = -self._part
            self.starts = (self.starts + 1) & 0xFFFF
        else:
            self.last_off_min = clip(self.minutes + 1, 0, LOCK_MOST_MIN)
        self.off = off
        self.minutes = -self._part

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = 1 if self.off else 0
        out[n + 1] = self.minutes
        out[n + 2] = self.last_off_min
        out[n + 3] = self.starts
        for i in range(3):
            out[n + 4 + i] = self.since_start[i]
        return n + 7

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place."""
        self.off = values[n] != 0
        self.minutes = clip(values[n + 1], -1, _LONG_MIN)
        self.last_off_min = clip(values[n + 2], 0, LOCK_MOST_MIN)
        self.starts = values[n + 3] & 0xFFFF
        for i in range(3):
            self.since_start[i] = clip(values[n + 4 + i], -1, DAY_MIN)
        return n + 7
