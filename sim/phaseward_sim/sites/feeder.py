"""A feeder as the study needs it: a reduced network, meters at its buses, places for balancers.

Ports are the three phases of every bus that has a meter or a balancer, in the order bus by bus, so
voltages reshape to (..., buses, 3). Units: V, W, mV/kW, m. Failure: SiteError, NetworkError.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from ..network import EARTH, Bus, Earth, Line, N, Network, Source, Transformer, TransformerType
from ..network.cables import CableType, cable
from ..powerflow import Port, PortModel, reduce, solve
from .archetype import Archetype, SiteError

MV = "MV"
_PROBE_W = 1000.0
_WARM_C = 40.0  # conductor temperature of the made sites


@dataclass(frozen=True)
class Place:
    """A balancer's place: index of its bus, rating x1, and what it finds when it probes there.

    k: mV/kW of a transfer that sums to 0; angle: how far the reactance turns it; kq: mV/kvar of
    reactive power that is the same in each phase. reach: distance over the farthest meter's.
    """

    bus: int
    kva: float
    k_mv_kw: float
    angle_deg: float
    kq_mv_kvar: float
    reach: float


@dataclass(frozen=True)
class Feeder:
    """buses (B,): names; single (B, 3), triple (B,): meters on one phase, on three; see module."""

    name: str
    title: str
    about: str
    network: Network
    model: PortModel
    buses: tuple[str, ...]
    distance_m: np.ndarray
    single: np.ndarray
    triple: np.ndarray
    places: tuple[Place, ...]
    source: object = field(repr=False)  # what the course of a seed is drawn from

    @property
    def meters(self) -> int:
        """How many customers' meters there are."""
        return int(self.single.sum() + self.triple.sum())

    def unit_ports(self) -> np.ndarray:
        """(U, 3) ports of the balancers."""
        return np.array([[3 * place.bus + phase for phase in range(3)] for place in self.places])

    def index(self, bus: str) -> int:
        """Place of a bus among `buses`; SiteError lists some that there are."""
        if bus not in self.buses:
            some = ", ".join(self.buses[:8])
            raise SiteError(f"{self.name}: no bus {bus!r} with a meter or balancer; there are "
                            f"{some}, ...")
        return self.buses.index(bus)


def make(name, title, about, network, buses, distance_m, single, triple, units, source,
         neutral=N) -> Feeder:
    """A feeder; units: [(bus, kva)]; neutral: N, or EARTH on three-wire networks."""
    buses = tuple(buses)
    ports = [Port(bus, phase, neutral) for bus in buses for phase in range(3)]
    distance_m = np.asarray(distance_m, float)
    bare = Feeder(name, title, about, network, reduce(network, ports), buses, distance_m,
                  np.asarray(single, float), np.asarray(triple, float), (), source)
    return with_units(bare, units)


def with_units(feeder: Feeder, units) -> Feeder:
    """The same feeder with balancers [(bus, kva)] and no others."""
    return replace(feeder, places=tuple(_place(feeder, bus, kva) for bus, kva in units))


def with_network(feeder: Feeder, network: Network) -> Feeder:
    """The same customers and balancers on another network of the same buses."""
    units = [(feeder.buses[p.bus], p.kva) for p in feeder.places]
    return with_units(replace(feeder, network=network, model=reduce(network, feeder.model.ports)),
                      units)


def _place(feeder: Feeder, bus: str, kva: float) -> Place:
    index = feeder.index(bus)
    k, angle = transfer_effect(feeder.model, 3 * index)
    served = (feeder.single.sum(axis=1) + feeder.triple) > 0
    farthest = max(feeder.distance_m[served].max(), 1.0)
    return Place(index, kva, k, angle, _common_q_effect(feeder.model, 3 * index),
                 float(feeder.distance_m[index] / farthest))


def _change(model: PortModel, first: int, p_w, q_var) -> np.ndarray:
    """Volts that an injection at the three ports from `first` adds to their magnitudes."""
    p, q = np.zeros(len(model.ports)), np.zeros(len(model.ports))
    before = np.abs(solve(model, p, q).v[first : first + 3])
    p[first : first + 3], q[first : first + 3] = -np.asarray(p_w), -np.asarray(q_var)
    return np.abs(solve(model, p, q).v[first : first + 3]) - before


def transfer_effect(model: PortModel, first: int) -> tuple[float, float]:
    """(k in mV/kW, angle in degrees) of transfers at the three ports from `first`.

    Magnitudes follow du_i = k (cos a p_i - sin a (p_(i+1) - p_(i-1)) / sqrt 3), docs/BALANCER.md:
    the complex number that turns p's phasor into du's. Mean of three probes, one per phase.
    """
    turn = np.exp(2j * np.pi / 3 * np.arange(3))
    effects = []
    for phase in range(3):
        p = np.roll([2.0, -1.0, -1.0], phase) * _PROBE_W / 2
        du = _change(model, first, p, np.zeros(3))
        effects.append((du @ turn) / (p @ turn))
    mean = np.mean(effects)
    # A vector turned by angle a in this form has the phasor e^(+ja) or e^(-ja): see the test.
    return abs(mean) * 1e6, math.degrees(np.angle(mean))


def _common_q_effect(model: PortModel, first: int) -> float:
    q = np.full(3, _PROBE_W)
    return float(_change(model, first, np.zeros(3), q).mean() / _PROBE_W * 1e6)


def of_archetype(site: Archetype, group: str | None = None) -> Feeder:
    """The feeder of a site's file; group: another vector group than the file's."""
    distance = {site.lines[0].start: 0.0}
    for line in site.lines:
        distance[line.end] = distance[line.start] + line.m
    buses = list(distance)
    single, triple = _spread(site, buses, distance)
    units = [(unit.bus, unit.kva) for unit in site.units]
    return make(site.name, site.title, site.about, _network(site, buses, group), buses,
                [distance[bus] for bus in buses], single, triple, units, site)


def _spread(site, buses, distance):
    """Households over the buses in turn: the same each time, only phases are drawn, by weight.

    Phases follow the weights without chance: the phase furthest behind its share is next.
    """
    homes = site.households
    fit = [k for k, bus in enumerate(buses) if k > 0 and distance[bus] >= homes.from_m]
    if not fit:
        raise SiteError(f"site {site.name}: households.from_m: no bus is {homes.from_m} m away")
    single, triple = np.zeros((len(buses), 3)), np.zeros(len(buses))
    weights = np.asarray(homes.phases) / sum(homes.phases)
    three = round(homes.count * homes.three_phase)
    for k in range(homes.count):
        bus = fit[k * 7 % len(fit)] if len(fit) % 7 else fit[k % len(fit)]
        if k < three:
            triple[bus] += 1
            continue
        behind = weights * (single.sum() + 1) - single.sum(axis=0)
        single[bus, int(np.argmax(behind))] += 1
    return single, triple


def _network(site, buses, group) -> Network:
    t = site.transformer
    kind = TransformerType(f"{t.rated_kva:g} kVA", group or t.group, 1e3 * t.rated_kva, 20000.0,
                           400.0, t.vk_percent / 100, t.vkr_percent * 10 * t.rated_kva)
    lines = [_line(k, line) for k, line in enumerate(site.lines)]
    return Network(site.name, [Bus(MV, 20000.0, 3), *(Bus(bus) for bus in buses)], lines,
                   [Source.of_short_circuit("grid", MV, 20000.0, 1e6 * site.short_circuit_mva)],
                   [Transformer("T1", MV, buses[0], kind)], [Earth(buses[0], 2.0)])


def _line(k: int, line) -> Line:
    kind = cable(line.cable, _WARM_C)
    if line.joint_ohm:
        z = np.array(kind.z_ohm_per_km)
        z[3, 3] += line.joint_ohm * 1000.0 / line.m
        kind = CableType(f"{kind.name} joint {k}", z, kind.i_rated_a, kind.c_nf_per_km)
    return Line(f"l{k}", line.start, line.end, kind, line.m)


def neutral_of(feeder: Feeder) -> int:
    """Conductor that the meters measure against."""
    return EARTH if feeder.model.ports[0].to_conductor == EARTH else N
