"""Modbus TCP frames from a byte stream: the answer with the request's transaction number.

A frame is a header of seven bytes (transaction, protocol 0, length, unit) and the PDU: Modbus
messaging on TCP/IP V1.0b, 3.1.3. A stream has no gaps to find its frames again by, so a header
that cannot be one makes the whole stream worthless. Frames of other transactions are late
answers and passed over. Preallocated.
"""

from . import frame
from .crc import crc16
from .reply import Reply
from .status import ADDRESS, BUSY, DATA, EXCEPTION, FUNCTION, LENGTH, NOISE, OK

HEADER = 6  # bytes before the unit
MOST = HEADER + frame.MAX_FRAME - 2  # unit and PDU, without the serial line's CRC
CHECKSUM = 2  # bytes of CRC that the serial line's frames have and these do not


class TcpReply(Reply):
    """`take` bytes from a stream until `verdict()` is another than BUSY."""

    def __init__(self):
        Reply.__init__(self)
        self.transaction = 0

    def take(self, stream):
        """Fetch what the stream has; returns how many bytes, -1 where the connection is lost."""
        n = stream.readinto(self._buf, self.n, MOST - self.n)
        if n > 0:
            self.n += n
        return n

    def verdict(self):
        """A status: BUSY while the answer is not whole. NOISE: the stream is worthless."""
        while self.n >= HEADER + 2:
            size = frame.get_word(self._buf, 4)
            if frame.get_word(self._buf, 2) or not 2 <= size <= MOST - HEADER:
                return NOISE
            if self.n < HEADER + size:
                return BUSY
            if frame.get_word(self._buf, 0) == self.transaction:
                return self._judge(size)
            self._drop(HEADER + size)
        return BUSY

    def checksum(self):
        """CRC of the good answer; answers of different content share one in 1 of 65536 cases."""
        return crc16(self._buf, self.length - CHECKSUM, HEADER)

    def _judge(self, size):
        buf, request = self._buf, self._request
        if buf[HEADER] != request[0]:
            return ADDRESS
        function = buf[HEADER + 1]
        if function == request[1] | 0x80:
            return self._refused(size)
        if function != request[1]:
            return FUNCTION
        if size != self.length - CHECKSUM:
            return LENGTH
        if not frame.repeats(buf, HEADER, request, self.length):
            return LENGTH if function <= frame.READ_INPUT else DATA
        self._at = HEADER
        return OK

    def _refused(self, size):
        if size != frame.EXCEPTION_LENGTH - CHECKSUM or not self._buf[HEADER + 2]:
            return LENGTH
        self.exception = self._buf[HEADER + 2]
        return EXCEPTION + self.exception

    def _drop(self, count):
        for i in range(self.n - count):
            self._buf[i] = self._buf[i + count]
        self.n -= count
