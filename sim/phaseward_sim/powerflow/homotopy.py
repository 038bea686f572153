"""Follows the solution from constant impedance to the laws, around folds where there are any.

Far above their bands all laws are impedances, the same ones for every blend; so the solutions of
all blends are bounded and the path that starts at blend 0 leads to blend 1 unless it meets a
singular point. It is followed by pseudo-arclength: predictor along the tangent, corrector in the
plane across it. What is found need not be the only solution.
"""

import numpy as np

from phaseward_sim.powerflow.equations import PortEquations, to_complex, to_real
from phaseward_sim.powerflow.newton import Newton

BLEND_V = 230.0  # volts of path for one unit of blend: the scale of the other unknowns
STRIDES_V = (2000.0, 20.0)  # largest strides: quick first; then small ones that miss no turn
SMALLEST_STRIDE_V = 1e-4
PATH_STEPS, CORRECTOR_STEPS = 400, 8
CORRECTED_V = 1e-4


def homotopy(equations: PortEquations, tol_v: float):
    """(v, steps) at blend 1, or (last v, None) where the path is lost."""
    for largest in STRIDES_V:
        try:
            v, steps = _follow(equations, tol_v, largest)
        except np.linalg.LinAlgError:
            v, steps = equations.v0, None
        equations.blend = 1.0
        if steps is not None:
            break
    return v, steps


def _follow(equations, tol_v, largest):
    equations.blend = 0.0
    w = np.append(to_real(equations.linear()), 0.0)
    towards = np.append(np.zeros(len(w) - 1), 1.0)
    sense = np.linalg.slogdet(_bordered(equations, w, towards))[0]
    tangent = _tangent(equations, w, towards, sense)
    stride = min(100.0, largest)
    for step in range(PATH_STEPS):
        new = _correct(equations, w + stride * tangent, tangent)
        if new is not None and new[-1] >= BLEND_V:
            v, count = _arrive(equations, w, new, tol_v)
            if count is not None:
                return v, step + count
            new = None
        if new is not None:
            w, tangent = new, _tangent(equations, new, tangent, sense)
        stride = min(1.5 * stride, largest) if new is not None else 0.5 * stride
        if stride < SMALLEST_STRIDE_V:
            break
    return to_complex(w[:-1]), None


def _bordered(equations, w, last_row):
    """(2P + 1, 2P + 1) derivative of F over (v, blend), with a last row of one's own."""
    equations.blend = w[-1] / BLEND_V
    v = to_complex(w[:-1])
    slope = to_real(equations.blend_slope(v)) / BLEND_V
    return np.vstack([np.column_stack([equations.jacobian(v), slope]), last_row])


def _tangent(equations, w, along, sense):
    """Unit tangent of the path at w. `along` only helps to find it: at a band's edge the path may
    turn by more than a right angle, but the sign of the determinant stays (`sense`)."""
    matrix = _bordered(equations, w, along)
    tangent = np.linalg.solve(matrix, np.append(np.zeros(len(w) - 1), 1.0))
    turned = np.linalg.slogdet(matrix)[0] != sense
    return (-tangent if turned else tangent) / np.linalg.norm(tangent)


def _correct(equations, predicted, tangent):
    """The point of the path in the plane through `predicted` across the tangent, or None."""
    w = predicted
    for _ in range(CORRECTOR_STEPS):
        matrix = _bordered(equations, w, tangent)
        off = np.append(to_real(equations.residual(to_complex(w[:-1]))), tangent @ (w - predicted))
        change = np.linalg.solve(matrix, off)
        w = w - change
        if not np.all(np.isfinite(w)):
            return None
        if np.max(np.abs(change)) < CORRECTED_V:
            return w
    return None


def _arrive(equations, w, beyond, tol_v):
    """Newton at blend 1 from between the two last points."""
    share = (BLEND_V - w[-1]) / (beyond[-1] - w[-1])
    equations.blend = 1.0
    return Newton().solve(equations, to_complex((w + share * (beyond - w))[:-1]), tol_v)
