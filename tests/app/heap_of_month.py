"""Run on MicroPython: the whole application for a simulated month, and its heap day by day.

    micropython heap_of_month.py FIRMWARE_FOLDER STORAGE_FOLDER DAYS

As heap_of_cycle.py, with everything on that costs heap for a moment: reports of changes, the event
log and the history, written to real files. Polls are 10 s apart. After each day garbage is
collected; then a line `day N cycles C free BYTES changes N lines N log_bytes N`, and MicroPython's
own `mem_info` with the largest free block. The console's task is left out: its ticks every second
would take most of the time, and heap_of_console.py looks at it.
"""

import gc
import os
import sys

import micropython
from heap_of_cycle import PARAMETERS, Changes, Platform, prepare, prepare_inverter

from phaseward.app.application import Application
from phaseward.platform.heap import keep_compact
from phaseward.platform.ticks import ticks_add
from phaseward.store.slots import SlotFile

POLL_MS = 10000
CYCLES_A_DAY = 86400000 // POLL_MS


class Days:
    """Runs the box and counts its cycles on, past the wrap of the ticks."""

    def __init__(self, storage):
        text = PARAMETERS.replace("mb_poll_ms=2000", "mb_poll_ms=%d" % POLL_MS)
        SlotFile(storage, "params").save(text.encode(), 1)
        self.storage = storage
        self.platform = Platform(storage)
        prepare(self.platform.the_port)
        prepare_inverter(self.platform.the_port)
        self.app = Application(self.platform)
        self.app._report_boot()
        self.app._add_tasks()
        self.app.scheduler.tasks.remove(self.app._console_task)
        self.changes = Changes()
        self._report = self.app.reports.decision
        self.app.reports.decision = self._seen

    def _seen(self, uptime_s, kinds, box):
        self.changes.count(uptime_s, kinds, box)
        self._report(uptime_s, kinds, box)

    def run(self, cycles):
        app, clock = self.app, self.platform.clock
        until = app.control.cycles + cycles
        while app.control.cycles < until:
            pause = app.scheduler.run_due()
            check = app.supervisor.check()
            app._judge_boot()
            clock.now_ms = ticks_add(clock.now_ms, min(pause, check))

    def tell(self, day):
        gc.collect()
        print(
            "day %d cycles %d free %d changes %d lines %d log_bytes %d"
            % (
                day,
                self.app.control.cycles,
                gc.mem_free(),
                self.changes.seen,
                self.platform.console.shown,
                _size(self.storage + "/log"),
            )
        )
        micropython.mem_info()


def _size(folder):
    try:
        names = os.listdir(folder)
    except OSError:
        return 0
    return sum([os.stat(folder + "/" + name)[6] for name in names])


def main(storage, days):
    keep_compact()  # as main.py does
    box = Days(storage)
    for day in range(1, days + 1):
        box.run(CYCLES_A_DAY)
        box.tell(day)


main(sys.argv[2], int(sys.argv[3]))
