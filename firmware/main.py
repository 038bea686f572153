"""What a box runs: the application that the boot selector chooses, on the base's platform.

On the unix port, in lockstep: main.py STORAGE_FOLDER IDENTITY [START_MS]; as a gateway, started by
`phaseward gateway`: main.py gateway SETTINGS.json CONTROL_FD LIFE_FD [CAUSE].
An application on trial that ends by an error restarts the box, which counts as a try. In the place
of a committed one the base runs until the next restart. The base's own error ends the process.
"""

import sys

from phaseward.platform.heap import keep_compact
from phaseward.update.selection import BASE, NAMES

GATEWAY = "gateway"
CHOOSING = ("selector", "rom", "folders")  # modules of phaseward.update that choose
USAGE = "usage: main.py STORAGE_FOLDER IDENTITY [START_MS], lockstep frames on stdin and stdout"


def lockstep_platform(arguments):
    """The platform of a simulated box from its command line."""
    if len(arguments) not in (2, 3):
        raise SystemExit(USAGE)
    from phaseward.platform.lockstep import LockstepPlatform

    start_ms = int(arguments[2]) if len(arguments) == 3 else 0
    streams = sys.stdin.buffer, sys.stdout.buffer
    return LockstepPlatform(*streams, arguments[0], int(arguments[1]), start_ms)


def gateway_platform(settings, control, life, cause=""):
    """The platform of a gateway on Linux, from the file that its starter wrote."""
    import json

    from phaseward.platform.gateway import GatewayPlatform

    with open(settings) as file:
        return GatewayPlatform(json.load(file), int(control), int(life), cause)


def this_platform():
    if sys.platform == "rp2":
        from phaseward.platform.rp2 import Rp2Platform

        return Rp2Platform()
    if sys.platform == "esp32":
        from phaseward.platform.esp32 import Esp32Platform

        return Esp32Platform()
    if sys.argv[1:2] == [GATEWAY]:
        return gateway_platform(*sys.argv[2:])
    return lockstep_platform(sys.argv[1:])


def run_application(platform, notes):
    """Imported only now: from the slot, where one was entered."""
    from phaseward.app.application import Application

    Application(platform, notes).run()


def choice_for(platform):
    """Imported for this moment only."""
    from phaseward.update.selector import choose

    return choose(platform.storage_path, getattr(platform, "rom", None))


def forget_choosing():
    """Gives the heap of what chose back to the base's application, which has no use for it."""
    package = sys.modules["phaseward.update"]
    for name in CHOOSING:
        if sys.modules.pop("phaseward.update." + name, None) is not None:
            delattr(package, name)


def run(platform):
    chosen = choice_for(platform)
    platform.running = chosen.slot
    if chosen.slot == BASE:
        notes, chosen = chosen.notes, None
        forget_choosing()
        run_application(platform, notes)
        return
    platform.watchdog.feed()  # from here on, an application that hangs is restarted
    try:
        chosen.enter()
        run_application(platform, chosen.notes)
    except Exception as error:  # whatever an update may bring: the box comes back
        chosen.notes.append("the application in slot %s failed: %r" % (NAMES[chosen.slot], error))
    if chosen.on_trial:
        platform.restart(chosen.notes[-1])
    chosen.leave()
    run_application(platform, chosen.notes)


def run_in_the_field():
    """On a control box nothing ends at MicroPython's prompt: whatever happens, it starts again."""
    import machine
    import micropython

    micropython.kbd_intr(-1)
    try:
        run(this_platform())
    except BaseException as error:
        sys.print_exception(error)
    machine.reset()


keep_compact()
# How the names of boards for the field begin (mpconfigboard.h).
if getattr(sys.implementation, "_machine", "").startswith("Phaseward"):
    run_in_the_field()
else:
    run(this_platform())
