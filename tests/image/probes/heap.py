"""Runs on the box as boot.py, before the application: says how much heap is really needed.

`gc.mem_alloc()` counts garbage too, so it is asked after a collection: once before the application
is imported, and then every `PERIOD_MS` while it runs, from a timer of its own.
Prints `heap base BYTES live BYTES`.
"""

import gc

import machine

PERIOD_MS = 5000


def tell(timer):
    gc.collect()
    print("heap base", BASE, "live", gc.mem_alloc())


gc.collect()
BASE = gc.mem_alloc()
KEPT = machine.Timer(mode=machine.Timer.PERIODIC, period=PERIOD_MS, callback=tell)
