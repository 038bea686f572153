"""The feeders of the study: networks from SimBench, pandapower and Kerber, cut to size.

Of a network with more than `MOST_HOMES` customers only the branches with the weakest connections
stay, and the transformer is taken in proportion: as if the other branches did the same on average.
Line lengths are stretched by a factor per feeder, so that the run without control violates the
band clearly: severity is our choice, the numbers stand in `FEEDERS`. Converted networks are kept
in build/study_blocking (SimBench alone takes up to 15 s each).
Units: m, ohm, V. Failure: ImportFailed, MissingExtraError for networks that cannot be had.
"""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from ..network import Earth, Network
from ..powerflow import Port, PortModel, reduce
from ..powerflow.flows import Flows

NO_LOAD_V = 235.0  # phase to neutral at the transformer, nothing connected
MOST_HOMES = 30
CACHE = Path("build/study_blocking/feeders")
_TRANSFORMER_EARTH_OHM = 1.0


@dataclass(frozen=True)
class Feeder:
    """source: words of the importers; homes: customers kept; half: tuning or reporting;
    length_factor: severity."""

    name: str
    source: str
    half: str
    length_factor: float


FEEDERS = (
    Feeder("rural2", "simbench:1-LV-rural2--0-sw", "tuning", 1.02),
    Feeder("semiurb4", "simbench:1-LV-semiurb4--0-sw", "tuning", 5.6),
    Feeder("kerber_overhead", "pandapower:create_kerber_landnetz_freileitung_1", "tuning", 2.8),
    Feeder("kerber_suburb", "pandapower:create_kerber_vorstadtnetz_kabel_1", "tuning", 2.4),
    Feeder("rural1", "simbench:1-LV-rural1--0-sw", "tuning", 6.0),
    Feeder("rural3", "simbench:1-LV-rural3--0-sw", "reporting", 1.8),
    Feeder("kerber_village", "pandapower:create_kerber_dorfnetz", "reporting", 1.7),
    Feeder("urban6", "simbench:1-LV-urban6--0-sw", "reporting", 7.7),
    Feeder("ieee", "pandapower:ieee_european_lv_asymmetric", "reporting", 1.4),
    Feeder("semiurb5", "simbench:1-LV-semiurb5--0-sw", "reporting", 4.5),
)


def by_name(name: str) -> Feeder:
    """The feeder of this name; ValueError naming those there are."""
    found = {feeder.name: feeder for feeder in FEEDERS}
    if name not in found:
        raise ValueError(f"no feeder {name!r}; there are {', '.join(found)}")
    return found[name]


@dataclass(frozen=True, eq=False)
class Site:
    """A feeder ready to be simulated. P ports, three per bus with customers.

    home_ports (H, 3): ports of phases a, b, c of each home; source_pu: gives NO_LOAD_V;
    line_gain (K*4, P+3) and line_rated_a (K,): currents of the lines that can be the most loaded;
    transformer_gain (3, P+3), transformer_rated_a.
    """

    name: str
    model: PortModel
    home_ports: np.ndarray
    source_pu: float
    line_gain: np.ndarray
    line_rated_a: np.ndarray
    transformer_gain: np.ndarray
    transformer_rated_a: float

    @property
    def homes(self) -> int:
        """How many homes there are."""
        return len(self.home_ports)

    def to_ports(self) -> np.ndarray:
        """(H*3, P) ones that sum the homes' phases at their ports."""
        ports = np.zeros((self.homes * 3, len(self.model.ports)))
        ports[np.arange(self.homes * 3), self.home_ports.ravel()] = 1.0
        return ports

    def loop_ohm(self) -> np.ndarray:
        """(H, 3) resistance of each home's phases: the drop of one ampere of its own."""
        own = np.diagonal(self.model.z_ohm).real
        return own[self.home_ports]


def site(feeder: Feeder, length_factor: float | None = None) -> Site:
    """The reduced feeder."""
    network, homes = _converted(feeder.source)
    network = _stretched(network, length_factor or feeder.length_factor)
    buses = list(dict.fromkeys(homes))
    ports = [Port(bus, phase) for bus in buses for phase in range(3)]
    model = reduce(network, ports)
    first = {bus: 3 * k for k, bus in enumerate(buses)}
    home_ports = np.array([[first[bus] + phase for phase in range(3)] for bus in homes])
    lines = _critical_lines(network)
    line_gain, transformer_gain = _gains(model, [line.name for line in lines])
    kind = network.transformers[0].type
    return Site(feeder.name, model, home_ports, NO_LOAD_V / float(np.abs(model.v0(1.0)).mean()),
                line_gain, np.array([line.type.i_rated_a for line in lines]), transformer_gain,
                kind.s_rated_va / (np.sqrt(3.0) * kind.u_lv_v))


# --- from the importers to a network of the right size --------------------------------------

def _converted(source: str):
    """(network, bus of each home), from the cache where it is of this source text."""
    here = Path(__file__)
    stamp = hashlib.sha256(here.read_bytes() + source.encode()).hexdigest()[:16]
    path = CACHE / f"{stamp}.pickle"  # written and read by this function alone
    if path.is_file():
        return pickle.loads(path.read_bytes())
    found = _cut(*_imported(source))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps(found))
    return found


def _imported(source: str):
    """(network, bus of each customer)."""
    kind, _, rest = source.partition(":")
    if kind == "simbench":
        from ..grids import simbench
        from ..importers import pandapower_net
        found = pandapower_net.read(simbench.load_net(rest), source, rest)
    else:
        from ..importers import load
        found = load(source)
    homes = [unit.bus for unit in found.units if unit.kind in ("household", "business")]
    homes += [load.bus for load in found.recorded if load.p_w > 0]
    return found.network, homes


def _cut(network: Network, homes: list[str]):
    """Only the weakest branches, the transformer in proportion."""
    root = network.transformers[0].lv_bus
    paths = _paths(network, root)
    homes = [bus for bus in homes if bus in paths]
    branches: dict[str, list[str]] = {}
    for bus in homes:
        if paths[bus]:
            branches.setdefault(paths[bus][0].name, []).append(bus)
    kept: list[str] = []
    for name in sorted(branches, key=lambda n: -max(_ohm(paths[b]) for b in branches[n])):
        if kept and len(kept) + len(branches[name]) > MOST_HOMES:
            continue
        kept += branches[name]
    lines = {line.name: line for bus in kept for line in paths[bus]}
    ends = {root, *(b for x in lines.values() for b in (x.from_bus, x.to_bus))}
    return _rebuilt(network, root, lines.values(), ends, len(kept) / len(homes)), kept


def _rebuilt(network: Network, root: str, lines, ends: set[str], share: float) -> Network:
    unit = network.transformers[0]
    kind = replace(unit.type, s_rated_va=unit.type.s_rated_va * share,
                   pk_w=unit.type.pk_w * share, p0_w=unit.type.p0_w * share)
    buses = [bus for bus in network.buses if bus.name in ends | {unit.mv_bus}]
    sources = [source for source in network.sources if source.bus == unit.mv_bus]
    # One LV source would do too, but the MV side keeps the transformer's own drop.
    return Network(network.name, buses, list(lines), sources, [replace(unit, type=kind)],
                   [Earth(root, _TRANSFORMER_EARTH_OHM)])


def _paths(network: Network, root: str) -> dict[str, list]:
    """Bus -> lines from the root to it, the way with the least resistance in hops."""
    near: dict[str, list] = {}
    for line in network.lines:
        near.setdefault(line.from_bus, []).append((line.to_bus, line))
        near.setdefault(line.to_bus, []).append((line.from_bus, line))
    paths, queue = {root: []}, [root]
    while queue:
        bus = queue.pop(0)
        for other, line in near.get(bus, ()):
            if other not in paths:
                paths[other] = [*paths[bus], line]
                queue.append(other)
    return paths


def _ohm(path) -> float:
    return sum(line.type.z_ohm_per_km[0, 0].real * line.length_m / 1e3 for line in path)


def _stretched(network: Network, factor: float) -> Network:
    lines = [replace(line, length_m=line.length_m * factor) for line in network.lines]
    return replace(network, lines=tuple(lines))


# --- currents -------------------------------------------------------------------------------

def _critical_lines(network: Network) -> list:
    """Lines that can be the most loaded of a radial feeder: the first of each branch, and those
    with a lower rating than everything between them and the transformer."""
    root = network.transformers[0].lv_bus
    found = {}
    for path in _paths(network, root).values():
        lowest = np.inf
        for line in path:
            if line.type.i_rated_a < lowest:
                found[line.name] = line
                lowest = line.type.i_rated_a
    return list(found.values())


def _gains(model: PortModel, names: list[str]):
    """Currents are linear in the inputs: read off column by column."""
    flows = Flows(model, lines=names)
    columns = model.gain.shape[1]
    lines = np.empty((4 * len(names), columns), complex)
    unit = np.empty((3, columns), complex)
    for k in range(columns):
        x = np.zeros(columns, complex)
        x[k] = 1.0
        read = flows.read(x)
        lines[:, k] = read.line_current_a.ravel()
        unit[:, k] = read.transformer_current_a[0, :3]
    return lines, unit
