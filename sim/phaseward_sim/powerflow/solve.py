"""Solves the ports' equations step by step: fixed point, then Newton, then homotopy.

A step either returns voltages within the tolerance or raises PowerFlowError naming time and bus;
it never returns NaN. Powers are consumption: p_w > 0 draws from the grid, a PV feeds with p_w < 0.
"""

from dataclasses import dataclass

import numpy as np

from phaseward_sim.powerflow.errors import PowerFlowError
from phaseward_sim.powerflow.newton import PortEquations, homotopy, newton
from phaseward_sim.powerflow.ports import HOUSEHOLD_BAND, Law
from phaseward_sim.powerflow.reduce import Grid, PortModel
from phaseward_sim.powerflow.state import GridState

FIXED_POINT_STEPS = 30


@dataclass
class Solution:
    """v (P,) complex V; i_a (P,) consumed current A; i_net_a what `PortModel.observed` takes."""

    v: np.ndarray
    i_a: np.ndarray
    i_net_a: np.ndarray
    source_pu: object
    iterations: int
    method: str


class PowerFlow:
    """A warm-started solver for one grid.

    model: a PortModel, or a Grid when topology, switches or taps are to change while running.
    tol_v: largest error of a port voltage in V.
    """

    def __init__(self, model: PortModel | Grid, law: Law = HOUSEHOLD_BAND, tol_v: float = 1e-6):
        self.grid = model if isinstance(model, Grid) else None
        self.law, self.tol_v = law, tol_v
        self._adopt(model.model() if self.grid else model)
        self.solution = None

    def _adopt(self, model):
        self.model = model
        self.lo2, self.hi2 = self.law.edges_v2(model.u_nominal_v)
        self._v = model.v0(1.0)

    def change(self, state: GridState) -> None:
        """Go to another state of the grid (taken from its cache); the warm start stays."""
        if self.grid is None:
            raise ValueError("give PowerFlow a Grid, not a PortModel, to change its state")
        v = self._v
        self._adopt(self.grid.model(state))
        self._v = v

    def step(self, p_w, q_var, source_pu=1.0, t_s: float = 0.0) -> np.ndarray:
        """(P,) complex port voltages. p_w, q_var: (P,) consumption at every port.

        source_pu: see PortModel.v0. Raises PowerFlowError; ValueError where a power is not finite.
        """
        s_conj = np.asarray(p_w, float) - 1j * np.asarray(q_var, float)
        self._check(s_conj)
        equations = PortEquations(self.model.z_ohm, self.model.v0(source_pu), self.model.y_base_s,
                                  s_conj, self.lo2, self.hi2, self.model.u_nominal_v**2)
        v, iterations, method = self._solve(equations, t_s)
        net = equations.current(v)
        i = net + self.model.y_base_s * v
        self._v = v
        self.solution = Solution(v, i, net, source_pu, iterations, method)
        return v

    def _check(self, s_conj):
        if s_conj.shape != self._v.shape:
            raise ValueError(f"power of shape {s_conj.shape}, expected ({len(self._v)},)")
        bad = np.flatnonzero(~np.isfinite(s_conj))
        if len(bad):
            raise ValueError(f"power at port {self.model.ports[bad[0]]} is not finite")

    def _solve(self, equations, t_s):
        v, steps = self._fixed_point(equations)
        if steps is not None:
            return v, steps, "fixed point"
        v, steps = newton(equations, self._v, self.tol_v)
        if steps is not None:
            return v, steps, "newton"
        v, steps = homotopy(equations, self.tol_v)
        if steps is not None:
            return v, steps, "homotopy"
        worst = int(np.argmax(np.abs(equations.residual(v))))
        raise PowerFlowError("no solution found", t_s, self.model.ports[worst].bus)

    def _fixed_point(self, equations):
        v, last = self._v, np.inf
        for step in range(FIXED_POINT_STEPS):
            new = equations.v0 - equations.z @ equations.current(v)
            change = np.max(np.abs(new - v))
            if change <= self.tol_v:
                return new, step + 1
            if not change < 2.0 * last:
                break
            v, last = new, change
        return v, None

    def observe(self) -> np.ndarray:
        """(O,) complex observer voltages of the last step."""
        return self.model.observed(self.solution.i_net_a, self.solution.source_pu)


def solve(model: PortModel, p_w, q_var, law: Law = HOUSEHOLD_BAND, source_pu=1.0, v_start=None,
          t_s: float = 0.0, tol_v: float = 1e-6) -> Solution:
    """One step without a session; v_start (P,) warm-starts it."""
    session = PowerFlow(model, law, tol_v)
    if v_start is not None:
        session._v = np.array(v_start, complex)
    session.step(p_w, q_var, source_pu, t_s)
    return session.solution
