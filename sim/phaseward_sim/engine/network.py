"""Builds the four-wire network of a scenario from an excerpt or from inline lines.

What a data set such as SimBench does not say is added here: the neutral and the full 4x4 matrix of
each cable (network.cables, sources there), the MV source's impedance, earthing (scenario).
Units: V, VA, ohm, m. Failure: ScenarioError naming the key of the scenario.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..grids import excerpt as excerpts
from ..importers import Imported, Missing, Recorded
from ..network import (
    Bus,
    Earth,
    Line,
    Network,
    Source,
    Switch,
    Transformer,
    TransformerType,
    cables,
)
from ..network.impedance import four_wire
from ..scenario import ScenarioFile
from . import imported_site

MV_BUS = "MV"
_CATALOGUE = {c.name: c for c in vars(cables).values() if isinstance(c, cables.CableType)}


@dataclass(frozen=True)
class Site:
    """A network with what the placing of devices needs to know.

    customers: buses of households and businesses. distance_m: cable length to each bus, before
    the length factor. excerpt: units and profiles of the data set. source_pu: source voltage.
    recorded: loads of an imported network with their own course; missing: what it left out.
    """

    network: Network
    buses: tuple[str, ...]
    distance_m: dict[str, float]
    customers: tuple[str, ...]
    excerpt: excerpts.Excerpt | None
    source_pu: float
    transformer: str
    notes: dict[str, str] = field(default_factory=dict)
    recorded: tuple[Recorded, ...] = ()
    missing: tuple[Missing, ...] = ()


def build_site(file: ScenarioFile) -> Site:
    """The network of a scenario."""
    if file.scenario.grid.network:
        return _imported(file)
    source = _excerpt(file) if file.scenario.grid.excerpt else _inline(file)
    return _site(file, source)


def _imported(file: ScenarioFile) -> Site:
    found = imported_site.load(file)
    if isinstance(found, Imported):
        return imported_site.site(file, found)
    data, missing = found
    return replace(_site(file, data), missing=tuple(missing))


def _excerpt(file: ScenarioFile) -> excerpts.Excerpt:
    name = file.scenario.grid.excerpt
    path = file.folder / name if name.endswith(".json") else Path(name)
    try:
        return excerpts.load(path)
    except excerpts.GridFileError as err:
        raise file.error(("grid", "excerpt"), str(err)) from None


def _inline(file: ScenarioFile) -> excerpts.Excerpt:
    """Inline lines in the form of an excerpt without units, so that one way builds both."""
    inline = file.scenario.grid.inline
    names = {inline.transformer_bus: None}
    for line in inline.lines:
        names |= {line.from_bus: None, line.to_bus: None}
    transformer = excerpts.Transformer(
        "T1", inline.transformer_bus, "inline", inline.rated_va, 20000.0, 400.0,
        inline.vk_percent, inline.vkr_percent, 0.0, 0.0, inline.vector_group, 0, 2.5)
    lines = [excerpts.Line(line.name, line.from_bus, line.to_bus, line.length_m, line.cable,
                           0.0, 0.0, _catalogued(file, i, line.cable).i_rated_a)
             for i, line in enumerate(inline.lines)]
    return excerpts.Excerpt(file.scenario.name, {"data": "inline"}, 1.0, transformer,
                            [excerpts.Bus(name, 0.0, 0.0) for name in names], lines, [], None)


def _catalogued(file, index, cable) -> cables.CableType:
    if cable not in _CATALOGUE:
        raise file.error(("grid", "inline", "lines", index, "cable"),
                         f"expected one of {', '.join(sorted(_CATALOGUE))}, got {cable!r}")
    return _CATALOGUE[cable]


def _site(file, data: excerpts.Excerpt) -> Site:
    grid, distance = file.scenario.grid, data.distance_m()
    if len(distance) < len(data.buses):
        lost = sorted({bus.name for bus in data.buses} - set(distance))
        raise file.error(("grid", "inline", "lines"),
                         f"not connected to the transformer: {', '.join(lost)}")
    customers = tuple(sorted({u.bus for u in data.units if u.kind in ("household", "business")},
                             key=lambda bus: (distance[bus], bus)))
    types: dict = {}
    lines = tuple(Line(line.name, line.from_bus, line.to_bus, _cable_type(line, types),
                       line.length_m * grid.length_factor) for line in data.lines)
    network = Network(
        data.name, (Bus(MV_BUS, data.transformer.hv_v, 3), *(Bus(b.name) for b in data.buses)),
        lines, (_source(file, data),), (_transformer(grid, data.transformer),),
        _earths(grid, data, customers), _switches(file, data))
    return Site(network, tuple(b.name for b in data.buses), distance, customers,
                data if data.profiles else None, _source_pu(file, data), data.transformer.name,
                _notes(data, types))


def _switches(file, data) -> tuple[Switch, ...]:
    """Those of an inline network."""
    inline, buses = file.scenario.grid.inline, {bus.name for bus in data.buses}
    found = []
    for i, switch in enumerate(inline.switches if inline else ()):
        for key in ("from_bus", "to_bus"):
            if getattr(switch, key) not in buses:
                raise file.error(("grid", "inline", "switches", i, key),
                                 f"no cable has the bus {getattr(switch, key)!r}")
        found.append(Switch(switch.name, switch.from_bus, switch.to_bus, switch.closed))
    return tuple(found)


def _cable_type(line, types):
    """The catalogue's type of that name; else one made from r1 and x1 with an equal neutral."""
    if line.cable not in types:
        short = re.match(r"[A-Z]+ \dx\d+", line.cable)
        known = _CATALOGUE.get(short.group(0) if short else line.cable)
        types[line.cable] = known or cables.CableType(
            line.cable, four_wire(line.r1_ohm_per_km, line.x1_ohm_per_km), line.max_a,
            source="r1, x1 of the data set; neutral taken as a fourth equal conductor")
    return types[line.cable]


def _notes(data, types) -> dict[str, str]:
    return {"grid": data.origin.get("data", ""),
            **{f"cable {name}": kind.source for name, kind in types.items()}}


def _source(file, data) -> Source:
    return Source.of_short_circuit("grid", MV_BUS, data.transformer.hv_v,
                                   file.scenario.source.short_circuit_va)


def _source_pu(file, data) -> float:
    given = file.scenario.source.voltage_pu
    return data.source_pu if given is None else given


def _transformer(grid, data) -> Transformer:
    override = grid.transformer
    kind = TransformerType(
        data.type, override.vector_group or data.vector_group,
        override.rated_va or data.rated_va, data.hv_v, data.lv_v, data.vk_percent / 100,
        data.vkr_percent / 100 * (override.rated_va or data.rated_va),
        data.iron_loss_w, data.no_load_percent / 100, data.tap_step_percent / 100)
    tap = data.tap if override.tap is None else override.tap
    return replace(Transformer(data.name, MV_BUS, data.bus, kind), tap=tap)


def _earths(grid, data, customers) -> tuple[Earth, ...]:
    earths = []
    if grid.earthing.transformer_ohm is not None:
        earths.append(Earth(data.transformer.bus, grid.earthing.transformer_ohm))
    if grid.earthing.house_ohm is not None:
        earths += [Earth(bus, grid.earthing.house_ohm) for bus in customers]
    return tuple(earths)
