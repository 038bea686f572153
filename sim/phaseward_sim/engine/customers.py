"""Passive consumers: customers of the data set, and the plain loads of the scenario.

A customer keeps the mean of its 15-minute profile; shorter unrest is added within each quarter of
an hour, invented but energy-neutral (devices.household_profiles). Reactive power follows from the
unit's rated power factor. Units: W, s. Failure: ScenarioError naming the key.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

import numpy as np

from ..devices.household_generator import generate
from ..devices.household_profiles import with_switching
from ..grids.excerpt import Unit
from ..scenario import ScenarioFile
from .network import Site
from .placing import THREE, Placed, Placing, draw_phases
from .quarters import QUARTER_S, Quarters, held
from .seeds import number
from .span import Span

FINE_STEP_S = 60.0
KEY_OF = {"household": "customers", "business": "customers", "ev": "ev",
          "heat_pump": "heat_pumps"}


@dataclass(frozen=True)
class Consumer:
    """One consumer: power (T,) in W of all phases together, or (T, phases), in steps of `step_s`.

    phases: 0..2, the power is split evenly; power_factor: inductive, negative: capacitive.
    """

    name: str
    bus: str
    phases: tuple[int, ...]
    power_w: np.ndarray
    power_factor: float
    step_s: float

    def on(self, phase: int) -> np.ndarray:
        """Power (T,) on one of the phases in W."""
        if self.power_w.ndim == 2:
            return self.power_w[:, self.phases.index(phase)]
        return self.power_w / len(self.phases)


def consumers(file: ScenarioFile, site: Site, placing: Placing, span: Span) -> list[Consumer]:
    """All passive consumers of a scenario over a span."""
    quarters = Quarters(file, site, span) if site.excerpt else None
    units = [_of_unit(file, quarters, unit, fine_step_s(span))
             for unit in passive_units(file, site)]
    loads = [_of_load(file, quarters, device, span) for device in placing.of("load")]
    homes = [_of_household(file, device, span) for device in placing.of("household")]
    return _with_unrest(file, quarters, units, span) + loads + homes


def passive_units(file: ScenarioFile, site: Site) -> list[Unit]:
    """Units of the data that the scenario wants as profiles."""
    rules = file.scenario.devices.grid_units
    return [unit for unit in (site.excerpt.units if site.excerpt else [])
            if unit.kind in KEY_OF and getattr(rules, KEY_OF[unit.kind]) == "profile"]


def fine_step_s(span: Span) -> float:
    """Step of the customers' tables: a minute, or the grid step where that is longer."""
    return max(FINE_STEP_S, span.step_s)


def _of_unit(file, quarters: Quarters, unit: Unit, step_s: float) -> Consumer:
    scenario = file.scenario
    rating_va = float(np.hypot(unit.p_w, unit.q_var))
    single = rating_va <= scenario.grid.phases.single_phase_up_to_va
    phases = unit.phases or (draw_phases(scenario, unit.name) if single else THREE)
    means = quarters.shares(unit.profile, unit.name)
    scale = unit.p_w * scenario.devices.grid_units.scale
    factor = math.copysign(abs(unit.p_w) / rating_va, unit.q_var * unit.p_w or 1.0)
    return Consumer(unit.name, unit.bus, phases, scale * means, factor, step_s)


def _with_unrest(file, quarters, units: list[Consumer], span: Span) -> list[Consumer]:
    """The units with minute-scale unrest instead of quarter-hour means."""
    if not units:
        return []
    step_s = fine_step_s(span)
    means = np.stack([unit.power_w for unit in units], axis=1)
    table = with_switching(np.maximum(means, 0.0), QUARTER_S, step_s, file.scenario.seed)
    lead = round(quarters.lead_s / step_s)
    return [replace(unit, power_w=table[lead:, i]) for i, unit in enumerate(units)]


def _of_load(file, quarters, device: Placed, span: Span) -> Consumer:
    spec, step_s = device.spec, span.step_s
    steps = int(np.ceil(span.duration_s / step_s)) + 1
    if spec.profile is not None:
        if quarters is None:
            raise file.error(("grid",), f"load {device.name} has a profile, but an inline network "
                             "brings none")
        shares = quarters.shares(spec.profile, device.name)
        power = spec.p_w * held(shares, quarters.lead_s, step_s, steps)
    else:
        power = in_steps(spec, np.arange(steps) * step_s + span.offset_s)
    return Consumer(device.name, device.bus, device.phases, power, spec.power_factor, step_s)


def _of_household(file, device: Placed, span: Span) -> Consumer:
    """A generated household. Its days are counted from the first learning day on, so that it
    lives the same days whatever part of them is simulated."""
    scenario, spec, step_s = file.scenario, device.spec, fine_step_s(span)
    learnt = timedelta(days=scenario.learning.days if scenario.learning else 0)
    first = datetime.combine((scenario.start - learnt).date(), time())
    end = scenario.start + timedelta(seconds=scenario.duration_s)
    days = (end - first).days + 1
    table = generate(1, days, step_s, number(f"{scenario.seed} household {device.name}", 2**31),
                     3)[:, 0]
    if spec.per_day_kwh is not None:
        table *= spec.per_day_kwh * 1000.0 * days / (table.sum() * step_s / 3600.0)
    if len(device.phases) == 1:
        table = table.sum(axis=1)
    lead = int((span.start - first).total_seconds() // step_s)
    return Consumer(device.name, device.bus, device.phases, table[lead:], spec.power_factor,
                    step_s)


def in_steps(spec, t_s: np.ndarray) -> np.ndarray:
    """Power of a load in steps at each of the times."""
    power = np.full(len(t_s), float(spec.p_w))
    for step in spec.steps:
        power[t_s >= step.at_s - 1e-9] = step.p_w
    return power
