"""Catalogue of low-voltage lines: full series matrices in ohm/km, rated currents in A.

Resistances are at 20 degrees Celsius; `at_conductor_temperature` gives another one.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from phaseward_sim.network import impedance
from phaseward_sim.network.errors import NetworkError


@dataclass(frozen=True, eq=False)
class CableType:
    """One kind of line; compared by identity so that equal objects share their reductions.

    z_ohm_per_km: (n, n) complex, n conductors in the order of a line's `conductors`.
    c_nf_per_km: (n, n) nodal capacitance or None. i_rated_a: continuous rating per conductor.
    """

    name: str
    z_ohm_per_km: np.ndarray
    i_rated_a: float
    c_nf_per_km: np.ndarray | None = None
    source: str = ""
    inverse_cache: dict = field(default_factory=dict, repr=False)

    def __post_init__(self):
        z = np.array(self.z_ohm_per_km, complex)
        if z.ndim != 2 or z.shape[0] != z.shape[1]:
            raise NetworkError(f"cable type {self.name}: expected a square matrix, got {z.shape}")
        if not np.all(np.isfinite(z)) or np.any(z.diagonal().real <= 0.0):
            raise NetworkError(f"cable type {self.name}: zero or non-finite series impedance")
        z.setflags(write=False)
        object.__setattr__(self, "z_ohm_per_km", z)

    @property
    def conductors(self) -> int:
        return self.z_ohm_per_km.shape[0]

    def y_km(self, open_conductors: tuple = ()) -> np.ndarray:
        """Series admittance (n, n) in S*km; an open conductor carries no current."""
        if open_conductors not in self.inverse_cache:
            kept = [k for k in range(self.conductors) if k not in open_conductors]
            y = np.zeros_like(self.z_ohm_per_km)
            if kept:
                y[np.ix_(kept, kept)] = np.linalg.inv(self.z_ohm_per_km[np.ix_(kept, kept)])
            self.inverse_cache[open_conductors] = y
        return self.inverse_cache[open_conductors]

    def single_phase(self) -> "CableType":
        """The same cable with one phase and the neutral, for lines with conductors (k, N)."""
        pick = np.ix_([0, 3], [0, 3])
        c = None if self.c_nf_per_km is None else self.c_nf_per_km[pick]
        name = f"{self.name} one phase"
        return CableType(name, self.z_ohm_per_km[pick], self.i_rated_a, c, self.source)


def _four_core(name, area_mm2, r1, x1, i_rated_a, c1_nf, source) -> CableType:
    gmr_m = math.exp(-0.25) * math.sqrt(area_mm2 * 1e-6 / math.pi)
    z = impedance.four_core(r1, x1, gmr_m)
    return CableType(name, z, i_rated_a, impedance.four_core_capacitance(c1_nf), source)


_NAYY = "r1: IEC 60228 class 2 at 20 C; x1, c1: pandapower std types; rating: DIN VDE 0276-603"
NAYY_4X150 = _four_core("NAYY 4x150", 150.0, 0.206, 0.080, 270.0, 261.0, _NAYY)
NAYY_4X120 = _four_core("NAYY 4x120", 120.0, 0.253, 0.080, 242.0, 264.0, _NAYY)
NAYY_4X50 = _four_core("NAYY 4x50", 50.0, 0.641, 0.083, 142.0, 210.0, _NAYY)
NAYY_4X35 = _four_core("NAYY 4x35", 35.0, 0.868, 0.085, 118.0, 200.0, _NAYY)
