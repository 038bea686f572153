"""The wires of an OpenDSS circuit: buses, lines, transformers, earth electrodes, sources.

Nodes 1, 2, 3 are the phases and 4 the neutral; a bus without node 4 has three wires whose neutral
is earth, as OpenDSS takes it. Impedance matrices are taken as they are.
Units: ohm, km, V, VA. Failure: ImportFailed; what cannot be taken over is noted in `missing`.
"""

from __future__ import annotations

import math

import numpy as np

from ..network import Bus, Earth, Line, Source, Transformer, TransformerType
from ..network.cables import CableType
from ..network.impedance import F_NOMINAL_HZ
from .errors import ImportFailed
from .imported import Missing
from .names import plain
from .transformers import YNYN

KM_OF_UNIT = {0: 1.0, 1: 1.609344, 2: 0.3048, 3: 1.0, 4: 1e-3, 5: 0.3048e-3, 6: 25.4e-6, 7: 1e-5,
              8: 1e-6}
PHASES, NEUTRAL = [1, 2, 3], 4
SMALL_OHM = 1e-3  # an electrode below this is a solid connection, whatever its angle
SOLID_OHM = 1e-4  # of an earth connection without resistance


class Wires:
    """Elements of the circuit as this project has them."""

    def __init__(self, circuit):
        self.circuit, self.missing = circuit, []
        self.nodes: dict[str, set[int]] = {}
        self.types: dict[tuple, CableType] = {}
        self._gather_nodes()
        self.sources, self.source_pu = self._sources()
        self.transformers, self.earths = [], []
        for element in circuit.of_class("transformer"):
            self._transformer(element)
        self.lines = [x for x in map(self._line, circuit.of_class("line")) if x]
        self.earths += [x for x in map(self._earth, circuit.of_class("reactor")) if x]
        self.u_ll_v = self._voltages()

    def note(self, element, reason, blocking=True) -> None:
        """Say what is not taken over."""
        self.missing.append(Missing(getattr(element, "full_name", element), reason, blocking))

    def conductors(self, bus: str) -> int:
        """4 where the bus has a neutral of its own, else 3."""
        return 4 if NEUTRAL in self.nodes[bus] else 3

    def buses(self) -> list[Bus]:
        """All buses that a voltage level reaches."""
        return [Bus(name, u_ll_v, self.conductors(name)) for name, u_ll_v in self.u_ll_v.items()]

    def links(self):
        """Pairs of buses that hang together."""
        yield from ((x.from_bus, x.to_bus) for x in self.lines)
        yield from ((t.mv_bus, t.lv_bus) for t in self.transformers)

    def _gather_nodes(self) -> None:
        for kind in ("line", "transformer", "reactor", "load", "vsource", "generator", "pvsystem"):
            for element in self.circuit.of_class(kind):
                for bus, nodes in zip(element.buses, element.nodes, strict=True):
                    self.nodes.setdefault(bus, set()).update(nodes)
        for bus in self.nodes:
            if plain(bus) != bus:
                raise ImportFailed(f"{self.circuit.path}: bus {bus!r}: rename it to letters, "
                                   "digits, `_`, `-` (up to 30)")

    # --- lines and electrodes ---------------------------------------------------------------

    def _line(self, element) -> Line | None:
        near, far = (nodes[:element.phases] for nodes in element.nodes)
        if near != far or not set(near) <= {1, 2, 3, 4} or len(set(near)) < len(near):
            self.note(element, f"connects nodes {near} with {far}: expected the same of 1..4 at "
                      "both ends")
            return None
        data = element.interface("Lines")
        unit_km = KM_OF_UNIT[data.Units]
        if data.Units == 0:
            self.note(element, "has no length unit: its length is taken as km", False)
        kind = self._type(element, data, unit_km)
        cut = tuple(node - 1 for node in element.open_nodes())
        return Line(element.name, *element.buses[:2], kind, 1e3 * data.Length * unit_km,
                    tuple(node - 1 for node in near), cut)

    def _type(self, element, data, unit_km) -> CableType:
        """One type per set of values, so that equal lines are stamped together."""
        n = element.phases
        r, x, c = (np.array(m, float).reshape(n, n) / unit_km
                   for m in (data.Rmatrix, data.Xmatrix, data.Cmatrix))
        c *= self.circuit.frequency_hz / F_NOMINAL_HZ  # shunts are stamped at 50 Hz
        key = (n, data.NormAmps, *(f"{v:.9g}" for m in (r, x, c) for v in m.ravel()))
        if key not in self.types:
            name = data.LineCode or f"line {element.name}"
            self.types[key] = CableType(name, r + 1j * x, data.NormAmps, c if c.any() else None,
                                         "matrices of the OpenDSS file")
        return self.types[key]

    def _earth(self, element) -> Earth | None:
        nodes = [terminal[0] for terminal in element.nodes]
        if element.phases != 1 or len(nodes) != 2 or nodes[1] != 0 or nodes[0] not in (1, 2, 3, 4):
            self.note(element, "only one-phase reactors from a node to earth (node 0) are "
                      "modelled")
            return None
        z = 1.0 / element.admittance()[0, 0]
        if abs(z) > SMALL_OHM and abs(z.imag) > 1e-3 * abs(z):
            self.note(element, f"electrode of {z:.4g} ohm: its reactance is left out")
        return Earth(element.buses[0], max(z.real, SOLID_OHM), nodes[0] - 1)

    # --- transformers -----------------------------------------------------------------------

    def _transformer(self, element) -> None:
        data = element.interface("Transformers")
        if element.phases != 3 or data.NumWindings != 2:
            self.note(element, f"{element.phases} phases and {data.NumWindings} windings: only "
                      "three-phase units with two windings are modelled")
            return
        windings = [self._winding(element, data, k) for k in (0, 1)]
        high, low = sorted(windings, key=lambda w: -w["kv"])
        group = self._group(element, high, low)
        if group is not None:
            self._add_transformer(element, group, high, low)

    def _winding(self, element, data, k) -> dict:
        data.Wdg = k + 1
        return {"bus": element.buses[k], "nodes": element.nodes[k], "kv": data.kV, "kva": data.kVA,
                "r": data.R, "tap": data.Tap, "delta": bool(data.IsDelta), "xhl": data.Xhl,
                "rneut": data.Rneut}

    def _group(self, element, high, low) -> str | None:
        if high["nodes"][:3] != PHASES or low["nodes"][:3] != PHASES:
            self.note(element, "its phases are not nodes 1, 2, 3 in this order")
            return None
        if low["delta"]:
            self.note(element, "delta on the low-voltage side is not modelled")
            return None
        star = low["nodes"][3]
        if (star == 0) == (self.conductors(low["bus"]) == 4):
            self.note(element, f"its star point is on node {star}, but bus {low['bus']} has "
                      f"{'a' if star == 0 else 'no'} neutral of its own (node 4)")
            return None
        if high["delta"]:
            return "Dyn11" if element.text("leadlag").lower() in ("lead", "euro") else "Dyn1"
        self.note(element, YNYN, False)
        return "Yyn0"

    def _add_transformer(self, element, group, high, low) -> None:
        r, x = high["r"] + low["r"], high["xhl"]
        sn = 1e3 * low["kva"]
        kind = TransformerType(
            element.name, group, sn, 1e3 * high["kv"] * high["tap"], 1e3 * low["kv"] * low["tap"],
            math.hypot(r, x) / 100, r / 100 * sn, element.number("%noloadloss") / 100 * sn,
            math.hypot(element.number("%imag"), element.number("%noloadloss")) / 100,
            r0_over_r1=1.0, x0_over_x1=1.0, source="OpenDSS file")
        self.transformers.append(Transformer(element.name, high["bus"], low["bus"], kind))
        if low["rneut"] >= 0 and low["nodes"][3] == NEUTRAL:
            self.earths.append(Earth(low["bus"], max(low["rneut"], SOLID_OHM)))

    # --- sources and voltages ---------------------------------------------------------------

    def _sources(self):
        found, levels = [], []
        for element in self.circuit.of_class("vsource"):
            if element.phases != 3 or element.nodes[0][:3] != PHASES:
                self.note(element, "only three-phase sources on nodes 1, 2, 3 are modelled")
                continue
            u_ll_v = 1e3 * element.number("basekv")
            z = np.linalg.inv(element.admittance()[:3, :3])
            z1, z0 = z[0, 0] - z[0, 1], z[0, 0] + 2 * z[0, 1]
            found.append(Source(element.name, element.buses[0], u_ll_v, z1.real, z1.imag,
                                z0.real, z0.imag, element.number("angle")))
            levels.append(element.number("pu"))
        if not found:
            raise ImportFailed(f"{self.circuit.path}: no source that can be modelled")
        if max(levels) - min(levels) > 1e-9:
            raise ImportFailed(f"{self.circuit.path}: sources of {levels} pu, expected one "
                               "voltage")
        return found, levels[0]

    def _voltages(self) -> dict[str, float]:
        """Phase-to-phase voltage of every bus: of its source, or of its transformer's winding."""
        found = {source.bus: source.u_ll_v for source in self.sources}
        for t in self.transformers:
            found.setdefault(t.mv_bus, t.type.u_mv_v)
            found.setdefault(t.lv_bus, t.type.u_lv_v)
        todo = list(found)
        near: dict[str, list[str]] = {}
        for line in self.lines:
            near.setdefault(line.from_bus, []).append(line.to_bus)
            near.setdefault(line.to_bus, []).append(line.from_bus)
        while todo:
            bus = todo.pop()
            for other in near.get(bus, []):
                if other not in found:
                    found[other] = found[bus]
                    todo.append(other)
        return found
