"""Lifetime counters of each load: seconds held back, blocks begun, switchings. For wear and for
the duty to show what was done. They saturate at 2**30 - 1.

`count` is called once a control cycle and allocates nothing.
"""

_MOST = 0x3FFFFFFF
_PER_LOAD = 3


class Tally:
    """Counters of `loads` loads. `blocked_s`, `blocks`, `switched`: lists, one entry per load."""

    def __init__(self, loads):
        self.blocked_s = [0] * loads
        self.blocks = [0] * loads
        self.switched = [0] * loads
        self._before = [0] * loads
        self._uptime_s = -1

    def count(self, uptime_s, blocked):
        """`blocked`: 1 per load that is held back now. Returns True where any has changed."""
        passed_s = uptime_s - self._uptime_s if self._uptime_s >= 0 else 0
        self._uptime_s = uptime_s
        changed = False
        for i in range(len(self._before)):
            if self._before[i]:
                self.blocked_s[i] = min(_MOST, self.blocked_s[i] + passed_s)
            if blocked[i] != self._before[i]:
                self._switch(i, blocked[i])
                changed = True
        return changed

    def _switch(self, i, blocked):
        self._before[i] = blocked
        self.switched[i] = min(_MOST, self.switched[i] + 1)
        if blocked:
            self.blocks[i] = min(_MOST, self.blocks[i] + 1)

    def values(self):
        """All counters as one list, for the store."""
        return self.blocked_s + self.blocks + self.switched

    def restore(self, values):
        """Takes up what `values()` gave; a list of another length is left alone."""
        n = len(self._before)
        if len(values) == _PER_LOAD * n:
            self.blocked_s[:] = values[:n]
            self.blocks[:] = values[n : 2 * n]
            self.switched[:] = values[2 * n :]
