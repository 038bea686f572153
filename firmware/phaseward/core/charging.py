"""What the charger's count of energy says of its car: whether it demands power, and how much.

    demand   a car is connected and its energy has risen within the last 10 minutes in which it was
             not switched off; before that it is full, or does not want to charge
    most_w   largest mean over 10 minutes of the cars seen: a car of 3.7 kW at a charger of 11 kW
             needs three times as long. An eighth is forgotten with each new car.
Units: Wh, W, minutes. Failure behaviour: what is not known is UNKNOWN, and most_w 0.
"""

from .arith import clip
from .clock import UNKNOWN

_IDLE_MIN = 10
_WINDOW_MIN = 10
_HIGHEST_W = 100000


class Charging:
    """Watches the energy of one car after the other."""

    def __init__(self) -> None:
        self.demand: int = UNKNOWN  # 1 = it would charge if it might, 0 = it would not
        self.most_w: int = 0  # 0 = none seen yet
        self._seen_wh: int = UNKNOWN
        self._idle_min: int = 0
        self._since_wh: int = UNKNOWN  # at the beginning of the window
        self._window_min: int = 0

    def minute(self, connected: int, energy_wh: int, off: bool) -> None:
        """A minute has passed. connected: 1, 0, -1 = unknown; off: the load is switched off."""
        if connected != 1 or energy_wh < 0:
            self.demand = min(connected, 0)
            self._seen_wh = UNKNOWN
            self._since_wh = UNKNOWN
            self._idle_min = 0
            return
        if energy_wh < self._seen_wh:  # another car
            self.most_w -= self.most_w >> 3
            self._since_wh = UNKNOWN
        if energy_wh != self._seen_wh:
            self._idle_min = 0
        elif not off and self._idle_min < _IDLE_MIN:
            self._idle_min += 1
        self._seen_wh = energy_wh
        self.demand = 1 if self._idle_min < _IDLE_MIN else 0
        self._measure(energy_wh)

    def _measure(self, energy_wh: int) -> None:
        if self._since_wh == UNKNOWN:
            self._since_wh = energy_wh
            self._window_min = 0
            return
        self._window_min += 1
        if self._window_min == _WINDOW_MIN:
            mean_w = clip((energy_wh - self._since_wh) * 60 // _WINDOW_MIN, 0, _HIGHEST_W)
            self.most_w = max(self.most_w, mean_w)
            self._since_wh = energy_wh
            self._window_min = 0

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.most_w
        return n + 1

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place. The car has to be seen anew."""
        self.most_w = clip(values[n], 0, _HIGHEST_W)
        return n + 1
