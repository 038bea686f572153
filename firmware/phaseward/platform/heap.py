"""When MicroPython collects garbage: not when the heap is full, and never amid a control cycle.

Left to itself, what stays would come to lie behind the garbage of the moment, ever elsewhere in
the heap, and no large block would be left. While the box boots, garbage is collected whenever so
much was allocated. In service that would come amid a cycle, as frames of function calls count too;
on a board it takes 10 to 20 ms, in which no answer is taken and the RS-485 driver not released.
So it is done in a pause then. CPython needs none of this.
"""

import gc

from .ticks import ticks_diff

COLLECT_BYTES = 16384
EVERY_MS = 60_000
LATEST_MS = 600_000
ROOM_MS = 100
_IS_MICROPYTHON = hasattr(gc, "threshold")


def keep_compact():
    """From the start of the process until a `Sweeper` takes over."""
    if _IS_MICROPYTHON:
        gc.threshold(COLLECT_BYTES)


class Sweeper:
    """From its making on garbage is collected when `sweep` is called, or when the heap is full."""

    def __init__(self, clock):
        self._clock = clock
        self._collect()
        if _IS_MICROPYTHON:
            gc.threshold(-1)

    def sweep(self, pause_ms):
        """Once a minute in a pause of at least ROOM_MS; where there never is one, after 10."""
        since_ms = ticks_diff(self._clock.ticks_ms(), self._swept_ms)
        if since_ms >= (EVERY_MS if pause_ms >= ROOM_MS else LATEST_MS):
            self._collect()

    def _collect(self):
        self._swept_ms = self._clock.ticks_ms()
        if _IS_MICROPYTHON:
            gc.collect()
