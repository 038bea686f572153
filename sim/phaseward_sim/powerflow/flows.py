"""Currents, powers, losses and loadings of lines and transformers, from a solved step.

    flows = Flows(session.model)                  # all elements; or Flows(model, lines=["l1"])
    result = flows.read(session.inputs)
    result.line_current_a[k]                      # (4,) a, b, c, n into the line's from end

Everything is linear in the solver's inputs, so a Flows belongs to one PortModel; get a new one
after a change of state. A thousand lines cost about 0.3 ms, a few lines a few microseconds.
"""

from dataclasses import dataclass

import numpy as np

from phaseward_sim.network.model import NetworkError
from phaseward_sim.powerflow.reduction import PortModel


@dataclass(frozen=True)
class FlowResult:
    """L lines and T transformers in the order of `Flows.lines` and `Flows.transformers`.

    line_current_a (L, 4) complex, into the from end by conductor (0 where a line has none);
    line_loss_w (L,); line_loading (L,) largest conductor current over the rating;
    transformer_current_a (T, 4) complex, out of the LV terminals a, b, c, n;
    transformer_loss_w (T,); transformer_power_va (T,) complex, delivered at the LV terminals;
    transformer_loading (T,) largest phase current over the rated current.
    """

    line_current_a: np.ndarray
    line_loss_w: np.ndarray
    line_loading: np.ndarray
    transformer_current_a: np.ndarray
    transformer_loss_w: np.ndarray
    transformer_power_va: np.ndarray
    transformer_loading: np.ndarray


class Flows:
    """Reads the flows of chosen lines and transformers (None: all) of one reduced model."""

    def __init__(self, model: PortModel, lines=None, transformers=None):
        network = model.network
        self.lines = _chosen(network.lines, lines, "line")
        self.transformers = _chosen(network.transformers, transformers, "transformer")
        self._groups = _line_groups(model, self.lines)
        self._lines_gain = [model.node_gain[nodes.ravel()] for _, nodes, _ in self._groups]
        self._rating = np.array([line.type.i_rated_a for line in self.lines])
        self._units = [_Unit(model, t) for t in self.transformers]

    def read(self, x: np.ndarray) -> FlowResult:
        """Flows at inputs x (P + 3s,), as `PowerFlow.inputs` gives them."""
        current, loss = self._line_flows(x)
        units = [unit.read(x) for unit in self._units]
        columns = list(zip(*units, strict=True)) or [np.zeros((0, 4)), [], [], []]
        loading = np.abs(current).max(axis=1, initial=0.0) / self._rating
        return FlowResult(current, loss, loading, *(np.array(column) for column in columns))

    def _line_flows(self, x):
        current = np.zeros((len(self.lines), 4), complex)
        loss = np.zeros(len(self.lines))
        for (index, nodes, admittance), gain in zip(self._groups, self._lines_gain, strict=True):
            u = (gain @ x).reshape(nodes.shape)
            i = np.einsum("kij,kj->ki", admittance, u)
            conductors = self.lines[index[0]].conductors
            current[np.ix_(index, conductors)] = i[:, : len(conductors)]
            loss[index] = (u * i.conj()).real.sum(axis=1)
        return current, loss


class _Unit:
    """One transformer: terminal voltages and currents."""

    def __init__(self, model, transformer):
        admittance = model.admittance
        four = model.network.bus(transformer.lv_bus).conductors
        nodes = [admittance.node(transformer.mv_bus, k) for k in range(3)]
        nodes += [admittance.node(transformer.lv_bus, k) for k in range(four)]
        self._gain = model.node_gain[nodes]
        self._y = transformer.y_primitive(transformer.tap, four)
        self._rated_a = transformer.type.s_rated_va / np.sqrt(3.0) / transformer.type.u_lv_v

    def read(self, x):
        """(LV current (4,), loss W, power VA, loading)."""
        u = self._gain @ x
        i = self._y @ u
        delivered = -np.sum(u[3:] * i[3:].conj())
        current = np.zeros(4, complex)
        current[: len(i) - 3] = -i[3:]
        loss = np.sum(u * i.conj()).real
        return current, loss, delivered, np.abs(current[:3]).max() / self._rated_a


def source_power_va(model: PortModel, x: np.ndarray) -> np.ndarray:
    """(s,) complex power each source's terminals deliver, its own impedance not counted."""
    powers = []
    for k, source in enumerate(model.network.sources):
        conductors = range(model.network.bus(source.bus).conductors)
        u = model.node_gain[[model.admittance.node(source.bus, c) for c in conductors]] @ x
        u = u[:3] - (u[3] if len(u) == 4 else 0.0)
        emf = source.emf_v() * x[len(model.ports) + 3 * k :][:3]
        powers.append(np.sum(u * (source.y_matrix_s() @ (emf - u)).conj()))
    return np.array(powers)


def losses_w(model: PortModel, v: np.ndarray, i_a: np.ndarray, x: np.ndarray) -> float:
    """All losses between the sources' terminals and the ports, electrodes included."""
    return float(source_power_va(model, x).sum().real - np.sum(v * i_a.conj()).real)


def _chosen(items, names, kind):
    if names is None:
        return tuple(items)
    known = {item.name: item for item in items}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NetworkError(f"no {kind} {', '.join(map(repr, unknown))} in the network")
    return tuple(known[name] for name in names)


def _line_groups(model, lines):
    """(index (m,), nodes (m, 2k), admittance (m, 2k, 2k)) of lines with the same conductors."""
    wanted = {line.name: k for k, line in enumerate(lines)}
    groups = []
    for stamped, nodes, blocks in model.admittance.branches:
        rows = [k for k, line in enumerate(stamped) if line.name in wanted]
        if rows:
            index = np.array([wanted[stamped[k].name] for k in rows])
            groups.append((index, nodes[rows], blocks[rows]))
    return groups
