"""Distribution transformers: nameplate data to a ratio matrix and sequence impedances.

Every vector group here is the same circuit seen from the LV side: EMF = N * v_mv (3x3, real,
rows summing to zero) behind a series impedance that is circulant in z1 and z0. The group decides
N (clock number) and z0.
"""

import math
import re
from dataclasses import dataclass

import numpy as np

from phaseward_sim.network import impedance
from phaseward_sim.network.errors import NetworkError

_NEXT = np.roll(np.eye(3), 1, axis=1)  # row a picks b, b picks c, c picks a
GROUPS = re.compile(r"(Dyn|Yzn|Yyn)(\d{1,2})")


def ratio_of_group(group: str) -> np.ndarray:
    """(3, 3) EMF of the LV phases per volt of MV phase voltage, at equal nominal voltages.

    The clock number h puts LV phase a at h * 30 degrees behind MV phase a (IEC 60076-1, clause 7).
    NetworkError for a group that is none of Dyn, Yzn (odd hours) and Yyn (even hours).
    """
    match = GROUPS.fullmatch(group)
    hour = int(match[2]) if match else -1
    odd = match is not None and match[1] != "Yyn"
    if not 0 <= hour <= 11 or hour % 2 != odd:
        raise NetworkError(f"vector group {group!r}: expected Dyn or Yzn with an odd hour, or Yyn "
                           "with an even one, such as Dyn5, Yzn5, Yyn0")
    # At 11 o'clock phase a is A - B, 30 degrees ahead; at 0 it is A without the common part.
    ahead, start = (np.eye(3) - _NEXT) / math.sqrt(3.0), 11
    if not odd:
        ahead, start = np.eye(3) - 1.0 / 3.0, 0
    sixths = (hour - start) % 12 // 2  # each 60 degrees: turned by two phases and reversed
    return (-1.0) ** sixths * np.linalg.matrix_power(_NEXT, 2 * sixths % 3) @ ahead


# (r0/r1, x0/x1) seen from the LV side, where the nameplate does not say. Dyn and Yzn: ABB
# Switchgear Manual, ch. 3, after IEC 60076-8 (edition unverified). Yyn0 on a three-limb core: the
# zero-sequence flux returns through the tank, 40..150 % of rated impedance (Wang and Lascu, "Zero
# Sequence Circuit of Three-legged Core Type Transformers"); 10 * x1 is 40..60 % at the usual uk. A
# bank of single cores or five limbs has far more: give x0_over_x1.
Z0_OF_GROUP = {"Dyn": (1.0, 0.95), "Yzn": (0.4, 0.1), "Yyn": (1.0, 10.0)}


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
        ratio_of_group(self.group)
        if not min(self.s_rated_va, self.uk_pu, self.u_mv_v, self.u_lv_v) > 0.0:
            raise NetworkError(f"{where}: s_rated_va, uk_pu, u_mv_v, u_lv_v must be above 0")
        if not 0.0 <= self.pk_w / self.s_rated_va < self.uk_pu:
            raise NetworkError(f"{where}: pk_w={self.pk_w} W exceeds uk_pu={self.uk_pu}")

    def z1_ohm(self) -> complex:
        """Short-circuit impedance per phase, referred to the LV side."""
        base = self.u_lv_v**2 / self.s_rated_va
        r = self.pk_w / self.s_rated_va
        return base * complex(r, math.sqrt(self.uk_pu**2 - r**2))

    def z0_ohm(self) -> complex:
        """Zero-sequence impedance seen from the LV terminals."""
        r, x = Z0_OF_GROUP[self.group[:3]]
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
        return ratio_of_group(t.group) * (t.u_lv_v / t.u_mv_v / (1.0 + tap * t.tap_step_pu))

    def y_primitive(self, tap: int, lv_conductors: int = 4) -> np.ndarray:
        """(7, 7) admittance over MV a, b, c and LV a, b, c, n in S.

        With 3 LV conductors it is (6, 6): the star point is solidly earthed.
        """
        t = self.type
        y = impedance.circulant(1.0 / t.z1_ohm(), 1.0 / t.z0_ohm())
        to_neutral = np.hstack([np.eye(3), -np.ones((3, 1))])[:, :lv_conductors]
        emf = np.hstack([-self.ratio(tap), to_neutral])
        no_load = np.hstack([np.zeros((3, 3)), to_neutral])
        balanced = np.eye(3) - np.full((3, 3), 1.0 / 3.0)
        return emf.T @ y @ emf + no_load.T @ (t.magnetising_s() * balanced) @ no_load
