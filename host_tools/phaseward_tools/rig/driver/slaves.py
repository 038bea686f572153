"""Simulated slaves behind a real RS-485 adapter: hears the box's requests, sends their answers.

Each adapter answers for its own slaves only and passes over what goes on between the box and the
others, so that two adapters on one line exercise arbitration. Slaves and faults are the
simulator's own; an answer leaves after the slave's latency, counted from when the request was
read. Failure: RigError where the port cannot be had, or goes away.
"""

from __future__ import annotations

import threading

from ..errors import RigError
from ..pacer import Pacer
from .requests import Requests

STALE_S = 0.3  # a master has given up by then; an answer would meet its next request


class SlaveAdapter:
    """port: an open pyserial port. slaves: by address. char_s: time of a character on the wire."""

    def __init__(self, port, slaves: dict[int, object], pacer: Pacer, char_s: float):
        self.port, self.slaves = port, slaves
        self.requests = Requests()
        self.answered = 0
        self.silent = 0  # requests to our slaves that got no answer, as a fault wanted it
        self.addresses: dict[int, int] = {}  # how often each address was asked
        self.heard = 0
        self.stale = 0  # requests read too late to be answered
        self._pacer, self._char_s = pacer, char_s
        self._open = True
        self._thread = threading.Thread(target=self._listen, daemon=True, name=str(port.port))
        self._thread.start()

    def close(self) -> None:
        """Stops listening and frees the port."""
        self._open = False
        self._thread.join(timeout=2)
        self.port.close()

    def _listen(self) -> None:
        while self._open:
            try:
                data = self.port.read(1)
                data += self.port.read(self.port.in_waiting) if data else b""
            except (OSError, TypeError, ValueError) as error:
                if self._open:
                    self._lost(error)
                return
            if data:
                now_s = self._pacer.now_s
                self._pacer.post(lambda data=data, now_s=now_s: self._take(data, now_s))

    def _lost(self, error: Exception) -> None:
        text = f"{self.port.port}: the adapter is gone: {error}"
        self._pacer.post(lambda: _fail(text))

    def _take(self, data: bytes, heard_s: float) -> None:
        self.heard += len(data)
        for frame in self.requests.feed(heard_s, data):
            self.addresses[frame[0]] = self.addresses.get(frame[0], 0) + 1
            if self._pacer.now_s - heard_s > STALE_S:
                self.stale += 1
                continue
            for slave in self._asked(frame[0]):
                self._answer(slave, frame, heard_s)

    def _asked(self, address: int) -> list:
        if address == 0:
            return list(self.slaves.values())
        return [self.slaves[address]] if address in self.slaves else []

    def _answer(self, slave, frame: bytes, now_s: float) -> None:
        pieces = slave.answer(now_s, frame)
        if not pieces:
            self.silent += frame[0] != 0
            return
        self.answered += 1
        due_s = now_s
        for pause_us, piece in pieces:
            due_s += pause_us * 1e-6
            self._pacer.at(due_s, lambda piece=piece: self._send(piece))
            due_s += len(piece) * self._char_s

    def _send(self, data: bytes) -> None:
        try:
            self.port.write(data)
        except OSError as error:
            _fail(f"{self.port.port}: the adapter is gone: {error}")
        self.requests.sent(self._pacer.now_s, data, len(data) * self._char_s)


def _fail(text: str) -> None:
    raise RigError(text)
