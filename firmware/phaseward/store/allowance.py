"""How often flash may be written: a bucket of tokens that refills evenly and holds a few.

Flash wears out by erasing. Whatever happens in the grid, over any time no more than
`most + time / every_s` writes are granted. Units: s of uptime.
"""


class Allowance:
    """One token every `every_s` seconds, at most `most` at hand; full at the start."""

    def __init__(self, every_s, most):
        self.every_s = every_s
        self._most = most
        self._tokens = most
        self._counted_s = 0

    def take(self, uptime_s):
        """True, and one token less, where a write may be made now."""
        self._refill(uptime_s)
        if not self._tokens:
            return False
        self._tokens -= 1
        return True

    def _refill(self, uptime_s):
        earned = (uptime_s - self._counted_s) // self.every_s
        if earned <= 0:
            return
        self._tokens = min(self._most, self._tokens + earned)
        self._counted_s += earned * self.every_s
