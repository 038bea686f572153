"""Counts voltage events per phase: outside a threshold for long enough, then re-armed inside.

An event is counted once the 1-minute mean has been outside for `event_min` minutes in a row, and
the next one only after `rearm_min` minutes in a row inside. Minutes outside are counted too.
Failure behaviour: minutes without valid voltage count neither way.
"""

from .arith import clip

_MOST = 0x1FFFFFFF  # a thousand years of minutes: saturates well below 2**30


class Events:
    """Counters of `n` watched quantities."""

    def __init__(self, n: int) -> None:
        self.n: int = n
        self.count: list[int] = [0] * n
        self.minutes: list[int] = [0] * n
        self.active: list[int] = [0] * n
        self._run: list[int] = [0] * n  # minutes in a row that speak for a change
        self._event_min: int = 1
        self._rearm_min: int = 1

    def configure(self, event_min: int, rearm_min: int) -> None:
        """Minutes in a row that begin an event, and that re-arm."""
        self._event_min = event_min
        self._rearm_min = rearm_min

    def observe(self, i: int, outside: bool) -> None:
        """Quantity `i` was outside or inside during the last minute."""
        if outside and self.minutes[i] < _MOST:
            self.minutes[i] += 1
        if outside == (self.active[i] != 0):
            self._run[i] = 0
            return
        self._run[i] += 1
        if outside and self._run[i] >= self._event_min:
            self._run[i] = 0
            self.active[i] = 1
            self.count[i] = min(_MOST, self.count[i] + 1)
        elif not outside and self._run[i] >= self._rearm_min:
            self._run[i] = 0
            self.active[i] = 0

    def save(self, out: list, at: int) -> int:
        """Write the state to `out` from place `at`; returns the next free place."""
        for i in range(self.n):
            out[at] = self.count[i]
            out[at + 1] = self.minutes[i]
            out[at + 2] = self.active[i]
            at += 3
        return at

    def load_state(self, values: list, at: int) -> int:
        """Read what `save` wrote; returns the next place."""
        for i in range(self.n):
            self.count[i] = clip(values[at], 0, _MOST)
            self.minutes[i] = clip(values[at + 1], 0, _MOST)
            self.active[i] = clip(values[at + 2], 0, 1)
            at += 3
        return at
