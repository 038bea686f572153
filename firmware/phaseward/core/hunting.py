"""Detects phases that swing against each other, as several balancers on one feeder can make them.

A swing of a phase is its way from more than +threshold to less than -threshold about the mean of
the phases; counting zero crossings instead would count noise. Units: mV, ms.
Source: experiments with the law, docs/BALANCER.md.
"""

_WINDOW_MS = 600000


class Hunting:
    """Counts swings per phase in windows of 10 minutes."""

    def __init__(self) -> None:
        self.threshold_mv: int = 2000
        self.most: int = 8
        self._high: list[int] = [0, 0, 0]
        self._count: list[int] = [0, 0, 0]
        self._window_ms: int = 0

    def observe(self, u_mv: list[int], elapsed_ms: int) -> int:
        """One look at the voltages. Returns 1: hunting, 0: nothing, -1: a window without it."""
        mean_mv = (u_mv[0] + u_mv[1] + u_mv[2]) // 3
        for phase in range(3):
            self._swing(phase, u_mv[phase] - mean_mv)
            if self._count[phase] >= self.most:
                self._restart()
                return 1
        self._window_ms += elapsed_ms
        if self._window_ms < _WINDOW_MS:
            return 0
        self._restart()
        return -1

    def _swing(self, phase: int, e_mv: int) -> None:
        if e_mv > self.threshold_mv:
            self._high[phase] = 1
        elif e_mv < -self.threshold_mv and self._high[phase]:
            self._high[phase] = 0
            self._count[phase] += 1

    def _restart(self) -> None:
        self._window_ms = 0
        for phase in range(3):
            self._count[phase] = 0
