"""Watches the power stage: is it there, is it well, is it hot, does it do what it is told?

Defined outcomes: silent or faulted: stop, and wait before going on; hot: the rating falls; less
than ordered: an alarm; other or more than ordered for a minute: stop for ten minutes; at its limit
for ten minutes: an alarm. A stage that was never heard of is none: nothing is watched.
Units: W, ms, 0.1 degC. Failure behaviour: see `step`; all vectors are in the order of the legs.
"""

from . import reasons
from .arith import clip

_SILENT_MS = 10000  # a stage's own watchdog stops it after this
_WRONG_MS = 60000
_REST_MS = 600000
_LIMITED_MS = 600000
_LONG_MS = 0x1FFFFFFF
_MOST_W = 50000
_COOL_DC = 50
_SPAN_DC = 150  # from the first derating to nothing


class StageWatch:
    """`actual_w` etc. are set by the box; `alarms`, `share_pm` (of the rating) come out."""

    def __init__(self) -> None:
        self.actual_w: list[int] = [0, 0, 0]
        self.actual_q_var: int = 0
        self.actual_valid: bool = False
        self.faulted: bool = False
        self.temperature_dc: int = 0
        self.alarms: int = 0
        self.share_pm: int = 1000
        self._hot_dc: int = 750
        self._seen: bool = False
        self._silent_ms: int = 0
        self._short_ms: int = 0
        self._wrong_ms: int = 0
        self._rest_ms: int = 0
        self._limited_ms: int = 0

    def configure(self, p: dict) -> None:
        """Take over pb_hot_c."""
        self._hot_dc = p["pb_hot_c"] * 10

    def report(self, p1_w: int, p2_w: int, p3_w: int, q_var: int, valid: bool) -> None:
        """Powers of the legs; `valid` False: unknown."""
        self.actual_w[0] = clip(p1_w, -_MOST_W, _MOST_W)
        self.actual_w[1] = clip(p2_w, -_MOST_W, _MOST_W)
        self.actual_w[2] = clip(p3_w, -_MOST_W, _MOST_W)
        self.actual_q_var = clip(q_var, -_MOST_W, _MOST_W)
        self.actual_valid = valid

    def tell(self, faulted: bool, temperature_dc: int) -> None:
        """What the stage says of itself."""
        self.faulted = faulted
        self.temperature_dc = clip(temperature_dc, -1000, 5000)

    def step(self, elapsed_ms: int) -> bool:
        """Once a sample. True: the stage may be used."""
        if self.actual_valid:
            self._seen = True
            self._silent_ms = 0
        elif self._seen and self._silent_ms < _LONG_MS:
            self._silent_ms += elapsed_ms
        if self._rest_ms > 0:
            self._rest_ms -= min(elapsed_ms, self._rest_ms)
        self._heat()
        silent = self._seen and self._silent_ms > _SILENT_MS
        faulted = self.actual_valid and self.faulted
        self._alarm(reasons.A_STAGE_SILENT, silent)
        self._alarm(reasons.A_STAGE_FAULT, faulted)
        return not silent and not faulted and self._rest_ms == 0

    def _heat(self) -> None:
        over_dc = self.temperature_dc - self._hot_dc if self.actual_valid else 0
        if over_dc > 0:
            self.share_pm = max(0, 1000 - over_dc * 1000 // _SPAN_DC)
            self.alarms |= reasons.A_STAGE_HOT
        else:
            self.share_pm = 1000
            if over_dc <= -_COOL_DC:
                self.alarms &= ~reasons.A_STAGE_HOT

    def compare(self, ordered_w: list[int], leg_va: int, limited: bool, elapsed_ms: int) -> None:
        """Once a control period: what is delivered against what was ordered."""
        self._limited_ms = self._limited_ms + elapsed_ms if limited else 0
        self._limited_ms = min(self._limited_ms, _LONG_MS)
        self._alarm(reasons.A_SATURATED, self._limited_ms >= _LIMITED_MS)
        if not self.actual_valid:
            return
        slack_w = max(leg_va, 1000) // 10
        short = wrong = False
        for leg in range(3):
            order = ordered_w[leg]
            actual = self.actual_w[leg]
            short = short or abs(actual - order) > slack_w
            wrong = wrong or not min(order, 0) - slack_w <= actual <= max(order, 0) + slack_w
        self._short_ms = min(_LONG_MS, self._short_ms + elapsed_ms) if short else 0
        self._wrong_ms = min(_LONG_MS, self._wrong_ms + elapsed_ms) if wrong else 0
        self._alarm(reasons.A_STAGE_DISOBEYS, self._short_ms >= _WRONG_MS or self._rest_ms > 0)
        if self._wrong_ms >= _WRONG_MS:
            self._rest_ms = _REST_MS
            self._wrong_ms = 0
            self.alarms |= reasons.A_STAGE_DISOBEYS

    def _alarm(self, alarm: int, on: bool) -> None:
        if on:
            self.alarms |= alarm
        else:
            self.alarms &= ~alarm
