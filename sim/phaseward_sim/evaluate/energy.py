"""Energies and peaks of a run: losses, feed-in, loading of lines and transformer.

Units: W in, Wh out; loading as a share of the rating. Losses of a network are what enters it
minus what leaves it at the ports; `network_losses_w` does that independently of the solver's
own flows.
"""

from __future__ import annotations

import numpy as np


class EnergyMeter:
    """Adds up any number of powers by name: `add(dt_s, losses_w=..., pv_w=...)`."""

    def __init__(self):
        self.wh: dict[str, float | np.ndarray] = {}

    def add(self, dt_s: float, **powers_w) -> None:
        """Powers in W (numbers or arrays; names end in _w) held for dt_s."""
        for name, power_w in powers_w.items():
            if not name.endswith("_w"):
                raise ValueError(f"energy {name!r}: the name of a power ends in _w")
            key = f"{name}h"
            self.wh[key] = self.wh.get(key, 0.0) + np.asarray(power_w) * (dt_s / 3600.0)


class PeakMeter:
    """Largest value, and the time it was first reached, of an array of any shape."""

    def __init__(self, shape=()):
        self.value = np.full(shape, -np.inf)
        self.t_s = np.full(shape, np.nan)

    def add(self, t_s: float, values) -> None:
        """Values at t_s."""
        if np.max(values - self.value) > 0:
            higher = values > self.value
            self.value = np.where(higher, values, self.value)
            self.t_s = np.where(higher, t_s, self.t_s)


def network_losses_w(source_w: float, port_w) -> float:
    """Losses in W: what the source delivers, less what all ports together consume."""
    return float(source_w - np.sum(port_w))
