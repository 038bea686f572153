"""Received bytes, and the answer among them. Preallocated; knows the request it belongs to.

Holds a frame of 256 bytes and some noise. What does not fit pushes out the oldest bytes, so noise
of any length cannot hide an answer that follows it.
"""

from . import frame

ROOM = 320
_SHOWN = 32


class Reply:
    """`expect` a request's answer, `take` bytes until `answered`, then read registers or bits."""

    def __init__(self):
        self.exception = 0  # number in an exception answer, 0 = none
        self.length = 0  # of the good answer
        self.n = 0  # bytes received
        self.bad_frame = bytearray(_SHOWN)  # beginning of the last wrong answer, for a person
        self.bad_length = 0
        self.bad_address = 0
        self._buf = bytearray(ROOM)
        self._at = -1  # where the answer begins
        self._count = 0
        self._registers = 0  # that can be read out of it
        self._request = None
        self._request_n = 0

    def expect(self, request, request_n, count):
        """The answer to `request` (a buffer that stays as it is) with `count` items is awaited."""
        self._request = request
        self._request_n = request_n
        self._count = count
        self.length = frame.reply_length(request[1], count)
        self.clear()

    def clear(self):
        self.n = 0
        self.exception = 0
        self._at = -1
        self._registers = 0

    def take(self, port):
        """Fetch what the port has; returns how many bytes were new."""
        if self.n == ROOM:
            self._drop_oldest()
        n = port.readinto(self._buf, self.n, ROOM - self.n)
        self.n += n
        return n

    def begins_like_request(self):
        return self.n > 0 and self._buf[0] == self._request[0]

    def answered(self, copies=1):
        """Whether the answer is there. `copies` 2: the first one is our own echo."""
        at = frame.find_reply(self._buf, self.n, self._request, self.length)
        if at >= 0 and copies > 1:
            behind = at + self.length
            at = frame.find_reply(self._buf, self.n, self._request, self.length, behind)
        if at < 0:
            at = frame.find_exception(self._buf, self.n, self._request)
            if at < 0:
                return False
            self.exception = self._buf[at + 2]
        elif frame.READ_HOLDING <= self._request[1] <= frame.READ_INPUT:
            self._registers = self._count
        self._at = at
        return True

    def echoed(self):
        """Whether the request itself came in before the answer: the line returns what we send."""
        return self._at >= self._request_n and frame.starts_with(
            self._buf, self.n, self._request, self._request_n
        )

    def register(self, i):
        """Register `i` of the good answer, 0..65535. Made short: the meter asks for each one."""
        if not 0 <= i < self._registers:
            self._check(i, frame.READ_HOLDING)
        at = self._at + 3 + 2 * i
        return self._buf[at] << 8 | self._buf[at + 1]

    def bit(self, i):
        """Bit `i` of the good answer, 0 or 1."""
        self._check(i, frame.READ_COILS)
        return self._buf[self._at + 3 + (i >> 3)] >> (i & 7) & 1

    def checksum(self):
        """CRC of the good answer; answers of different content share one in 1 of 65536 cases."""
        return frame.get_word(self._buf, self._at + self.length - 2)

    def diagnose(self):
        """Why the bytes hold no answer: a status other than OK."""
        return frame.diagnose(self._buf, self.n, self._request, self._request_n, self.length)

    def keep_bad(self):
        """Keep the beginning of a wrong answer for a person to look at."""
        if self.n:
            self.bad_length = min(self.n, _SHOWN)
            self.bad_address = self._request[0]
            for i in range(self.bad_length):
                self.bad_frame[i] = self._buf[i]

    def _check(self, i, function):
        """Functions 1 and 2 answer bits, 3 and 4 registers; nothing else can be read out."""
        if self._at < 0 or self.exception or (self._request[1] + 1) >> 1 != (function + 1) >> 1:
            raise IndexError("there is no good answer with such values")
        if not 0 <= i < self._count:
            raise IndexError("item %d of an answer with %d" % (i, self._count))

    def _drop_oldest(self):
        keep = self.length - 1
        for i in range(keep):
            self._buf[i] = self._buf[self.n - keep + i]
        self.n = keep
