"""The scheduler: due times, events, order, failures, and the wrap of the ticks."""

import pytest

from phaseward.app.scheduler import Scheduler, Wait
from phaseward.platform.ticks import LONGEST_WAIT_MS, TICKS_MASK, Event, ticks_add, ticks_diff

TICKS_PERIOD = TICKS_MASK + 1


class Clock:
    def __init__(self, now_ms=0):
        self.now_ms = now_ms

    def ticks_ms(self):
        return self.now_ms


class Bench:
    """A scheduler, its clock, and what its tasks have noted."""

    def __init__(self, now_ms=0):
        self.clock = Clock(now_ms)
        self.wait = Wait()
        self.scheduler = Scheduler(self.clock, self.wait)
        self.notes = []

    def every(self, name, period_ms):
        async def run():
            while True:
                self.notes.append((name, self.clock.now_ms))
                await self.wait(period_ms)

        return self.scheduler.add(name, run(), 10 * period_ms)

    def run_for(self, ms):
        end = ticks_add(self.clock.now_ms, ms)
        while True:
            pause = self.scheduler.run_due()
            if ticks_diff(end, self.clock.now_ms) < pause:
                return
            self.clock.now_ms = ticks_add(self.clock.now_ms, pause)


def test_tasks_run_at_their_periods_in_the_order_added():
    bench = Bench()
    bench.every("a", 20)
    bench.every("b", 30)
    bench.run_for(60)
    assert bench.notes == [
        ("a", 0), ("b", 0), ("a", 20), ("b", 30), ("a", 40), ("a", 60), ("b", 60),
    ]  # fmt: skip


def test_an_event_wakes_the_waiting_task_before_its_time():
    bench = Bench()
    event = Event()

    async def waiter():
        await bench.wait(1000, event)
        bench.notes.append(bench.clock.now_ms)

    bench.scheduler.add("waiter", waiter(), 5000)
    assert bench.scheduler.run_due() == 1000
    bench.clock.now_ms = 400
    event.ready = True
    bench.scheduler.run_due()
    assert bench.notes == [400]


def test_periods_hold_across_the_wrap_of_the_ticks():
    bench = Bench(TICKS_PERIOD - 50)
    bench.every("a", 20)
    bench.run_for(100)
    assert [t for _, t in bench.notes] == [
        TICKS_PERIOD - 50, TICKS_PERIOD - 30, TICKS_PERIOD - 10, 10, 30, 50,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "later,earlier,ms",
    [(5, 3, 2), (3, 5, -2), (3, TICKS_PERIOD - 4, 7), (TICKS_PERIOD - 4, 3, -7)],
)
def test_ticks_differences_are_signed_and_wrap(later, earlier, ms):
    assert ticks_diff(later, earlier) == ms


def test_a_task_that_raises_is_kept_with_its_error_and_others_go_on():
    bench = Bench()
    bench.every("good", 10)

    async def bad():
        await bench.wait(5)
        raise OSError("bus gone")

    task = bench.scheduler.add("bad", bad(), 100)
    bench.run_for(20)
    assert isinstance(task.failure, OSError)
    assert [t for _, t in bench.notes] == [0, 10, 20]


def test_a_task_that_ends_counts_as_failed():
    bench = Bench()

    async def short():
        await bench.wait(1)

    task = bench.scheduler.add("short", short(), 100)
    bench.run_for(5)
    assert task.failure == "ended"
    assert bench.scheduler.run_due() == LONGEST_WAIT_MS


def test_a_task_is_late_only_after_its_deadline():
    bench = Bench(TICKS_PERIOD - 10)
    task = bench.every("a", 20)
    bench.scheduler.run_due()
    assert not task.late(ticks_add(TICKS_PERIOD - 10, 200))
    assert task.late(ticks_add(TICKS_PERIOD - 10, 201))
