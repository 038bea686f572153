"""Brings a signed application package into a box over the tool protocol, and resumes one.

The box writes between its control cycles and says `busy` meanwhile; what was not taken is sent
again from the offset it expects. A broken connection costs nothing: call `send` again.
"""

import base64
import time
from collections.abc import Callable

from .errors import Refused

PART = 348  # bytes: with base64 and the longest offset within the box's longest request
_AGAIN_S = 0.2
_PATIENCE = 600  # looks at a busy box before giving up
_ROUNDS = 3  # a file that arrived wrongly is asked for again


def send(
    client,
    manifest: bytes,
    data: bytes,
    progress: Callable[[int, int], None] = lambda done, total: None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Leaves the box ready to try the application at its next restart.

    client : `Client` with a technician's session
    manifest, data : as `signing.make_manifest` and `signing.stream` make them
    Raises Refused with the box's reason, NoAnswer where the connection is lost.
    """
    for offset in range(0, len(manifest), PART):
        client.request("update_manifest", offset, _text(manifest[offset : offset + PART]))
    client.request("update_begin")
    state = _settled(client, pause)
    for _ in range(_ROUNDS):
        _send_data(client, data, state["expected"], progress, pause)
        client.request("update_finish")
        state = _settled(client, pause, {})
        if state["ready"]:
            return
    raise Refused("value", state["error"])


def _send_data(client, data: bytes, expected: int, progress, pause) -> None:
    while expected < len(data):
        part = _text(data[expected : expected + PART])
        answer = client.request("update_data", expected, part)
        if answer["busy"]:
            _settled(client, pause)
        if answer["expected"] == expected:
            answer = client.request("update")
        expected = answer["expected"]
        progress(expected, len(data))
    _settled(client, pause)


def _settled(client, pause, refuse=True) -> dict:
    """The box's state once it is no longer busy."""
    for _ in range(_PATIENCE):
        state = client.request("update")
        if not state["busy"]:
            if refuse and state["error"]:
                raise Refused("value", state["error"])
            return state
        pause(_AGAIN_S)
    raise Refused("busy", "the box stays busy: look at its log")


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
