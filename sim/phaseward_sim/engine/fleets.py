"""Turns placed devices into fleets at ports, for one span.

`Fleets.demand` is what the grid asks each step; `handles` gives, by device name, what a box's
actuators act on. Order matters: batteries come last, because they balance the others.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..devices import U_NOM_V
from ..devices.battery import BatteryFleet
from ..devices.course import Course
from ..devices.ev import EvFleet
from ..devices.heat_pump import HeatPumpFleet, daily_outdoor
from ..devices.households import HouseholdFleet
from ..devices.inverter_settings import (
    TOR_AUSTRIA,
    TOR_P_OF_U,
    TOR_Q_OF_U,
    VDE_AR_N_4105,
    VDE_Q_OF_U,
)
from ..devices.pv import PvFleet
from ..devices.selector import SelectorFleet
from ..devices.stage import StageFleet
from ..scenario import ScenarioFile
from . import recorded
from .customers import consumers, fine_step_s, in_steps
from .network import Site
from .placing import THREE, Placed, Placing, draw_phases
from .ports import PortBook
from .quarters import QUARTER_S, Quarters
from .seeds import generator, number
from .sessions import sessions_of
from .span import Span


class HeatPumpHandle:
    """One heat pump of a fleet, as a relay or SG-Ready contact sees it."""

    def __init__(self, fleet: HeatPumpFleet, index: int):
        self._fleet, self._index = fleet, index

    def set_lock(self, locked: bool) -> None:
        """Lock contact closed or open."""
        self._fleet.set_lock(self._index, locked)


class Fleets:
    """All fleets of a run; `named[kind]` = (names, fleet) of kinds that have one fleet."""

    def __init__(self, file: ScenarioFile, site: Site, placing: Placing, span: Span):
        self._file, self._site, self._span = file, site, span
        self._seed = file.scenario.seed
        self.book = PortBook(site.network)
        self.all: list = []
        self.named: dict[str, tuple[list[str], object]] = {}
        self.pv: list[tuple[list[str], PvFleet]] = []
        self.handles: dict[str, object] = {}
        self._add_consumers(placing)
        self._add_ev(placing.of("ev"))
        self._add_heat_pumps(placing.of("heat_pump"))
        self._add_pv(placing.of("pv") + self._grid_pv())
        self._add_stages(placing.of("stage"))
        self._add_selectors(placing.of("selector"))
        self._add_batteries(placing.of("battery"))

    def demand(self, t_s, dt_s, u_v, p_w, q_var) -> None:
        """Set p_w and q_var, one entry per port, to what everything draws."""
        p_w[:], q_var[:] = 0.0, 0.0
        for fleet in self.all:
            fleet.demand(t_s, dt_s, u_v, p_w, q_var)

    def band_pu(self) -> tuple[np.ndarray, np.ndarray]:
        """Constant-power band of each port: where kinds share a port, the widest."""
        low, high = np.ones(len(self.book.ports)), np.ones(len(self.book.ports))
        for fleet in self.all:
            ports = np.unique(fleet.ports[fleet.ports >= 0])
            low[ports] = np.minimum(low[ports], fleet.band_pu[0])
            high[ports] = np.maximum(high[ports], fleet.band_pu[1])
        return low, high

    def _add(self, kind, devices, fleet, handle=None) -> None:
        self.all.append(fleet)
        self.named[kind] = ([device.name for device in devices], fleet)
        for index, device in enumerate(devices):
            if handle is not None:
                self.handles[device.name] = handle(fleet, index)

    def _ports(self, devices: list[Placed]) -> np.ndarray:
        return np.array([self.book.packed(d.bus, d.phases) for d in devices])

    def _add_consumers(self, placing) -> None:
        found = consumers(self._file, self._site, placing, self._span)
        for step_s in sorted({consumer.step_s for consumer in found}):
            members = [consumer for consumer in found if consumer.step_s == step_s]
            self._add_households(members, step_s)
        self.consumers = [(consumer.name, consumer.bus, consumer.phases) for consumer in found]
        wires = recorded.wires(self._file, self._site)
        self.all += recorded.fleets(self.book, wires, self._span)
        self.consumers += [(wire.name, wire.bus, (wire.phase,)) for wire in wires]

    def _add_households(self, members, step_s) -> None:
        wires = [(c, phase) for c in members for phase in c.phases]
        ports = [self.book.port(c.bus, phase) for c, phase in wires]
        rows = min(len(c.power_w) for c in members)
        table = np.stack([c.on(phase)[:rows] for c, phase in wires], axis=1)
        factors = np.array([c.power_factor for c, _ in wires])
        self.all.append(HouseholdFleet(ports, Course(table, step_s), factors))

    def _add_ev(self, devices) -> None:
        if not devices:
            return
        sessions = [session for index, device in enumerate(devices)
                    for session in sessions_of(index, device, self._seed, self._span)]
        ratings = [device.spec.max_a for device in devices]
        self._add("ev", devices, EvFleet(self._ports(devices), sessions, ratings),
                  EvFleet.handle)

    def _add_heat_pumps(self, devices) -> None:
        if not devices:
            return
        houses = [self._house(device) for device in devices]
        loss, capacity, wanted = (np.array(column) for column in zip(*houses, strict=True))
        fleet = HeatPumpFleet(
            self._ports(devices), [d.spec.p_w for d in devices], self._outdoor(),
            loss_w_per_k=loss, capacity_wh_per_k=capacity, setpoint_c=wanted,
            seed=number(f"{self._seed} heat pumps", 2**31))
        self._add("heat_pump", devices, fleet, HeatPumpHandle)

    def _house(self, device) -> tuple[float, float, float]:
        house, rng = device.spec.house, generator(self._seed, "house", device.name)
        spread = 1.0 + house.spread * rng.uniform(-1.0, 1.0, 2)
        return (house.loss_w_per_k * spread[0], 1000 * house.capacity_kwh_per_k * spread[1],
                house.setpoint_c)

    def _outdoor(self) -> Course:
        weather = self._file.scenario.devices.weather
        course = daily_outdoor(weather.mean_c, weather.swing_k)
        course.start_s = self._span.at(self._span.midnight)
        return course

    def _grid_pv(self) -> list[Placed]:
        if self._file.scenario.devices.grid_units.pv == "none" or self._site.excerpt is None:
            return []
        return [Placed(unit.name, "pv", "", unit.bus, self._pv_phases(unit), unit)
                for unit in self._site.excerpt.units if unit.kind == "pv"]

    def _pv_phases(self, unit):
        if unit.phases is not None:
            return unit.phases
        single = unit.p_w <= self._file.scenario.grid.phases.single_phase_up_to_va
        return draw_phases(self._file.scenario, unit.name) if single else THREE

    def _add_pv(self, devices) -> None:
        """One fleet per set of inverter settings: a fleet shares them."""
        groups: dict[tuple, list[Placed]] = {}
        for device in devices:
            groups.setdefault(_inverter(device.spec), []).append(device)
        for key, members in groups.items():
            settings = _settings(*key)
            peaks = [getattr(d.spec, "peak_w", None) or d.spec.p_w for d in members]
            fleet = PvFleet(self._ports(members), peaks, self._sun(members), settings)
            self.all.append(fleet)
            self.pv.append(([d.name for d in members], fleet))
            for index, device in enumerate(members):
                self.handles[device.name] = fleet.handle(index)

    def _sun(self, devices) -> Course:
        step_s = fine_step_s(self._span)
        steps = int(np.ceil(self._span.duration_s / step_s)) + 1
        return Course(np.stack([self._sun_of(d, step_s, steps) for d in devices], axis=1), step_s)

    def _sun_of(self, device, step_s, steps) -> np.ndarray:
        if device.spec.profile is None:
            return np.full(steps, device.spec.sun)
        if self._site.excerpt is None:
            raise self._file.error(("grid",), f"PV {device.name} has a profile, but an inline "
                                   "network brings none")
        quarters = Quarters(self._file, self._site, self._span)
        middles = quarters.lead_s + (np.arange(steps) + 0.5) * step_s
        shares = quarters.shares(device.spec.profile, None)
        return np.interp(middles, (np.arange(len(shares)) + 0.5) * QUARTER_S, shares)

    def _add_stages(self, devices) -> None:
        if devices:
            fleet = StageFleet(self._ports(devices), [d.spec.rated_va for d in devices],
                               leg_a=[_leg_a(d.spec) for d in devices],
                               neutral_factor=_column(devices, "neutral_ratio"),
                               loss_standby_w=_column(devices, "loss_standby_w"),
                               loss_share=_column(devices, "loss_share"),
                               watchdog_s=_column(devices, "watchdog_s"))
            self._add("stage", devices, fleet, StageFleet.handle)

    def _add_selectors(self, devices) -> None:
        if devices:
            step_s = fine_step_s(self._span)
            steps = int(np.ceil(self._span.duration_s / step_s)) + 1
            t_s = np.arange(steps) * step_s + self._span.offset_s
            table = np.stack([in_steps(d.spec, t_s) for d in devices], axis=1)
            fleet = SelectorFleet(self._ports(devices), Course(table, step_s),
                                  delay_s=max(d.spec.delay_s for d in devices))
            self._add("selector", devices, fleet, SelectorFleet.handle)

    def _add_batteries(self, devices) -> None:
        if devices:
            watch = np.array([self.book.three(d.bus, THREE) for d in devices])
            fleet = BatteryFleet(self._ports(devices),
                                 [1000 * d.spec.capacity_kwh for d in devices],
                                 [d.spec.max_w for d in devices], watch=watch,
                                 charge=[d.spec.charge for d in devices])
            self._add("battery", devices, fleet)


def _inverter(spec) -> tuple[str, bool, bool]:
    """What tells inverters apart: preset, Q(U), P(U); units of the data have the first."""
    return (getattr(spec, "inverter", "vde_ar_n_4105"), bool(getattr(spec, "volt_var", False)),
            bool(getattr(spec, "volt_watt", False)))


def _settings(inverter: str, volt_var: bool, volt_watt: bool):
    """Settings of an inverter. The German preset has no P(U) curve: it borrows the Austrian."""
    austrian = inverter == "tor_austria"
    q_of_u = TOR_Q_OF_U if austrian else VDE_Q_OF_U
    return replace(TOR_AUSTRIA if austrian else VDE_AR_N_4105, q_of_u=q_of_u if volt_var else (),
                   p_of_u=TOR_P_OF_U if austrian or volt_watt else ())


def _leg_a(stage) -> float:
    return stage.leg_a or stage.rated_va / 3.0 / U_NOM_V


def _column(devices, key: str) -> np.ndarray:
    return np.array([getattr(device.spec, key) for device in devices])
