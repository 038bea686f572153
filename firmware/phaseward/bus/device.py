"""What the master knows about one address: its pace, its counters, an answer it still owes."""

from .counters import Counters
from .operation import elapsed_ms

TIMEOUT_MS = 300


class Device:
    """One address. Set `timeout_ms`, `turnaround_ms`, `retries` between requests."""

    def __init__(self, address, now_ms):
        self.address = address
        self.timeout_ms = TIMEOUT_MS
        self.turnaround_ms = 0  # silence after its turn, where t3.5 is not enough
        self.retries = 0  # a cyclic poll is its own retry, and a dead device costs more with one
        self.counters = Counters(now_ms)
        self._owed = 0  # shape of a request that got no answer, 0 = none
        self._owed_from_ms = 0
        self._owed_for_ms = 0

    def owes(self, shape, now_ms, for_ms):
        """A request of that shape went unanswered: its answer may still come for `for_ms`."""
        self._owed = shape
        self._owed_from_ms = now_ms
        self._owed_for_ms = for_ms

    def drain_ms(self, shape, now_ms):
        """How long to keep listening before a request of that shape may be sent.

        Modbus RTU numbers no requests: a late answer of the same address, function and length
        cannot be told from the right one, so it has to pass by first.
        """
        if self._owed != shape:
            return 0
        left_ms = self._owed_for_ms - elapsed_ms(now_ms, self._owed_from_ms)
        if left_ms > 0:
            return left_ms
        self._owed = 0
        return 0
