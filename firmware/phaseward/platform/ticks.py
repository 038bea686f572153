"""Ticks: milliseconds since boot that wrap at 2**30 (12.4 days), as MicroPython counts them.

The arithmetic is written out so that it is the same on CPython, on MicroPython and in tests, and
needs no clock.
"""

# Literals: computed from 1 << 30 they would be big integers on a 32-bit MicroPython, and so would
# every result, each a piece of heap.
TICKS_MASK = 0x3FFFFFFF
_HALF = 0x20000000
LONGEST_WAIT_MS = _HALF - 1


def ticks_add(ticks, delta):
    """Ticks `delta` ms after `ticks`; |delta| < 2**29."""
    return (ticks + delta) & TICKS_MASK


def ticks_diff(later, earlier):
    """Signed milliseconds from `earlier` to `later`, right while they lie within 6.2 days."""
    return ((later - earlier + _HALF) & TICKS_MASK) - _HALF


class Event:
    """A flag that an interrupt or a platform sets to wake a waiting task. The waiter clears it."""

    def __init__(self):
        self.ready = False
