"""A four-wire network as frozen dataclasses. Conductors: a, b, c, n = 0, 1, 2, 3; EARTH = -1.

Names tie the elements together; `phaseward_sim.network.validate` says what is wrong with one.
Voltages are in V, impedances in ohm, lengths in m. Bad data raises NetworkError.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from phaseward_sim.network import impedance
from phaseward_sim.network.cables import CableType
from phaseward_sim.network.errors import NetworkError
from phaseward_sim.network.transformer import Transformer

A, B, C, N, EARTH = 0, 1, 2, 3, -1

__all__ = [
    "A", "B", "C", "EARTH", "N", "Bus", "Earth", "Line", "Network", "NetworkError", "Source",
    "Switch",
]


@dataclass(frozen=True)
class Bus:
    """A place with 4 nodes (a, b, c, n), or 3 on three-wire networks such as MV.

    u_ll_v: nominal phase-to-phase voltage; the laws' per-unit voltages are on its base.
    """

    name: str
    u_ll_v: float = 400.0
    conductors: int = 4


@dataclass(frozen=True)
class Line:
    """A line or cable. open_conductors: those cut (N in it is a lost neutral).

    conductors: which of the buses' conductors the type's rows are, e.g. (A, N) for one phase.
    """

    name: str
    from_bus: str
    to_bus: str
    type: CableType
    length_m: float
    conductors: tuple[int, ...] = (A, B, C, N)
    open_conductors: tuple[int, ...] = ()


@dataclass(frozen=True)
class Source:
    """A balanced three-phase source: EMF of u_ll_v * pu behind a series impedance (ohm).

    On a 3-conductor bus the EMFs are to earth, on a 4-conductor bus to the neutral.
    """

    name: str
    bus: str
    u_ll_v: float
    r1_ohm: float
    x1_ohm: float
    r0_ohm: float | None = None
    x0_ohm: float | None = None
    angle_deg: float = 0.0

    @staticmethod
    def of_short_circuit(name, bus, u_ll_v, s_k_va, r_over_x=0.1) -> "Source":
        """Source with the short-circuit power s_k_va (IEC 60909-0 without the factor c)."""
        if not s_k_va > 0.0:
            raise NetworkError(f"source {name}: s_k_va={s_k_va}, expected above 0 VA")
        z = u_ll_v**2 / s_k_va
        x = z / math.hypot(1.0, r_over_x)
        return Source(name, bus, u_ll_v, r_over_x * x, x)

    def y_matrix_s(self) -> np.ndarray:
        """(3, 3) admittance of the series impedance in S; z0 = z1 where not given."""
        z1 = complex(self.r1_ohm, self.x1_ohm)
        r0 = self.r1_ohm if self.r0_ohm is None else self.r0_ohm
        x0 = self.x1_ohm if self.x0_ohm is None else self.x0_ohm
        return impedance.circulant(1.0 / z1, 1.0 / complex(r0, x0))

    def emf_v(self) -> np.ndarray:
        """(3,) complex EMFs at pu 1."""
        turns = np.array([0.0, -120.0, 120.0]) + self.angle_deg
        return self.u_ll_v / math.sqrt(3.0) * np.exp(1j * np.radians(turns))


@dataclass(frozen=True)
class Earth:
    """An earth electrode from a bus conductor (the neutral) to remote earth."""

    bus: str
    ohm: float
    conductor: int = N


@dataclass(frozen=True)
class Switch:
    """An ideal switch over all conductors of two buses: closed, they are one bus."""

    name: str
    from_bus: str
    to_bus: str
    closed: bool = True


@dataclass(frozen=True)
class Network:
    """Everything the solver needs to know of a grid; checked when it is made."""

    name: str
    buses: tuple[Bus, ...]
    lines: tuple[Line, ...]
    sources: tuple[Source, ...]
    transformers: tuple[Transformer, ...] = ()
    earths: tuple[Earth, ...] = ()
    switches: tuple[Switch, ...] = ()

    def __post_init__(self):
        from phaseward_sim.network.validate import check

        for field in ("buses", "lines", "sources", "transformers", "earths", "switches"):
            object.__setattr__(self, field, tuple(getattr(self, field)))
        check(self)

    @cached_property
    def bus_by_name(self) -> dict[str, Bus]:
        """Buses by their names."""
        return {bus.name: bus for bus in self.buses}

    def bus(self, name: str) -> Bus:
        """The bus of this name; NetworkError where there is none."""
        if name not in self.bus_by_name:
            raise NetworkError(f"network {self.name}: no bus {name!r}")
        return self.bus_by_name[name]
