"""The port equations with their derivatives, for Newton's method and for following a path.

Residual F(v) = v - v0 + Z (i(v) - y_base v), with i = conj(s) v / m. m is |v|^2 held inside the
law's band, seen through `blend`: at 0 every device is the constant impedance it is far above its
band (the equations are linear), at 1 it follows its law.
"""

from dataclasses import dataclass

import numpy as np


@dataclass
class PortEquations:
    """One step's equations; arrays (P,), z (P, P)."""

    z: np.ndarray
    v0: np.ndarray
    y_base: np.ndarray
    s_conj: np.ndarray
    lo2: np.ndarray
    hi2: np.ndarray
    blend: float = 1.0

    def _held(self, v):
        m2 = v.real**2 + v.imag**2
        held = np.clip(m2, self.lo2, self.hi2)
        return m2, held, self.hi2 + self.blend * (held - self.hi2)

    def current(self, v) -> np.ndarray:
        """Net current i(v) - y_base v."""
        return (self.s_conj / self._held(v)[2] - self.y_base) * v

    def residual(self, v) -> np.ndarray:
        """F(v), complex (P,)."""
        return v - self.v0 + self.z @ self.current(v)

    def jacobian(self, v) -> np.ndarray:
        """Real (2P, 2P) derivative of F over (Re v, Im v).

        i depends on v and on its conjugate: di = a dv + b conj(dv).
        """
        m2, held, m = self._held(v)
        slope = np.where(m2 == held, self.blend, 0.0)
        a = self.s_conj * (1.0 / m - slope * m2 / m**2) - self.y_base
        b = -self.s_conj * slope * v**2 / m**2
        direct = np.eye(len(v)) + self.z * a
        mirrored = self.z * b
        return np.block([
            [direct.real + mirrored.real, mirrored.imag - direct.imag],
            [direct.imag + mirrored.imag, direct.real - mirrored.real],
        ])

    def blend_slope(self, v) -> np.ndarray:
        """Derivative of F over blend, complex (P,)."""
        _, held, m = self._held(v)
        return self.z @ (-self.s_conj * v * (held - self.hi2) / m**2)

    def linear(self) -> np.ndarray:
        """The solution at blend 0."""
        y = self.s_conj / self.hi2 - self.y_base
        return np.linalg.solve(np.eye(len(y)) + self.z * y, self.v0)


def to_real(v) -> np.ndarray:
    """(2P,) from complex (P,)."""
    return np.concatenate([v.real, v.imag])


def to_complex(w) -> np.ndarray:
    """(P,) from real (2P,)."""
    half = len(w) // 2
    return w[:half] + 1j * w[half:]
