"""One floor for all dimmed loads behind the box, instead of one for each.

With n devices controlled together the draw that must stay possible is

    P_min = largest floor + (n - 1) * g(n) * 4200 W,   g = 0.80, 0.75, 0.70 for n = 2, 3, 4

so two of 4.2 kW share 7.56 kW. Source: BNetzA BK6-22-300, Anlage 1, 4.5.2, by secondary sources;
g(3), g(4) and "largest floor" (0.4 of the rated power for heat pumps above 11 kW) are from memory,
unverified. Devices whose car is known to be gone leave their part to the others. Where not all
can run at the least power they need, as many as can take turns of half an hour.
Units: W. Failure behaviour: a device nobody knows about counts as there.
"""

from .blocking import DIM
from .comfort import GONE
from .decision import MAX_LOADS

_PART_PM = (1000, 1000, 800, 750, 700)  # by number of devices
_EACH_W = 4200
TURN_MIN = 30


def least_total_w(count: int, largest_w: int) -> int:
    """P_min of `count` (0..4) devices, the largest floor among them being `largest_w`."""
    if count < 2:
        return largest_w
    return largest_w + (count - 1) * (_EACH_W * _PART_PM[count] // 1000)


class Joint:
    """Shares the joint floor out among the loads of kind dim."""

    def __init__(self) -> None:
        self.on: bool = False
        self.floor_w: list[int] = [0] * MAX_LOADS  # in force, of the loads of kind dim
        self._own_w: list[int] = [0] * MAX_LOADS  # each one's own floor, as configured
        self._least_w: list[int] = [0] * MAX_LOADS
        self._runs: list[bool] = [False] * MAX_LOADS

    def configure(self, p: dict, laws: list) -> None:
        """Take over the parameters; the laws have theirs, and their own floors, already."""
        self.on = p["bl_joint"] != 0
        for load in range(MAX_LOADS):
            law = laws[load]
            self._own_w[load] = law.floor_w
            self._least_w[load] = min(p["l%d_min_w" % (load + 1)], law.max_w)

    def minute(self, laws: list, comfort: list, uptime_min: int) -> None:
        """A minute has passed: bring `floor_w` up to date."""
        count = 0
        largest_w = 0
        for load in range(MAX_LOADS):
            if laws[load].kind == DIM:
                count += 1
                largest_w = max(largest_w, self._own_w[load])
        total_w = least_total_w(count, largest_w)
        left_w = self._choose(laws, comfort, total_w, uptime_min // TURN_MIN)
        self._fill(laws, left_w)

    def _choose(self, laws: list, comfort: list, total_w: int, turn: int) -> int:
        """Who runs: each of those gets its least power. Returns what is left of `total_w`."""
        for place in range(MAX_LOADS):
            load = (place + turn) % MAX_LOADS
            self.floor_w[load] = 0
            here = laws[load].kind == DIM and comfort[load].connected != GONE
            self._runs[load] = here and self._least_w[load] <= total_w
            if self._runs[load]:
                self.floor_w[load] = self._least_w[load]
                total_w -= self._least_w[load]
        return total_w

    def _fill(self, laws: list, left_w: int) -> None:
        """Share out the rest evenly; what one cannot take goes to the others."""
        for _ in range(MAX_LOADS):
            takers = 0
            for load in range(MAX_LOADS):
                if self._runs[load] and self.floor_w[load] < laws[load].max_w:
                    takers += 1
            if takers == 0:
                return
            part_w = left_w // takers
            for load in range(MAX_LOADS):
                room_w = laws[load].max_w - self.floor_w[load]
                if self._runs[load] and room_w > 0:
                    more_w = min(part_w, room_w)
                    self.floor_w[load] += more_w
                    left_w -= more_w
