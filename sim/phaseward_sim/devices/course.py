"""Values over time on a fixed grid of steps: profiles of loads, sun, temperature.

Times in s; the value of row k holds from start_s + k * step_s until the next row. The unit is
that of the values. Failure: a time outside the table raises ValueError naming the time and the
span, unless the course repeats; gaps (NaN) are refused when it is built.
"""

from __future__ import annotations

import numpy as np


class Course:
    """A table (T, m), or (T,), of values with one row per step.

    repeat: continue with the first row after the last (and backwards), for daily patterns.
    """

    def __init__(self, values, step_s: float, start_s: float = 0.0, repeat: bool = False):
        self.values = np.ascontiguousarray(values)
        if self.values.ndim not in (1, 2) or not len(self.values):
            raise ValueError(f"course: table (T,) or (T, m) expected, got {self.values.shape}")
        if step_s <= 0:
            raise ValueError(f"course: step {step_s} s must be positive")
        gaps = np.argwhere(~np.isfinite(self.values))
        if len(gaps):
            raise ValueError(f"course: no number at row, column {gaps[0].tolist()} "
                             f"({len(gaps)} gaps); fill gaps before use")
        self.step_s, self.start_s, self.repeat = float(step_s), float(start_s), repeat

    @property
    def end_s(self) -> float:
        """First time after the table."""
        return self.start_s + len(self.values) * self.step_s

    def at(self, t_s: float):
        """The row that holds at t_s: a view (m,), or a number for a one-column table."""
        row = int((t_s - self.start_s) // self.step_s)
        if not 0 <= row < len(self.values):
            row = self._outside(row, t_s)
        return self.values[row]

    def _outside(self, row: int, t_s: float) -> int:
        if self.repeat:
            return row % len(self.values)
        raise ValueError(f"time {t_s} s lies outside the profile, which covers "
                         f"{self.start_s} s to {self.end_s} s")
