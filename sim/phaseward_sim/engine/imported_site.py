"""Puts a network from outside and a scenario's own wishes together: `build(file)` -> Site.

The scenario's transformer, earthing, length factor and short-circuit power apply where it gives
them; else the file's own hold. Loads without a profile become customers with one, if the scenario
names profiles (`grid.profiles`); else they stay constant.
Failure: ScenarioError at the key; MissingExtraError passes.
"""

from __future__ import annotations

from dataclasses import replace

from .. import importers
from ..grids import excerpt as excerpts
from ..importers.gaps import refuse_gaps
from ..importers.supplied import phases_of_buses
from ..importers.voltages import is_lv
from ..network import Earth, Network, Source
from ..scenario import ScenarioFile
from .seeds import generator

HOUSEHOLD_PROFILES = "H0-"


def load(file: ScenarioFile):
    """What the scenario's `grid.network` names: Imported, or SimBench's (Excerpt, missing)."""
    given = file.scenario.source.model_fields_set
    source_va = file.scenario.source.short_circuit_va if "short_circuit_va" in given else None
    network = file.scenario.grid.network
    try:
        found = importers.load(network, file.folder, source_va)
        if not file.scenario.grid.allow_missing:
            importers.refuse_blocking(network, found[1] if isinstance(found, tuple)
                                      else found.missing)
        return found
    except importers.MissingExtraError:
        raise
    except excerpts.GridFileError as err:
        raise file.error(("grid", "network"), str(err)) from None


def site(file: ScenarioFile, found: importers.Imported):
    """The Site of an Imported."""
    from .network import Site

    network = adapted(file, found)
    units, recorded, profiles = _with_profiles(file, found)
    whole = {bus for bus, phases in phases_of_buses(network).items() if len(phases) == 3}
    distance = {bus: m for bus, m in _distances(network).items() if bus in whole}
    buses = tuple(distance)
    if not buses:
        raise file.error(("grid", "network"), f"{found.origin}: has no low-voltage bus that a "
                         "source reaches on three phases")
    at = {u.bus for u in units if u.kind == "household"} | {r.bus for r in recorded if r.p_w > 0}
    customers = tuple(sorted(at & whole, key=lambda bus: (distance[bus], bus)))
    data = excerpts.Excerpt(found.name, {"data": found.origin}, found.source_pu, None, [], [],
                            units, profiles) if units else None
    given = file.scenario.source.voltage_pu
    return Site(network, buses, distance, customers, data,
                found.source_pu if given is None else given,
                network.transformers[0].name if network.transformers else "",
                {"grid": found.origin, **found.notes}, tuple(recorded), tuple(found.missing))


def adapted(file: ScenarioFile, found: importers.Imported) -> Network:
    """The network with what the scenario changes."""
    grid, network = file.scenario.grid, found.network
    factor = grid.length_factor
    lines = [replace(line, length_m=line.length_m * factor) if is_lv(
        network.bus(line.from_bus).u_ll_v) else line for line in network.lines]
    return replace(network, lines=tuple(lines), sources=tuple(_sources(file, found)),
                   transformers=tuple(_transformer(grid, t) for t in network.transformers),
                   earths=tuple(_earths(grid, found)))


def _sources(file, found):
    wanted = file.scenario.source
    for source in found.network.sources:
        if "short_circuit_va" in wanted.model_fields_set:
            own = Source.of_short_circuit(source.name, source.bus, source.u_ll_v,
                                          wanted.short_circuit_va)
            source = replace(own, angle_deg=source.angle_deg)
        yield source


def _transformer(grid, unit):
    wanted, kind = grid.transformer, unit.type
    if wanted.vector_group:
        kind = replace(kind, group=wanted.vector_group, r0_over_r1=None, x0_over_x1=None)
    if wanted.rated_va:
        kind = replace(kind, s_rated_va=wanted.rated_va,
                       pk_w=kind.pk_w * wanted.rated_va / kind.s_rated_va)
    return replace(unit, type=kind, tap=unit.tap if wanted.tap is None else wanted.tap)


def _earths(grid, found) -> list[Earth]:
    """The file's electrodes; the scenario's where the file has none or the scenario asks."""
    network, wanted = found.network, grid.earthing
    if network.earths and "earthing" not in grid.model_fields_set:
        return list(network.earths)
    places = [t.lv_bus for t in network.transformers]
    places += [s.bus for s in network.sources if network.bus(s.bus).conductors == 4]
    earths = [Earth(bus, wanted.transformer_ohm) for bus in dict.fromkeys(places)
              if wanted.transformer_ohm and network.bus(bus).conductors == 4]
    houses = dict.fromkeys(load.bus for load in [*found.recorded, *found.units])
    earths += [Earth(bus, wanted.house_ohm) for bus in houses
               if wanted.house_ohm and network.bus(bus).conductors == 4]
    return earths


def _distances(network: Network) -> dict[str, float]:
    """Cable length from the transformer (or the source) to each LV bus in m."""
    near: dict[str, list[tuple[str, float]]] = {b.name: [] for b in network.buses}
    for x, length_m in [*((line, line.length_m) for line in network.lines),
                        *((s, 0.0) for s in network.switches if s.closed)]:
        near[x.from_bus].append((x.to_bus, length_m))
        near[x.to_bus].append((x.from_bus, length_m))
    found: dict[str, float] = {}
    roots = [t.lv_bus for t in network.transformers] + [s.bus for s in network.sources]
    for root in roots:
        for bus, length_m in excerpts.shortest(near, root).items():
            found[bus] = min(found.get(bus, length_m), length_m)
    return {bus: m for bus, m in found.items() if is_lv(network.bus(bus).u_ll_v)}


# --- profiles -------------------------------------------------------------------------------

def _with_profiles(file, found):
    """(units, recorded, profiles): constants turned into customers, if profiles are named."""
    words = file.scenario.grid.profiles
    if words is None:
        return found.units, found.recorded, found.profiles
    profiles = _profiles(file, words)
    if found.profiles is not None:
        raise file.error(("grid", "profiles"), f"{found.origin} brings its own profiles")
    constant = [load for load in found.recorded if load.shares is None and load.p_w > 0]
    units = [_customer(file, profiles, load) for load in constant]
    rest = [load for load in found.recorded if load not in constant]
    return units, rest, profiles


def _profiles(file, words: str) -> excerpts.Profiles:
    try:
        if words.endswith(".csv"):
            path = file.folder / words
            found = excerpts.read_profiles(path)
            if found.step_s != 900:
                raise excerpts.GridFileError(f"{path}: a row every {found.step_s} s, expected "
                                             "900 s")
        else:
            found = excerpts.load(words).profiles
        return refuse_gaps(found)
    except excerpts.GridFileError as err:
        raise file.error(("grid", "profiles"), str(err)) from None


def _customer(file, profiles, load) -> excerpts.Unit:
    """The column of the load's own name, or one of the household profiles drawn by the seed."""
    column = load.name
    if column not in profiles.columns:
        pool = [name for name in profiles.columns if name.startswith(HOUSEHOLD_PROFILES)]
        if not pool:
            raise file.error(("grid", "profiles"), f"{profiles.path}: no column {load.name!r} and "
                             f"no household column ({HOUSEHOLD_PROFILES}...)")
        draw = generator(file.scenario.seed, "profile", load.name).integers(len(pool))
        column = pool[draw]
    return excerpts.Unit(load.name, load.bus, "household", load.p_w, load.q_var, column,
                         load.phases)
