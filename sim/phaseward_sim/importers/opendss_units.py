"""What is connected to an OpenDSS circuit: loads, generators and PV systems, as recorded loads.

Daily load shapes, else yearly ones, are taken over: repeated from midnight on, as OpenDSS's daily
mode does; those of a whole year begin on 1 January.
Units: W, var, s. What cannot be taken over is noted in `missing`.
"""

from __future__ import annotations

import math

import numpy as np

from .errors import ImportFailed
from .imported import Recorded
from .names import Namer
from .voltages import can_be_simulated, why_not

CONSTANT_POWER, CONSTANT_IMPEDANCE = 1, 2
WATCHERS = {"energymeter", "monitor", "sensor", "fmonitor"}
SWITCHGEAR = {"fuse", "recloser", "relay", "swtcontrol"}
READ = {"line", "transformer", "reactor", "vsource", "load", "generator", "pvsystem"}


class Units:
    """`recorded`: everything connected; notes go to the wires' `missing`."""

    def __init__(self, circuit, wires, supplied: set[str]):
        self._circuit, self._wires, self._supplied = circuit, wires, supplied
        self._namer, self._shapes = Namer("load"), _shapes(circuit)
        self.recorded: list[Recorded] = []
        for kind, reader in (("load", self._load), ("generator", self._generator),
                             ("pvsystem", self._pv)):
            for element in circuit.of_class(kind):
                phases = self._phases(element)
                if phases is not None:
                    self.recorded.append(reader(element, phases))
        self._others()

    def _phases(self, element) -> tuple[int, ...] | None:
        """Phases 0..2 it is connected to, phase to neutral; None where that is not so."""
        bus, nodes = element.buses[0], element.nodes[0]
        if bus not in self._supplied:
            return self._wires.note(element, "no source reaches its bus", False)
        if not can_be_simulated(self._wires.u_ll_v[bus]):
            return self._wires.note(element, why_not(self._wires.u_ll_v[bus]))
        neutral = 4 if self._wires.conductors(bus) == 4 else 0
        live = nodes[:element.phases]
        delta = element.text("conn").lower().startswith(("d", "ll"))
        if delta or nodes[element.phases:] != [neutral] or live not in ([1], [2], [3], [1, 2, 3]):
            return self._wires.note(element, f"connected to nodes {nodes}: only one or three "
                                    f"phases to the neutral (node {neutral} here) are modelled")
        return tuple(node - 1 for node in live)

    def _load(self, element, phases) -> Recorded:
        data = element.interface("Loads")
        factor = self._circuit.load_factor * 1e3
        p_w, q_var = factor * data.kW, factor * data.kvar
        base = self._base(element, data.kV, phases)
        band = data.Vminpu * base, data.Vmaxpu * base
        if data.Model == CONSTANT_IMPEDANCE:
            p_w, q_var, band = p_w / base**2, q_var / base**2, (1.0, 1.0)
        elif data.Model != CONSTANT_POWER:
            self._wires.note(element, f"load model {data.Model} is taken as constant power", False)
        if data.duty and not (data.daily or data.Yearly):
            self._wires.note(element, f"duty shape {data.duty!r}: the load is constant instead",
                             False)
        return self._recorded(element, phases, p_w, q_var, data.daily or data.Yearly, band)

    def _base(self, element, kv, phases) -> float:
        """Its rated voltage by that of the bus."""
        u_v = self._wires.u_ll_v[element.buses[0]]
        return 1e3 * kv / (u_v if len(phases) == 3 else u_v / math.sqrt(3.0))

    def _generator(self, element, phases) -> Recorded:
        self._wires.note(element, "fed in as given, without control or protection", False)
        p_w, q_var = -1e3 * element.number("kw"), -1e3 * element.number("kvar")
        return self._recorded(element, phases, p_w, q_var, element.text("daily"), None)

    def _pv(self, element, phases) -> Recorded:
        self._wires.note(element, "fed in by irradiance and daily shape, without an inverter's "
                         "control or protection", False)
        p_w = -1e3 * min(element.number("pmpp") * element.number("irradiance"),
                         element.number("kva"))
        return self._recorded(element, phases, p_w, 0.0, element.text("daily"), None)

    def _recorded(self, element, phases, p_w, q_var, shape, band) -> Recorded:
        name = self._namer(element.name, element.phases)
        shares, step_s = None, 0.0
        if shape and shape.lower() != "none":
            p_w, q_var, shares, step_s = self._shape(element, shape.lower(), p_w, q_var)
        return Recorded(name, element.buses[0], phases, p_w, q_var, shares, step_s,
                        band or (0.85, 1.15))

    def _shape(self, element, shape, p_w, q_var):
        found = self._shapes.get(shape)
        if found is None or not found["step_s"] > 0:
            raise ImportFailed(f"{element.full_name}: load shape {shape!r}: expected one with a "
                               "fixed interval")
        values = found["p"]
        holes = np.flatnonzero(~np.isfinite(values))
        if len(holes):
            raise ImportFailed(f"{self._circuit.path}: load shape {shape!r} has {len(holes)} gaps,"
                               f" the first at point {holes[0] + 1}: fill them")
        if found["q"] is not None:
            self._wires.note(element, f"qmult of load shape {shape!r}: the power factor of the "
                             "load is kept instead", False)
        if found["actual"]:
            return 1e3, 1e3 * (q_var / p_w if p_w else 0.0), values, found["step_s"]
        return p_w, q_var, values, found["step_s"]

    def _others(self) -> None:
        for kind in self._circuit.classes():
            if kind in READ | WATCHERS:
                continue
            for element in self._circuit.of_class(kind):
                reason = "protection is left out: it stays closed" if kind in SWITCHGEAR else (
                    "this kind of element is not modelled")
                self._wires.note(element, reason, kind not in SWITCHGEAR)


def _shapes(circuit) -> dict[str, dict]:
    """Load shapes by lower-case name."""
    found = {}
    for shape in circuit.circuit.LoadShapes:
        q = np.array(shape.Qmult, float)
        found[shape.Name.lower()] = {
            "p": np.array(shape.Pmult, float), "step_s": float(shape.SInterval),
            "q": q if len(q) > 1 else None, "actual": bool(shape.UseActual)}
    return found
