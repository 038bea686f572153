"""What a box runs. On the unix port, in lockstep: main.py STORAGE_FOLDER IDENTITY [START_MS]."""

import sys

from phaseward.app.application import Application
from phaseward.platform.lockstep import LockstepPlatform

USAGE = "usage: main.py STORAGE_FOLDER IDENTITY [START_MS], lockstep frames on stdin and stdout"


def lockstep_platform(arguments):
    """The platform of a simulated box from its command line."""
    if len(arguments) not in (2, 3):
        raise SystemExit(USAGE)
    start_ms = int(arguments[2]) if len(arguments) == 3 else 0
    streams = sys.stdin.buffer, sys.stdout.buffer
    return LockstepPlatform(*streams, arguments[0], int(arguments[1]), start_ms)


Application(lockstep_platform(sys.argv[1:])).run()
