"""Wall time as the virtual time of a box: microseconds since the start, at a given speed.

Where this machine does not keep up, virtual time is not run after: what lies further back than
`SLACK_S` is given up, counted in `lost_s` (wall seconds).
"""

import time

SLACK_S = 0.5


class Pace:
    """speed: virtual seconds per wall second. clock: wall seconds, may be replaced in tests."""

    def __init__(self, speed: float = 1.0, clock=time.monotonic):
        self.speed = speed
        self.lost_s = 0.0
        self._clock = clock
        self._start_s = clock()

    def begin(self) -> None:
        """Virtual time 0 is now."""
        self._start_s = self._clock()

    def now_us(self) -> int:
        """Virtual time that belongs to this moment."""
        return round((self._clock() - self._start_s) * self.speed * 1e6)

    def left_s(self, t_us: int) -> float:
        """Wall seconds until virtual time `t_us`; negative when it has passed."""
        return self._start_s + t_us / (self.speed * 1e6) - self._clock()

    def reached(self, t_us: int) -> None:
        """Tells how far the box has got: too great a delay is given up."""
        behind_s = -self.left_s(t_us) - SLACK_S
        if behind_s > 0:
            self._start_s += behind_s
            self.lost_s += behind_s
