"""The time of day, where somebody has told it: kept running from the box's own time.

Unit: minutes of the day, 0 .. 1439; -1 = unknown. The box needs no clock; who knows the time (a
technician, a host, a meter) may tell it, and may say that it is no longer known.
Failure behaviour: unknown until told, and again after every restart.
"""

UNKNOWN = -1
DAY_MIN = 1440
_MINUTE_MS = 60000
_DAY_MS = DAY_MIN * _MINUTE_MS  # below 2**27


class DayClock:
    """Runs by `advance`; `minute` is the minute of the day or UNKNOWN."""

    def __init__(self) -> None:
        self.minute: int = UNKNOWN
        self._day_ms: int = 0

    def tell(self, minute: int) -> None:
        """It is now so many minutes after midnight; anything outside 0..1439: unknown."""
        self.minute = minute if 0 <= minute < DAY_MIN else UNKNOWN
        self._day_ms = max(0, self.minute) * _MINUTE_MS

    def advance(self, elapsed_ms: int) -> None:
        """So much time has passed, 0 .. 2**29 ms."""
        if self.minute == UNKNOWN:
            return
        self._day_ms += elapsed_ms
        if self._day_ms >= _DAY_MS:
            self._day_ms %= _DAY_MS
        self.minute = self._day_ms // _MINUTE_MS
