"""Newton's method on the port equations, with a Jacobian kept while it serves."""

import numpy as np

from phaseward_sim.powerflow.equations import PortEquations, to_complex, to_real

NEWTON_STEPS = 40
SMALLEST_DAMPING = 1.0 / 256.0
CHORD_GAIN = 0.3  # an old Jacobian that shrinks the residual less than this is renewed
ROUNDING_V = 1e-9  # a full step this small is accepted though rounding hides what it gains


class Newton:
    """Keeps the inverse Jacobian between steps: in a slow disturbance one factor serves many."""

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
        return -to_complex(self.inverse @ to_real(residual))


def _damped(equations, v, residual, change):
    """The step halved until the residual falls."""
    size, damping = np.linalg.norm(residual), 1.0
    full = np.max(np.abs(change))
    while damping >= SMALLEST_DAMPING:
        tried = v + damping * change
        new = equations.residual(tried)
        if np.linalg.norm(new) < size * (1.0 - 0.1 * damping) or full < ROUNDING_V:
            return tried, new, full
        damping *= 0.5
    return v, residual, None
