"""Something that takes time, as a state machine: awaitable from a coroutine without allocation.

A subclass gives `step()`: the milliseconds to wait before it wants to be called again, or DONE.
`await operation` yields those milliseconds to the scheduler; a test may call `step()` itself.
Awaiting a fresh coroutine instead would cost heap on MicroPython at every poll.
"""

DONE = -1

TICKS_MASK = 0x3FFFFFFF  # ticks wrap at 2**30 ms, 12.4 days


def elapsed_ms(now_ms, then_ms):
    """Milliseconds from one tick to a later one; right while under 12.4 days apart."""
    return (now_ms - then_ms) & TICKS_MASK


class Operation:
    """Base of everything on the bus that can be awaited. Reused: one object, many runs."""

    def __init__(self):
        self._finished = StopIteration()

    def step(self):
        """Advance as far as possible now. Returns the ms to wait, or DONE."""
        raise NotImplementedError

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        ms = self.step()
        if ms >= 0:
            return ms
        self._finished.__traceback__ = None  # else each raise adds to the traceback kept in it
        raise self._finished
