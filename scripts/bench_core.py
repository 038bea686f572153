"""Time and heap of the decision core's step, on MicroPython and CPython alike.

Run by bench.py: `bench_core.py FOLDER_OF_FIRMWARE STEPS`. Prints microseconds per step, and the
heap bytes that STEPS steps left (MicroPython with its collector off; -1 on CPython, which cannot
say).
All laws run: one car that may be dimmed, one heat pump that may be paused, the balancer.
"""

import gc
import sys
import time

sys.path.insert(0, sys.argv[1])

from phaseward.core import sample as samples
from phaseward.core.box import Box
from phaseward.store.parameters import defaults

STEPS = int(sys.argv[2])
ON_MICROPYTHON = sys.implementation.name == "micropython"
SWING_MV = 40000  # 210 ... 250 V, so that blocking and balancing have work
ticks_us = time.ticks_us if ON_MICROPYTHON else lambda: time.perf_counter_ns() // 1000


def make_box():
    settings = defaults()
    settings.update(
        {"bl_enable": 1, "bl_learn_min": 0, "l1_kind": 1, "l2_kind": 2, "pb_enable": 1}
    )
    box = Box(4711)
    box.configure(settings)
    return box


def make_sample():
    sample = samples.Sample()
    for group in range(samples.GROUPS):
        sample.state[group] = samples.OK
        sample.age_ms[group] = 100
    return sample


def run(box, sample, first, steps):
    """One step a second; each phase's voltage runs up and down its own triangle."""
    for step in range(first, first + steps):
        for phase in range(3):
            place = (step * (37 + phase)) % (2 * SWING_MV)
            sample.u_ln_mv[phase] = 210000 + abs(place - SWING_MV)
        box.step((step * 1000) & 0x3FFFFFFF, sample)


def main():
    box, sample = make_box(), make_sample()
    run(box, sample, 1, STEPS)
    gc.collect()
    gc.disable()
    heap = gc.mem_alloc() if ON_MICROPYTHON else 0
    start = ticks_us()
    run(box, sample, 1 + STEPS, STEPS)
    elapsed_us = ticks_us() - start
    grown = gc.mem_alloc() - heap if ON_MICROPYTHON else -1
    print(elapsed_us / STEPS, grown)


main()
