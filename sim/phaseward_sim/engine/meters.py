"""The meters at the boxes' points of connection, fed with the solved grid once per step.

Rung core reads all meters at the end of a step, so they share one vectorised model. Boxes in
processes of their own read each at its own moment, so there every meter has a model of its own;
both see the same numbers. Units: V, A, W, Hz; arrays (boxes, 3) in the order L1, L2, L3.
"""

from __future__ import annotations

import zlib

import numpy as np

from ..modbus import MeterModel
from .rung import BoxSpec

F_HZ = 50.0


class Meters:
    """All meters. shared: one model for meters with equal settings (rung core), as far as their
    boxes poll together: time in a model goes forwards only, and a box that polls several times in
    a grid step of step_s has been at its end before the next box begins."""

    def __init__(self, specs: list[BoxSpec], seed: int, shared: bool, step_s: float = 0.0):
        self._models: list[tuple[MeterModel, np.ndarray]] = []
        self.of: dict[str, tuple[MeterModel, int]] = {}
        for key, members in _grouped(specs, shared, step_s).items():
            first = specs[members[0]].meter
            model = MeterModel(len(members), window_s=first.window_s,
                               refresh_s=first.refresh_s, delay_s=first.delay_s,
                               noise={"u": first.noise_v}, resolution={"u": first.resolution_v},
                               seed=zlib.crc32(f"{seed} {key}".encode()))
            self._models.append((model, np.array(members)))
            for row, member in enumerate(members):
                self.of[specs[member].name] = (model, row)

    def update(self, t_s: float, u_ln, u_ll, i_a, p_w) -> None:
        """True values from t_s on, arrays (boxes, 3) in the specs' order."""
        for model, rows in self._models:
            model.update(t_s, u_ln[rows], u_ll[rows], i_a[rows], p_w[rows], F_HZ)


def _grouped(specs, shared, step_s) -> dict:
    groups: dict = {}
    for i, spec in enumerate(specs):
        meter = spec.meter
        together = shared and not meter.noise_v and spec.poll_s >= step_s
        key = ((meter.window_s, meter.refresh_s, meter.delay_s, meter.resolution_v, spec.poll_s)
               if together else spec.name)
        groups.setdefault(key, []).append(i)
    return groups
