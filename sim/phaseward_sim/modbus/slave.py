"""A Modbus RTU slave whose bytes are read and written by pymodbus' codec.

The frame arrives as the bytes between two silences. An answer is a list of pieces
(pause before the piece in us, bytes); the wire turns pieces into arrival times.
Rules: a frame for another address, too short, or with a bad CRC gets no answer; address 0
(broadcast) is carried out and gets no answer; an unknown function gets exception 1, an
unknown register exception 2, a bad count or value exception 3
(Modbus Application Protocol V1.1b3, section 7; Modbus over Serial Line V1.02, section 2).
Units: us on the wire, s for the device's own time.
"""

from __future__ import annotations

import numpy as np
from pymodbus.constants import ExcCodes
from pymodbus.framer.rtu import FramerRTU
from pymodbus.pdu import DecodePDU, ExceptionResponse
from pymodbus.pdu import register_message as messages

from .faults import Faults
from .registers import Registers

BROADCAST = 0
_SHORTEST_FRAME = 4
_WRITE_LIMIT = 123  # registers in one write: Modbus Application Protocol V1.1b3, 6.12

_framer = FramerRTU(DecodePDU(is_server=True))


class Slave:
    """One slave: two register tables, latency, faults.

    address: 1..247. latency_ms: time between the end of a request and the answer's first
    byte; jitter_ms: half-width of a uniform, seeded variation around it.
    Subclasses override `before_read`, `write` and `advance`.
    """

    def __init__(self, address: int, latency_ms: float = 20.0, jitter_ms: float = 5.0,
                 seed: int = 0):
        if not 1 <= address <= 247:
            raise ValueError(f"slave address {address} outside 1..247")
        if jitter_ms < 0 or latency_ms < jitter_ms:
            raise ValueError(f"slave {address}: latency {latency_ms} ms must be at least the "
                             f"jitter {jitter_ms} ms, and both positive")
        self.address = address
        self.latency_ms = latency_ms
        self.jitter_ms = jitter_ms
        self.holding = Registers()
        self.inputs = Registers()
        self._rng = np.random.default_rng((seed, address))
        self.faults = Faults(self._rng)
        self.requests = 0
        self._previous = b""

    def before_read(self, t_s: float) -> None:
        """Called before registers are read at t_s: bring them up to date."""

    def write(self, t_s: float, first: int, values: list[int]) -> int:
        """Carry out a write; return 0 or the exception code. KeyError = unknown register."""
        self.holding.write(first, values)
        return 0

    def advance(self, t_s: float) -> None:
        """Let the device's own time run to t_s (watchdogs); called once per grid step."""

    def answer(self, t_s: float, frame: bytes) -> list[tuple[float, bytes]]:
        """Pieces to send for the request `frame` that ended at t_s; empty for silence."""
        if not self._is_for_me(frame) or self.faults.strikes("silent", t_s):
            return []
        self.requests += 1
        response = self._exception_by_fault(t_s, frame) or self._execute(t_s, frame)
        if frame[0] == BROADCAST:
            return []
        response.dev_id = self.address
        pieces = self._disturb(t_s, _framer.buildFrame(response))
        return pieces

    def _is_for_me(self, frame: bytes) -> bool:
        if len(frame) < _SHORTEST_FRAME or frame[0] not in (self.address, BROADCAST):
            return False
        return FramerRTU.check_CRC(frame[:-2], int.from_bytes(frame[-2:], "big"))

    def _exception_by_fault(self, t_s: float, frame: bytes):
        options = self.faults.strikes("exception", t_s)
        return options and ExceptionResponse(frame[1] & 0x7F, options["code"])

    def _execute(self, t_s: float, frame: bytes):
        """The response PDU for a frame whose CRC and address are good."""
        function = frame[1] & 0x7F
        handler = _HANDLERS.get(frame[1])
        if handler is None:
            return ExceptionResponse(function, ExcCodes.ILLEGAL_FUNCTION)
        _, _, _, payload = _framer.decode(frame)
        request = _framer.decoder.decode(payload) if payload else None
        if request is None:
            return ExceptionResponse(function, ExcCodes.ILLEGAL_VALUE)
        try:
            return handler(self, t_s, request)
        except KeyError:
            return ExceptionResponse(function, ExcCodes.ILLEGAL_ADDRESS)

    def _read(self, t_s: float, request):
        self.before_read(t_s)
        holding = request.function_code == messages.ReadHoldingRegistersRequest.function_code
        table = self.holding if holding else self.inputs
        kind = (messages.ReadHoldingRegistersResponse if holding
                else messages.ReadInputRegistersResponse)
        return kind(registers=table.read(request.address, request.count))

    def _write_one(self, t_s: float, request):
        code = self.write(t_s, request.address, list(request.registers))
        if code:
            return ExceptionResponse(request.function_code, code)
        return messages.WriteSingleRegisterResponse(
            address=request.address, registers=list(request.registers))

    def _write_many(self, t_s: float, request):
        values = list(request.registers)
        sound = 1 <= request.count <= _WRITE_LIMIT and len(values) == request.count
        code = (self.write(t_s, request.address, values)
                if sound and request.byte_count == 2 * request.count
                else ExcCodes.ILLEGAL_VALUE)
        if code:
            return ExceptionResponse(request.function_code, code)
        return messages.WriteMultipleRegistersResponse(
            address=request.address, count=request.count)

    def _disturb(self, t_s: float, frame: bytes) -> list[tuple[float, bytes]]:
        """Apply the faults of the wire to an answer; order: content, length, timing."""
        clean, frame = frame, self._damage(t_s, frame)
        if self.faults.strikes("merged", t_s):
            frame = (self._previous or clean) + frame
        self._previous = clean
        late = self.faults.strikes("late", t_s)
        wait_us = 1000.0 * (self._latency_ms() + (late["extra_ms"] if late else 0.0))
        gap = self.faults.strikes("gap", t_s)
        if not gap:
            return [(wait_us, frame)]
        middle = len(frame) // 2
        return [(wait_us, frame[:middle]), (1000.0 * gap["gap_ms"], frame[middle:])]

    def _latency_ms(self) -> float:
        return self.latency_ms + self.jitter_ms * (2.0 * self._rng.random() - 1.0)

    def _damage(self, t_s: float, frame: bytes) -> bytes:
        if options := self.faults.strikes("wrong_address", t_s):
            frame = _readdress(frame, options["offset"])
        if self.faults.strikes("bad_crc", t_s):
            frame = _flip_bit(frame, self.faults.random_below(8 * len(frame)))
        if options := self.faults.strikes("cut", t_s):
            frame = frame[: options["keep"]]
        if options := self.faults.strikes("noise", t_s):
            frame = _add_noise(frame, options["where"], self.faults.random_bytes(options["count"]))
        return frame


_HANDLERS = {3: Slave._read, 4: Slave._read, 6: Slave._write_one, 16: Slave._write_many}


def _readdress(frame: bytes, offset: int) -> bytes:
    """The frame as another slave would have sent it: other address, right CRC."""
    return _framer.encode(frame[1:-2], (frame[0] + offset - 1) % 247 + 1, 0)


def _flip_bit(frame: bytes, bit: int) -> bytes:
    damaged = bytearray(frame)
    damaged[bit // 8] ^= 1 << (bit % 8)
    return bytes(damaged)


def _add_noise(frame: bytes, where: str, noise: bytes) -> bytes:
    place = {"before": 0, "inside": len(frame) // 2, "after": len(frame)}[where]
    return frame[:place] + noise + frame[place:]
