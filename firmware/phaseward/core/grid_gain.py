"""The sensitivity k of the grid, measured from the unit's own steps of transfer.

Each control period the change of the voltages is projected on what the change of the transfer
would do at 1 V/kW: k = sum(du * e) / sum(e * e), with forgetting and with the commissioned k as
what is believed at first. The law uses the estimate within half and twice the commissioned value;
an estimate far outside raises an alarm and is not followed: a k that jumps is a fault of the
network (a lost neutral makes it 17 .. 290 times as large), not something to adapt to.
Units: mV/kW, W, mV; sums in steps of 16 W and 4 mV.
Failure behaviour: steps below 200 W teach nothing; without steps the commissioned value stays.
"""

from . import transfer
from .arith import clip, scale

_LEAST_W = 200
_MOST_W = 5000
_MOST_MV = 20000
_FORGET = 64
_PRIOR = 30000  # sixteen steps of 500 W
_SURE = 4 * _PRIOR
_RAW_MOST = 100000


class GridGain:
    """`k_mv_kw` is what the law shall use, `raw_mv_kw` what was measured."""

    def __init__(self) -> None:
        self.k_mv_kw: int = 1000
        self.raw_mv_kw: int = 1000
        self.jumped: bool = False
        self._reference: int = 0
        self._units: int = 1
        self._track: bool = True
        self._num: int = 0
        self._den: int = 0
        self._known: bool = False
        self._u: list[int] = [0, 0, 0]
        self._p: list[int] = [0, 0, 0]
        self._step: list[int] = [0, 0, 0]
        self._effect: list[int] = [0, 0, 0]

    def configure(self, reference_mv_kw: int, units: int, track: bool) -> None:
        """The commissioned k, how many units are on the feeder, whether to follow the estimate."""
        self._units = units
        self._track = track
        if reference_mv_kw != self._reference:
            self._reference = reference_mv_kw
            self.k_mv_kw = self.raw_mv_kw = reference_mv_kw
            self._num = self._den = 0
        if not track:
            self.k_mv_kw = reference_mv_kw

    def forget_last(self) -> None:
        """The next voltages follow on no known ones."""
        self._known = False

    def learn(self, u_mv: list[int], p_w: list[int], cos_q12: int, sin3_q12: int) -> None:
        """Once a control period: the voltages, and the transfer at work when they were taken."""
        step = self._step
        for phase in range(3):
            step[phase] = clip(p_w[phase] - self._p[phase], -_MOST_W, _MOST_W)
        transfer.close_sum(step)
        largest = transfer.largest(step)
        if self._known and _LEAST_W <= largest <= _MOST_W:
            transfer.rotate(step, self._effect, cos_q12, -sin3_q12)
            self._count(u_mv)
            self._judge()
        for phase in range(3):
            self._u[phase] = u_mv[phase]
            self._p[phase] = p_w[phase]
        self._known = True

    def _count(self, u_mv: list[int]) -> None:
        num = 0
        den = 0
        for phase in range(3):
            effect = scale(self._effect[phase], 1, 16)
            change = clip(u_mv[phase] - self._u[phase], -_MOST_MV, _MOST_MV) >> 2
            num += effect * change
            den += effect * effect
        self._num += num - scale(self._num, 1, _FORGET)
        self._den += den - self._den // _FORGET

    def _judge(self) -> None:
        num = self._num
        den = self._den
        while den > 1 << 20:
            num = scale(num, 1, 2)
            den >>= 1
        # 4 mV / 16 W = 250 mV/kW
        raw = 0
        if num > 0 and den > 0:
            whole = num // den
            raw = min(_RAW_MOST, min(whole, 400) * 250 + (num - whole * den) * 250 // den)
        self.raw_mv_kw = raw
        self._alarm(raw)
        if self._track:
            weight = min(self._den, 1 << 22) >> 12
            prior = _PRIOR >> 12
            mean = (min(raw, 4 * self._reference) * weight + self._reference * prior) // (
                weight + prior)
            self.k_mv_kw = clip(mean, self._reference // 2, 2 * self._reference)

    def _alarm(self, raw: int) -> None:
        """Other units that act alike show as a k so many times as large."""
        high = 4 * self._reference * self._units
        low = self._reference // 8
        if self._den >= _SURE and not low <= raw <= high:
            self.jumped = True
        elif 2 * low <= raw <= high // 2:
            self.jumped = False
