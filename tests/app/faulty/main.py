"""The firmware's main.py with a fault in one of its tasks, for the tests of faults.

The fault's name is the text of the file `fault` in the box's storage. It strikes once: the file is
removed, so that the box that restarts is sound. PHASEWARD_FIRMWARE names the firmware's folder.
"""

import os
import sys

sys.path.insert(0, os.getenv("PHASEWARD_FIRMWARE"))

from phaseward.app.control import Control  # noqa: E402
from phaseward.app.reception import Reception  # noqa: E402
from phaseward.bus.meter import Meter  # noqa: E402

FILE = sys.argv[1] + "/fault"


def strikes(name):
    """Whether that fault is wanted now."""
    try:
        with open(FILE) as file:
            if file.read() != name:
                return False
    except OSError:
        return False
    os.remove(FILE)
    return True


class Stuck:
    """What is awaited for ever."""

    def __await__(self):
        return self

    def __iter__(self):
        return self

    def __next__(self):
        return 1000


def failing(name, method, error):
    def replacement(self):
        if strikes(name):
            raise error
        return method(self)

    return replacement


def sticking(method):
    def poll(self, sample=None):
        return Stuck() if strikes("control hangs") else method(self, sample)

    return poll


Control._decide = failing("control raises", Control._decide, ValueError("injected"))
Reception.tick = failing("console raises", Reception.tick, MemoryError("injected"))
Meter.poll = sticking(Meter.poll)

import main  # noqa: E402, F401 - the firmware's own, which runs the box
