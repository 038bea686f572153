"""Challenge and response, and the lockout after wrong ones. One gate, whatever session asks.

    response = first 16 bytes of HMAC-SHA256(key, "phaseward login 1|level|identity|challenge")

as 32 hex digits; level is its number, identity the box's in decimal, challenge the 32 hex digits
as sent. Truncated to half the digest, as RFC 2104, section 5 permits.
A wrong response closes the gate for 1 s, the next for 2 s, and so on up to 256 s; only a right one
ends the row. The row does not survive a restart: 128 bits cannot be guessed in the lifetime of a
box at one try a restart, and a stored lockout would let anybody with a cable keep the technician
out for good.
"""

from hashlib import sha256
from os import urandom

from ...platform.ticks import ticks_add, ticks_diff
from . import levels
from .hmac import hmac_sha256, same

HEX = "0123456789abcdef"
DIGITS = 32
_LONGEST_DOUBLINGS = 8


def to_hex(data):
    return "".join(["%02x" % byte for byte in data])


def response(key, level, identity, challenge):
    """The right answer to a challenge, as text."""
    message = "phaseward login 1|%d|%d|%s" % (level, identity, challenge)
    return to_hex(hmac_sha256(key, message.encode())[: DIGITS // 2])


class Gate:
    """`boot`: number of this boot; with a counter it makes challenges differ whatever the
    quality of the random numbers. `note(kind, numbers, origin)` records attempts."""

    def __init__(self, keys, identity, boot, clock, note, random=None):
        self.keys = keys
        self.identity = identity
        self._clock = clock
        self._note = note
        self._random = random or urandom
        self._boot = boot
        self._asked = 0
        self.failures = 0
        self._closed = False
        self._open_ms = 0

    def ground_level(self):
        """What anybody may do."""
        return levels.TECHNICIAN if self.keys.commissioning else levels.OPEN

    def challenge(self, level):
        """A fresh challenge. AccessError while the gate is closed or where there is no key."""
        self.keys.of(level)
        left_s = self.closed_s()
        if left_s:
            raise levels.AccessError("%d wrong responses: wait %d s" % (self.failures, left_s))
        self._asked += 1
        seed = b"%d|%d|%d|" % (self.identity, self._boot, self._asked)
        return to_hex(sha256(seed + self._random(16)).digest()[: DIGITS // 2])

    def check(self, level, challenge, answer, origin):
        """Returns where the answer is right. AccessError, and a closed gate, where it is wrong."""
        right = response(self.keys.of(level), level, self.identity, challenge)
        if same(answer.encode(), right.encode()):
            self.failures = 0
            self._note("login", (level,), origin)
            return
        delay_s = 1 << min(self.failures, _LONGEST_DOUBLINGS)
        self.failures += 1
        self._closed = True
        self._open_ms = ticks_add(self._clock.ticks_ms(), 1000 * delay_s)
        self._note("login_wrong", (level, self.failures), origin)
        raise levels.AccessError("wrong response; the next challenge in %d s" % delay_s)

    def closed_s(self):
        """Seconds until the next challenge is given, 0 = now."""
        self.tick()
        if not self._closed:
            return 0
        return ticks_diff(self._open_ms, self._clock.ticks_ms()) // 1000 + 1

    def tick(self):
        """To be called at least once in six days, so that the wrap of the clock does no harm."""
        if self._closed and ticks_diff(self._open_ms, self._clock.ticks_ms()) <= 0:
            self._closed = False
