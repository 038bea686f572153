"""Modbus TCP master: one request at a time, awaitable, with the serial master's methods.

    master = Master(stream, clock, wait)
    await master.read(255, 4, 1008, 1)

It connects by itself when it is asked something. A request ends within its timeout per attempt,
connecting included; after a failed connection the next is tried 1, 2, 4 .. 60 s later, and
requests before that end at once with OFFLINE. A connection that was closed while idle is made
anew and the request sent again. A late answer is known by its transaction number and passed over;
an answer that is wrong in any other way, or `SILENT` requests in a row without one, ends the
connection.
No request, no connection attempt: nothing is done in the background.

The stream does not block: `connect()` begins, `state()` is UP, WAITING or LOST,
`write(buf, start, n)` and `readinto(buf, start, n)` give the bytes moved now, -1 where the
connection is lost, `close()`. Nothing is allocated here; what a stream allocates, it says.
"""

from . import frame, status
from .operation import DONE, elapsed_ms
from .requests import IDLE, Requests
from .tcp_reply import CHECKSUM, HEADER, MOST, TcpReply

UP, WAITING, LOST = 1, 0, -1  # of a stream
PORT = 502
SILENT = 3
FIRST_PAUSE_MS, LONGEST_PAUSE_MS = 1000, 60000
_CONNECTING, _SENDING, _RECEIVING = 1, 2, 3
_POLL_MS = 5


class Master(Requests):
    """As `rtu.Master`; `stream` in place of a port, units 0..255 in place of addresses."""

    ADDRESSES = (0, 255)

    def __init__(self, stream, clock, wait):
        Requests.__init__(self, clock, wait, TcpReply())
        self.stream = stream
        self.connections = 0  # made so far
        self._out = bytearray(MOST)
        self._sent = 0
        self._begun_ms = 0
        self._up = False
        self._used = False  # the connection has carried an answer, so it was good once
        self._silent = 0
        self._pause_ms = 0
        self._failed_ms = 0

    def close(self):
        """Ends the connection; the next request makes another."""
        self.stream.close()
        self._up = False
        self._used = False
        self._silent = 0

    def abort(self):
        """Forget the request under way. Half a sent frame would spoil the stream: it is closed."""
        if self._state != IDLE:
            self.close()
        Requests.abort(self)

    def step(self):
        if self._state == _CONNECTING:
            return self._step_connecting()
        if self._state == _SENDING:
            return self._step_sending()
        if self._state == _RECEIVING:
            return self._step_receiving()
        return DONE

    def _start_try(self):
        self.status = status.BUSY
        self._begun_ms = self.clock.ticks_ms()
        self._address()
        self.reply.clear()
        if self._up:
            self._state = _SENDING
        else:
            self._state = _CONNECTING
            if not self._pausing():
                self.stream.connect()

    def _address(self):
        """The request as a frame with the next transaction number."""
        transaction = (self.reply.transaction + 1) & 0xFFFF
        self.reply.transaction = transaction
        size = self._tx_n - CHECKSUM
        frame.put_word(self._out, 0, transaction)
        frame.put_word(self._out, 4, size)
        for i in range(size):
            self._out[HEADER + i] = self._tx[i]
        self._sent = 0

    def _pausing(self):
        if not self._pause_ms:
            return False
        return elapsed_ms(self.clock.ticks_ms(), self._failed_ms) < self._pause_ms

    def _left_ms(self):
        return self._timeout_ms - elapsed_ms(self.clock.ticks_ms(), self._begun_ms)

    def _step_connecting(self):
        if self._pausing():
            return self._end(status.OFFLINE)
        state = self.stream.state()
        if state == UP:
            self._up = True
            self._pause_ms = 0
            self.connections += 1
            self._state = _SENDING
            return self._step_sending()
        left_ms = self._left_ms()
        if state == LOST or left_ms <= 0:
            return self._fail()
        return min(left_ms, _POLL_MS)

    def _fail(self):
        """No connection to be had: wait longer each time before the next is tried."""
        self.close()
        self._failed_ms = self.clock.ticks_ms()
        self._pause_ms = min(max(2 * self._pause_ms, FIRST_PAUSE_MS), LONGEST_PAUSE_MS)
        self._tries = 0
        return self._end(status.OFFLINE)

    def _step_sending(self):
        total = HEADER + self._tx_n - CHECKSUM
        n = self.stream.write(self._out, self._sent, total - self._sent)
        if n < 0:
            return self._lost()
        self._sent += n
        left_ms = self._left_ms()
        if self._sent < total:
            return min(left_ms, _POLL_MS) if left_ms > 0 else self._spoilt(status.TIMEOUT)
        self._state = _RECEIVING
        return self._step_receiving()

    def _step_receiving(self):
        n = self.reply.take(self.stream)
        while n > 0:
            verdict = self.reply.verdict()
            if verdict == status.OK or verdict >= status.EXCEPTION:
                return self._answered(verdict)
            if verdict != status.BUSY:
                return self._spoilt(verdict)
            n = self.reply.take(self.stream)
        if n < 0:
            return self._lost()
        left_ms = self._left_ms()
        return min(left_ms, _POLL_MS) if left_ms > 0 else self._unanswered()

    def _answered(self, verdict):
        self._used = True
        self._silent = 0
        return self._end(verdict)

    def _unanswered(self):
        self._silent += 1
        if self._silent >= SILENT or self.reply.n:
            self.close()  # half open, or half an answer: what follows could not be told apart
        return self._end(status.TIMEOUT)

    def _lost(self):
        """Closed while idle, by a server that saves connections: make it anew, once."""
        again = self._used
        self.close()
        if again:
            self._start_try()
            return self._step_connecting()
        return self._fail()

    def _spoilt(self, result):
        self.reply.keep_bad()
        self.close()
        return self._end(result)

    def _end(self, result):
        self._device.counters.record(result, self.clock.ticks_ms())
        if result != status.OK and result < status.EXCEPTION and self._tries > 0:
            self._tries -= 1
            self._start_try()
            return self.step()
        self.status = result
        self._state = IDLE
        return DONE
