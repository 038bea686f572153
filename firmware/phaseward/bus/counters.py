"""What a device on the bus has answered so far: counts, and how long ago it last answered well.

Counts stop at 2**30 - 1, so they stay small integers; at one poll a second that is 34 years.
The age is summed from poll to poll, so the wrap of the clock after 12.4 days does not shorten it.
"""

from . import status
from .operation import elapsed_ms

MOST = 0x3FFFFFFF


class Counters:
    """Per device. `ok`, `timeout`, `crc`, `exception`, `other` add up to `requests`."""

    def __init__(self, now_ms):
        self.requests = 0
        self.ok = 0
        self.timeout = 0
        self.crc = 0
        self.exception = 0
        self.other = 0
        self.last_status = status.OK
        self.last_bad = status.OK  # the last status that was not OK
        self.last_ok_ms = -1  # tick of the last good answer, -1 = never
        self.age_ms = 0  # since the last good answer, or since the start
        self._seen_ms = now_ms

    def record(self, result, now_ms):
        """One attempt ended with the status `result`."""
        self.requests = _more(self.requests, 1)
        self.last_status = result
        self.advance(now_ms)
        if result == status.OK:
            self.ok = _more(self.ok, 1)
            self.last_ok_ms = now_ms
            self.age_ms = 0
        else:
            self._record_bad(result)

    def advance(self, now_ms):
        """Let the age grow to now; call at least once in 12 days."""
        self.age_ms = _more(self.age_ms, elapsed_ms(now_ms, self._seen_ms))
        self._seen_ms = now_ms

    def _record_bad(self, result):
        self.last_bad = result
        if result == status.TIMEOUT:
            self.timeout = _more(self.timeout, 1)
        elif result == status.CRC:
            self.crc = _more(self.crc, 1)
        elif result >= status.EXCEPTION:
            self.exception = _more(self.exception, 1)
        else:
            self.other = _more(self.other, 1)


def _more(count, by):
    return count + by if count <= MOST - by else MOST
