"""The interface all device fleets share, and the adding of powers to the grid's ports.

Units: V, W, var, s. Failure: a port index that is no integer, or below -1, raises ValueError
when the fleet is built; an index beyond the grid raises IndexError at the first demand().
"""

from __future__ import annotations

import numpy as np

U_NOM_V = 230.0
"""Nominal phase-to-neutral voltage of the public low-voltage grid in V (EN 50160, clause 4.2)."""

NOT_CONNECTED = -1


class PortMap:
    """Reads voltages from, and adds powers to, one set of ports; copes with shared ports.

    Entries with port -1 (phase not connected) read as 0 V and add nothing.
    """

    def __init__(self, ports):
        flat = np.asarray(ports).reshape(-1)
        if flat.size and not np.issubdtype(flat.dtype, np.integer):
            raise ValueError(f"ports: integers expected, got {flat.dtype}")
        if flat.size and flat.min() < NOT_CONNECTED:
            raise ValueError(f"ports: index {flat.min()} is below -1 (-1 = not connected)")
        self._connected = np.flatnonzero(flat != NOT_CONNECTED)
        self._all = len(self._connected) == len(flat)
        self._index = flat[self._connected].astype(np.intp)
        self._unique = len(np.unique(self._index)) == len(self._index)
        self._size = flat.size

    def read(self, u_v, out):
        """Copy the voltage across each port into `out` (flat, one entry per port)."""
        if self._all:
            out[:] = u_v[self._index]
            return
        out[:] = 0.0
        out[self._connected] = u_v[self._index]

    def add(self, target, values) -> None:
        """Add `values` (flat, one entry per port) to `target` (one entry per grid port)."""
        if not self._all:
            values = values[self._connected]
        if self._unique:
            target[self._index] += values
        else:
            np.add.at(target, self._index, values)


class Fleet:
    """Base of all fleets: see the package's docstring for the interface.

    ports: int array (n,) or (n, 3), see package docstring.
    band_pu: constant-power band in per unit, see package docstring.
    """

    band_pu: tuple[float, float] = (0.85, 1.15)

    def __init__(self, ports):
        self.ports = np.asarray(ports)
        self.map = PortMap(self.ports)

    def __len__(self) -> int:
        return len(self.ports)

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        """Add this step's power to `p_w` and `q_var`; see the package docstring."""
        raise NotImplementedError(f"{type(self).__name__} defines no demand()")

    def observe(self) -> dict[str, np.ndarray]:
        """States to record, by name with unit; empty where a fleet has none."""
        return {}
