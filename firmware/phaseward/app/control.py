"""The control cycle: read the meter, decide, act, read back, keep the history.

One task owns the bus, so a flash write after the last transaction of a cycle cannot cost a byte.
What people want done on it (`bus_jobs.py`) is done in the pause until the next cycle.
In the steady state a cycle allocates nothing.
"""

from ..core.decision import MAX_LOADS
from ..core.sample import U_LN
from ..platform.heap import Sweeper
from ..platform.ticks import ticks_add, ticks_diff
from .bus_jobs import TURN_MS
from .masters import slowest_ms

_DEADLINE_POLLS = 3
_OTHER_WORK_MS = 10_000  # records, and what people want done on the bus


class Control:
    """`task`: set by the application, its progress is beaten here. `late`: cycles begun late."""

    def __init__(self, app, meter):
        self._app = app
        self._meter = meter
        self._contacts = [app.platform.input("contact_l%d" % (i + 1)) for i in range(MAX_LOADS)]
        self._closed = [False] * MAX_LOADS
        self.task = None
        self.late = 0
        self.cycles = 0
        self.period_ms = app.settings.values["mb_poll_ms"]
        silent_ms = slowest_ms(app.settings.values, 1 + len(app.outputs.on_bus))
        self.deadline_ms = _DEADLINE_POLLS * self.period_ms + silent_ms + _OTHER_WORK_MS

    async def run(self, wait):
        app = self._app
        box, outputs, jobs = app.box, app.outputs, app.bus_jobs
        sweeper = Sweeper(app.clock)
        due_ms = app.clock.ticks_ms()
        while True:
            await self._meter.poll(app.sample)
            self._decide()
            for output in outputs.on_bus:
                await output.drive(box.decision)
                output.told(box)
            app.records.keep(app.settings.values["sy_save_min"])
            app.judge_update(app.sample.usable(U_LN))
            self.cycles += 1
            now_ms = app.clock.ticks_ms()
            self.task.beat(now_ms)
            due_ms = ticks_add(due_ms, self.period_ms)
            if ticks_diff(due_ms, now_ms) < 0:
                self.late += 1
                due_ms = now_ms
            sweeper.sweep(ticks_diff(due_ms, now_ms))
            await wait(ticks_diff(due_ms, now_ms), jobs.event)
            while jobs.event.ready:
                await jobs.turn()
                pause_ms = max(0, ticks_diff(due_ms, app.clock.ticks_ms()))
                if pause_ms < TURN_MS:
                    await wait(pause_ms)
                    break
                await wait(pause_ms, jobs.event)

    def _decide(self):
        app = self._app
        for i in range(MAX_LOADS):
            closed = self._contacts[i].read() != app.contact_inverted[i]
            if app.kinds[i] and closed != self._closed[i]:
                self._closed[i] = closed
                app.box.set_contact(i, closed)
        selector = app.outputs.selector
        if selector is not None:
            selector.see(app.box)
        app.box.step(app.clock.ticks_ms(), app.sample)
        if selector is not None:
            selector.show(app.box)
        app.outputs.show(app.box.decision)
        app.reports.decision(app.box.uptime_s, app.kinds, app.box)
        app.records.observe(app.kinds, app.box.decision, app.sample)
