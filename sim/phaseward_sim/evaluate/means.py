"""Means over fixed windows, one after the other, as power-quality standards count them.

Root mean square for voltages (IEC 61000-4-30: aggregation is the square root of the mean of the
squares; clause from memory, unverified), arithmetic mean where asked. Units are those of the
input; times in s. A NaN inside a window makes the window's mean NaN: it counts as missing.
"""

from __future__ import annotations

import numpy as np


class Means:
    """Means of an array of any shape over windows of `window_s`; windows count from the start."""

    def __init__(self, shape, window_s: float, squares: bool = True):
        if window_s <= 0:
            raise ValueError(f"window {window_s} s must be positive")
        self.window_s, self.squares = window_s, squares
        self._sum = np.zeros(shape)
        self._scratch = np.zeros(shape)
        self._filled_s = 0.0
        self.last = np.full(shape, np.nan)

    def add(self, values, dt_s: float) -> int:
        """The values held for dt_s. Returns how many windows closed; `last` is their mean.

        A step longer than a window closes several; all but the first have the same mean, and
        only the last one's is kept: take care where that matters (`add_all` gives each).
        """
        return sum(1 for _ in self.add_all(values, dt_s))

    def add_all(self, values, dt_s: float):
        """As `add`, yielding each closed window's mean (a view, valid until the next)."""
        if self.squares:
            values = np.multiply(values, values, out=self._scratch)
        while dt_s > 1e-9:
            part_s = min(dt_s, self.window_s - self._filled_s)
            self._sum += values * part_s
            self._filled_s += part_s
            dt_s -= part_s
            if self._filled_s >= self.window_s - 1e-9:
                yield self._close()

    def _close(self):
        np.divide(self._sum, self.window_s, out=self.last)
        if self.squares:
            np.sqrt(self.last, out=self.last)
        self._sum[...] = 0.0
        self._filled_s = 0.0
        return self.last
