"""Ports: where devices connect and voltages are observed."""

from dataclasses import dataclass

from phaseward_sim.network.model import EARTH, N


@dataclass(frozen=True)
class Port:
    """Two conductors of one bus; voltage and consumed current count from -> to.

    (bus, 0, 3) is phase a to neutral, (bus, 0, 1) a to b, (bus, 3, EARTH) neutral to earth.
    """

    bus: str
    from_conductor: int
    to_conductor: int = N

    def __str__(self):
        to = "earth" if self.to_conductor == EARTH else "abcn"[self.to_conductor]
        return f"{self.bus} {'abcn'[self.from_conductor]}-{to}"
