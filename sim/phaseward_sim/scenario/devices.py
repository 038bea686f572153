"""What is connected to the grid: customers of the data set, placed or named devices.

Powers are consumption in W unless a key says otherwise; a PV system's `peak_w` is generation.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .base import ClockTime, Name, Phases, Positive, Seconds, Share, Strict

UnitRule = Literal["profile", "none"]
Inverter = Literal["vde_ar_n_4105", "tor_austria"]


class GridUnits(Strict):
    """Units that the network's own data connect, and how they are simulated."""

    customers: UnitRule = Field("profile", description="households and businesses: their profile, "
                                "or left out")
    ev: UnitRule = Field("none", description="charge points of the data: their (uncontrolled) "
                         "profile, or left out")
    heat_pumps: UnitRule = Field("none", description="heat pumps of the data: likewise")
    pv: Literal["inverter", "none"] = Field("none", description="PV systems of the data: "
                                            "inverters with their profile, or left out")
    scale: float = Field(1.0, ge=0, description="all these powers times this")
    shift_days: bool = Field(True, description="give each customer the profile of another day of "
                             "the same kind (working day or weekend) out of the excerpt, drawn "
                             "from the seed: else all customers with one profile peak together")


class Place(Strict):
    """Chooses buses for several devices of one kind, by the scenario's seed."""

    count: int = Field(gt=0, le=1000, description="how many devices; one per bus")
    from_m: Seconds = Field(0.0, description="least cable distance from the transformer in m "
                            "(before the length factor)")
    to_m: Positive = Field(1e6, description="largest cable distance in m")
    among: Name | None = Field(None, description="name of another placed group: take its buses; "
                               "default: buses with a customer of the data set")


class Located(Strict):
    """A device, or a placed group of them: `bus` for one, `place` for several."""

    name: Name = Field(description="name; a group's devices get 01, 02, ... appended, counted by "
                       "distance from the transformer")
    bus: str | None = Field(None, description="bus of a single device")
    place: Place | None = Field(None, description="rule for a group, instead of `bus`")
    phases: Phases | None = Field(None, description="phases, for example [1] or [1, 2, 3]; "
                                  "default: drawn by the rule in `grid.phases`")
    phase_count: Literal[1, 3] | None = Field(None, description="one or three phases, where "
                                              "`phases` is not given; default: by rating")

    @model_validator(mode="after")
    def _one_place(self):
        if (self.bus is None) == (self.place is None):
            raise ValueError("give exactly one of `bus`, `place`")
        if self.phases and len(set(self.phases)) != len(self.phases):
            raise ValueError("phases: each phase once")
        if self.phases and len(self.phases) == 2:
            raise ValueError("phases: one phase or all three")
        return self


class PowerPoint(Strict):
    """One step of a load's power."""

    at_s: Seconds = Field(description="time in s since the start from which the power holds")
    p_w: float = Field(description="active power in W of all phases together")


class Load(Located):
    """A plain consumer: constant, in steps, or with a profile of the network's data."""

    p_w: float = Field(description="active power in W, all phases together; with a profile: its "
                       "full scale")
    power_factor: float = Field(0.95, gt=0, le=1, description="inductive power factor")
    steps: list[PowerPoint] = Field([], description="power over time instead of constant `p_w`")
    profile: str | None = Field(None, description="profile of the excerpt, for example H0-A")

    @model_validator(mode="after")
    def _one_course(self):
        if self.steps and self.profile:
            raise ValueError("give `steps` or `profile`, not both")
        times = [step.at_s for step in self.steps]
        if times != sorted(set(times)):
            raise ValueError("steps: times must increase")
        return self


class Household(Located):
    """Households whose load is generated from the seed: appliances, cold appliances, light.

    No network data needed. On three phases (the default) each appliance is on one of them.
    """

    per_day_kwh: Positive | None = Field(None, description="mean energy per day in kWh; default: "
                                         "as the generator draws it, differing from one to the "
                                         "other")
    power_factor: float = Field(0.95, gt=0, le=1, description="inductive power factor")


class Session(Strict):
    """One stay of a car at its charge point."""

    arrive_s: Seconds = Field(description="arrival in s since the start")
    depart_s: Positive = Field(description="departure in s since the start")
    energy_kwh: Positive = Field(description="energy wanted in kWh")

    @model_validator(mode="after")
    def _in_order(self):
        if self.depart_s <= self.arrive_s:
            raise ValueError("depart_s must be after arrive_s")
        return self


class Habit(Strict):
    """Draws one session per day: arrival and energy vary from day to day by the seed."""

    arrive: ClockTime = Field("17:45", description="mean arrival, local time HH:MM")
    arrive_spread_min: float = Field(60.0, ge=0, description="standard deviation of it in min")
    depart: ClockTime = Field("07:00", description="departure next morning, HH:MM")
    energy_kwh: Positive = Field(9.0, description="mean energy per session in kWh")
    energy_spread: float = Field(0.5, ge=0, le=2, description="its standard deviation as a share "
                                 "of the mean (log-normal)")
    days_share: Share = Field(0.9, description="share of days on which the car is charged")


class Ev(Located):
    """Electric vehicles at charge points (wallboxes) that obey a current limit."""

    max_a: float = Field(16.0, ge=6, le=32, description="largest current per phase in A")
    sessions: list[Session] = Field([], description="stays written one by one")
    habit: Habit | None = Field(None, description="stays drawn from a habit, instead of "
                               "`sessions`")

    @model_validator(mode="after")
    def _one_source(self):
        if bool(self.sessions) == (self.habit is not None):
            raise ValueError("give exactly one of `sessions`, `habit`")
        return self


class House(Strict):
    """A house heated by a heat pump, as one heat capacity behind one loss coefficient."""

    loss_w_per_k: Positive = Field(180.0, description="heat loss in W per K")
    capacity_kwh_per_k: Positive = Field(8.0, description="heat capacity in kWh per K")
    setpoint_c: float = Field(21.0, ge=10, le=30, description="wanted room temperature in deg C")
    spread: Share = Field(0.2, description="scatter of loss and capacity among a group's houses")


class HeatPump(Located):
    """On/off heat pumps with a lock contact (SG-Ready)."""

    p_w: Positive = Field(3000.0, description="electric power while running in W")
    house: House = Field(House(), description="the house it heats")


class Pv(Located):
    """PV systems with an inverter that protects itself against high voltage."""

    peak_w: Positive = Field(description="peak generation in W")
    profile: str | None = Field(None, description="PV profile of the excerpt, for example PV3")
    sun: Share = Field(0.8, description="constant share of the peak where no profile is given")
    inverter: Inverter = Field("vde_ar_n_4105", description="settings of protection, "
                               "reconnection, Q(U) and P(U): German or Austrian")
    volt_var: bool = Field(False, description="Q(U) of the inverter on")
    volt_watt: bool = Field(False, description="P(U) of the inverter on; always so with "
                            "`tor_austria`")


class Battery(Located):
    """Home batteries that balance the other devices at their bus."""

    capacity_kwh: Positive = Field(10.0, description="capacity in kWh")
    max_w: Positive = Field(4600.0, description="largest charging and discharging power in W")
    charge: Share = Field(0.5, description="charge at the start, share of the capacity")


class Stage(Strict):
    """A balancer's power stage: moves power between the phases at its bus."""

    name: Name = Field(description="name")
    bus: str = Field(description="bus it is connected to, with all three phases and neutral")
    rated_va: Positive = Field(15000.0, description="rated apparent power of all phases in VA")
    neutral_ratio: Positive = Field(1.0, description="largest neutral current by phase current")
    leg_a: Positive | None = Field(None, description="largest current of a phase leg in A; "
                                   "default: a third of `rated_va` at 230 V")
    loss_standby_w: float = Field(30.0, ge=0, description="losses while energised in W")
    loss_share: Share = Field(0.025, description="further losses per VA delivered")
    watchdog_s: Positive = Field(10.0, description="silence of its controller after which it "
                                 "stops, in s; a box on a bus writes its own")


class Selector(Strict):
    """A single-phase load behind a phase selector: three contactors, one for each phase."""

    name: Name = Field(description="name")
    bus: str = Field(description="bus it is connected to")
    p_w: float = Field(ge=0, le=22000, description="power of the load in W")
    steps: list[PowerPoint] = Field([], description="power over time instead of constant `p_w`")
    delay_s: Seconds = Field(0.05, description="time in which a contactor follows its coil, in s")


class Weather(Strict):
    """Outdoor temperature: a daily sine."""

    mean_c: float = Field(2.0, ge=-40, le=45, description="mean of the day in deg C")
    swing_k: float = Field(3.0, ge=0, le=20, description="amplitude in K; warmest at 15:00")


class Devices(Strict):
    """Everything connected to the grid."""

    grid_units: GridUnits = Field(GridUnits(), description="what the network's data connect")
    loads: list[Load] = Field([], description="plain consumers")
    households: list[Household] = Field([], description="generated households")
    ev: list[Ev] = Field([], description="electric vehicles")
    heat_pumps: list[HeatPump] = Field([], description="heat pumps")
    pv: list[Pv] = Field([], description="PV systems")
    batteries: list[Battery] = Field([], description="home batteries")
    stages: list[Stage] = Field([], description="balancer stages")
    selectors: list[Selector] = Field([], description="loads behind a phase selector")
    weather: Weather = Field(Weather(), description="outdoor temperature")
