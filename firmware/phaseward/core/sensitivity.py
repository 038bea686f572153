"""How far the own load pulls the own voltage down: k in mV per kW, learnt from its own steps.

Voltage and own power of each phase are averaged over blocks of 10 s. Where the power of a phase
has changed by 1 kW or more from one block to the next, -dU/dP is one observation; k is their
running median: a quarter up or down at first, a 64th later. Steps of neighbours fall on both
sides, and a median does not mind how far. One k for all phases.
Failure behaviour: 0 (no correction) before 20 observations; a gap in the data ends a block.
"""

from .arith import clip
from .sample import OK, POWER, Sample

BLOCK_MS = 10000
LEAST_STEP_W = 1000
READY = 20
_MOST_STEP_W = 60000
_LOWEST, _HIGHEST = 20, 3000
_MOST_SAMPLES = 1000
_COUNT_MOST = 30000
_P_MOST_W = 100000


class Sensitivity:
    """The running median and the block that is being filled."""

    def __init__(self) -> None:
        self.k: int = 0
        self.count: int = 0  # observations so far
        self._ms: int = 0
        self._n: int = 0
        self._u_sum: list[int] = [0, 0, 0]
        self._p_sum: list[int] = [0, 0, 0]
        self._u_mv: list[int] = [0, 0, 0]
        self._p_w: list[int] = [0, 0, 0]
        self._known: bool = False  # the block before this one was whole

    def k_mv_kw(self) -> int:
        """k where it is known well enough, else 0."""
        return self.k if self.count >= READY else 0

    def step(self, elapsed_ms: int, sample: Sample, usable: bool) -> None:
        """Take in one sample that stands for `elapsed_ms`."""
        if not usable or sample.state[POWER] != OK:
            self._known = False
            self._empty()
            return
        if self._n < _MOST_SAMPLES:
            self._n += 1
            for phase in range(3):
                self._u_sum[phase] += sample.u_ln_mv[phase]
                self._p_sum[phase] += clip(sample.p_w[phase], -_P_MOST_W, _P_MOST_W)
        self._ms += elapsed_ms
        if self._ms >= BLOCK_MS:
            self._close()

    def _empty(self) -> None:
        self._ms = 0
        self._n = 0
        for phase in range(3):
            self._u_sum[phase] = 0
            self._p_sum[phase] = 0

    def _close(self) -> None:
        for phase in range(3):
            u = self._u_sum[phase] // self._n
            p = self._p_sum[phase] // self._n
            if self._known:
                self._compare(u - self._u_mv[phase], p - self._p_w[phase])
            self._u_mv[phase] = u
            self._p_w[phase] = p
        self._known = True
        self._empty()

    def _compare(self, du_mv: int, dp_w: int) -> None:
        if LEAST_STEP_W <= abs(dp_w) <= _MOST_STEP_W:
            self._take(-du_mv * 1000 // dp_w)

    def _take(self, seen: int) -> None:
        """One observation, mV/kW."""
        if self.count == 0:
            self.k = clip(seen, _LOWEST, _HIGHEST)
        step = max(1, self.k >> self._shift())
        if seen > self.k:
            self.k = min(self.k + step, _HIGHEST)
        elif seen < self.k:
            self.k = max(self.k - step, _LOWEST)
        if self.count < _COUNT_MOST:
            self.count += 1

    def _shift(self) -> int:
        """2 for the first eight observations, one more at 16, 32, 64, 128: 6 at the most."""
        shift = 2
        left = self.count >> 3
        while left > 0 and shift < 6:
            left >>= 1
            shift += 1
        return shift

    def forget(self) -> None:
        """Begin anew."""
        self.count = 0
        self.k = 0
        self._known = False

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.k
        out[n + 1] = self.count
        return n + 2

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place."""
        self.k = clip(values[n], 0, _HIGHEST)
        self.count = clip(values[n + 1], 0, _COUNT_MOST)
        return n + 2
