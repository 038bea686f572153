"""Modbus RTU master: one request at a time, awaitable, without allocation in the steady state.

    await master.read(1, 4, 0, 6)
    if master.status == status.OK:
        high = master.register(0)

Whatever arrives, a request ends within its quiet time + timeout + frame time (per attempt) in a
status, never in an exception; only a wrong argument raises (ValueError, RuntimeError).
An answer counts when address, function, length and CRC are the request's. Bytes around it are
ignored. A late answer of an earlier request is waited out (see Device.drain_ms).

The port drives the line (baud, parity, driver-enable): `write(buf, n)` begins to send,
`readinto(buf, start, n)` copies what is there and says how much, `discard()`, `tx_ms(n)`, and
`rx_event.ready`, a hint that bytes have come to rest. A port may offer `expect(n, pause_ms)`: the
answer to what is written next has `n` bytes, which lets it give that hint sooner, and once more
with `rested` after that pause. Times are ticks in ms that wrap at 2**30.
"""

from . import frame, status
from .operation import DONE, elapsed_ms
from .reply import Reply
from .requests import IDLE, Requests

CHAR_BITS = (10, 11, 11)  # on the line, by parity: start, 8 data, none/even/odd, stop
_QUIET, _SENDING, _RECEIVING = 1, 2, 3
_POLL_MS = 2  # looking for bytes on a port that has no receive event
_BABBLE_MS = 500  # a line that is not quiet for so long is given up on


def silence_ms(baud, char_bits=11):
    """Pause between frames: 3.5 characters up to 19200 baud, else 1.75 ms, and 1 ms of tick error.

    Modbus over serial line V1.02, 2.5.1.1.
    """
    if baud > 19200:
        return 3
    return (3500 * char_bits + baud - 1) // baud + 1


class Master(Requests):
    """`status`, `register(i)` and `bit(i)` hold the last result until the next request."""

    def __init__(self, port, clock, wait):
        """`wait`: the scheduler's awaitable; only its attribute `event` is set here."""
        Requests.__init__(self, clock, wait, Reply())
        self.port = port
        self._expect = getattr(port, "expect", None)
        self.silence_ms = silence_ms(9600)
        self.echo = False  # the line returns what we send
        self._limit_ms = 0  # from sending to giving up
        self._copies = 1  # 2 where the first copy of the answer is our own echo
        self._begun_ms = 0
        self._sent_ms = 0
        self._quiet_from_ms = clock.ticks_ms()
        self._quiet_ms = self.silence_ms
        self._disturbed = False  # since the answer, or there was no good one

    def set_line(self, baud, char_bits=11):
        """Tell the pace of the line; the port itself is set by whoever owns it."""
        self.silence_ms = silence_ms(baud, char_bits)
        self._quiet_ms = self.silence_ms

    # The state machine.

    def step(self):
        if self._state == _QUIET:
            return self._step_quiet()
        if self._state == _SENDING:
            return self._step_sending()
        if self._state == _RECEIVING:
            return self._step_receiving()
        return DONE

    def _start_try(self):
        self.status = status.BUSY
        self._copies = 1
        self._begun_ms = self.clock.ticks_ms()
        self._state = _QUIET

    def _shape(self):
        return self._tx[1] << 16 | self.reply.length

    def _step_quiet(self):
        """Drop what comes in, wait for silence, then send."""
        event = self.port.rx_event
        if event is not None:
            event.ready = False
        now_ms = self.clock.ticks_ms()
        self.reply.clear()
        if self.reply.take(self.port):
            self._quiet_from_ms = now_ms
            self._disturbed = True
            if elapsed_ms(now_ms, self._begun_ms) > _BABBLE_MS + self._timeout_ms:
                return self._end(status.NOISE, now_ms)
        left_ms = self._device.drain_ms(self._shape(), now_ms)
        if not self._rested():
            left_ms = max(left_ms, self._quiet_ms - elapsed_ms(now_ms, self._quiet_from_ms))
        if left_ms <= 0:
            return self._send(now_ms)
        self.wait.event = event
        return left_ms

    def _rested(self):
        """Whether the port has seen the pause after the answer pass, to the microsecond."""
        return self._expect is not None and self.port.rested and not self._disturbed

    def _send(self, now_ms):
        self._quiet_ms = max(self.silence_ms, self._device.turnaround_ms)
        if self._expect is not None:
            self._expect(self.reply.length, self._quiet_ms)
        self.port.write(self._tx, self._tx_n)
        self._sent_ms = now_ms
        self._limit_ms = (
            self.port.tx_ms(self._tx_n) + self._timeout_ms + self.port.tx_ms(self.reply.length)
        )
        self._state = _SENDING
        return self.port.tx_ms(self._tx_n)

    def _step_sending(self):
        now_ms = self.clock.ticks_ms()
        left_ms = self.port.tx_ms(self._tx_n) - elapsed_ms(now_ms, self._sent_ms)
        if left_ms > 0:
            return left_ms
        self._state = _RECEIVING
        self._expect_echo(left_ms)
        return self._step_receiving()

    def _expect_echo(self, left_ms):
        """The answer to functions 5 and 6 repeats the request: on an echoing line skip a copy.

        What arrives before a device could have answered is our own echo.
        """
        if not self._confirms_by_repeating():
            return
        if left_ms > -self.silence_ms:
            self.reply.take(self.port)
        if self.echo or self.reply.begins_like_request():
            self._copies = 2

    def _confirms_by_repeating(self):
        return self._tx[1] == frame.WRITE_COIL or self._tx[1] == frame.WRITE_REGISTER

    def _step_receiving(self):
        event = self.port.rx_event
        if event is not None:
            event.ready = False  # before reading, so that no later byte goes unnoticed
        now_ms = self.clock.ticks_ms()
        while self.reply.take(self.port):
            self._quiet_from_ms = now_ms
            if self.reply.answered(self._copies):
                return self._end(self._verdict(), now_ms)
        left_ms = self._limit_ms - elapsed_ms(now_ms, self._sent_ms)
        if left_ms <= 0:
            return self._end(self.reply.diagnose(), now_ms)
        self.wait.event = event
        return left_ms if event is not None else min(left_ms, _POLL_MS)

    def _verdict(self):
        exception = self.reply.exception
        return status.EXCEPTION + exception if exception else status.OK

    def _end(self, result, now_ms):
        self._device.counters.record(result, now_ms)
        self._disturbed = result != status.OK
        if result == status.OK:
            self._learn_echo()
        elif result < status.EXCEPTION:
            self._device.owes(self._shape(), now_ms, self._timeout_ms)
            self.reply.keep_bad()
            if self._tries > 0:
                self._tries -= 1
                self._start_try()
                return self._step_quiet()
        self.status = result
        self._state = IDLE
        return DONE

    def _learn_echo(self):
        if not self._confirms_by_repeating():
            self.echo = self.reply.echoed()
