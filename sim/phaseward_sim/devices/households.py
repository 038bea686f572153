"""Households and other passive customers: power from a table, whatever the voltage.

Units: W, var, s. One column of the table per port; a three-phase customer has three columns.
Inside `band_pu` a household holds its power, outside the solver takes it as an impedance.
"""

from __future__ import annotations

import numpy as np

from .course import Course
from .fleet import Fleet


class HouseholdFleet(Fleet):
    """Loads on ports (m,) that follow a Course with m columns in W.

    power_factor: inductive, 0 < power_factor <= 1, scalar or (m,); 0.95 unless measured
    (unverified: commonly assumed for households); capacitive as a negative number.
    """

    def __init__(self, ports, course: Course, power_factor=0.95):
        super().__init__(ports)
        if course.values.shape[1:] != self.ports.shape:
            raise ValueError(f"households: {len(self)} ports need a table with as many columns, "
                             f"got {course.values.shape}")
        factor = np.asarray(power_factor, float)
        size = np.abs(factor)
        if (size == 0).any() or (size > 1).any():
            raise ValueError(f"power factor {power_factor}: expected 0 < power factor <= 1, or "
                             "-1..0 for a capacitive one")
        self.course = course
        tangent = np.sign(factor) * np.tan(np.arccos(size))
        self._tan = np.broadcast_to(tangent, self.ports.shape).copy()
        self._q = np.zeros(len(self))
        self.power_w = np.zeros(len(self))

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        self.power_w = row = self.course.at(t_s)
        np.multiply(row, self._tan, out=self._q)
        self.map.add(p_w, row)
        self.map.add(q_var, self._q)

    def observe(self) -> dict[str, np.ndarray]:
        return {"power_w": self.power_w}


def split_over_phases(table_w, shares):
    """Columns per phase from columns per customer: (T, n) and (n, 3) -> (T, 3n), in W.

    shares: part of each customer's power on each phase; every row must sum to 1.
    """
    shares = np.asarray(shares, float)
    sums = shares.sum(axis=1)
    if not np.allclose(sums, 1.0):
        worst = int(np.argmax(np.abs(sums - 1.0)))
        raise ValueError(f"customer {worst}: phase shares sum to {sums[worst]:g}, not 1")
    table_w = np.asarray(table_w)
    return (table_w[:, :, None] * shares[None]).reshape(len(table_w), -1)
