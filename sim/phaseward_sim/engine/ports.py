"""The ports of the reduced grid: one per bus and phase where something is connected.

Devices at the same bus and phase share a port. Buses that are only looked at (a box's free phases,
watched buses) become observers, which cost less than ports.
"""

from __future__ import annotations

import numpy as np

from ..network import EARTH, N, Network
from ..powerflow import Port

NOT_CONNECTED = -1


class PortBook:
    """Gives out port indices; `points` then tells where every voltage comes from."""

    def __init__(self, network: Network | None = None):
        self._index: dict[tuple[str, int], int] = {}
        self._earthed = {bus.name for bus in (network.buses if network else ())
                         if bus.conductors == 3}

    def place(self, bus: str, phase: int) -> Port:
        """Where a bus and phase are: to the neutral, to earth at a bus of three wires."""
        return Port(bus, phase, EARTH if bus in self._earthed else N)

    def port(self, bus: str, phase: int) -> int:
        """Index of the port at a bus and phase 0..2 (phase to neutral), new or known."""
        return self._index.setdefault((bus, phase), len(self._index))

    def three(self, bus: str, phases) -> list[int]:
        """Indices on L1, L2, L3 with -1 where not connected."""
        return [self.port(bus, k) if k in phases else NOT_CONNECTED for k in range(3)]

    def packed(self, bus: str, phases) -> list[int]:
        """Like `three`, but the connected ones first: a one-phase device's own order."""
        found = [self.port(bus, phase) for phase in phases]
        return found + [NOT_CONNECTED] * (3 - len(found))

    @property
    def ports(self) -> list[Port]:
        """All ports in the order of their indices."""
        return [self.place(bus, phase) for bus, phase in self._index]

    def points(self) -> list[tuple[str, int]]:
        """(bus, phase) of every port."""
        return list(self._index)


class Views:
    """Reads the three phase voltages of chosen buses out of ports and observers."""

    def __init__(self, book: PortBook, buses):
        self.buses = list(buses)
        known = {point: k for k, point in enumerate(book.points())}
        self.observers: list[Port] = []
        self._place = book.place
        self._rows = np.zeros((len(self.buses), 3), dtype=np.intp)
        for i, bus in enumerate(self.buses):
            for phase in range(3):
                self._rows[i, phase] = self._row(known, bus, phase)
        self.points = list(known)

    def _row(self, known, bus, phase) -> int:
        if (bus, phase) not in known:
            known[bus, phase] = len(known)
            self.observers.append(self._place(bus, phase))
        return known[bus, phase]

    def all(self, v_ports, v_observers) -> np.ndarray:
        """Complex voltages of all `points` (bus, phase), ports first, in V."""
        return np.concatenate([v_ports, v_observers]) if self.observers else v_ports

    def pick(self, v_points) -> np.ndarray:
        """Those of the chosen buses, (buses, 3), out of what `all` gives."""
        return v_points[self._rows]


class PortSums:
    """Adds up power or current of the ports at each of some buses, per phase: (buses, 3)."""

    def __init__(self, book: PortBook, buses):
        points = {point: k for k, point in enumerate(book.points())}
        index = [[points.get((bus, phase), -1) for phase in range(3)] for bus in buses]
        self._index = np.array(index, dtype=np.intp).reshape(len(index), 3)
        self._nowhere = self._index < 0

    def read(self, per_port) -> np.ndarray:
        """Values at the buses' ports, 0 where nothing is connected."""
        out = per_port[self._index]
        out[self._nowhere] = 0.0
        return out
