"""Newton's method on the port equations, and a homotopy where Newton alone is lost.

Residual: F(v) = v - v0 + Z (i(v) - y_base v), with i = conj(s) v / m and m = |v|^2 held inside the
law's band. `blend` 0..1 goes from constant impedance (linear, always solvable) to the law.
"""

from dataclasses import dataclass

import numpy as np

NEWTON_STEPS = 40
SMALLEST_DAMPING = 1.0 / 256.0
SMALLEST_BLEND = 1e-3


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
        return m2 == held, (1.0 - self.blend) * self.u2 + self.blend * held

    def current(self, v) -> np.ndarray:
        """Net current i(v) - y_base v."""
        return (self.s_conj / self._held(v)[1] - self.y_base) * v

    def residual(self, v) -> np.ndarray:
        return v - self.v0 + self.z @ self.current(v)

    def jacobian(self, v) -> np.ndarray:
        """Real (2P, 2P) derivative of the residual over (Re v, Im v)."""
        inside, m = self._held(v)
        slope = np.where(inside, self.blend, 0.0)
        m2 = v.real**2 + v.imag**2
        a = self.s_conj * (1.0 / m - slope * m2 / m**2) - self.y_base
        b = -self.s_conj * slope * v**2 / m**2
        direct = np.eye(len(v)) + self.z * a
        mirrored = self.z * b
        return np.block([
            [direct.real + mirrored.real, mirrored.imag - direct.imag],
            [direct.imag + mirrored.imag, direct.real - mirrored.real],
        ])


def newton(equations: PortEquations, v, tol_v: float):
    """(v, steps) with max |F| <= tol_v, or (best v, None)."""
    residual = equations.residual(v)
    for step in range(NEWTON_STEPS):
        if np.max(np.abs(residual)) <= tol_v:
            return v, step
        moved = _damped(equations, v, residual)
        if moved is None:
            break
        v, residual = moved
    return v, None


def _damped(equations, v, residual):
    """One Newton step, halved until the residual falls; None where no step helps."""
    try:
        right = np.concatenate([residual.real, residual.imag])
        change = np.linalg.solve(equations.jacobian(v), -right)
    except np.linalg.LinAlgError:
        return None
    change = change[: len(v)] + 1j * change[len(v) :]
    size, damping = np.linalg.norm(residual), 1.0
    while damping >= SMALLEST_DAMPING:
        tried = v + damping * change
        new = equations.residual(tried)
        if np.linalg.norm(new) < size * (1.0 - 0.1 * damping):
            return tried, new
        damping *= 0.5
    return None


def homotopy(equations: PortEquations, tol_v: float):
    """(v, steps) along blend 0 -> 1 from the constant-impedance solution, or (v, None)."""
    v = _linear(equations)
    reached, stride, steps = 0.0, 0.25, 0
    while reached < 1.0:
        equations.blend = min(1.0, reached + stride)
        found, count = newton(equations, v, tol_v)
        if count is None:
            stride *= 0.5
            if stride < SMALLEST_BLEND:
                equations.blend = 1.0
                return v, None
            continue
        v, reached, stride, steps = found, equations.blend, stride * 1.5, steps + count
    return v, steps


def _linear(equations):
    """Solution with every device at constant impedance."""
    y = equations.s_conj / equations.u2 - equations.y_base
    return np.linalg.solve(np.eye(len(y)) + equations.z * y, equations.v0)
