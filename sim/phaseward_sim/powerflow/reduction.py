"""Eliminates every node but the ports: v = V0 - Z i, with i the current the ports consume.

Everything linear is one product `gain @ x` of a gain matrix with the inputs x = [i, pu]: the net
port currents in A (P of them) and the EMF factors of every source phase (3 per source).

Where a port touches conductors that only loads tie to earth (a lost neutral without electrodes),
a base admittance is folded into Z so that Z stays well conditioned. The solver takes it out again
(`i` above is then i(v) - y_base v), so the result does not depend on it.
"""

import math
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from phaseward_sim.network.model import EARTH, N, Network, NetworkError
from phaseward_sim.powerflow.admittance import Admittance
from phaseward_sim.powerflow.ports import Port

Y_BASE_S = 0.02  # about 1 kW at 230 V


@dataclass(eq=False)
class PortModel:
    """One topology, reduced. P ports, O observers, n nodes, s sources, inputs x (P + 3s,).

    gain (P, P + 3s): port voltages; observer_gain (O, P + 3s): voltages of the observers;
    node_gain (n, P + 3s): potentials of all nodes to earth, in the order of `admittance.node`.
    y_base_s (P,), zero on sound grids; u_nominal_v (P,).
    """

    network: Network
    ports: tuple[Port, ...]
    observers: tuple[Port, ...]
    admittance: Admittance
    gain: np.ndarray
    observer_gain: np.ndarray
    node_gain: np.ndarray
    y_base_s: np.ndarray
    u_nominal_v: np.ndarray

    @property
    def z_ohm(self) -> np.ndarray:
        """(P, P) impedance between the ports, base admittance included."""
        return -self.gain[:, : len(self.ports)]

    def source_inputs(self, source_pu) -> np.ndarray:
        """(3s,) EMF factors from a number, (s,) per source or (s, 3) per source and phase."""
        sources = len(self.network.sources)
        pu = np.asarray(source_pu)
        per_source = pu[..., None] if pu.ndim < 2 else pu
        try:
            return np.broadcast_to(per_source, (sources, 3)).ravel()
        except ValueError:
            raise ValueError(f"source_pu of shape {pu.shape}: expected a number, ({sources},) or "
                             f"({sources}, 3)") from None

    def v0(self, source_pu=1.0) -> np.ndarray:
        """(P,) open-circuit voltages; source_pu as in `source_inputs`."""
        return self.gain[:, len(self.ports) :] @ self.source_inputs(source_pu)


def reduce(network: Network, ports, observers=()) -> PortModel:
    """Reduce a network to its ports; `observers` are Ports whose voltages are wanted besides.

    NetworkError where a port names a bus or conductor that is not there, or where an element
    leaves a node undetermined.
    """
    ports, observers = tuple(ports), tuple(observers)
    if not ports:
        raise NetworkError(f"network {network.name}: no ports to reduce it to")
    admittance = Admittance(network)
    at_ports = incidence(admittance, ports)
    y_base = _base_admittance(admittance, ports)
    y = admittance.y + at_ports @ sp.diags(y_base) @ at_ports.T
    emf = np.concatenate([source.emf_v() for source in network.sources])
    drive = np.hstack([-at_ports.toarray(), admittance.injection * emf])
    nodes = _solve(y, drive, network)
    u_nominal = np.array([nominal_v(network, port) for port in ports])
    seen = incidence(admittance, observers)
    return PortModel(network, ports, observers, admittance, _rows(at_ports, nodes),
                     _rows(seen, nodes), nodes, y_base, u_nominal)


def nominal_v(network: Network, port: Port) -> float:
    """Phase-to-phase voltage between two phases, else phase-to-neutral."""
    u_ll = network.bus(port.bus).u_ll_v
    between_phases = port.from_conductor < N and 0 <= port.to_conductor < N
    return u_ll if between_phases else u_ll / math.sqrt(3.0)


def incidence(admittance: Admittance, ports) -> sp.csc_matrix:
    """(n, P): +1 at each port's from-node, -1 at its to-node, nothing for earth."""
    rows, columns, signs = [], [], []
    for k, port in enumerate(ports):
        for conductor, sign in ((port.from_conductor, 1.0), (port.to_conductor, -1.0)):
            if conductor != EARTH:
                rows.append(admittance.node(port.bus, conductor))
                columns.append(k)
                signs.append(sign)
    return sp.csc_matrix((signs, (rows, columns)), (admittance.size, len(ports)))


def _rows(at_ports, nodes):
    return np.ascontiguousarray(at_ports.T @ nodes)


def _base_admittance(admittance, ports):
    strong = np.append(admittance.strong, True)  # the last stands for earth
    ends = [(admittance.node(p.bus, p.from_conductor), admittance.node(p.bus, p.to_conductor))
            for p in ports]
    return np.array([0.0 if strong[a] and strong[b] else Y_BASE_S for a, b in ends])


def _solve(y, right, network):
    try:
        response = splu(y.tocsc()).solve(right)
    except RuntimeError as error:
        raise NetworkError(f"network {network.name}: singular admittance: {error}") from error
    if not np.all(np.isfinite(response)):
        raise NetworkError(f"network {network.name}: singular admittance")
    return response
