"""What a source reaches: switched-off parts and missing phases of a network from outside."""

from __future__ import annotations

from collections.abc import Iterable

from ..network import Network


def reached(links: Iterable[tuple[str, str]], starts: Iterable[str]) -> set[str]:
    """Buses that hang together with `starts` over `links` (pairs of bus names)."""
    near: dict[str, list[str]] = {}
    for one, other in links:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    found: set[str] = set()
    todo = list(starts)
    while todo:
        bus = todo.pop()
        if bus not in found:
            found.add(bus)
            todo += near.get(bus, [])
    return found


def phases_of_buses(network: Network) -> dict[str, set[int]]:
    """Phases 0..2 that reach each bus: one-phase laterals and open conductors have fewer."""
    found: dict[str, set[int]] = {bus.name: set() for bus in network.buses}
    common = [(t.mv_bus, t.lv_bus) for t in network.transformers]
    common += [(s.from_bus, s.to_bus) for s in network.switches if s.closed]
    for phase in range(3):
        links = [(x.from_bus, x.to_bus) for x in network.lines
                 if phase in x.conductors and phase not in x.open_conductors]
        for bus in reached(common + links, [source.bus for source in network.sources]):
            found[bus].add(phase)
    return found
