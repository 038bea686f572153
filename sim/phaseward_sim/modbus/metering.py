"""What a meter makes of the true values: averaging, refresh, noise, resolution.

One model serves any number of meters at once (arrays), so that a study on the decision core
alone and a run with Modbus bytes see the same numbers. Units: V, A, W, Hz, s.
Voltages and currents are averaged as root mean square, power and frequency as mean over
`window_s`; every `refresh_s` the averages are published, with noise added and rounded to the
resolution; they can be read `delay_s` later. True values hold from one update() to the next.
Times that lie up to `SLACK_S` before the last one count as the last one.
"""

from __future__ import annotations

import math

import numpy as np

COLUMNS = ("u_l1n", "u_l2n", "u_l3n", "u_l12", "u_l23", "u_l31",
           "i_l1", "i_l2", "i_l3", "p_l1", "p_l2", "p_l3", "f")
"""Order of the 13 values of a meter (names as in the meter profiles)."""

_GROUP_OF = {"u": slice(0, 6), "i": slice(6, 9), "p": slice(9, 12), "f": slice(12, 13)}
_SQUARED = slice(0, 9)
RESOLUTION = {"u": 0.1, "i": 0.01, "p": 1.0, "f": 0.01}
"""Default resolution in V, A, W, Hz: the last displayed digit of common DIN-rail meters."""

MILLI = np.array([1000.0] * 9 + [1.0] * 3 + [1000.0])
"""From V, A, W, Hz to the units of the firmware's samples: mV, mA, W, mHz."""

SLACK_S = 2.0
"""How far an update or a read may lie before the last one; it then counts as at the last one.
Within a grid step the boxes run one after another, and a request that is on the wire when a step
ends is answered at its end, a few milliseconds into the next step."""


class MeterModel:
    """n meters sharing their settings.

    n: number of meters. window_s: averaging window, a whole number of refresh intervals.
    refresh_s: interval between published values. delay_s: 0..refresh_s, from the end of the
    window until the value can be read. noise, resolution: per group "u", "i", "p", "f",
    standard deviation and step in SI units (0 = none).
    Failure: settings that contradict these ranges, and time running backwards by more than
    SLACK_S: ValueError.
    """

    def __init__(self, n: int = 1, window_s: float = 1.0, refresh_s: float = 1.0,
                 delay_s: float = 0.0, noise=None, resolution=None, seed: int = 0):
        blocks = round(window_s / refresh_s)
        if blocks < 1 or not math.isclose(blocks * refresh_s, window_s):
            raise ValueError(f"window {window_s} s is no whole number of refresh intervals "
                             f"of {refresh_s} s")
        if not 0 <= delay_s <= refresh_s:
            raise ValueError(f"delay {delay_s} s outside 0..{refresh_s} s (one refresh)")
        self.refresh_s, self.delay_s = refresh_s, delay_s
        self._noise = _per_column({"u": 0, "i": 0, "p": 0, "f": 0, **(noise or {})})
        self._step = _per_column({**RESOLUTION, **(resolution or {})})
        self._noisy = bool(self._noise.any())
        self._rounds = bool(self._step.any())
        self._safe_step = np.where(self._step > 0, self._step, 1.0)
        self._rng = np.random.default_rng(seed)
        self._blocks = np.zeros((blocks, n, len(COLUMNS)))
        self._sum = np.zeros((n, len(COLUMNS)))
        self._true = np.zeros((n, len(COLUMNS)))
        self._whole, self._whole_of = [], -1
        self._scratch = np.zeros((n, len(COLUMNS)))
        self._shown = np.zeros((n, len(COLUMNS)))
        self._pending = np.zeros((n, len(COLUMNS)))
        self._visible_s = math.inf
        self._now_s = None
        self._start_s = 0.0
        self._closed = 0
        self._turn = 0
        self.revision = 0

    def update(self, t_s: float, u_ln, u_ll, i, p, f) -> None:
        """From t_s on the true values are these: u_ln, u_ll (12, 23, 31), i, p of shape
        (n, 3) or (3,), f of shape (n,) or a number; V, V, A, W, Hz; p > 0 is import."""
        first = self._now_s is None
        if not first:
            self._advance(t_s)
        true = self._true
        true[:, 0:3], true[:, 3:6], true[:, 6:9], true[:, 9:12], true[:, 12] = u_ln, u_ll, i, p, f
        np.square(true[:, _SQUARED], out=true[:, _SQUARED])
        if first:
            self._start(t_s)

    def read(self, t_s: float) -> np.ndarray:
        """Values that can be read at t_s, shape (n, 13) in the order of COLUMNS, SI units.

        Before the first update() all are 0, as after a meter's power-up. Live view.
        """
        if self._now_s is not None:
            self._advance(t_s)
        return self._shown

    def read_whole(self, t_s: float) -> list[list[int]]:
        """As `read`, as integers in mV, mA, W, mHz: what a box makes of them. Worked out once per
        published value for all meters; not to be changed by the reader."""
        shown = self.read(t_s)
        if self._whole_of != self.revision:
            self._whole_of = self.revision
            self._whole = np.rint(shown * MILLI).astype(np.int64).tolist()
        return self._whole

    def true_u_v(self, row: int) -> np.ndarray:
        """True phase-to-neutral voltages of meter `row` since the last update, (3,) in V."""
        return np.sqrt(self._true[row, 0:3])

    @property
    def _next_s(self) -> float:
        """End of the block now being filled (counted, not added up: no drift over months)."""
        return self._start_s + (self._closed + 1) * self.refresh_s

    def _start(self, t_s: float) -> None:
        self._now_s = t_s
        self._start_s = t_s
        self._blocks[:] = self._true
        self._publish(t_s - self.delay_s)
        self._show_if_due(t_s)

    def _advance(self, t_s: float) -> None:
        if t_s < self._now_s - SLACK_S:
            raise ValueError(f"meter time runs backwards: {t_s} s after {self._now_s} s")
        if t_s <= self._now_s:
            return
        self._skip_steady(t_s)
        while self._next_s <= t_s + 1e-9:
            self._accumulate(self._next_s)
            self._close_block()
        self._accumulate(t_s)
        self._show_if_due(t_s)

    def _skip_steady(self, t_s: float) -> None:
        """Leap over refreshes that can only repeat the same averages (long steps)."""
        spare = int((t_s - self._next_s) / self.refresh_s) - len(self._blocks) - 1
        if spare > 0:
            self._accumulate(self._next_s)
            self._close_block()
            self._closed += spare
            self._now_s += spare * self.refresh_s

    def _accumulate(self, until_s: float) -> None:
        span_s = until_s - self._now_s
        if span_s > 0:
            np.multiply(self._true, span_s, out=self._scratch)
            self._sum += self._scratch
            self._now_s = until_s

    def _close_block(self) -> None:
        np.divide(self._sum, self.refresh_s, out=self._blocks[self._turn])
        self._turn = (self._turn + 1) % len(self._blocks)
        self._sum[:] = 0.0
        self._show_if_due(self._next_s)
        self._publish(self._next_s)
        self._closed += 1

    def _publish(self, end_s: float) -> None:
        """Put the average of the window that ended at end_s in front of the reader."""
        value = self._pending
        if len(self._blocks) == 1:
            value[:] = self._blocks[0]
        else:
            np.mean(self._blocks, axis=0, out=value)
        np.maximum(value[:, _SQUARED], 0.0, out=value[:, _SQUARED])
        np.sqrt(value[:, _SQUARED], out=value[:, _SQUARED])
        if self._noisy:
            value += self._noise * self._rng.standard_normal(value.shape)
            np.maximum(value[:, _SQUARED], 0.0, out=value[:, _SQUARED])
        if self._rounds:
            self._round(value)
        self._visible_s = end_s + self.delay_s

    def _round(self, value) -> None:
        np.divide(value, self._safe_step, out=self._scratch)
        np.rint(self._scratch, out=self._scratch)
        self._scratch *= self._safe_step
        np.copyto(value, self._scratch, where=self._step > 0)

    def _show_if_due(self, t_s: float) -> None:
        if t_s >= self._visible_s - 1e-9:
            self._shown[:] = self._pending
            self._visible_s = math.inf
            self.revision += 1


def _per_column(groups: dict) -> np.ndarray:
    """One number per column from one per group; unknown groups and negatives are errors."""
    out = np.zeros(len(COLUMNS))
    for name, value in groups.items():
        if name not in _GROUP_OF:
            raise ValueError(f"meter group {name!r}: one of {', '.join(_GROUP_OF)} expected")
        if value < 0:
            raise ValueError(f"meter group {name}: {value} must not be negative")
        out[_GROUP_OF[name]] = value
    return out
