"""Requests and replies over a byte stream: numbered, repeated where an answer is missing.

A repeated frame is not carried out twice by the box, as long as it comes within its 5 s.
Lines that are no replies (reports with `!`, a person's answers) go to `others`.
"""

import random
import time
from collections.abc import Callable

from .errors import AccessRefused, NoAnswer, Refused, UnknownRequest
from .frames import UNKNOWN, Reply, find_reply, request

TRIES = 3
TRY_S = 1.5  # three tries end within the time in which a box knows a repeated frame


class Client:
    """One user of a box's port.

    Parameters
    ----------
    stream : `write(bytes)` and `read(timeout_s) -> bytes`, see streams.py
    clock : seconds, by which tries are timed
    others : called with each line that is no reply, as text
    """

    def __init__(self, stream, clock: Callable[[], float] = time.monotonic, others=None):
        self._stream = stream
        self._clock = clock
        self._others = others or (lambda line: None)
        self._number = random.randrange(0x10000)
        self._received = b""

    def request(self, *words) -> dict:
        """The box's answer. Refused where it refuses; NoAnswer after three tries."""
        self._number = (self._number + 1) & 0xFFFF
        frame = request(self._number, " ".join(str(word) for word in words))
        for _ in range(TRIES):
            self._stream.write(b"\n" + frame)  # ends whatever half a line lies before it
            reply = self._await(f"{self._number:04x}")
            if reply is not None:
                return _value(reply, words[0])
        raise NoAnswer(
            "the box does not answer: is it the right port and speed, is it on, "
            "and is no other program on the port?"
        )

    def listen(self, timeout_s: float) -> None:
        """Hands lines that come unasked within so long to `others`."""
        for line in self._lines(timeout_s):
            if find_reply(line) is None:
                self._others(line.decode(errors="replace").rstrip("\r"))

    def type(self, line: str) -> None:
        """A line as a person types it; what the box answers goes to `others`."""
        self._stream.write(b"\n" + line.encode() + b"\n")

    def _await(self, number: str) -> Reply | None:
        """The reply of that number; None where the try is over or the frame came damaged."""
        until_s = self._clock() + TRY_S
        while (left_s := until_s - self._clock()) > 0:
            for line in self._lines(left_s):
                reply = find_reply(line)
                if reply is None:
                    self._others(line.decode(errors="replace").rstrip("\r"))
                elif reply.number == number:
                    return reply
                elif reply.number == UNKNOWN:
                    return None
        return None

    def _lines(self, timeout_s: float) -> list[bytes]:
        *lines, self._received = (self._received + self._stream.read(timeout_s)).split(b"\n")
        return lines


def _value(reply: Reply, request: str) -> dict:
    if reply.good:
        return reply.value
    code = str(reply.value.get("code", "internal"))
    if code == "command":
        raise UnknownRequest(code, f"the box's firmware does not know the request `{request}`: it "
                                   "is older than these tools; update the box, or use the tools "
                                   "of its version")
    kind = AccessRefused if code == "access" else Refused
    raise kind(code, str(reply.value.get("error", "refused without a reason")))
