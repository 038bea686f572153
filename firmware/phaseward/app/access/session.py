"""What one user of the port may do now: the person's session and the tool's are separate ones.

A challenge serves once and for two minutes. A session that has been idle for 15 minutes is over.
"""

from ...platform.ticks import ticks_diff
from .gate import DIGITS, HEX
from .levels import NAMES, OPEN, AccessError, number

CHALLENGE_MS = 120_000
IDLE_MS = 900_000


class Session:
    """`name`: what the log calls this user, "console" or "tool"."""

    def __init__(self, name, gate, clock):
        self.name = name
        self._gate = gate
        self._clock = clock
        self._level = OPEN
        self._used_ms = 0
        self._challenge = None
        self._wanted = OPEN
        self._asked_ms = 0

    def level(self):
        return max(self._level, self._gate.ground_level())

    def origin(self):
        """Who this is, for the log."""
        if self._level == OPEN and self.level() != OPEN:
            return self.name + " commissioning"
        return self.name + " " + NAMES[self._level]

    def require(self, level, what):
        """AccessError unless the session has that level."""
        if self.level() >= level:
            return
        raise AccessError("%s needs the %s's level: challenge and login" % (what, NAMES[level]))

    def challenge(self, level_name):
        """A challenge for a level, to be answered by `login`."""
        level = number(level_name)
        self._challenge = None
        self._challenge = self._gate.challenge(level)
        self._wanted = level
        self._asked_ms = self._clock.ticks_ms()
        return self._challenge

    def login(self, answer):
        """Takes the response to the last challenge. AccessError where it is not the right one."""
        self.tick()
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            raise AccessError("no challenge is open: ask for one first; it serves once, for 2 min")
        if len(answer) != DIGITS or not _hexadecimal(answer):
            raise AccessError("a response is %d hex digits in small letters" % DIGITS)
        self._gate.check(self._wanted, challenge, answer, self.name)
        self._level = self._wanted
        self.used()

    def logout(self):
        self._level = OPEN
        self._challenge = None

    def used(self):
        """The user has given a command."""
        self._used_ms = self._clock.ticks_ms()

    def tick(self):
        """Ends what has lasted too long. Called about once a second; allocates nothing."""
        now_ms = self._clock.ticks_ms()
        if self._level != OPEN and ticks_diff(now_ms, self._used_ms) > IDLE_MS:
            self.logout()
        if self._challenge is not None and ticks_diff(now_ms, self._asked_ms) > CHALLENGE_MS:
            self._challenge = None


def _hexadecimal(text):
    for digit in text:
        if digit not in HEX:
            return False
    return True
