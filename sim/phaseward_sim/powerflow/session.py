"""Solves the ports' equations step by step: fixed point, then Newton, then homotopy.

A step either returns voltages within the tolerance or raises PowerFlowError naming time and bus;
it never returns NaN. Powers are consumption: p_w > 0 draws from the grid, a PV feeds with p_w < 0.
"""

import math
from dataclasses import dataclass

import numpy as np

from phaseward_sim.powerflow.equations import PortEquations
from phaseward_sim.powerflow.errors import PowerFlowError
from phaseward_sim.powerflow.fixed_point import FixedPoint
from phaseward_sim.powerflow.grid import Grid
from phaseward_sim.powerflow.homotopy import homotopy
from phaseward_sim.powerflow.law import HIGHEST_PU, HOUSEHOLD_BAND, Law
from phaseward_sim.powerflow.newton import Newton
from phaseward_sim.powerflow.reduction import PortModel
from phaseward_sim.powerflow.state import GridState

RETRY_STEPS = 64  # a grid that needed Newton tries the cheaper fixed point again this often


@dataclass(frozen=True)
class Solution:
    """v (P,) complex port voltages V; i_a (P,) complex consumed currents A; x: inputs of the
    model's gain matrices (see reduction.py); method: "fixed point", "newton" or "homotopy"."""

    v: np.ndarray
    i_a: np.ndarray
    x: np.ndarray
    iterations: int
    method: str


class PowerFlow:
    """A warm-started solver for one grid.

    model: a PortModel, or a Grid when topology, switches or taps are to change while running.
    tol_v: bound of the error of a port voltage in V.
    """

    def __init__(self, model: PortModel | Grid, law: Law = HOUSEHOLD_BAND, tol_v: float = 1e-6):
        self.grid = model if isinstance(model, Grid) else None
        self.tol_v, self.iterations, self.method = tol_v, 0, ""
        self._adopt(model.model() if self.grid else model, law)
        self._start(self.model.v0(1.0))

    def _adopt(self, model, law):
        self.model, self.law = model, law
        self._count = len(model.ports)
        self._edges = law.edges(model.u_nominal_v)
        self._s_conj = np.zeros(self._count, complex)
        self._x = np.zeros(model.gain.shape[1], complex)
        self._sources = self._x[self._count :]
        self._flat = self._s_conj.view(float), self._sources.view(float)
        self._easy = FixedPoint(model, self._edges, self._s_conj, self._x, self.tol_v)
        self._newton, self._newton_steps = Newton(), 0

    def _start(self, v):
        self._v = np.array(v, complex)
        self._easy.forget()

    def change(self, state: GridState) -> None:
        """Go to another state of the grid (from its cache); the warm start stays."""
        if self.grid is None:
            raise ValueError("give PowerFlow a Grid, not a PortModel, to change its state")
        self._adopt(self.grid.model(state), self.law)

    def set_law(self, law: Law) -> None:
        """Other bands from now on, for example everything at constant impedance."""
        self._adopt(self.model, law)

    def step(self, p_w, q_var, source_pu=1.0, t_s: float = 0.0) -> np.ndarray:
        """(P,) complex port voltages. p_w, q_var: (P,) consumption at every port, W and var.

        source_pu: EMF factor of the sources, a number, (s,) or (s, 3). Raises PowerFlowError where
        no solution is found, ValueError for a wrong shape or a value that is not finite.
        """
        self._take(p_w, q_var, source_pu)
        steps = None
        if self._newton_steps % RETRY_STEPS == 0:
            steps = self._easy.solve(self._v)
        if steps is None:
            self._hard(t_s)
        else:
            self.iterations, self.method, self._newton_steps = steps, "fixed point", 0
        return self._v.copy()

    def _take(self, p_w, q_var, source_pu):
        if len(p_w) != self._count or len(q_var) != self._count:
            raise ValueError(f"powers of {len(p_w)} and {len(q_var)} ports, "
                             f"expected {self._count}")
        self._s_conj.real = p_w
        np.negative(q_var, out=self._s_conj.imag)
        if type(source_pu) is not float:
            source_pu = self.model.source_inputs(source_pu)
        self._sources[:] = source_pu
        power, source = self._flat
        if not math.isfinite(power.dot(power) + source.dot(source)):
            self._name_unfinite()

    def _name_unfinite(self):
        for port in np.flatnonzero(~np.isfinite(self._s_conj)):
            raise ValueError(f"power at port {self.model.ports[port]} is not finite")
        if not np.all(np.isfinite(self._sources)):
            raise ValueError("source_pu is not finite")

    def _hard(self, t_s):
        equations = self._equations()
        v, steps = self._newton.solve(equations, self._v, self.tol_v)
        self.method = "newton"
        if steps is None:
            v, steps = homotopy(equations, self.tol_v)
            self.method = "homotopy"
        if steps is None:
            reason = "no solution found, neither by fixed point nor Newton nor homotopy"
            self._give_up(reason, np.abs(equations.residual(v)), t_s)
        in_pu = np.abs(v) / self.model.u_nominal_v
        if in_pu.max() > HIGHEST_PU:
            self._give_up(f"voltage above {HIGHEST_PU:g} times the nominal one", in_pu, t_s)
        self._newton_steps += 1
        self.iterations = steps
        self._x[: self._count] = equations.current(v)
        self._v[:] = v

    def _equations(self):
        model = self.model
        v0 = model.gain[:, self._count :] @ self._sources
        upper2 = self._edges.upper2(self._s_conj)
        return PortEquations(model.z_ohm, v0, model.y_base_s, self._s_conj, self._edges.lo2,
                             upper2)

    def _give_up(self, reason, badness, t_s):
        """Raise for the worst port; the next step starts afresh."""
        self._start(self.model.v0(1.0))
        self._newton.inverse = None
        raise PowerFlowError(reason, t_s, self.model.ports[int(np.argmax(badness))].bus)

    def observe(self) -> np.ndarray:
        """(O,) complex observer voltages of the last step."""
        return self.model.observer_gain @ self._x

    @property
    def i_a(self) -> np.ndarray:
        """(P,) complex consumed currents of the last step."""
        return self._x[: self._count] + self.model.y_base_s * self._v

    @property
    def inputs(self) -> np.ndarray:
        """x of the last step, for any gain matrix of the model (see flows.py)."""
        return self._x.copy()

    @property
    def solution(self) -> Solution:
        """The last step in full."""
        return Solution(self._v.copy(), self.i_a, self.inputs, self.iterations, self.method)


def solve(model: PortModel, p_w, q_var, law: Law = HOUSEHOLD_BAND, source_pu=1.0, v_start=None,
          t_s: float = 0.0, tol_v: float = 1e-6) -> Solution:
    """One step without a session; v_start (P,) warm-starts it."""
    session = PowerFlow(model, law, tol_v)
    if v_start is not None:
        session._start(v_start)
    session.step(p_w, q_var, source_pu, t_s)
    return session.solution
