"""When MicroPython collects garbage: whenever so much was allocated, not when the heap is full.

Else what stays would come to lie behind the garbage of the moment, ever elsewhere in the heap, and
no large block would be left. A control cycle allocates nothing, so nothing is collected in it.
"""

import gc

COLLECT_BYTES = 16384


def keep_compact():
    """For the life of the process. CPython has no such setting and needs none."""
    if hasattr(gc, "threshold"):
        gc.threshold(COLLECT_BYTES)
