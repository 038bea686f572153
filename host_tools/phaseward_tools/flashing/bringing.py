"""Brings a package into a box, lets it restart, and waits for what becomes of it.

An interruption at any moment costs nothing: the same command goes on where the box's flash ends.
The trial is the box's own; this only watches. Failure: Refused, NoAnswer; FlashError where the box
took the application back.
"""

import contextlib
import time

from phaseward_tools.link import Box, LinkError
from phaseward_tools.link.updating import send

from .errors import FlashError

_BOOT_S = 60.0
_LOOK_S = 1.0


def bring(box: Box, manifest: bytes, data: bytes, tell, progress) -> None:
    """Sends it and asks for the restart."""
    expected = box.client.request("update")["expected"]
    if 0 < expected < len(data):
        tell(f"an interrupted update is there: going on at byte {expected}")
    send(box.client, manifest, data, lambda done, total: progress(done / max(total, 1)))
    progress(1.0)
    tell("received and verified; the box restarts into it, on trial")
    box.restart()


def outcome(connect, wait_s: float, tell) -> str:
    """What the box says of its application once the trial is over, or after wait_s.

    connect : context manager that gives a Box, new after each restart
    """
    begun_s, told = time.monotonic(), ""
    while (gone_s := time.monotonic() - begun_s) < (wait_s if told else max(wait_s, _BOOT_S)):
        now = _told(connect)
        if now != told and now:
            tell(now)
            told = now
        if "taken back" in told:
            raise FlashError(f"the box went back: {told}; its log says why")
        if told and "on trial" not in told:
            return told
        time.sleep(min(_LOOK_S, max(0.05, wait_s - gone_s)))
    if not told:
        raise FlashError("the box does not come back after its restart: look at it; an "
                         "application that fails three boots is taken back by itself")
    return told


def _told(connect) -> str:
    """"" while it restarts."""
    with contextlib.suppress(LinkError, OSError), connect() as box:
        return box.client.request("update")["told"]
    return ""
