"""A box with a console, run in real time: its bytes on a terminal, its bus on one too if wanted.

To the engine it is a box like any other: `begin(t_us)` and `advance()`, which here takes as long
as the time it stands for. Between, the box is moved on in slices, at once when something was typed
or has come on the bus.
"""

import select

SLICE_S = 0.02  # wall time; a printed line appears after no more than that


class LiveBox:
    """box: BoxProcess or EmulatedBox. console: a terminal. pace: pace.Pace.

    bus: a terminal on which an outside master's counterpart answers, or None where the box's bench
    does. port: number of the box's serial port that it stands for.
    """

    def __init__(self, box, console, pace, bus=None, port: int = 0):
        self._box, self._console, self._pace = box, console, pace
        self._bus, self._port = bus, port
        self._now_us = 0
        self._target_us = 0
        box.on_bytes = console.write

    def __getattr__(self, name):
        return getattr(self._box, name)

    def start(self, t_us: int = 0) -> None:
        """Switch it on; its time begins when what runs it is there."""
        self._box.start(t_us)
        self._box.begin(t_us + 1)
        self._box.finish()
        self._pace.begin()

    def begin(self, t_us: int) -> None:
        self._target_us = t_us

    def advance(self) -> bool:
        """Waits out the time up to the target; always False: it has got there."""
        while self._now_us < self._target_us:
            self._wait()
            self._take_input()
            self._run_to(min(self._pace.now_us(), self._target_us))
        return False

    def finish(self) -> None:
        self.advance()

    def _wait(self) -> None:
        left_s = self._pace.left_s(self._target_us)
        if left_s <= 0:
            return
        terminals = [t for t in (self._console, self._bus) if t is not None]
        sources = [source for terminal in terminals for source in terminal.waiting_on()]
        select.select(sources, [], [], min(left_s, SLICE_S))

    def _take_input(self) -> None:
        typed = self._console.read()
        if typed:
            self._box.type(typed, max(self._now_us, self._pace.now_us()))
        if self._bus is not None:
            received = self._bus.read()
            if received:
                self._box.receive(self._port, received, max(self._now_us, self._pace.now_us()))

    def _run_to(self, t_us: int) -> None:
        if t_us <= self._now_us:
            return
        self._box.begin(t_us)
        self._box.finish()
        self._now_us = t_us
        self._pace.reached(t_us)
