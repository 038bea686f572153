"""Imports a pandapower network: `read(net, origin, name)` -> Imported.

Profiles are taken over where the network carries them as SimBench's do (`net.profiles`, and a
column `profile` of load and sgen). Nothing needs coordinates.
Failure: ImportFailed and NetworkError naming the element.
"""

from __future__ import annotations

from ..grids import simbench
from ..grids.excerpt import GridFileError, Profiles
from ..network import Network, NetworkError
from .errors import ImportFailed
from .gaps import in_order, refuse_gaps
from .imported import Imported, Missing
from .pandapower_grid import Wires, check_sources
from .pandapower_units import Units
from .supplied import reached


def read(net, origin: str, name: str, source_va: float | None = None) -> Imported:
    """The network as the engine takes it; source_va: where the file has no short-circuit power."""
    check_sources(net, origin)
    try:
        wires = Wires(net, source_va)
        supplied = reached(wires.links(), [source.bus for source in wires.sources])
        network = _network(wires, supplied, name)
    except NetworkError as err:
        raise ImportFailed(f"{origin}: {err}") from None
    units = Units(net, wires, supplied, _kind)
    profiles = _profiles(net, origin, {unit.profile for unit in units.units})
    missing = [*wires.missing, *_unsupplied(wires, supplied), *units.missing]
    return Imported(name, origin, network, wires.source_pu, wires.stiff, units.units,
                    units.recorded, profiles, missing, _notes(wires))


def _network(wires, supplied, name) -> Network:
    def kept(items):
        return [x for x in items if x.from_bus in supplied and x.to_bus in supplied]

    return Network(name, [bus for bus in wires.buses if bus.name in supplied], kept(wires.lines),
                   wires.sources, [t for t in wires.transformers if t.mv_bus in supplied],
                   (), kept(wires.switches))


def _unsupplied(wires, supplied) -> list[Missing]:
    lost = [bus.name for bus in wires.buses if bus.name not in supplied]
    shown = ", ".join(lost[:5]) + (", ..." if len(lost) > 5 else "")
    return [Missing(f"{len(lost)} buses ({shown})", "no source reaches them")] if lost else []


def _kind(table, profile) -> str | None:
    """Kind of a unit: the profile's name tells a load's (SimBench); else a household's."""
    if table == "sgen":
        return "pv"
    if table == "storage":
        return None
    try:
        return simbench.kind_of(profile)
    except GridFileError:
        return "household"


def _profiles(net, origin, used: set[str]) -> Profiles | None:
    if not used:
        return None
    load, sun = (getattr(net, "profiles", {}).get(key) for key in ("load", "renewables"))
    columns, times = {}, None
    for table, ending in ((load, "_pload"), (sun, "")):
        for profile in used if table is not None else ():
            if f"{profile}{ending}" in table:
                columns[profile] = table[f"{profile}{ending}"].to_numpy(float)
                times = table["time"]
    lost = sorted(used - set(columns))
    if lost:
        raise ImportFailed(f"{origin}: profile {lost[0]!r} is used, but net.profiles does not "
                           "have it")
    found = simbench.times_of(times)
    step_s = int((found[1] - found[0]).total_seconds())
    return in_order(refuse_gaps(Profiles(found, columns, step_s, origin)))


def _notes(wires) -> dict[str, str]:
    return {f"cable {kind.name}": kind.source for kind in wires.types.values()}
