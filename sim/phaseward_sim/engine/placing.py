"""Decides where each device is connected: bus and phases, by the scenario's seed.

Rule for phases: written phases count; else a device up to `single_phase_up_to_va` is on one phase,
drawn with the given weights from the seed and the device's own name; above, on three.
Rule for places: buses that fit are put in order of distance, `count` of them drawn without
repetition; devices are numbered by distance. Failure: ScenarioError naming the key.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..scenario import ScenarioFile
from .network import Site
from .seeds import generator

THREE = (0, 1, 2)


@dataclass(frozen=True)
class Placed:
    """One device: `kind` load, household, ev, heat_pump, pv, battery, stage or selector; phases
    0..2."""

    name: str
    kind: str
    group: str
    bus: str
    phases: tuple[int, ...]
    spec: object


KINDS = (("loads", "load"), ("households", "household"), ("ev", "ev"),
         ("heat_pumps", "heat_pump"), ("pv", "pv"), ("batteries", "battery"))


class Placing:
    """All devices of a scenario, in its order; `named` by name, `groups` by group name."""

    def __init__(self, file: ScenarioFile, site: Site):
        self._file, self._site = file, site
        self.devices: list[Placed] = []
        self.groups: dict[str, list[str]] = {}
        for key, kind in KINDS:
            for i, spec in enumerate(getattr(file.scenario.devices, key)):
                self._add(spec, kind, ("devices", key, i))
        for i, spec in enumerate(file.scenario.devices.stages):
            loc = ("devices", "stages", i)
            self._take(Placed(spec.name, "stage", spec.name, self.bus(spec.bus, (*loc, "bus")),
                              THREE, spec), loc)
        for i, spec in enumerate(file.scenario.devices.selectors):
            loc = ("devices", "selectors", i)
            bus = self.bus(spec.bus, (*loc, "bus"))
            self._take(Placed(spec.name, "selector", spec.name, bus, THREE, spec), loc)
        self.named = {device.name: device for device in self.devices}

    def bus(self, name: str, loc) -> str:
        """`name`, checked to be a bus of the network."""
        if name not in self._site.distance_m:
            raise self._file.error(loc, f"no bus {name!r} in the network; there are "
                                   f"{_some(self._site.buses)}")
        return name

    def of(self, kind: str) -> list[Placed]:
        """Devices of one kind."""
        return [device for device in self.devices if device.kind == kind]

    def at(self, bus: str) -> list[Placed]:
        """Devices at one bus."""
        return [device for device in self.devices if device.bus == bus]

    def _add(self, spec, kind, loc) -> None:
        if spec.bus is not None:
            self.groups[spec.name] = [self.bus(spec.bus, (*loc, "bus"))]
            self._take(self._placed(spec, kind, spec.name, spec.bus), loc)
            return
        self.groups[spec.name] = self._choose(spec, (*loc, "place"))
        for n, bus in enumerate(self.groups[spec.name], 1):
            self._take(self._placed(spec, kind, f"{spec.name}{n:02d}", bus), loc)

    def _placed(self, spec, kind, name, bus) -> Placed:
        return Placed(name, kind, spec.name, bus, self._phases(spec, kind, name), spec)

    def _take(self, device: Placed, loc) -> None:
        if any(other.name == device.name for other in self.devices):
            raise self._file.error((*loc, "name"), f"name {device.name!r} is given twice")
        self.devices.append(device)

    def _choose(self, spec, loc) -> list[str]:
        place, distance = spec.place, self._site.distance_m
        pool = self._site.customers
        if place.among is not None:
            if place.among not in self.groups:
                raise self._file.error((*loc, "among"), f"no group {place.among!r} before this "
                                       f"one; there are {', '.join(self.groups) or 'none'}")
            pool = self.groups[place.among]
        fit = [bus for bus in pool if place.from_m <= distance[bus] <= place.to_m]
        if len(fit) < place.count:
            raise self._file.error((*loc, "count"), f"expected at most {len(fit)}, the number of "
                                   f"buses that fit, got {place.count}")
        rng = generator(self._file.scenario.seed, "place", spec.name)
        return [fit[i] for i in sorted(rng.choice(len(fit), place.count, replace=False))]

    def _phases(self, spec, kind, name) -> tuple[int, ...]:
        if spec.phases:
            return tuple(phase - 1 for phase in spec.phases)
        rule = self._file.scenario.grid.phases
        single = spec.phase_count == 1 if spec.phase_count else (
            _rating_va(spec, kind) <= rule.single_phase_up_to_va)
        return draw_phases(self._file.scenario, name) if single else THREE


def draw_phases(scenario, name: str) -> tuple[int, ...]:
    """The one phase of a single-phase customer."""
    weights = scenario.grid.phases.weights
    shares = [weight / sum(weights) for weight in weights]
    return (int(generator(scenario.seed, "phase", name).choice(3, p=shares)),)


def _rating_va(spec, kind) -> float:
    if kind == "household":
        return math.inf
    if kind == "ev":
        return 3 * 230.0 * spec.max_a
    if kind == "load":
        return max([abs(spec.p_w), *(abs(step.p_w) for step in spec.steps)]) / spec.power_factor
    return getattr(spec, {"pv": "peak_w", "battery": "max_w", "heat_pump": "p_w"}[kind])


def _some(names) -> str:
    return ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
