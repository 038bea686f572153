"""Nodal admittance of a network as a sparse matrix, neutral and earth included.

A node is one conductor of one bus; closed switches merge nodes. Potentials are to remote earth.
"""

import math
from collections import defaultdict

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from phaseward_sim.network import impedance
from phaseward_sim.network.model import EARTH, Network, NetworkError

# A conductor that nothing ties to earth or a source still has its insulation. 1 Gohm per node
# decides its potential where no load does, and draws less than a microampere.
INSULATION_S = 1e-9
OMEGA = 2.0 * math.pi * impedance.F_NOMINAL_HZ


class Admittance:
    """y: (n, n) csc complex; injection: (n, 3 * sources), amperes per volt of each source EMF.

    `strong[node]` is False where only insulation (and loads) tie the node to the rest.
    """

    def __init__(self, network: Network):
        self.network = network
        self._number_nodes()
        self._rows, self._columns, self._values = [], [], []
        self._ties = []
        self.branches = [*self._lines()]
        self._transformers()
        self._earths()
        self.injection = self._sources()
        self.strong = self._find_strong()
        self.y = self._assemble()

    def node(self, bus: str, conductor: int) -> int:
        """Node index, or -1 for EARTH; NetworkError for a bus or conductor that is not there."""
        if conductor == EARTH:
            return -1
        try:
            return self._index[bus, conductor]
        except KeyError:
            raise NetworkError(f"network {self.network.name}: no conductor {conductor} at bus "
                               f"{bus!r}") from None

    def _number_nodes(self):
        parent = {bus.name: bus.name for bus in self.network.buses}

        def root(name):
            while parent[name] != name:
                name = parent[name]
            return name

        for switch in self.network.switches:
            if switch.closed:
                parent[root(switch.from_bus)] = root(switch.to_bus)
        self._index, numbers = {}, {}
        for bus in self.network.buses:
            for k in range(bus.conductors):
                key = (root(bus.name), k)
                self._index[bus.name, k] = numbers.setdefault(key, len(numbers))
        self.size = len(numbers)

    def _add(self, nodes, blocks):
        """Stamp blocks (m, k, k) at nodes (m, k)."""
        nodes = np.asarray(nodes)
        self._rows.append(np.broadcast_to(nodes[:, :, None], blocks.shape).ravel())
        self._columns.append(np.broadcast_to(nodes[:, None, :], blocks.shape).ravel())
        self._values.append(np.asarray(blocks, complex).ravel())

    def _line_groups(self):
        """Lines by type, conductors and cut ones (as rows of the type's matrix)."""
        groups = defaultdict(list)
        for line in self.network.lines:
            cut = tuple(k for k, c in enumerate(line.conductors) if c in line.open_conductors)
            groups[line.type, line.conductors, cut].append(line)
        return groups

    def _lines(self):
        """Stamp the lines; yields (lines, nodes (m, 2k), admittance (m, 2k, 2k)) by group."""
        for (kind, _, cut), lines in self._line_groups().items():
            start, stop = (
                np.array([[self.node(getattr(line, end), c) for c in line.conductors]
                          for line in lines])
                for end in ("from_bus", "to_bus")
            )
            km = np.array([line.length_m for line in lines]) / 1000.0
            series = kind.y_km(cut)[None] / km[:, None, None]
            shunt = self._shunt(kind, km)
            nodes = np.hstack([start, stop])
            blocks = np.block([[series + shunt, -series], [-series, series + shunt]])
            self._add(nodes, blocks)
            kept = [k for k in range(kind.conductors) if k not in cut]
            self._ties.append((start[:, kept].ravel(), stop[:, kept].ravel()))
            yield lines, nodes, blocks

    @staticmethod
    def _shunt(kind, km):
        """Half of the capacitive admittance at each end, (m, k, k) in S."""
        c = np.zeros((kind.conductors,) * 2) if kind.c_nf_per_km is None else kind.c_nf_per_km
        return 0.5j * OMEGA * 1e-9 * c[None] * km[:, None, None]

    def _transformers(self):
        for t in self.network.transformers:
            mv = [self.node(t.mv_bus, k) for k in range(3)]
            lv = [self.node(t.lv_bus, k) for k in range(self.network.bus(t.lv_bus).conductors)]
            self._add([mv + lv], t.y_primitive(t.tap, len(lv))[None])
            star = lv[3] if len(lv) == 4 else -1
            self._ties += [(mv[:2], mv[1:]), (lv[:3], [star] * 3)]

    def _earths(self):
        for earth in self.network.earths:
            node = self.node(earth.bus, earth.conductor)
            self._add([[node]], np.array([[[1.0 / earth.ohm]]]))
            self._ties.append(([node], [-1]))

    def _sources(self):
        """Stamp the sources; returns the current injected per volt of EMF, (n, 3 * sources)."""
        injection = np.zeros((self.size, 3 * len(self.network.sources)), complex)
        for k, source in enumerate(self.network.sources):
            four = self.network.bus(source.bus).conductors == 4
            nodes = [self.node(source.bus, c) for c in range(4 if four else 3)]
            to = np.hstack([np.eye(3), -np.ones((3, 1))]) if four else np.eye(3)
            y = source.y_matrix_s()
            self._add([nodes], (to.T @ y @ to)[None])
            injection[nodes, 3 * k : 3 * k + 3] = to.T @ y
            ends = [nodes[3]] * 3 if four else [-1] * 3
            self._ties.append((nodes[:3], ends))
        return injection

    def _find_strong(self):
        start = np.concatenate([np.asarray(a, int) for a, _ in self._ties])
        stop = np.concatenate([np.asarray(b, int) for _, b in self._ties])
        stop = np.where(stop < 0, self.size, stop)
        shape = (self.size + 1, self.size + 1)
        graph = sp.coo_matrix((np.ones(len(start)), (start, stop)), shape)
        _, label = connected_components(graph, directed=False)
        return label[:-1] == label[-1]

    def _assemble(self):
        weak = np.flatnonzero(~self.strong)
        if len(weak):
            self._add(weak[:, None], np.full((len(weak), 1, 1), INSULATION_S))
        ij = (np.concatenate(self._rows), np.concatenate(self._columns))
        return sp.coo_matrix((np.concatenate(self._values), ij), (self.size,) * 2).tocsc()
