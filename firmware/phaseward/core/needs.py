"""What the users of all loads need, and the plan to charge ahead: told to the blocking laws.

Once a minute each law is told the power its user must have now (`need_w`) and the power of the
plan (`plan_w`), -1 = none. Formulas: `core/comfort.py`, `core/spread.py`.
Failure behaviour: what is not known lifts nothing. A plan whose grounds are not known any more is
held, at most for 12 h: so losing the clock or the charger's data raises no limit.
"""

from .arith import scatter
from .blocking import NONE, PAUSE, Blocking
from .clock import UNKNOWN, DayClock
from .comfort import Comfort
from .decision import MAX_LOADS
from .spread import Spread

_SLOT_MIN = 15  # below its least power a load runs in whole slots, drawn at random
_HOLD_MIN = 720


class Needs:
    """Contracts, clock and plan of one box."""

    def __init__(self, device: int) -> None:
        self.clock = DayClock()
        self.comfort: list[Comfort] = [Comfort() for _ in range(MAX_LOADS)]
        self.spread = Spread()
        self.asked_w: list[int] = [-1] * MAX_LOADS  # by `Box.set_comfort`
        self._device: int = device
        self._spread_on: bool = False
        self._held_min: list[int] = [0] * MAX_LOADS
        self._slot: int = 0

    def configure(self, p: dict, laws: list) -> None:
        """Take over the parameters; the laws have theirs already."""
        self._spread_on = p["bl_spread"] != 0
        for load in range(MAX_LOADS):
            self.comfort[load].configure(p, "l%d_" % (load + 1), laws[load].max_w)

    def minute(self, laws: list, uptime_min: int) -> None:
        """A minute has passed: bring `need_w` and `plan_w` of all laws up to date."""
        self._slot = uptime_min // _SLOT_MIN
        for load in range(MAX_LOADS):
            law = laws[load]
            if law.kind == NONE:
                continue
            comfort = self.comfort[load]
            comfort.minute(self.clock.minute, law.duty.off)
            law.demand = comfort.charging.demand
            law.need_w = law.max_w if comfort.urgent else self.asked_w[load]
            law.plan_w = self._plan_w(load, law, comfort)

    def learn(self, laws: list) -> None:
        """A minute with valid voltage has been judged by the laws."""
        if self.clock.minute == UNKNOWN:
            return
        for load in range(MAX_LOADS):
            if laws[load].kind != NONE:
                self.spread.observe(self.clock.minute, laws[load].vc_mv)
                return

    def _plan_w(self, load: int, law: Blocking, comfort: Comfort) -> int:
        missing_wh = comfort.missing_wh() if self._spread_on else 0
        if missing_wh == 0:
            return -1
        left_min = comfort.left_min(self.clock.minute)
        known = missing_wh > 0 and left_min != UNKNOWN and self.clock.minute != UNKNOWN
        if not known or not self.spread.ready():
            return self._held(load, law.plan_w)
        self._held_min[load] = 0
        power_w = self.spread.power_w(self.clock.minute, min(left_min, 1440), missing_wh)
        return self._runnable(load, law, min(power_w, law.max_w))

    def _held(self, load: int, plan_w: int) -> int:
        if plan_w < 0 or self._held_min[load] >= _HOLD_MIN:
            return -1
        self._held_min[load] += 1
        return plan_w

    def _runnable(self, load: int, law: Blocking, power_w: int) -> int:
        """Below the least power of a load that can pause: that power in a share of all slots."""
        if law.kind != PAUSE or power_w >= law.min_w:
            return power_w
        drawn = scatter(self._device, self._slot * MAX_LOADS + load) % law.min_w
        return law.min_w if drawn < power_w else 0

    def forget(self) -> None:
        """The voltages to come are another meter's."""
        self.spread.forget()

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        n = self.spread.save(out, n)
        for comfort in self.comfort:
            n = comfort.save(out, n)
        return n

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place."""
        n = self.spread.load_state(values, n)
        for comfort in self.comfort:
            n = comfort.load_state(values, n)
        return n
