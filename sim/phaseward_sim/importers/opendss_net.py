"""Imports an OpenDSS file: `read(path)` -> Imported. Needs dss-python (extra `grids`).

Failure: ImportFailed with OpenDSS's message, or naming the element that cannot be modelled.
"""

from __future__ import annotations

from pathlib import Path

from ..network import Network, NetworkError
from .errors import ImportFailed
from .imported import Imported, Missing
from .opendss_file import Circuit
from .opendss_grid import Wires
from .opendss_units import Units
from .supplied import reached


def read(path: Path) -> Imported:
    """The circuit of a .dss file as the engine takes it."""
    circuit = Circuit(path)
    try:
        wires = Wires(circuit)
        supplied = reached(wires.links(), [source.bus for source in wires.sources])
        network = _network(circuit, wires, supplied)
    except NetworkError as err:
        raise ImportFailed(f"{path}: {err}") from None
    units = Units(circuit, wires, supplied)
    lost = sorted(set(wires.nodes) - supplied)
    if lost:
        wires.missing.append(Missing(f"{len(lost)} buses ({', '.join(lost[:5])})",
                                     "no source that is modelled reaches them"))
    return Imported(circuit.name, str(path), network, wires.source_pu, True,
                    recorded=units.recorded, missing=wires.missing,
                    notes={f"cable {k.name}": k.source for k in wires.types.values()})


def _network(circuit, wires, supplied) -> Network:
    return Network(circuit.name, [bus for bus in wires.buses() if bus.name in supplied],
                   [x for x in wires.lines if x.from_bus in supplied], wires.sources,
                   [t for t in wires.transformers if t.mv_bus in supplied],
                   [e for e in wires.earths if e.bus in supplied])
