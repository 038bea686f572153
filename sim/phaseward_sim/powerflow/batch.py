"""Many scenarios of one topology in one call: the fixed point on blocks of rows.

Rows that leave their bands go on with the laws, rows that do not converge go one by one through
Newton and homotopy. One result or one PowerFlowError, never NaN.
"""

from dataclasses import dataclass

import numpy as np

from phaseward_sim.powerflow.errors import PowerFlowError
from phaseward_sim.powerflow.fixed_point import CAUTION2, NEAR2_V2, STEPS
from phaseward_sim.powerflow.law import HOUSEHOLD_BAND, Law
from phaseward_sim.powerflow.reduction import PortModel
from phaseward_sim.powerflow.session import PowerFlow

ROWS = 128  # rows of a block: their arrays stay in the processor's cache


@dataclass(frozen=True)
class BatchSolution:
    """S scenarios: v (S, P) complex port voltages V; x (S, P + 3s) inputs of the gain matrices,
    so that `x @ model.observer_gain.T` is (S, O); iterations (S,)."""

    v: np.ndarray
    x: np.ndarray
    iterations: np.ndarray


def solve_batch(model: PortModel, p_w, q_var, law: Law = HOUSEHOLD_BAND, source_pu=1.0,
                v_start=None, t_s=None, tol_v: float = 1e-6) -> BatchSolution:
    """Solve S scenarios. p_w, q_var: (S, P) consumption in W and var, broadcast to each other.

    source_pu: number, (S,) or (S, s) or (S, s, 3); v_start: (P,) or (S, P); t_s: (S,) names the
    scenarios in errors (their row numbers otherwise). Raises PowerFlowError for the first scenario
    without a solution, ValueError for wrong shapes or values that are not finite.
    """
    s_conj = np.asarray(p_w, float) - 1j * np.asarray(q_var, float)
    count = len(model.ports)
    if s_conj.ndim != 2 or s_conj.shape[1] != count:
        raise ValueError(f"powers of shape {s_conj.shape}, expected (scenarios, {count})")
    for row in np.flatnonzero(~np.isfinite(s_conj).all(axis=1))[:1]:
        raise ValueError(f"power of scenario {row} is not finite")
    batch = _Batch(model, law, tol_v, s_conj, _inputs(model, source_pu, len(s_conj)))
    batch.v[:] = model.v0(1.0) if v_start is None else v_start
    for first in range(0, len(s_conj), ROWS):
        batch.block(slice(first, first + ROWS))
    batch.finish(np.arange(len(s_conj)) if t_s is None else t_s)
    return BatchSolution(batch.v, batch.x, batch.iterations)


def _inputs(model, source_pu, rows):
    """(S, P + 3s) with the sources' part filled in."""
    x = np.zeros((rows, model.gain.shape[1]), complex)
    sources = len(model.network.sources)
    pu = np.asarray(source_pu)
    if pu.ndim and pu.shape not in ((rows,), (rows, sources), (rows, sources, 3)):
        raise ValueError(f"source_pu of shape {pu.shape}: expected a number, ({rows},), "
                         f"({rows}, {sources}) or ({rows}, {sources}, 3)")
    pu = pu.reshape(pu.shape + (1,) * (3 - pu.ndim))
    x[:, len(model.ports) :] = np.broadcast_to(pu, (rows, sources, 3)).reshape(rows, -1)
    return x


class _Batch:
    """The arrays of all rows, and which rows are solved."""

    def __init__(self, model, law, tol_v, s_conj, x):
        self.model, self.law, self.tol_v, self.s_conj, self.x = model, law, tol_v, s_conj, x
        self.edges = law.edges(model.u_nominal_v)
        self.turned = model.gain.T
        self.v = np.zeros(s_conj.shape, complex)
        self.iterations = np.zeros(len(s_conj), int)
        self.solved = np.zeros(len(s_conj), bool)

    def block(self, rows):
        """Constant power first where the start is inside every band, then the laws."""
        with np.errstate(all="ignore"):  # rows on their way out are caught by their size
            inside = self._inside(rows)
            if self.model.y_base_s.any():
                return  # floating conductors: left to Newton, see fixed_point.py
            if inside.all():
                self.solved[rows] = self._run(rows, self._power_current) & self._inside(rows)
            left = np.flatnonzero(~self.solved[rows]) + rows.start
            if len(left):
                self.solved[left] = self._run(left, self._law_current)

    def _run(self, rows, current):
        """Iterate some rows; True where one converged. Rows that did not keep their start."""
        count = len(self.model.ports)
        v, s_conj, x = self.v[rows], self.s_conj[rows], self.x[rows]
        done, out = np.zeros((2, len(v)), bool)
        last, steps = np.full(len(v), np.inf), np.zeros(len(v), int)
        for _ in range(STEPS):
            current(v, s_conj, x[:, :count])
            new = x @ self.turned
            size = _squares(new - v)
            v = new
            steps += ~done
            out |= ~(done | (last == np.inf) | (size < last))
            done |= ~out & self._settled(size, last)
            last = size
            if np.all(done | out):
                break
        self._store(rows, done & ~out, v, x, steps)
        return done & ~out

    def _settled(self, size, last):
        tol2 = self.tol_v**2
        ratio2 = np.where(last < NEAR2_V2, size / last, 1.0)
        return CAUTION2 * size * ratio2 <= tol2 * (1.0 - np.sqrt(ratio2)) ** 2

    def _store(self, rows, good, v, x, steps):
        index = np.arange(len(self.v))[rows][good]
        self.v[index], self.x[index], self.iterations[index] = v[good], x[good], steps[good]

    @staticmethod
    def _power_current(v, s_conj, out):
        np.divide(s_conj, np.conjugate(v), out=out)

    def _law_current(self, v, s_conj, out):
        out[:] = self.edges.current(s_conj, v)

    def _inside(self, rows):
        v = self.v[rows]
        m2 = v.real**2 + v.imag**2
        return np.all((m2 >= self.edges.lo2) & (m2 <= self.edges.hi2), axis=1)

    def finish(self, t_s):
        """The rows left over, one by one, each from its neighbour's voltages."""
        left = np.flatnonzero(~self.solved)
        if not len(left):
            return
        single = PowerFlow(self.model, self.law, self.tol_v)
        for row in left:
            p, q = self.s_conj[row].real, -self.s_conj[row].imag
            pu = self.x[row, len(self.model.ports) :].reshape(-1, 3)
            try:
                self.v[row] = single.step(p, q, pu, float(t_s[row]))
            except PowerFlowError as error:
                raise PowerFlowError(f"scenario {row}: {error.reason}", error.t_s,
                                     error.bus) from None
            self.x[row], self.iterations[row] = single.inputs, single.iterations


def _squares(change):
    flat = change.view(float)
    return np.einsum("ij,ij->i", flat, flat)
