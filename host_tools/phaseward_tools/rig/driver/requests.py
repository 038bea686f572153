"""Finds the requests of a Modbus master in what one adapter of a shared line hears.

The line carries requests for others, their answers, noise, and with some adapters the own answer
as an echo. Only bytes tell them apart, as an adapter on USB hands them over in lumps without their
times: a frame counts where length and CRC agree. Failure: what fits nothing is passed over and
counted.
"""

from __future__ import annotations

from pymodbus.framer.rtu import FramerRTU

_FIXED = 8  # bytes of a request or a write's answer with functions 1..6
_SHORTEST = 4
_LONGEST = 256
GAP_S = 0.05  # a frame broken off is given up after this silence
ECHO_S = 0.1  # an echo comes at once; a master repeats a request later than this


class Requests:
    """One adapter's ear. `noise`: bytes; `foreign`, `echoes`: frames that were no request."""

    def __init__(self):
        self._heard = bytearray()
        self._last_s = 0.0
        self._sent = b""
        self._sent_s = 0.0
        self._asked: tuple[int, int] | None = None  # address and function of the last request
        self.noise = 0
        self.foreign: dict[int, int] = {}  # answers that others sent, by address
        self.echoes = 0

    def sent(self, t_s: float, data: bytes, wire_s: float) -> None:
        """We have begun to send `data`, which takes wire_s."""
        self._sent, self._sent_s = data, t_s + wire_s
        self._asked = None  # answered

    def feed(self, t_s: float, data: bytes) -> list[bytes]:
        """Whole requests in what was heard up to now."""
        if self._heard and t_s - self._last_s > GAP_S:
            self.noise += len(self._heard)
            self._heard.clear()
        self._last_s = t_s
        self._heard += data
        self._drop_echo(t_s)
        found = []
        while len(self._heard) >= _SHORTEST:
            size = self._first_frame(found)
            if size == 0:
                break
            del self._heard[:size]
        return found

    def _drop_echo(self, t_s: float) -> None:
        if self._sent and t_s - self._sent_s > ECHO_S:
            self._sent = b""
        if self._sent and self._heard.startswith(self._sent):
            del self._heard[: len(self._sent)]
            self._sent = b""
            self.echoes += 1

    def _first_frame(self, found: list[bytes]) -> int:
        """Takes what lies first: its size, or 0 where more must come before one can tell."""
        if self._sent and self._sent.startswith(bytes(self._heard)):
            return 0  # an echo that has not come whole
        request, answer = self._sizes()
        order = ((answer, False), (request, True)) if self._awaits_answer() else (
            (request, True), (answer, False))
        for size, asks in order:
            if size and len(self._heard) >= size and _sound(self._heard[:size]):
                self._take(bytes(self._heard[:size]), asks, found)
                return size
        open_ended = [size for size in (request, answer) if size and len(self._heard) < size]
        if open_ended:
            return 0
        self.noise += 1
        return 1

    def _awaits_answer(self) -> bool:
        return self._asked == (self._heard[0], self._heard[1] & 0x7F)

    def _take(self, frame: bytes, asks: bool, found: list[bytes]) -> None:
        if asks:
            self._asked = (frame[0], frame[1])
            found.append(frame)
        else:
            self._asked = None
            self.foreign[frame[0]] = self.foreign.get(frame[0], 0) + 1

    def _sizes(self) -> tuple[int, int]:
        """Sizes of the request and of the answer that could begin here; 0 = none."""
        heard, function = self._heard, self._heard[1]
        if heard[0] > 247:
            return 0, 0
        if function & 0x80:
            return 0, 5
        if function in (1, 2, 3, 4):
            return _FIXED, 5 + heard[2]
        if function in (5, 6):
            return _FIXED, _FIXED
        if function in (15, 16):
            return (9 + heard[6] if len(heard) > 6 else _LONGEST), _FIXED
        return 0, 0


def _sound(frame: bytes) -> bool:
    return FramerRTU.check_CRC(bytes(frame[:-2]), int.from_bytes(frame[-2:], "big"))
