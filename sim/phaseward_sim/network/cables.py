"""Catalogue of low-voltage lines: full series matrices in ohm/km, rated currents in A.

`CATALOGUE` maps names to types at 20 degrees Celsius; `cable(name, temperature_c)` gives the same
line warmer. Every type's `source` says where its numbers come from.
"""

import math
from dataclasses import dataclass, field
from functools import cache

import numpy as np

from phaseward_sim.network import impedance
from phaseward_sim.network.errors import NetworkError


@dataclass(frozen=True, eq=False)
class CableType:
    """One kind of line; compared by identity, so that lines of one kind are stamped together.

    z_ohm_per_km: (n, n) complex, n conductors in the order of a line's `conductors`.
    c_nf_per_km: (n, n) nodal capacitance or None. i_rated_a: continuous rating per conductor.
    """

    name: str
    z_ohm_per_km: np.ndarray
    i_rated_a: float
    c_nf_per_km: np.ndarray | None = None
    source: str = ""
    _inverses: dict = field(default_factory=dict, repr=False, init=False)

    def __post_init__(self):
        z = np.array(self.z_ohm_per_km, complex)
        if z.ndim != 2 or z.shape[0] != z.shape[1]:
            raise NetworkError(f"cable type {self.name}: expected a square matrix, got {z.shape}")
        if not np.all(np.isfinite(z)) or np.any(z.diagonal().real <= 0.0):
            raise NetworkError(f"cable type {self.name}: zero or non-finite series impedance")
        if self.c_nf_per_km is not None and np.shape(self.c_nf_per_km) != z.shape:
            raise NetworkError(f"cable type {self.name}: c_nf_per_km of shape "
                               f"{np.shape(self.c_nf_per_km)}, expected {z.shape}")
        if not self.i_rated_a > 0.0:
            raise NetworkError(f"cable type {self.name}: i_rated_a={self.i_rated_a}, expected > 0")
        z.setflags(write=False)
        object.__setattr__(self, "z_ohm_per_km", z)

    @property
    def conductors(self) -> int:
        """How many conductors the matrices have."""
        return self.z_ohm_per_km.shape[0]

    def y_km(self, open_rows: tuple = ()) -> np.ndarray:
        """Series admittance (n, n) in S*km; an open conductor (row) carries no current."""
        if open_rows not in self._inverses:
            kept = [k for k in range(self.conductors) if k not in open_rows]
            y = np.zeros_like(self.z_ohm_per_km)
            if kept:
                y[np.ix_(kept, kept)] = np.linalg.inv(self.z_ohm_per_km[np.ix_(kept, kept)])
            self._inverses[open_rows] = y
        return self._inverses[open_rows]

    def single_phase(self) -> "CableType":
        """The same line with one phase and the neutral, for lines with conductors (k, N)."""
        pick = np.ix_([0, 3], [0, 3])
        c = None if self.c_nf_per_km is None else self.c_nf_per_km[pick]
        name = f"{self.name} one phase"
        return CableType(name, self.z_ohm_per_km[pick], self.i_rated_a, c, self.source)


@dataclass(frozen=True)
class _Row:
    """Catalogue data: resistance at 20 C, rating, and what fixes reactance and capacitance."""

    area_mm2: float
    r20_ohm_per_km: float
    i_rated_a: float
    x1_ohm_per_km: float = 0.0  # cables: sets the distance of the cores
    c1_nf_per_km: float = 0.0
    gmr_factor: float = math.exp(-0.25)  # over the radius of as much solid round metal
    spacing_m: float = 0.0  # overhead: between neighbours, flat a-b-c-n
    source: str = ""


_VDE = ("r at 20 C: IEC 60228 class 1/2 maximum for aluminium; x1, c1: pandapower standard types "
        "'NAYY ... SE'; rating in ground: DIN VDE 0276-603 as in those types")
_SERVICE = ("r at 20 C: IEC 60228; rating in ground: DIN VDE 0276-603 (unverified); "
            "x1, c1 continued from the larger sizes (unverified)")
_BUNDLE = ("r at 20 C: IEC 60228; x1 from the geometry of four touching cores of 13.3 mm; rating "
           "in air and c1: order of manufacturers' data (unverified)")
_BARE = ("70-AL1 of EN 50182: 65.8 mm2, 19 strands of 2.1 mm (GMR 0.758 of the outer radius), "
         "0.437 ohm/km, 290 A (unverified); four wires "
         "side by side 0.4 m apart (assumed): x1 as of pandapower's '48-AL1/8-ST1A 0.4'")
_ROWS = {
    "NAYY 4x150": _Row(150.0, 0.206, 270.0, 0.080, 261.0, source=_VDE),
    "NAYY 4x120": _Row(120.0, 0.253, 242.0, 0.080, 264.0, source=_VDE),
    "NAYY 4x50": _Row(50.0, 0.641, 142.0, 0.083, 210.0, source=_VDE),
    "NAYY 4x35": _Row(35.0, 0.868, 118.0, 0.085, 200.0, source=_SERVICE),
    "NFA2X 4x70": _Row(70.0, 0.443, 205.0, 0.088, 100.0, source=_BUNDLE),
    "Al 4x70 overhead": _Row(65.8, 0.437, 290.0, gmr_factor=0.87, spacing_m=0.4, source=_BARE),
}


@cache
def cable(name: str, temperature_c: float = 20.0) -> CableType:
    """A catalogue type with its conductors at a temperature. NetworkError for an unknown name."""
    if name not in _ROWS:
        raise NetworkError(f"no cable type {name!r}; the catalogue has {', '.join(_ROWS)}")
    row = _ROWS[name]
    r = impedance.at_temperature(row.r20_ohm_per_km, temperature_c)
    c = impedance.four_core_capacitance(row.c1_nf_per_km) if row.c1_nf_per_km else None
    at = "" if temperature_c == 20.0 else f" at {temperature_c:g} C"
    return CableType(name + at, _series(row, r), row.i_rated_a, c, row.source)


def _series(row, r):
    gmr_m = row.gmr_factor * math.sqrt(row.area_mm2 * 1e-6 / math.pi)
    if row.spacing_m:
        places = [(k * row.spacing_m, 0.0) for k in range(4)]
        return impedance.carson([r] * 4, [gmr_m] * 4, places)
    return impedance.four_core(r, row.x1_ohm_per_km, gmr_m)


CATALOGUE = {name: cable(name) for name in _ROWS}
NAYY_4X150 = CATALOGUE["NAYY 4x150"]
NAYY_4X120 = CATALOGUE["NAYY 4x120"]
NAYY_4X50 = CATALOGUE["NAYY 4x50"]
NAYY_4X35 = CATALOGUE["NAYY 4x35"]
NFA2X_4X70 = CATALOGUE["NFA2X 4x70"]
AL_4X70_OVERHEAD = CATALOGUE["Al 4x70 overhead"]
