"""Ports (where devices connect) and load laws (how their current follows voltage).

A law is a band per port: inside [lo, hi] (pu of the port's nominal voltage) constant power,
outside constant impedance, continuous at both edges. lo == hi is constant impedance throughout.
"""

from dataclasses import dataclass

import numpy as np

from phaseward_sim.network.model import EARTH, N

LOWEST_PU = 0.01  # below this a constant power would need a current without bound


@dataclass(frozen=True)
class Port:
    """Two conductors of one bus; voltage and consumed current count from -> to.

    (bus, 0, 3) is phase a to neutral, (bus, 0, 1) a to b, (bus, 3, EARTH) neutral to earth.
    """

    bus: str
    from_conductor: int
    to_conductor: int = N

    def __str__(self):
        names = "abcn"
        to = "earth" if self.to_conductor == EARTH else names[self.to_conductor]
        return f"{self.bus} {names[self.from_conductor]}-{to}"


@dataclass(frozen=True)
class Law:
    """Band edges in pu, a number for all ports or an array of shape (P,)."""

    lo_pu: float | np.ndarray = 0.8
    hi_pu: float | np.ndarray = 1.2

    @staticmethod
    def constant_impedance(ports: int | None = None) -> "Law":
        """P and Q are those at nominal voltage."""
        one = 1.0 if ports is None else np.ones(ports)
        return Law(one, one)

    def edges_v2(self, u_nominal_v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Squares of the band edges in V^2, each (P,). ValueError for an impossible band."""
        lo = np.broadcast_to(np.asarray(self.lo_pu, float), u_nominal_v.shape)
        hi = np.broadcast_to(np.asarray(self.hi_pu, float), u_nominal_v.shape)
        if not (np.all(lo >= LOWEST_PU) and np.all(lo <= hi)):
            raise ValueError(f"load law: expected {LOWEST_PU} <= lo_pu <= hi_pu at every port")
        return (lo * u_nominal_v) ** 2, (hi * u_nominal_v) ** 2


HOUSEHOLD_BAND = Law()
