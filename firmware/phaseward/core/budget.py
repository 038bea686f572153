"""The blocking allowance of a load: a token bucket that always keeps enough for a gentle release.

A minute at depth d (0 = full power, 1000 = floor) costs d/1000 of a minute. The bucket holds one
day's allowance and is refilled evenly, so that over any n days at most n + 1 allowances are spent,
and one a day in the long run. Unit of tokens: 1/72000 minute, the largest that makes the refill
of one minute (allowance * 50) a whole number.
"""

from .arith import clip

FULL_MIN = 72000
# After the allowance was spent, blocking begins again only when this much more has come back.
_REARM_MIN = 10


class Budget:
    """Tokens of one load. Allowance 0 = unlimited: nothing is counted."""

    def __init__(self) -> None:
        self.tokens: int = -1  # -1 = not filled yet
        self.spent: bool = False
        self._day_min: int = 0
        self._ramp_pm: int = 1
        self._jitter_min: int = 0

    def configure(self, day_min: int, ramp_pm: int, jitter_min: int) -> None:
        """Allowance in min/day; rise of a release per minute; this box's own earlier release."""
        if day_min != self._day_min or self.tokens < 0:
            full = day_min * FULL_MIN
            self.tokens = full if self.tokens < 0 else min(self.tokens, full)
        self._day_min = day_min
        self._ramp_pm = ramp_pm
        self._jitter_min = jitter_min

    def _reserve(self, depth_pm: int) -> int:
        """Cost of one more minute at this depth and of the ramp back from it."""
        minutes = depth_pm // (2 * self._ramp_pm) + 2
        return (depth_pm * minutes) * 72 + self._jitter_min * FULL_MIN

    def pay(self, depth_pm: int) -> None:
        """One minute was spent at this depth."""
        tokens = self.tokens + self._day_min * 50 - depth_pm * 72
        self.tokens = clip(tokens, 0, self._day_min * FULL_MIN)

    def must_release(self, depth_pm: int) -> bool:
        """True where another minute at this depth could not be paid; `spent` until re-armed."""
        if self._day_min == 0:
            self.spent = False
        elif self.spent:
            self.spent = not self.covers(_REARM_MIN)
        elif depth_pm > 0 and self.tokens < self._reserve(depth_pm):
            self.spent = True
        return self.spent

    def covers(self, minutes: int) -> bool:
        """True where so many full minutes and the release after them can be paid."""
        if self._day_min == 0:
            return True
        return self.tokens >= self._reserve(1000) + minutes * FULL_MIN

    def left_min(self) -> int:
        """Full minutes of blocking left; -1 = unlimited."""
        return self.tokens // FULL_MIN if self._day_min else -1

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.tokens
        out[n + 1] = 1 if self.spent else 0
        return n + 2

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote, after `configure`; returns the next place."""
        self.tokens = clip(values[n], 0, self._day_min * FULL_MIN)
        self.spent = values[n + 1] != 0
        return n + 2
