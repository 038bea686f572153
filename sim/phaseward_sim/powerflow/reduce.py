"""Eliminates every node but the ports: v = V0 - Z i, with i the current the ports consume.

Z is (P, P) in ohm, V0 (P,) in V. Where a port touches conductors that only loads tie to earth (a
lost neutral without electrodes), a base admittance y_base is folded into Z so that it stays well
conditioned; the solver takes it out again, so the result does not depend on it.
"""

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from phaseward_sim.network.model import EARTH, N, Network, NetworkError
from phaseward_sim.powerflow.admittance import Admittance
from phaseward_sim.powerflow.ports import Port
from phaseward_sim.powerflow.state import AS_BUILT, GridState

Y_BASE_S = 0.02  # about 1 kW at 230 V


@dataclass(eq=False)
class PortModel:
    """One topology, reduced. Shapes: P ports, O observers, n nodes, s sources.

    z_ohm (P, P); e_gain (P, 3s) volts per volt of EMF; y_base_s (P,), zero on sound grids;
    u_nominal_v (P,); observer_z_ohm (O, P), observer_gain (O, 3s); node_z_ohm (n, P),
    node_gain (n, 3s): potentials of all nodes to earth.
    """

    network: Network
    ports: tuple[Port, ...]
    observers: tuple[Port, ...]
    admittance: Admittance
    z_ohm: np.ndarray
    e_gain: np.ndarray
    y_base_s: np.ndarray
    u_nominal_v: np.ndarray
    observer_z_ohm: np.ndarray
    observer_gain: np.ndarray
    node_z_ohm: np.ndarray
    node_gain: np.ndarray
    emf_v: np.ndarray = field(default=None)
    v0_unit: np.ndarray = field(default=None)

    def __post_init__(self):
        self.emf_v = np.concatenate([s.emf_v() for s in self.network.sources])
        self.v0_unit = self._per_source(self.e_gain)
        self.observer_v0_unit = self._per_source(self.observer_gain)
        self.node_v0_unit = self._per_source(self.node_gain)

    def _per_source(self, gain):
        return (gain * self.emf_v).reshape(len(gain), -1, 3).sum(axis=2)

    def v0(self, source_pu=1.0) -> np.ndarray:
        """(P,) open-circuit voltages. source_pu: a number for all sources, or (s,), or (s, 3)
        with one factor per source and phase (an unbalanced MV side, a dip on one phase)."""
        return self._scaled(self.v0_unit, self.e_gain, source_pu)

    def _scaled(self, unit, gain, source_pu):
        pu = np.asarray(source_pu)
        if pu.ndim < 2:
            return unit @ np.broadcast_to(pu, unit.shape[1]).astype(complex)
        return gain @ (pu.ravel() * self.emf_v)

    def node_voltages(self, i_a: np.ndarray, source_pu=1.0) -> np.ndarray:
        """(n,) potentials of all nodes to earth; i_a as in `Solution.i_net_a`."""
        return self._scaled(self.node_v0_unit, self.node_gain, source_pu) - self.node_z_ohm @ i_a

    def observed(self, i_a: np.ndarray, source_pu=1.0) -> np.ndarray:
        """(O,) observer voltages; i_a as in `Solution.i_net_a`."""
        v0 = self._scaled(self.observer_v0_unit, self.observer_gain, source_pu)
        return v0 - self.observer_z_ohm @ i_a


def reduce(network: Network, ports, observers=()) -> PortModel:
    """Reduce a network to its ports. observers: Ports whose voltages are wanted besides.

    NetworkError where a port names a bus or conductor that is not there.
    """
    admittance = Admittance(network)
    ports, observers = tuple(ports), tuple(observers)
    at_ports = _incidence(admittance, ports)
    y_base = _base_admittance(admittance, ports)
    y = admittance.y + at_ports @ sp.diags(y_base) @ at_ports.T
    right = np.hstack([at_ports.toarray(), admittance.injection])
    response = _solve(y, right, network)
    node_z, node_gain = np.split(response, [len(ports)], axis=1)
    seen = _incidence(admittance, observers).T
    u_nominal = np.array([nominal_v(network, p) for p in ports])
    return PortModel(
        network, ports, observers, admittance,
        np.ascontiguousarray(at_ports.T @ node_z), at_ports.T @ node_gain, y_base, u_nominal,
        np.ascontiguousarray(seen @ node_z), seen @ node_gain, node_z, node_gain,
    )


def nominal_v(network: Network, port: Port) -> float:
    """Phase-to-phase voltage between two phases, else phase-to-neutral."""
    u_ll = network.bus(port.bus).u_ll_v
    between_phases = port.from_conductor < N and 0 <= port.to_conductor < N
    return u_ll if between_phases else u_ll / math.sqrt(3.0)


def _incidence(admittance, ports):
    """(n, P) sparse: +1 where a port's current leaves its from-node, -1 where it returns."""
    rows, columns, signs = [], [], []
    for k, port in enumerate(ports):
        for conductor, sign in ((port.from_conductor, 1.0), (port.to_conductor, -1.0)):
            if conductor != EARTH:
                rows.append(admittance.node(port.bus, conductor))
                columns.append(k)
                signs.append(sign)
    return sp.csc_matrix((signs, (rows, columns)), (admittance.size, len(ports)))


def _base_admittance(admittance, ports):
    strong = np.append(admittance.strong, True)  # the last stands for earth
    ends = [(admittance.node(p.bus, p.from_conductor), admittance.node(p.bus, p.to_conductor))
            for p in ports]
    weak = [not (strong[a] and strong[b]) for a, b in ends]
    return np.where(weak, Y_BASE_S, 0.0)


def _solve(y, right, network):
    try:
        response = splu(y.tocsc()).solve(right)
    except RuntimeError as error:
        raise NetworkError(f"network {network.name}: singular admittance: {error}") from error
    if not np.all(np.isfinite(response)):
        raise NetworkError(f"network {network.name}: singular admittance")
    return response


class Grid:
    """A network with its ports: one cached PortModel for each state it has been in."""

    def __init__(self, network: Network, ports, observers=(), keep: int = 16):
        self.network, self.ports, self.observers = network, tuple(ports), tuple(observers)
        self._models, self._keep, self._lock = OrderedDict(), keep, threading.Lock()

    def model(self, state: GridState = AS_BUILT) -> PortModel:
        """The reduced model of a state, from the cache where it is known."""
        with self._lock:
            if state not in self._models:
                network = state.applied(self.network)
                self._models[state] = reduce(network, self.ports, self.observers)
                if len(self._models) > self._keep:
                    self._models.popitem(last=False)
            self._models.move_to_end(state)
            return self._models[state]
