"""Real time for a run: waits, what is due meanwhile, and how late steps began.

One thread runs everything that touches the simulated world: `run_until` waits and serves what
others `post`. Times are seconds of the scenario; before `begin` they do not run.
"""

from __future__ import annotations

import contextlib
import heapq
import itertools
import queue
import time
from collections.abc import Callable

_LONGEST_WAIT_S = 0.2  # so that Ctrl-C is heard on every system


class Pacer:
    """clock: seconds that only go forward; sleep is done by waiting for the queue."""

    def __init__(self, tolerance_s: float, clock: Callable[[], float] = time.monotonic):
        self.tolerance_s = tolerance_s
        self._clock = clock
        self._zero_s: float | None = None
        self._posted: queue.SimpleQueue = queue.SimpleQueue()
        self._due: list = []
        self._order = itertools.count()
        self.steps = 0
        self.late = 0
        self.worst_s = 0.0
        self._begun_s: float | None = None

    @property
    def now_s(self) -> float:
        """Time of the scenario; 0 before its begin."""
        return 0.0 if self._zero_s is None else self._clock() - self._zero_s

    def begin(self) -> None:
        """t = 0 is now."""
        if self._zero_s is None:
            self._zero_s = self._clock()

    def post(self, what: Callable[[], None]) -> None:
        """From any thread: to be done by the run's own as soon as it waits."""
        self._posted.put(what)

    def at(self, t_s: float, what: Callable[[], None]) -> None:
        """To be done when t_s has come."""
        heapq.heappush(self._due, (t_s, next(self._order), what))

    def step(self, start_s: float) -> None:
        """A step that should begin at start_s begins now; each is counted once."""
        if self._begun_s is not None and start_s <= self._begun_s:
            return
        self._begun_s = start_s
        late_s = self.now_s - start_s
        self.steps += 1
        self.worst_s = max(self.worst_s, late_s)
        self.late += late_s > self.tolerance_s

    @property
    def late_pct(self) -> float:
        """Share of the steps that began late, in %."""
        return 100.0 * self.late / self.steps if self.steps else 0.0

    def run_until(self, t_s: float) -> None:
        """Serve until t_s; what waits already is served even where t_s has passed."""
        self._serve()
        while (left_s := t_s - self.now_s) > 0:
            if self._due:
                left_s = min(left_s, self._due[0][0] - self.now_s)
            with contextlib.suppress(queue.Empty):
                what = self._posted.get(timeout=max(0.0, min(left_s, _LONGEST_WAIT_S)))
                what()
            self._serve()

    def _serve(self) -> None:
        for _ in range(self._posted.qsize()):
            self._posted.get()()
        while self._due and self._due[0][0] <= self.now_s:
            heapq.heappop(self._due)[2]()
