"""Between a run and real voltages: ratings, and the fastest change.

Nothing outside the ratings is ever set unless `beyond` was asked for; then the source's own range
is the limit. A jump of the feeder is followed as fast as the ramp allows, step by step.
Units: V, V/s, s.
"""

from __future__ import annotations

from .errors import RigRefused
from .schema import Ratings


class GuardedSource:
    """source: a protocol.Source that was prepared. beyond: go beyond the ratings."""

    def __init__(self, source, ratings: Ratings, range_v: float, ramp_v_s: float, beyond: bool):
        self.source, self.ratings = source, ratings
        self.low_v = 0.0 if beyond else ratings.u_min_v
        self.high_v = range_v if beyond else min(range_v, ratings.u_max_v)
        self._ramp_v_s = ramp_v_s
        self.now_v: list[float] = []
        self.behind = 0  # steps in which a phase could not follow at once

    def check(self, u_v, where: str) -> None:
        """RigRefused where one of the voltages may not be set."""
        for phase, volts in enumerate(u_v, 1):
            if not self.low_v <= volts <= self.high_v:
                raise RigRefused(
                    f"{where}: L{phase} would be {volts:.1f} V, outside {self.low_v:g} to "
                    f"{self.high_v:g} V that the rig file's ratings and the source's range "
                    "allow; --beyond-ratings lifts the ratings, if box and meter bear it")

    def switch_on(self, u_v) -> None:
        """Output on at these voltages: set before the relay closes."""
        self.check(u_v, "at the start")
        self.source.voltages(tuple(u_v))
        self.source.output(True)
        self.now_v = list(u_v)

    def follow(self, u_v, step_s: float, where: str) -> None:
        """One grid step towards these voltages."""
        self.check(u_v, where)
        most_v = self._ramp_v_s * step_s
        new = [now + min(max(goal - now, -most_v), most_v)
               for now, goal in zip(self.now_v, u_v, strict=True)]
        self.behind += any(abs(a - b) > 0.05 for a, b in zip(new, u_v, strict=True))
        if new != self.now_v:
            self.source.voltages(tuple(new))
            self.now_v = new

    def close(self) -> None:
        """Output off, whatever has happened."""
        self.source.close()
