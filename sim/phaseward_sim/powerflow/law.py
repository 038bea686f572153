"""Load laws: how a device's current follows its voltage, evaluated inside the iteration.

A law is a band per port: inside [lo, hi] (pu of the port's nominal voltage) constant power,
outside constant impedance, continuous at both edges: i = conj(s) v / m with m = |v|^2 held inside
[lo^2, hi^2]. lo == hi == 1 is constant impedance throughout, its power that at nominal voltage.

A port that feeds (p_w < 0) holds its power above the band too: as a negative impedance an inverter
would push the more the higher the voltage, where in truth its current falls until it trips.
"""

from dataclasses import dataclass

import numpy as np

LOWEST_PU = 0.01  # below this a constant power would need a current without bound
HIGHEST_PU = 10.0  # no device stands more, and the solver looks no farther


@dataclass(frozen=True)
class Law:
    """Band edges in pu, a number for all ports or an array of shape (P,)."""

    lo_pu: float | np.ndarray = 0.8
    hi_pu: float | np.ndarray = 1.2

    @staticmethod
    def constant_impedance() -> "Law":
        """Powers are those at nominal voltage."""
        return Law(1.0, 1.0)

    def edges(self, u_nominal_v: np.ndarray) -> "Edges":
        """The edges for ports of these nominal voltages. ValueError for an impossible band."""
        lo, hi = (_per_port(x, u_nominal_v) for x in (self.lo_pu, self.hi_pu))
        if not (np.all(lo >= LOWEST_PU) and np.all(lo <= hi) and np.all(hi <= HIGHEST_PU)):
            raise ValueError(f"load law: expected {LOWEST_PU} <= lo_pu <= hi_pu <= {HIGHEST_PU:g} "
                             "at every port")
        feed = np.where(lo == hi, hi, HIGHEST_PU)
        return Edges(*((edge * u_nominal_v) ** 2 for edge in (lo, hi, feed)))


@dataclass(frozen=True)
class Edges:
    """Squares of band edges in V^2, each (P,): lower, upper, and upper for a port that feeds."""

    lo2: np.ndarray
    hi2: np.ndarray
    feed2: np.ndarray

    def upper2(self, s_conj: np.ndarray) -> np.ndarray:
        """Upper edges at powers s_conj (..., P), consumption positive."""
        return np.where(s_conj.real < 0.0, self.feed2, self.hi2)

    def current(self, s_conj: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Consumed currents (..., P) at voltages v."""
        m2 = np.clip(v.real**2 + v.imag**2, self.lo2, self.upper2(s_conj))
        return s_conj / m2 * v


HOUSEHOLD_BAND = Law()


def _per_port(value, u_nominal_v):
    try:
        return np.broadcast_to(np.asarray(value, float), u_nominal_v.shape)
    except ValueError:
        raise ValueError(f"load law of shape {np.shape(value)}: expected a number or "
                         f"({len(u_nominal_v)},)") from None
