"""Values on trial: in force for some seconds, then the former ones again, unless committed.

A trial lives in memory only, so a restart ends it too. It protects a technician from locking
himself out, and a box from a technician who was cut off.
"""

from ..platform.ticks import ticks_add, ticks_diff

LONGEST_S = 86400


class Trial:
    """`before`: id -> value to go back to; empty = no trial."""

    def __init__(self, clock):
        self._clock = clock
        self.before = {}
        self._until_ms = 0

    def start(self, values, changes, seconds):
        """Begins, or goes on with more values: the first ones' end moves too."""
        for name in changes:
            self.before.setdefault(name, values[name])
        self._until_ms = ticks_add(self._clock.ticks_ms(), 1000 * seconds)

    def settle(self, name):
        """The value of that id was decided otherwise: it is no longer on trial."""
        self.before.pop(name, None)

    def end(self):
        """Returns what to go back to, and forgets it."""
        before, self.before = self.before, {}
        return before

    def over(self):
        return bool(self.before) and ticks_diff(self._until_ms, self._clock.ticks_ms()) <= 0

    def left_s(self):
        if not self.before:
            return 0
        return max(0, ticks_diff(self._until_ms, self._clock.ticks_ms()) // 1000)
