"""Distribution transformers: nameplate data to a ratio matrix and sequence impedances.

Every vector group here is the same circuit seen from the LV side: EMF = N * v_mv (3x3, real,
rows summing to zero) behind a series impedance that is circulant in z1 and z0. The group decides
N (clock number) and z0.
"""

import math
from dataclasses import dataclass

import numpy as np

from phaseward_sim.network import impedance
from phaseward_sim.network.errors import NetworkError

_NEXT = np.roll(np.eye(3), 1, axis=1)  # row a picks b, b picks c, c picks a
_LAST = _NEXT.T  # row a picks c
# EMF of the LV phases per volt of MV phase voltage at a ratio of phase-to-phase voltages 1:1.
# Clock 11 leads by 30 degrees: a follows A - B; clock 5 lags by 150: a follows B - A.
RATIO_OF_GROUP = {
    "Dyn11": (np.eye(3) - _NEXT) / math.sqrt(3.0),
    "Dyn5": (_NEXT - np.eye(3)) / math.sqrt(3.0),
    "Yzn5": (_NEXT - np.eye(3)) / math.sqrt(3.0),
    "Yzn11": (np.eye(3) - _NEXT) / math.sqrt(3.0),
    "Yyn0": np.eye(3) - np.full((3, 3), 1.0 / 3.0),
}
# z0 / z1 seen from the LV side (r0/r1, x0/x1).
Z0_OF_GROUP = {
    "Dyn11": (1.0, 0.95),
    "Dyn5": (1.0, 0.95),
    "Yzn5": (0.4, 0.1),
    "Yzn11": (0.4, 0.1),
    "Yyn0": (1.0, 10.0),
}


@dataclass(frozen=True)
class TransformerType:
    """Nameplate. uk and pk as fractions/W at s_rated_va; taps on the MV winding."""

    name: str
    group: str
    s_rated_va: float
    u_mv_v: float
    u_lv_v: float
    uk_pu: float
    pk_w: float
    p0_w: float = 0.0
    i0_pu: float = 0.0
    tap_step_pu: float = 0.025
    tap_range: int = 2
    r0_over_r1: float | None = None
    x0_over_x1: float | None = None
    source: str = ""

    def __post_init__(self):
        where = f"transformer type {self.name}"
        if self.group not in RATIO_OF_GROUP:
            known = ", ".join(RATIO_OF_GROUP)
            raise NetworkError(f"{where}: group {self.group!r}, expected one of {known}")
        if not (self.s_rated_va > 0.0 and self.uk_pu > 0.0):
            raise NetworkError(f"{where}: s_rated_va and uk_pu must be above 0")
        if not 0.0 <= self.pk_w / self.s_rated_va < self.uk_pu:
            raise NetworkError(f"{where}: pk_w={self.pk_w} W exceeds uk_pu={self.uk_pu}")

    def z1_ohm(self) -> complex:
        """Short-circuit impedance per phase, referred to the LV side."""
        base = self.u_lv_v**2 / self.s_rated_va
        r = self.pk_w / self.s_rated_va
        return base * complex(r, math.sqrt(self.uk_pu**2 - r**2))

    def z0_ohm(self) -> complex:
        """Zero-sequence impedance seen from the LV terminals."""
        r, x = Z0_OF_GROUP[self.group]
        z1 = self.z1_ohm()
        r = r if self.r0_over_r1 is None else self.r0_over_r1
        x = x if self.x0_over_x1 is None else self.x0_over_x1
        return complex(z1.real * r, z1.imag * x)

    def magnetising_s(self) -> complex:
        """Positive-sequence no-load admittance per phase at the LV side, in S."""
        g = self.p0_w / self.s_rated_va
        b = math.sqrt(max(self.i0_pu**2 - g**2, 0.0))
        return self.s_rated_va / self.u_lv_v**2 * complex(g, -b)


@dataclass(frozen=True)
class Transformer:
    """A transformer in the network; tap +1 means one step more MV turns (lower LV voltage)."""

    name: str
    mv_bus: str
    lv_bus: str
    type: TransformerType
    tap: int = 0

    def ratio(self, tap: int) -> np.ndarray:
        """N (3, 3): LV EMFs from MV phase voltages at a tap position."""
        t = self.type
        return RATIO_OF_GROUP[t.group] * (t.u_lv_v / t.u_mv_v / (1.0 + tap * t.tap_step_pu))

    def y_primitive(self, tap: int) -> np.ndarray:
        """(7, 7) admittance over MV a, b, c and LV a, b, c, n in S."""
        t = self.type
        y = impedance.circulant(1.0 / t.z1_ohm(), 1.0 / t.z0_ohm())
        to_neutral = np.hstack([np.eye(3), -np.ones((3, 1))])
        emf = np.hstack([-self.ratio(tap), to_neutral])
        no_load = np.hstack([np.zeros((3, 3)), to_neutral])
        balanced = np.eye(3) - np.full((3, 3), 1.0 / 3.0)
        return emf.T @ y @ emf + no_load.T @ (t.magnetising_s() * balanced) @ no_load
