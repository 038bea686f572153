"""Means over one minute, gathered sample by sample.

Units: mV, W, ms. Every usable sample counts the same, whatever time it stands for.
Failure behaviour: a minute with usable voltage during less than half of it is not `valid`; values
outside what an LV meter can measure are left out (voltage) or limited (power).
"""

from .arith import clip
from .sample import OK, POWER, U_LN, Sample

WINDOW_MS = 60000
# 1500 samples of 700 V phase-to-phase just stay below 2**30 mV.
_MOST_SAMPLES = 1500
U_LN_MOST_MV = 600000
_P_MOST_W = 100000


def voltage_usable(sample: Sample) -> bool:
    """True where all three phase-to-neutral voltages may be used: state OK, 0 .. 600 V."""
    if sample.state[U_LN] != OK:
        return False
    for phase in range(3):
        if not 0 <= sample.u_ln_mv[phase] <= U_LN_MOST_MV:
            return False
    return True


class Means:
    """One window that is filled by `add` and evaluated by `close`."""

    def __init__(self) -> None:
        self.valid: bool = False
        self.line_valid: bool = False
        self.power_valid: bool = False
        self.u_mv: list[int] = [0, 0, 0]
        self.line_mv: list[int] = [0, 0, 0]  # L1-L2, L2-L3, L3-L1
        self.p_w: list[int] = [0, 0, 0]
        self._good_ms: int = 0
        self._n: int = 0
        self._line_n: int = 0
        self._power_n: int = 0
        self._u_sum: list[int] = [0, 0, 0]
        self._line_sum: list[int] = [0, 0, 0]
        self._power_sum: list[int] = [0, 0, 0]

    def add(self, sample: Sample, elapsed_ms: int) -> None:
        """Count in one sample whose voltages are usable and which stands for `elapsed_ms`."""
        if self._good_ms < WINDOW_MS:
            self._good_ms += elapsed_ms
        if self._n == _MOST_SAMPLES:
            return
        self._n += 1
        u = self._u_sum
        u[0] += sample.u_ln_mv[0]
        u[1] += sample.u_ln_mv[1]
        u[2] += sample.u_ln_mv[2]
        if sample.lines_usable():
            self._line_n += 1
            for pair in range(3):
                self._line_sum[pair] += sample.u_ll_mv[pair]
        if sample.state[POWER] == OK:
            self._power_n += 1
            for phase in range(3):
                self._power_sum[phase] += clip(sample.p_w[phase], -_P_MOST_W, _P_MOST_W)

    def close(self) -> None:
        """End the window: means and validity are of it, the next one begins empty."""
        n = self._n
        self.valid = n > 0 and self._good_ms * 2 >= WINDOW_MS
        self.line_valid = self.valid and self._line_n * 2 >= n
        self.power_valid = self.valid and self._power_n * 2 >= n
        for i in range(3):
            self.u_mv[i] = self._mean(self._u_sum, i, n)
            self.line_mv[i] = self._mean(self._line_sum, i, self._line_n)
            self.p_w[i] = self._mean(self._power_sum, i, self._power_n)
        self._good_ms = 0
        self._n = 0
        self._line_n = 0
        self._power_n = 0

    def _mean(self, sums: list[int], i: int, n: int) -> int:
        total = sums[i]
        sums[i] = 0
        if n == 0:
            return 0
        return (total + (n >> 1)) // n
