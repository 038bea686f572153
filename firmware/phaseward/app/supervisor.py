"""Feeds the watchdog, and restarts the box when something in it has stopped working.

The watchdog is fed only while every task has met its own deadline and every output reads back as
set. Otherwise: outputs to their safe state, the reason kept, a restart. Where the box itself
hangs, nothing feeds the watchdog, and the hardware restarts it.
"""

from ..platform.ticks import ticks_add, ticks_diff

CHECK_MS = 2000  # the watchdog waits 8 s at most; a wake-up costs power, and time in simulation
READ_BACK_GRACE_MS = 3000  # contactors and Modbus devices answer within this


class Supervisor:
    """`check()` is called between rounds of the scheduler; returns the ms until it is due again.

    outputs : offers `mismatch() -> name of an output that reads back wrongly or None`, `safe()`
    restart : called with the reason, after the outputs are safe; does not return on a board
    """

    def __init__(self, clock, scheduler, watchdog, outputs, restart):
        self._clock = clock
        self._scheduler = scheduler
        self._watchdog = watchdog
        self._outputs = outputs
        self._restart = restart
        self._due_ms = clock.ticks_ms()
        self._agreed_ms = self._due_ms

    def check(self):
        now_ms = self._clock.ticks_ms()
        left_ms = ticks_diff(self._due_ms, now_ms)
        if left_ms > 0:
            return left_ms
        self._due_ms = ticks_add(now_ms, CHECK_MS)
        reason = self._trouble(now_ms)
        if reason is None:
            self._watchdog.feed()
        else:
            self._outputs.safe()
            self._restart(reason)
        return CHECK_MS

    def _trouble(self, now_ms):
        for task in self._scheduler.tasks:
            if task.failure is not None:
                return "task %s failed: %r" % (task.name, task.failure)
            if task.late(now_ms):
                return "task %s made no progress for %d ms" % (task.name, task.deadline_ms)
        name = self._outputs.mismatch()
        if name is None:
            self._agreed_ms = now_ms
        elif ticks_diff(now_ms, self._agreed_ms) > READ_BACK_GRACE_MS:
            return "output %s does not read back as set" % name
        return None
