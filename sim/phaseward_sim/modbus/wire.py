"""The RS-485 pair between one master and its slaves, in virtual time.

Characters take their true time on the wire: 10 bits without parity, 11 with parity or two
stop bits (a Modbus character is 11 bits; 8N1 meters in the field use 10). A frame ends after
3.5 characters of silence, but not before 1750 us above 19200 baud (Modbus over Serial Line
V1.02, 2.5.1.1). Times are integer microseconds of the simulation.
Failure: unknown parity, baud outside 300..921600 or an address used twice raise ValueError.
"""

from __future__ import annotations

_PARITY_BITS = {"N": 0, "E": 1, "O": 1}
_FIXED_T35_US = 1750.0
_FIXED_T15_US = 750.0
_FIXED_ABOVE_BAUD = 19200


class SerialBus:
    """One bus: `transmit` what the master sends, get what arrives back, and when.

    baud: bit/s. parity: "N", "E" or "O". stop_bits: 1 or 2.
    chunk_chars: an answer is handed over in pieces of so many characters, each at the time
    its last character has arrived (a UART's FIFO fills as time passes).
    """

    def __init__(self, baud: int = 9600, parity: str = "N", stop_bits: int = 1,
                 chunk_chars: int = 8):
        if parity not in _PARITY_BITS:
            raise ValueError(f"parity {parity!r}: one of N, E, O expected")
        if not 300 <= baud <= 921600:
            raise ValueError(f"baud {baud}: outside 300..921600")
        self.char_us = (9 + _PARITY_BITS[parity] + stop_bits) * 1e6 / baud
        fast = baud > _FIXED_ABOVE_BAUD
        self.t35_us = _FIXED_T35_US if fast else 3.5 * self.char_us
        self.t15_us = _FIXED_T15_US if fast else 1.5 * self.char_us
        self.chunk_chars = chunk_chars
        self.slaves: dict[int, object] = {}
        self.collisions = 0
        self._frame = b""
        self._sent_until_us = -1e18
        self._answers_us: list[tuple[float, float]] = []

    def add(self, slave) -> None:
        """Connect a slave; its address must be free on this bus."""
        if slave.address in self.slaves:
            raise ValueError(f"address {slave.address} is used twice on one bus")
        self.slaves[slave.address] = slave

    def advance(self, t_us: float) -> None:
        """Let every slave's own time run to t_us: call once per grid step (watchdogs)."""
        for slave in self.slaves.values():
            slave.advance(t_us * 1e-6)

    def transmit(self, t_us: float, data: bytes) -> list[tuple[int, bytes]]:
        """The master's bytes start at t_us; returns [(arrival time in us, bytes)].

        Bytes that follow the previous ones within 1.5 characters continue that frame. Bytes
        sent while an answer is on the wire collide with it: they reach nobody (`collisions`
        counts), and the answer, whose bytes were handed over before, still arrives.
        Each tuple's time is when its last byte has fully arrived at the master.
        """
        if not data:
            return []
        end_us = t_us + len(data) * self.char_us
        if self._collides(t_us, end_us):
            self.collisions += 1
            self._frame, self._sent_until_us = b"", end_us
            return []
        continues = t_us - self._sent_until_us <= self.t15_us
        self._frame = self._frame + data if continues else data
        self._sent_until_us = end_us
        return self._arrivals(end_us)

    def _collides(self, start_us: float, end_us: float) -> bool:
        self._answers_us = [span for span in self._answers_us if span[1] > start_us]
        return any(first_us < end_us for first_us, _ in self._answers_us)

    def _arrivals(self, end_us: float) -> list[tuple[int, bytes]]:
        arrivals: list[tuple[int, bytes]] = []
        for slave in self.slaves.values():
            pieces = slave.answer(end_us * 1e-6, self._frame)
            if pieces:
                arrivals += self._clock_out(end_us, pieces)
        return arrivals

    def _clock_out(self, end_us: float, pieces) -> list[tuple[int, bytes]]:
        """Give each chunk of an answer its arrival time."""
        at_us = end_us
        start_us = end_us + max(pieces[0][0], self.t35_us)
        out = []
        for index, (pause_us, piece) in enumerate(pieces):
            at_us += max(pause_us, self.t35_us) if index == 0 else pause_us
            for first in range(0, len(piece), self.chunk_chars):
                chunk = piece[first : first + self.chunk_chars]
                at_us += len(chunk) * self.char_us
                out.append((round(at_us), chunk))
        self._answers_us.append((start_us, at_us))
        return out
