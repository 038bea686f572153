"""Promises of the application that no other test proves whole: when it writes, when it feeds."""

import pytest
from box_fakes import Bench

from phaseward.app.scheduler import Scheduler, Wait
from phaseward.app.supervisor import CHECK_MS, READ_BACK_GRACE_MS, Supervisor
from phaseward.bus.requests import IDLE
from phaseward.platform.ticks import ticks_add, ticks_diff
from phaseward.store.log import EventLog
from phaseward.store.slots import SlotFile


def test_no_record_is_written_while_an_answer_is_awaited(tmp_path, monkeypatch):
    """Half an hour without a meter: each poll waits 300 ms for an answer; people save, too."""
    states = []

    def watched(kind, method):
        def write(self, *arguments):
            states.append((kind, bench.app.master._state))
            return method(self, *arguments)

        return write

    bench = Bench(str(tmp_path), keys=False, sy_save_min=10, l1_kind=1, io_l1_act=1)
    monkeypatch.setattr(SlotFile, "save", watched("slot", SlotFile.save))
    monkeypatch.setattr(EventLog, "flush", watched("log", EventLog.flush))
    awaited = 0
    for minute in range(30):
        for _ in range(600):
            bench.app.scheduler.run_due()
            awaited += bench.app.master._state != IDLE
            bench.platform.clock.now_ms = ticks_add(bench.platform.clock.now_ms, 100)
        assert bench.ask("set bl_share_pm=%d" % (20 + minute))[-1] == "ok"
        assert bench.ask("save")[-1] == "ok"
    assert awaited > 3000, "an answer was awaited for a good part of the time"
    assert len([kind for kind, _ in states if kind == "slot"]) >= 32
    assert {kind for kind, _ in states} == {"slot", "log"}
    assert {state for _, state in states} == {IDLE}


class Clock:
    now_ms = 0

    def ticks_ms(self):
        return self.now_ms

    ticks_diff = staticmethod(ticks_diff)
    ticks_add = staticmethod(ticks_add)


class Outputs:
    wrong = None
    safe_calls = 0

    def mismatch(self):
        return self.wrong

    def safe(self):
        self.safe_calls += 1


class Dog:
    fed = 0

    def feed(self):
        self.fed += 1


class Guarded:
    """A supervisor with one task that beats as long as `well`."""

    def __init__(self):
        self.clock, self.outputs, self.dog, self.reasons = Clock(), Outputs(), Dog(), []
        self.well, self.raises = True, False
        wait = Wait()
        self.scheduler = Scheduler(self.clock, wait)
        self.task = self.scheduler.add("work", self.work(wait), 5000)
        self.supervisor = Supervisor(
            self.clock, self.scheduler, self.dog, self.outputs, self.reasons.append
        )

    async def work(self, wait):
        while True:
            if self.raises:
                raise ValueError("injected")
            if self.well:
                self.task.beat(self.clock.ticks_ms())
            await wait(1000)

    def run(self, seconds):
        """How often the watchdog was fed in that time; ends at the first restart."""
        fed = self.dog.fed
        for _ in range(seconds):
            if self.reasons:
                break
            self.scheduler.run_due()
            self.supervisor.check()
            self.clock.now_ms += 1000
        return self.dog.fed - fed


def hang(box):
    box.well = False


def fail(box):
    box.raises = True


def stick(box):
    box.outputs.wrong = "relay_l1"


@pytest.mark.parametrize(("happens", "patience_ms", "reason"), [
    (hang, 5000, "task work made no progress for 5000 ms"),
    (fail, 0, "task work failed: ValueError('injected')"),
    (stick, READ_BACK_GRACE_MS, "output relay_l1 does not read back as set"),
])  # fmt: skip
def test_the_watchdog_is_fed_only_while_tasks_and_outputs_are_well(happens, patience_ms, reason):
    """Fed every CHECK_MS before; afterwards no more than the patience allows, then never."""
    box = Guarded()
    assert box.run(20) == 20_000 // CHECK_MS
    happens(box)
    assert box.run(60) <= patience_ms // CHECK_MS + 1
    assert box.reasons == [reason] and box.outputs.safe_calls == 1
