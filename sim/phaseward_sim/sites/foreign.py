"""Feeders that nobody made for this study and on which nothing was tuned.

SimBench's rural grids (the shipped excerpt rural2; others with the extra `grids`) and the IEEE
European LV feeder. Taken from them: conductors, lengths, transformer, where customers are (IEEE:
on which phase). Added, because a feeder without trouble judges nothing: longer lines, single-phase
PV and cars, the phases of SimBench's customers; each is stated in `about`. Of a SimBench grid the
feeder with the farthest customer is looked at; the customers of the others draw at the busbar.
The unit's node is the one that `sizing.best_nodes` finds on the tuning seeds at 15 kVA, the same
rule for all (the study's piece `placing` shows it); of other grids the bus at 85 % of the way.
Units: m, kVA, pu. Failure: SiteError, GridFileError, MissingExtraError.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ..bench import ieee_european_lv
from ..engine.network import build_site
from ..network import EARTH
from ..scenario import loads
from .archetype import Cars, Households, Solar
from .feeder import Feeder, make

SCENARIO = """version: 1
name: foreign
seed: 1
start: 2016-01-28T17:00:00
duration_s: 60
step_s: 60
grid: {{{grid}, length_factor: {stretch}, transformer: {{tap: 0}}}}
boxes: []
"""


_KVA = 15.0
NODES = {"rural2": "bus42", "ieee_european_lv": "899", "1-LV-rural3--2-sw": "bus38"}


@dataclass(frozen=True)
class Customers:
    """What `course.draw` needs of a site."""

    name: str
    households: Households
    pv: Solar
    ev: Cars
    level_pu: float
    dip_pu: float


def names() -> list[str]:
    """Those that need no extra."""
    return ["rural2", "ieee_european_lv"]


def load(name: str) -> Feeder:
    """One of `names`, or simbench:CODE."""
    if name == "ieee_european_lv":
        return _ieee()
    if name == "rural2":
        return _simbench(name, "excerpt: rural2", "SimBench 1-LV-rural2", 1.6)
    code = name.removeprefix("simbench:")
    return _simbench(code, f'network: "{name}"', f"SimBench {code}", 1.6)


def _simbench(name, grid, title, stretch) -> Feeder:
    site = build_site(loads(SCENARIO.format(grid=grid, stretch=stretch), name))
    root = site.network.transformers[0].lv_bus
    branch = _branches(site.network, root)
    far = max(site.customers, key=lambda bus: site.distance_m[bus])
    mine = [bus for bus in site.customers if branch[bus] == branch[far]]
    others = len(site.customers) - len(mine)
    buses = [root, *sorted(mine, key=lambda bus: site.distance_m[bus])]
    distance = [stretch * site.distance_m[bus] for bus in buses]
    weights = np.array([0.27, 0.33, 0.40])
    single, triple = np.zeros((len(buses), 3)), np.zeros(len(buses))
    for k in range(1, len(buses)):
        single[k, int(np.argmax(weights * k - single.sum(axis=0)))] += 1
    about = (f"{title}, feeder with the farthest customer ({len(mine)} of {len(site.customers)} "
             f"customers, {distance[-1]:.0f} m after lengths times {stretch:g}); added: phases by "
             "weight 27/33/40 %, PV mostly on one phase, cars mostly on another")
    far_m = 0.4 * distance[-1]
    count = max(4, round(0.22 * len(mine)))
    customers = Customers(
        name, Households(count=len(mine)),
        Solar(count=count, kw=[2.5, 4.6], from_m=far_m, phases=[2.0, 0.6, 0.5]),
        Cars(count=count, fast=0.3, from_m=far_m, phases=[0.5, 0.7, 1.8]), 1.0, 0.012)
    made = make(name, title, about, site.network, buses, distance, single, triple,
                [(_node(name, buses, distance), _KVA)], customers)
    return replace(made, source=replace(customers, households=Households(count=len(mine))),
                   about=f"{about}; {others} others at the busbar are left out")


def _node(name, buses, distance) -> str:
    """The unit's bus, see the module; buses by rising distance."""
    off = np.abs(np.array(distance) - 0.85 * distance[-1])
    return NODES.get(name, buses[int(off.argmin())])


def _branches(network, root) -> dict[str, str]:
    """Bus -> the first bus after the root on the way to it."""
    near: dict[str, list[str]] = {}
    for line in network.lines:
        near.setdefault(line.from_bus, []).append(line.to_bus)
        near.setdefault(line.to_bus, []).append(line.from_bus)
    found = {root: root}
    queue = [(bus, bus) for bus in near[root]]
    while queue:
        bus, first = queue.pop()
        if bus not in found:
            found[bus] = first
            queue += [(other, first) for other in near[bus]]
    return found


_STRETCH = 1.7


def _ieee() -> Feeder:
    data = ieee_european_lv.read()
    network = ieee_european_lv.network(data)
    network = replace(network, name="ieee_european_lv", lines=tuple(
        replace(line, length_m=_STRETCH * line.length_m) for line in network.lines))
    ports, _, _ = ieee_european_lv.loads("on_peak_566", data)
    distance = _distances(network, "1")
    buses = sorted({port.bus for port in ports}, key=lambda bus: (distance[bus], bus))
    distances = [distance[bus] for bus in buses]
    single = np.zeros((len(buses), 3))
    for port in ports:
        single[buses.index(port.bus), port.from_conductor] += 1
    far_m = 0.5 * distance[buses[-1]]
    customers = Customers(
        "ieee_european_lv", Households(count=55),
        Solar(count=8, kw=[2.5, 4.6], from_m=far_m, phases=[0.6, 2.0, 0.5]),
        Cars(count=10, fast=0.3, from_m=far_m, phases=[1.8, 0.5, 0.7]), 0.985, 0.012)
    about = ("IEEE European LV feeder, its 55 customers on their phases, three-wire data; added: "
             f"lengths times {_STRETCH}, MV 1.5 % lower, PV mostly on one phase, cars on another")
    return make("ieee_european_lv", "IEEE European LV", about, network, buses,
                distances, single, np.zeros(len(buses)),
                [(_node("ieee_european_lv", buses, distances), _KVA)], customers, neutral=EARTH)


def _distances(network, root) -> dict[str, float]:
    """Cable length to each bus of a tree, m."""
    near: dict[str, list] = {}
    for line in network.lines:
        near.setdefault(line.from_bus, []).append((line.to_bus, line.length_m))
        near.setdefault(line.to_bus, []).append((line.from_bus, line.length_m))
    found, queue = {}, [(root, 0.0)]
    while queue:
        bus, metres = queue.pop()
        if bus not in found:
            found[bus] = metres
            queue += [(other, metres + more) for other, more in near[bus]]
    return found
