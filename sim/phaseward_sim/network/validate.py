"""Checks of a network when it is made: every fault is a NetworkError naming the element."""

import math
from collections import Counter

from phaseward_sim.network.errors import NetworkError


def check(network) -> None:
    """Raise NetworkError for the first group of faults found."""
    _check_names(network)
    _check_buses(network)
    buses = {bus.name: bus for bus in network.buses}
    _check_references(network, buses)
    _check_elements(network, buses)
    _check_supplied(network)


def _fail(network, text):
    raise NetworkError(f"network {network.name}: {text}")


def _check_names(network):
    for kind in ("buses", "lines", "sources", "transformers", "switches"):
        counts = Counter(item.name for item in getattr(network, kind))
        twice = sorted(str(name) for name, n in counts.items() if n > 1)
        if twice:
            _fail(network, f"{kind} with the same name: {', '.join(twice[:5])}")
    if not network.buses or not network.sources:
        _fail(network, "needs at least one bus and one source")


def _check_buses(network):
    for bus in network.buses:
        if bus.conductors not in (3, 4):
            _fail(network, f"bus {bus.name}: conductors={bus.conductors}, expected 3 or 4")
        if not _positive(bus.u_ll_v):
            _fail(network, f"bus {bus.name}: u_ll_v={bus.u_ll_v}, expected above 0 V")


def _ends(network):
    """(description, bus name) of every end of every element."""
    for line in network.lines:
        yield f"line {line.name}", line.from_bus
        yield f"line {line.name}", line.to_bus
    for switch in network.switches:
        yield f"switch {switch.name}", switch.from_bus
        yield f"switch {switch.name}", switch.to_bus
    for transformer in network.transformers:
        yield f"transformer {transformer.name}", transformer.mv_bus
        yield f"transformer {transformer.name}", transformer.lv_bus
    for source in network.sources:
        yield f"source {source.name}", source.bus
    for earth in network.earths:
        yield "earth electrode", earth.bus


def _check_references(network, buses):
    for what, name in _ends(network):
        if name not in buses:
            _fail(network, f"{what}: unknown bus {name!r}")


def _check_elements(network, buses):
    for line in network.lines:
        _check_line(network, line, buses)
    for transformer in network.transformers:
        _check_transformer(network, transformer, buses)
    for source in network.sources:
        _check_source(network, source)
    for earth in network.earths:
        _check_earth(network, earth, buses)
    for switch in network.switches:
        if buses[switch.from_bus].conductors != buses[switch.to_bus].conductors:
            _fail(network, f"switch {switch.name}: its buses have different conductors")


def _check_line(network, line, buses):
    where = f"line {line.name}"
    fewest = min(buses[line.from_bus].conductors, buses[line.to_bus].conductors)
    if line.from_bus == line.to_bus:
        _fail(network, f"{where}: both ends at bus {line.from_bus}")
    if not _positive(line.length_m):
        _fail(network, f"{where}: length_m={line.length_m} gives zero impedance; use a Switch")
    if len(line.conductors) != line.type.conductors:
        _fail(network, f"{where}: {len(line.conductors)} conductors, type {line.type.name} has "
                       f"{line.type.conductors}")
    if len(set(line.conductors)) != len(line.conductors) or not _all_in(line.conductors, fewest):
        _fail(network, f"{where}: conductors {line.conductors}, its buses have {fewest}")
    if not set(line.open_conductors) <= set(line.conductors):
        _fail(network, f"{where}: open_conductors {line.open_conductors} not all of the line")


def _check_transformer(network, transformer, buses):
    where = f"transformer {transformer.name}"
    if buses[transformer.mv_bus].conductors != 3:
        _fail(network, f"{where}: mv_bus {transformer.mv_bus} has 4 conductors, expected 3")
    if abs(transformer.tap) > transformer.type.tap_range:
        _fail(network, f"{where}: tap {transformer.tap}, range +-{transformer.type.tap_range}")


def _check_source(network, source):
    if not _positive(source.u_ll_v):
        _fail(network, f"source {source.name}: u_ll_v={source.u_ll_v}, expected above 0 V")
    if not math.hypot(source.r1_ohm, source.x1_ohm) > 0.0:
        _fail(network, f"source {source.name}: zero impedance; give its short-circuit power")


def _check_earth(network, earth, buses):
    if not _positive(earth.ohm):
        _fail(network, f"earth electrode at {earth.bus}: {earth.ohm} ohm, expected above 0")
    if not 0 <= earth.conductor < buses[earth.bus].conductors:
        _fail(network, f"earth electrode at {earth.bus}: no conductor {earth.conductor} there")


def _check_supplied(network):
    """Every bus must reach a source with all switches closed; open ones are a running state."""
    neighbours = {bus.name: [] for bus in network.buses}
    links = [(x.from_bus, x.to_bus) for x in (*network.lines, *network.switches)]
    links += [(t.mv_bus, t.lv_bus) for t in network.transformers]
    for a, b in links:
        neighbours[a].append(b)
        neighbours[b].append(a)
    reached, todo = set(), [source.bus for source in network.sources]
    while todo:
        bus = todo.pop()
        if bus not in reached:
            reached.add(bus)
            todo.extend(neighbours[bus])
    lost = [bus.name for bus in network.buses if bus.name not in reached]
    if lost:
        _fail(network, f"{len(lost)} buses without a source: {', '.join(lost[:5])}")


def _positive(value) -> bool:
    return math.isfinite(value) and value > 0.0


def _all_in(conductors, count) -> bool:
    return all(0 <= k < count for k in conductors)
