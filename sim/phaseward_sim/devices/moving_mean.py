"""A moving root-mean-square over minutes, kept in short blocks.

For each of m voltages. Units: V, s. The window moves in steps of `block_s` (VDE-AR-N 4105
asks for a new value at least every 3 s: unverified), so its end may lag by that much.
"""

from __future__ import annotations

import numpy as np


class MovingRms:
    """Moving rms of m voltages; starts as if the first voltage had been there all along."""

    def __init__(self, m: int, window_s: float = 600.0, block_s: float = 3.0):
        self._blocks = np.zeros((max(1, round(window_s / block_s)), m))
        self._block_s = block_s
        self._square_sum = np.zeros(m)
        self._open = np.zeros(m)
        self._scratch = np.zeros(m)
        self._open_s = 0.0
        self._turn = 0
        self._begun = False
        self.value_v = np.zeros(m)
        self.revision = 0

    def add(self, u_v, dt_s: float) -> None:
        """The voltages (m,) held for dt_s."""
        np.multiply(u_v, u_v, out=self._scratch)
        if not self._begun:
            self._begin()
        self._scratch *= dt_s
        self._open += self._scratch
        self._open_s += dt_s
        if self._open_s >= self._block_s - 1e-9:
            self._close()

    def _begin(self) -> None:
        self._begun = True
        self._blocks[:] = self._scratch
        self._square_sum[:] = self._scratch * len(self._blocks)
        self.value_v = np.sqrt(self._scratch)

    def _close(self) -> None:
        """Put the open block into the ring, as many times as it is long."""
        block = self._open / self._open_s
        for _ in range(min(round(self._open_s / self._block_s), len(self._blocks))):
            self._square_sum += block - self._blocks[self._turn]
            self._blocks[self._turn] = block
            self._turn = (self._turn + 1) % len(self._blocks)
        if self._turn == 0:  # once a round: no rounding error builds up
            self._square_sum = self._blocks.sum(axis=0)
        self.value_v = np.sqrt(np.maximum(self._square_sum, 0.0) / len(self._blocks))
        self._open[:] = 0.0
        self._open_s = 0.0
        self.revision += 1
