"""What was at work when the voltages were taken: the unit's powers of the last control periods.

Meters tell voltages that are `delay` periods old; with powers of the same age the unit takes its
own effect off exactly, however fast it acts. Units: W, var. Failure behaviour: none.
"""

_PLACES = 5  # pb_delay is 0 .. 4


class Past:
    """A ring of the last periods; `q_var` is the reactive power that belongs to the voltages."""

    def __init__(self) -> None:
        self.q_var: int = 0
        self.delay: int = 0
        self._p_w: list[int] = [0] * (3 * _PLACES)
        self._q_var: list[int] = [0] * _PLACES
        self._now: int = 0

    def turn(self, p_w: list[int], q_var: int) -> None:
        """Once a period: takes the powers of now, leaves those of `delay` periods ago in `p_w`."""
        now = self._now = (self._now + 1) % _PLACES
        then = (now - self.delay) % _PLACES
        self._q_var[now] = q_var
        self.q_var = self._q_var[then]
        for phase in range(3):
            self._p_w[3 * now + phase] = p_w[phase]
            p_w[phase] = self._p_w[3 * then + phase]
