"""A running quantile of the corrected voltage: the connection's own history in one number.

q moves up a little in each minute above it and down a lot in each minute below it, so that a set
share of all minutes lies below. It is always updated, also while blocking: freezing it then makes
the blocking lock itself in after a tap step. Unit of q: 1/4096 V.
Source: stochastic approximation (Robbins-Monro); constants from docs/BLOCKING.md.
"""

from .arith import clip

# While learning, the step begins this much larger and shrinks linearly to 1.
_FIRST_STEP = 16
_LEARNED_MOST = 30000
_HIGHEST = 700 * 4096


def to_q(mv: int) -> int:
    """mV -> 1/4096 V, for |mV| < 2**21: 4096/1000 = 512/125."""
    return mv * 512 // 125


class Quantile:
    """The voltage below which a share of this connection's minutes lies."""

    def __init__(self) -> None:
        self.q: int = 0  # 0 = nothing seen yet
        self.learned_min: int = 0
        self._up: int = 0
        self._down: int = 0
        self._start: int = 0
        self._learn_min: int = 0

    def configure(self, share_pm: int, eta_mv: int, start_mv: int, learn_min: int) -> None:
        """`share_pm` of the minutes shall lie below; `eta_mv` is the sum of both steps."""
        eta = (eta_mv * 512 + 62) // 125
        self._up = max(1, (eta * share_pm + 500) // 1000)
        self._down = eta - self._up
        self._start = to_q(start_mv)
        self._learn_min = learn_min

    def ready(self) -> bool:
        """True once enough minutes have been seen to judge by."""
        return self.learned_min >= self._learn_min

    def observe(self, v_mv: int, bias_q: int = 0) -> bool:
        """Take in one minute. True where its voltage lies below the quantile, moved by `bias_q`
        (1/4096 V); the quantile itself knows no bias."""
        v = to_q(v_mv)
        if self.q == 0:
            self.q = self._start if self._start else v
        q = self.q
        step = -self._down if v < q else self._up
        self.q = clip(q + step * self._gain(), 1, _HIGHEST)
        if self.learned_min < _LEARNED_MOST:
            self.learned_min += 1
        return v < q + bias_q

    def _gain(self) -> int:
        left = self._learn_min - self.learned_min
        if left <= 0:
            return 1
        return 1 + (_FIRST_STEP - 1) * left // self._learn_min

    def q_mv(self) -> int:
        """The quantile in mV."""
        return self.q * 125 // 512

    def forget(self) -> None:
        """Begin anew."""
        self.q = 0
        self.learned_min = 0

    def save(self, out: list, n: int) -> int:
        """Write the state to `out` from place `n`; returns the next free place."""
        out[n] = self.q
        out[n + 1] = self.learned_min
        return n + 2

    def load_state(self, values: list, n: int) -> int:
        """Read what `save` wrote; returns the next place."""
        self.q = clip(values[n], 0, _HIGHEST)
        self.learned_min = clip(values[n + 1], 0, _LEARNED_MOST)
        return n + 2
