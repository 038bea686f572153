"""Runs on the box as boot.py, before the application: what the objects of frozen code are.

Prints `frozen NAME VALUE`, one line each, once the console's other end is there.
"""

import gc
import sys

import machine

ALLOWANCE = "phaseward.store.allowance"


FOUND = []


def tell(name, value):
    FOUND.append((name, value))


def print_found(timer):
    for name, value in FOUND:
        print("frozen", name, value)


def allocated(work):
    gc.collect()
    before = gc.mem_alloc()
    work()
    gc.collect()
    return gc.mem_alloc() - before


def load():
    global Allowance, phasors
    from phaseward.core import phasors
    from phaseward.store.allowance import Allowance


def add_attribute():
    try:
        Allowance.more = 1
    except AttributeError:
        return "refused"


def derived():
    class Doubled(Allowance):
        def take(self, uptime_s):
            return 2 * Allowance.take(self, uptime_s)

    return Doubled


tell("heap", allocated(load))
tell("method", hex(id(Allowance.take))[:4])
tell("function", hex(id(phasors.deviation_bp))[:4])
tell("attribute", add_attribute())
one = Allowance(10, 1)
tell("taken", (one.take(0), one.take(9), one.take(10)))
two = derived()(10, 1)
tell("derived", (two.take(0), two.take(9), two.every_s))
del sys.modules[ALLOWANCE]
again = __import__(ALLOWANCE, None, None, ("Allowance",))
tell("again", (again.Allowance is Allowance, again.Allowance(10, 2).take(0), one.take(20)))
gc.collect()
tell("kept", (one.take(30), sys.modules[ALLOWANCE] is again))
KEPT = machine.Timer(mode=machine.Timer.ONE_SHOT, period=2000, callback=print_found)
