"""One relay that blocks or allows a load, read back.

A pin offers `set(level)` and `read()`. The read-back is an auxiliary contact's input where there
is one, else the output itself. Failure: a contact that has not followed after `settle_ms` is a
fault, the pin is set again at each `apply`, and the fault ends when the contact follows.
"""

from ..operation import elapsed_ms


class Relay:
    """`blocked_level`: pin level that blocks the load. `safe_blocked`: state of `safe()`."""

    def __init__(self, output, clock, blocked_level=1, feedback=None, safe_blocked=1):
        self.settle_ms = 200
        self.fault = False
        self.switched = 0  # number of changes, for the life of the contacts
        self._output = output
        self._feedback = output if feedback is None else feedback
        self._clock = clock
        self._blocked_level = blocked_level
        self._safe_blocked = safe_blocked
        self._level = -1  # not set yet
        self._set_ms = 0
        self._settled = False

    def apply(self, blocked):
        """Block (1) or allow (0) the load, and look whether the contact follows."""
        level = self._blocked_level if blocked else 1 - self._blocked_level
        if level != self._level:
            self.switched += 1 if self._level >= 0 else 0
            self._level = level
            self._set_ms = self._clock.ticks_ms()
            self._settled = False
            self._output.set(level)
        self.check()

    def check(self):
        """Compare the contact with what was set; call it at least once a second."""
        if self._level < 0:
            return
        if elapsed_ms(self._clock.ticks_ms(), self._set_ms) >= self.settle_ms:
            self._settled = True
        if self._feedback.read() == self._level:
            self.fault = False
        elif self._settled:
            self.fault = True
            self._output.set(self._level)

    def safe(self):
        """The configured safe state, at once."""
        self.apply(self._safe_blocked)

    def fault_text(self):
        return "the contact does not follow the relay" if self.fault else ""
