"""Single-phase loads behind a phase selector: three contactors, one for each phase.

The load (a charger, a heater) draws its power on whatever phase its closed contactor joins it to.
A contactor follows its coil after `delay_s`; one can weld (stays closed) or hang (stays open).
Two closed at once join two phases: that is counted in `shorted`, and no power flow is made of it.
Units: W, V, s. Failure: sizes that do not fit raise ValueError.
"""

from __future__ import annotations

import math

import numpy as np

from .course import Course
from .fleet import Fleet

WELDED, HANGING = 1, 0


class SelectorFleet(Fleet):
    """n loads on ports (n, 3). p_w: a Course with n columns; delay_s: of the contactors;
    after a pause the load takes up its power within `tau_s`."""

    band_pu = (0.85, 1.15)

    def __init__(self, ports, p_w: Course, delay_s: float = 0.05, tau_s: float = 1.0):
        super().__init__(ports)
        n = len(self.ports)
        if self.ports.shape != (n, 3):
            raise ValueError(f"selector ports: shape (n, 3) expected, got {self.ports.shape}")
        self.course, self.delay_s, self.tau_s = p_w, delay_s, tau_s
        self.coil = np.zeros((n, 3), dtype=bool)
        self.closed = np.zeros((n, 3), dtype=bool)
        self.limit_w = np.full(n, math.inf)
        self.power_w = np.zeros(n)
        self.closings = np.zeros((n, 3), dtype=int)
        self.under_load = np.zeros(n, dtype=int)  # openings while more than a tenth was drawn
        self.shorted = np.zeros(n, dtype=int)
        self._stuck = np.full((n, 3), -1)
        self._since_s = np.full((n, 3), -math.inf)
        self._now_s = 0.0

    def coils(self, index: int, t_s: float, wanted) -> None:
        """Energise (1) or drop (0) the three coils of one selector."""
        changed = self.coil[index] != np.asarray(wanted, dtype=bool)
        self.coil[index] = wanted
        self._since_s[index, changed] = t_s
        self._follow(t_s)

    def stick(self, index: int, phase: int, how: int | None) -> None:
        """A contact welds or hangs from now on; None: it is well again."""
        self._stuck[index, phase] = -1 if how is None else how

    def limit_power(self, index: int, limit_w) -> None:
        """Largest power of a load in W (None = no limit)."""
        self.limit_w[index] = math.inf if limit_w is None else limit_w

    def feedback(self, index: int, t_s: float) -> list[int]:
        """What the auxiliary contacts show."""
        self._follow(t_s)
        return [int(closed) for closed in self.closed[index]]

    def handle(self, index: int) -> SelectorHandle:
        """One selector, as a box's bench has it."""
        return SelectorHandle(self, index)

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        self._follow(t_s)
        joined = self.closed.sum(axis=1) == 1
        wanted = np.minimum(self.course.at(t_s) + 0.0 * self.power_w, self.limit_w) * joined
        gain = 1.0 if self.tau_s <= 0 else -math.expm1(-dt_s / self.tau_s)
        # A pause and an open contactor act at once; coming back takes its time.
        self.power_w = np.minimum(self.power_w + (wanted - self.power_w) * gain, wanted)
        self.map.add(p_w, (self.power_w[:, None] * self.closed).reshape(-1))

    def _follow(self, t_s: float) -> None:
        """Contacts that have had their time are where their coils are, unless stuck."""
        self._now_s = max(self._now_s, t_s)
        due = self._now_s - self._since_s >= self.delay_s
        after = np.where(due, self.coil, self.closed)
        after = np.where(self._stuck == WELDED, self.closed | after, after)
        after = np.where(self._stuck == HANGING, False, after).astype(bool)
        opened = (self.closed & ~after).any(axis=1)
        self.closings += after & ~self.closed
        self.under_load += opened & (self.power_w > 0.1 * np.maximum(1.0, self.course.at(t_s)))
        self.closed = after
        self.power_w[~after.any(axis=1)] = 0.0
        self.shorted += after.sum(axis=1) > 1

    def observe(self) -> dict[str, np.ndarray]:
        phase = np.where(self.closed.any(axis=1), self.closed.argmax(axis=1) + 1, 0)
        return {"power_w": self.power_w, "phase": phase, "shorted": self.shorted}


class SelectorHandle:
    """One selector and its load."""

    def __init__(self, fleet: SelectorFleet, index: int):
        self.fleet, self.index = fleet, index

    def coils(self, t_s: float, wanted) -> None:
        """See SelectorFleet.coils."""
        self.fleet.coils(self.index, t_s, wanted)

    def feedback(self, t_s: float) -> list[int]:
        """See SelectorFleet.feedback."""
        return self.fleet.feedback(self.index, t_s)

    def set_lock(self, locked: bool) -> None:
        """The load's own lock: paused, or free."""
        self.fleet.limit_power(self.index, 0.0 if locked else None)

    def stick(self, phase: int, how: int | None) -> None:
        """See SelectorFleet.stick."""
        self.fleet.stick(self.index, phase, how)
