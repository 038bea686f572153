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


class Sequence(Operation):
    """Several requests to one device, one after the other, through one master.

    A subclass gives `ask(k)`, which begins request `k` or returns False to pass over it,
    `answered(k)`, which returns False to give up, and `ended()`. `count` requests in all.
    """

    def __init__(self, master, count):
        Operation.__init__(self)
        self.master = master
        self.count = count
        self._k = 0
        self._asking = False
        self._idle = True

    def start(self):
        """Begin with request 0 at the next step. Returns self, to be awaited."""
        self._k = -1
        self._asking = False
        self._idle = False
        return self

    def step(self):
        while not self._idle:
            if self._asking:
                ms = self.master.step()
                if ms >= 0:
                    return ms
                self._asking = False
                if not self.answered(self._k):
                    self._end()
                    break
            self._k += 1
            if self._k >= self.count:
                self._end()
            else:
                self._asking = self.ask(self._k)
        return DONE

    def ask(self, k):
        raise NotImplementedError

    def answered(self, k):
        raise NotImplementedError

    def ended(self):
        """Called once, after the last answer or after giving up."""

    def _end(self):
        self._idle = True
        self.ended()
