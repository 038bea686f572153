"""Newton's method on the port equations, and a homotopy where Newton alone is lost.

Residual F(v) = v - v0 + Z (i(v) - y_base v), with i = conj(s) v / m and m = |v|^2 held inside the
law's band. `blend` 0..1 leads from constant impedance (linear, solvable at once) to the law.
"""

from dataclasses import dataclass

import numpy as np

NEWTON_STEPS = 40
SMALLEST_DAMPING = 1.0 / 256.0
SMALLEST_STRIDE = 1e-3
CHORD_GAIN = 0.3  # an old Jacobian that shrinks the residual less than this is renewed


@dataclass
class PortEquations:
    """The equations of one step; all arrays (P,), z (P, P)."""

    z: np.ndarray
    v0: np.ndarray
    y_base: np.ndarray
    s_conj: np.ndarray
    lo2: np.ndarray
    hi2: np.ndarray
    u2: np.ndarray
    blend: float = 1.0

    def _held(self, v):
        m2 = v.real**2 + v.imag**2
        held = np.clip(m2, self.lo2, self.hi2)
        return m2, m2 == held, (1.0 - self.blend) * self.u2 + self.blend * held

    def current(self, v) -> np.ndarray:
        """Net current i(v) - y_base v."""
        return (self.s_conj / self._held(v)[2] - self.y_base) * v

    def residual(self, v) -> np.ndarray:
        return v - self.v0 + self.z @ self.current(v)

    def jacobian(self, v) -> np.ndarray:
        """Real (2P, 2P) derivative of the residual over (Re v, Im v).

        i depends on v and on its conjugate: di = a dv + b conj(dv).
        """
        m2, inside, m = self._held(v)
        slope = np.where(inside, self.blend, 0.0)
        a = self.s_conj * (1.0 / m - slope * m2 / m**2) - self.y_base
        b = -self.s_conj * slope * v**2 / m**2
        direct = np.eye(len(v)) + self.z * a
        mirrored = self.z * b
        return np.block([
            [direct.real + mirrored.real, mirrored.imag - direct.imag],
            [direct.imag + mirrored.imag, direct.real - mirrored.real],
        ])

    def linear(self) -> np.ndarray:
        """The solution with every device at constant impedance."""
        y = self.s_conj / self.u2 - self.y_base
        return np.linalg.solve(np.eye(len(y)) + self.z * y, self.v0)


class Newton:
    """Keeps the inverse Jacobian between steps: on slow disturbances one factor serves many."""

    def __init__(self):
        self.inverse = None

    def solve(self, equations: PortEquations, v, tol_v: float):
        """(v, steps) once a full step moves no port by more than tol_v, else (v, None)."""
        residual = equations.residual(v)
        for step in range(1, NEWTON_STEPS + 1):
            v, residual, moved = self._advance(equations, v, residual)
            if moved is None:
                break
            if moved <= tol_v:
                return v, step
        return v, None

    def _advance(self, equations, v, residual):
        """(v, residual, size of the full step); the size is None where no step helps."""
        if self.inverse is not None:
            change = self._change(residual)
            new = equations.residual(v + change)
            if np.linalg.norm(new) <= CHORD_GAIN * np.linalg.norm(residual):
                return v + change, new, np.max(np.abs(change))
        return self._renewed(equations, v, residual)

    def _renewed(self, equations, v, residual):
        try:
            self.inverse = np.linalg.inv(equations.jacobian(v))
        except np.linalg.LinAlgError:
            self.inverse = None
            return v, residual, None
        return _damped(equations, v, residual, self._change(residual))

    def _change(self, residual):
        change = self.inverse @ np.concatenate([residual.real, residual.imag])
        half = len(residual)
        return -change[:half] - 1j * change[half:]


def _damped(equations, v, residual, change):
    """The step halved until the residual falls."""
    size, damping = np.linalg.norm(residual), 1.0
    full = np.max(np.abs(change))
    while damping >= SMALLEST_DAMPING:
        tried = v + damping * change
        new = equations.residual(tried)
        if np.linalg.norm(new) < size * (1.0 - 0.1 * damping) or full < 1e-9:
            return tried, new, full
        damping *= 0.5
    return v, residual, None


def homotopy(equations: PortEquations, tol_v: float):
    """(v, steps) along blend 0 -> 1 from the constant-impedance solution, or (v, None)."""
    v, newton = equations.linear(), Newton()
    reached, stride, steps = 0.0, 0.25, 0
    while reached < 1.0 and stride >= SMALLEST_STRIDE:
        equations.blend = min(1.0, reached + stride)
        found, count = newton.solve(equations, v, tol_v)
        if count is None:
            stride *= 0.5
            newton.inverse = None
        else:
            v, reached, stride, steps = found, equations.blend, stride * 1.5, steps + count
    equations.blend = 1.0
    return v, steps if reached >= 1.0 else None
