"""SG-Ready: two contacts that tell a heat pump one of four states.

Contacts 1:2 are 1:0 lock, 0:0 normal, 0:1 recommended on, 1:1 forced on (Bundesverband
Waermepumpe, SG-Ready; OpenEMS reads it the same way). Between two states the contacts open first,
so a change from lock to recommended never passes through forced on. A state is held for `hold_s`,
except that LOCK may come at once: holding never keeps a load on.
"""

from ..operation import elapsed_ms
from .relay import Relay

LOCK, NORMAL, RECOMMEND, START = 0, 1, 2, 3
NAMES = ("lock", "normal", "recommend", "start")
HOLD_S = 600  # shortest time in one state; common with heat pumps, unverified
_FIRST = (1, 0, 0, 1)
_SECOND = (0, 0, 1, 1)


class SgReady:
    """`state` is what the contacts tell now."""

    def __init__(self, first, second, clock, hold_s=HOLD_S, safe_state=LOCK):
        self.state = -1
        self.hold_s = hold_s
        self._first = Relay(first, clock)
        self._second = Relay(second, clock)
        self._clock = clock
        self._safe_state = safe_state
        self._seen_ms = clock.ticks_ms()
        self._held_ms = 0

    @property
    def fault(self):
        return self._first.fault or self._second.fault

    def apply(self, state):
        """Tell the heat pump `state` as soon as the present one has been held long enough.

        Returns whether the contacts now tell it. ValueError where there is no such state.
        """
        if not LOCK <= state <= START:
            raise ValueError("SG-Ready state must be 0..3, not %r" % state)
        self._count_time()
        if state != self.state and self._may_change(state):
            self._switch(state)
        self._first.check()
        self._second.check()
        return state == self.state

    def safe(self):
        """The configured safe state, at once."""
        self._switch(self._safe_state)

    def fault_text(self):
        return "a contact does not follow SG-Ready" if self.fault else ""

    def _count_time(self):
        """Summed from call to call, so that the wrap of the clock does not matter."""
        now_ms = self._clock.ticks_ms()
        elapsed = elapsed_ms(now_ms, self._seen_ms)
        self._seen_ms = now_ms
        if self._held_ms < self.hold_s * 1000:
            self._held_ms += min(elapsed, self.hold_s * 1000)

    def _may_change(self, state):
        return self.state < 0 or state == LOCK or self._held_ms >= self.hold_s * 1000

    def _switch(self, state):
        if not _FIRST[state]:
            self._first.apply(0)
        if not _SECOND[state]:
            self._second.apply(0)
        self._first.apply(_FIRST[state])
        self._second.apply(_SECOND[state])
        if state != self.state:
            self.state = state
            self._held_ms = 0
