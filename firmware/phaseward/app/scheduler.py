"""Cooperative tasks in virtual or real time, without allocation in the steady state.

A task is a coroutine that awaits one thing only: `wait(ms)` or `wait(ms, event)`. The scheduler
resumes it after `ms` milliseconds, or earlier when the event's `ready` flag is set. Time is the
clock's, so the same tasks run on a board, in lockstep with a simulated grid, and in tests.

Times are MicroPython ticks: milliseconds that wrap at 2**30 (12.4 days).
A task that raises or returns is marked failed; it is never resumed. The supervisor decides.
"""

from ..platform.ticks import LONGEST_WAIT_MS, ticks_add, ticks_diff


class Wait:
    """The one awaitable, reused for every wait of every task: a new object would cost heap."""

    def __init__(self):
        self.event = None
        self._ms = 0
        self._armed = False
        self._finished = StopIteration()

    def __call__(self, ms, event=None):
        self._ms = ms
        self.event = event
        self._armed = True
        return self

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        if self._armed:
            self._armed = False
            return self._ms
        self._finished.__traceback__ = None  # else CPython chains one traceback per wait
        raise self._finished


class Task:
    """One coroutine with its next due time and its own deadline for progress."""

    def __init__(self, name, coroutine, deadline_ms, now_ms):
        self.name = name
        self.coroutine = coroutine
        self.deadline_ms = deadline_ms
        self.due_ms = now_ms
        self.event = None
        self.beat_ms = now_ms
        self.failure = None  # the exception, or "ended"

    def beat(self, now_ms):
        """The task says it has done a round of its work."""
        self.beat_ms = now_ms

    def late(self, now_ms):
        return ticks_diff(now_ms, self.beat_ms) > self.deadline_ms


class Scheduler:
    """Runs the tasks that are due. `run_due()` returns the ms until the next one is.

    Order is the order of `add`, so runs are repeatable.
    """

    def __init__(self, clock, wait):
        self.clock = clock
        self.wait = wait
        self.tasks = []

    def add(self, name, coroutine, deadline_ms):
        task = Task(name, coroutine, deadline_ms, self.clock.ticks_ms())
        self.tasks.append(task)
        return task

    def run_due(self):
        pause_ms = LONGEST_WAIT_MS
        for task in self.tasks:
            if task.failure is not None:
                continue
            now_ms = self.clock.ticks_ms()
            left_ms = self._left_ms(task, now_ms)
            if left_ms <= 0:
                left_ms = self._resume(task, now_ms)
            if left_ms < pause_ms:
                pause_ms = left_ms
        return pause_ms if pause_ms > 0 else 0

    def _left_ms(self, task, now_ms):
        if task.event is not None and task.event.ready:
            return 0
        return ticks_diff(task.due_ms, now_ms)

    def _resume(self, task, now_ms):
        self.wait.event = None
        try:
            ms = task.coroutine.send(None)
        except StopIteration:
            task.failure = "ended"
            return LONGEST_WAIT_MS
        except Exception as error:  # any failure of a task is the supervisor's business
            task.failure = error
            return LONGEST_WAIT_MS
        task.event = self.wait.event
        task.due_ms = ticks_add(now_ms, ms)
        return self._left_ms(task, now_ms)
