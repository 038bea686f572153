"""Loads of a network from outside as their file has them: constant, or by their own course.

Nothing is added: no unrest, no other day. A course begins at midnight and repeats; that of a year
begins on 1 January.
Units: W, s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ..devices.course import Course
from ..devices.households import HouseholdFleet
from ..scenario import ScenarioFile
from .network import Site
from .placing import THREE, draw_phases
from .span import DAY_S, Span

YEAR_S = 364 * DAY_S


@dataclass(frozen=True)
class Wire:
    """One phase of a recorded load: power (n,) in W from midnight on, in steps of step_s."""

    name: str
    bus: str
    phase: int
    power_w: np.ndarray
    power_factor: float
    step_s: float
    band_pu: tuple[float, float]


def wires(file: ScenarioFile, site: Site) -> list[Wire]:
    """All phases of all recorded loads; loads of unknown phase follow the scenario's rule."""
    if file.scenario.devices.grid_units.customers == "none":
        return []
    factor = file.scenario.devices.grid_units.scale
    return [wire for load in site.recorded for wire in _of(file, load, factor)]


def _of(file, load, factor):
    rating_va = math.hypot(load.p_w, load.q_var)
    phases = load.phases
    if phases is None:
        single = rating_va <= file.scenario.grid.phases.single_phase_up_to_va
        phases = draw_phases(file.scenario, load.name) if single else THREE
    shares = np.ones(1) if load.shares is None else load.shares
    cosine = math.copysign(abs(load.p_w) / rating_va, load.q_var * load.p_w or 1.0)
    for phase in phases:
        yield Wire(load.name, load.bus, phase, factor * load.p_w / len(phases) * shares, cosine,
                   load.step_s or DAY_S, load.band_pu)


def _first(span: Span, length_s: float) -> datetime:
    """When a course of this length begins."""
    return datetime(span.start.year, 1, 1) if length_s >= YEAR_S else span.midnight


def fleets(book, found: list[Wire], span: Span):
    """One fleet per step, length and band: a fleet shares them."""
    groups: dict[tuple, list[Wire]] = {}
    for wire in found:
        groups.setdefault((wire.step_s, len(wire.power_w), wire.band_pu), []).append(wire)
    for (step_s, _, band_pu), members in groups.items():
        table = np.stack([wire.power_w for wire in members], axis=1)
        course = Course(table, step_s, span.at(_first(span, step_s * len(table))), repeat=True)
        fleet = HouseholdFleet([book.port(wire.bus, wire.phase) for wire in members], course,
                               np.array([wire.power_factor for wire in members]))
        fleet.band_pu = band_pu
        yield fleet
