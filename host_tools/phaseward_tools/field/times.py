"""When something in a box's records was. A box has no clock: it counts seconds since its boot.

Of this boot the host knows the time of day, from its own clock and the box's uptime. Of earlier
boots it knows their order only, since nobody says how long the box was off: they are put end to
end before this one, and marked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Moment:
    """`at`: the time of day; `sure`: whether it is known, or only the latest it can have been."""

    at: datetime
    sure: bool

    def words(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}" if self.sure else f"by {self.at:%Y-%m-%d %H:%M}"


class Times:
    """now: the host's time at which the box told `boot` and `uptime_s`.

    spans: (boot, uptime_s) of whatever was recorded, from which each boot's length is taken
    """

    def __init__(self, now: datetime, boot: int, uptime_s: int,
                 spans: Iterable[tuple[int, int]] = ()):
        self._boot = boot
        longest: dict[int, int] = {}
        for number, at_s in spans:
            longest[number] = max(longest.get(number, 0), at_s)
        start = now - timedelta(seconds=uptime_s)
        self._starts = {boot: start}
        for number in sorted((n for n in longest if n < boot), reverse=True):
            start -= timedelta(seconds=longest[number])
            self._starts[number] = start

    def of(self, boot: int, uptime_s: int) -> Moment | None:
        """The moment; None for a boot that nothing else is known of."""
        start = self._starts.get(boot)
        if start is None:
            return None
        return Moment(start + timedelta(seconds=uptime_s), boot == self._boot)
