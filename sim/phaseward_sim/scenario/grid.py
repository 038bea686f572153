"""The scenario's grid: which network, how severe, its source, and who is on which phase."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .base import Name, Positive, Seconds, Strict

VectorGroup = Literal["Dyn5", "Dyn11", "Yzn5", "Yzn11", "Yyn0"]


class InlineLine(Strict):
    """One cable of an inline network."""

    name: Name = Field(description="name of the cable")
    from_bus: Name = Field(description="bus nearer to the transformer")
    to_bus: Name = Field(description="bus further away")
    length_m: Positive = Field(description="length in m")
    cable: str = Field("NAYY 4x150", description="type in the cable catalogue")


class InlineSwitch(Strict):
    """A switch between two buses of an inline network: closed, they are one."""

    name: Name = Field(description="name of the switch")
    from_bus: Name = Field(description="one bus")
    to_bus: Name = Field(description="the other bus")
    closed: bool = Field(False, description="position at the start; event `switch` changes it")


class InlineGrid(Strict):
    """A network written in the scenario itself, for small cases; buses are those of the lines."""

    transformer_bus: Name = Field(description="LV bus of the transformer")
    rated_va: Positive = Field(250e3, description="rating of the transformer in VA")
    vector_group: VectorGroup = Field("Dyn5", description="its vector group")
    vk_percent: Positive = Field(4.0, description="its short-circuit voltage in %")
    vkr_percent: Positive = Field(1.3, description="the resistive part of it in %")
    lines: list[InlineLine] = Field(min_length=1, description="the cables")
    switches: list[InlineSwitch] = Field([], description="switches between buses of the cables")


class Earthing(Strict):
    """Where the neutral is earthed, and how well."""

    transformer_ohm: Positive | None = Field(
        1.0, description="electrode at the transformer in ohm; null = none")
    house_ohm: Positive | None = Field(
        None, description="electrode at every bus with customers in ohm; null = none (TT houses, "
                          "whose electrodes are not connected to the neutral)")


class TransformerOverride(Strict):
    """Changes to the transformer that the network brings along."""

    vector_group: VectorGroup | None = Field(
        None, description="another vector group: a remedy grid operators use")
    rated_va: Positive | None = Field(None, description="another rating in VA, same "
                                      "impedance in %")
    tap: int | None = Field(None, ge=-5, le=5, description="tap position at the start; +1 means "
                            "one step more turns on the MV side, that is a lower LV voltage")


class SourcePoint(Strict):
    """One point of the source's voltage profile."""

    at_s: Seconds = Field(description="time in s since the start")
    pu: float = Field(gt=0.5, lt=1.5, description="voltage in per unit of the MV nominal voltage")


class Source(Strict):
    """The medium-voltage side: voltage over time and stiffness."""

    voltage_pu: float | None = Field(None, gt=0.5, lt=1.5, description="constant voltage in per "
                                     "unit; default: what the network's data say")
    profile: list[SourcePoint] = Field([], description="voltage over time, straight lines between "
                                       "the points; instead of `voltage_pu`")
    wander_pu: float = Field(0.0005, ge=0, le=0.05, description="the voltage never stands still: "
                             "amplitude of a slow movement in per unit of it, the same in every "
                             "run. A box takes a meter that repeats itself for frozen")
    short_circuit_va: Positive = Field(100e6, description="short-circuit power of the MV side "
                                     "in VA")

    @model_validator(mode="after")
    def _one_voltage(self):
        if self.voltage_pu is not None and self.profile:
            raise ValueError("give `voltage_pu` or `profile`, not both")
        times = [point.at_s for point in self.profile]
        if times != sorted(set(times)):
            raise ValueError("profile: times must increase")
        return self


class PhaseRule(Strict):
    """Which phase a customer is on: data sets such as SimBench do not say.

    Customers up to the limit are on one phase, drawn with the given weights from the scenario's
    seed and the customer's name, so that adding one customer does not move the others. Above it
    they are on three phases.
    """

    single_phase_up_to_va: float = Field(
        4600.0, ge=0, description="largest customer on one phase in VA (4.6 kVA: the unbalance "
        "a German connection may have, VDE-AR-N 4100; unverified)")
    weights: list[float] = Field([1.0, 1.0, 1.0], min_length=3, max_length=3,
                                 description="relative chance of L1, L2, L3")

    @model_validator(mode="after")
    def _usable(self):
        if min(self.weights) < 0 or sum(self.weights) <= 0:
            raise ValueError("weights: three numbers >= 0, not all 0")
        return self


class Grid(Strict):
    """The network: a shipped excerpt, an own excerpt file, lines written here, or one from
    outside."""

    excerpt: str | None = Field(None, description="name of a shipped excerpt, or path of an "
                                "excerpt's JSON, relative to the scenario file")
    inline: InlineGrid | None = Field(None, description="instead of `excerpt`: the network itself")
    network: str | None = Field(None, description="instead of `excerpt`: a network from outside, "
                                "`simbench:CODE`, `pandapower:NAME`, or the path of a pandapower "
                                "JSON or OpenDSS `.dss` file (needs the extra `grids`)")
    profiles: str | None = Field(None, description="with `network`: 15-minute profiles for its "
                                 "constant loads, the name of a shipped excerpt or the path of a "
                                 "CSV; a column with the load's name is its own, else one of the "
                                 "H0-* columns is drawn; default: loads stay constant")
    allow_missing: bool = Field(False, description="with `network`: simulate although elements "
                                "that change the physics cannot be imported")
    length_factor: Positive = Field(1.0, description="all cable lengths times this: severity")
    transformer: TransformerOverride = Field(TransformerOverride(),
                                             description="changes to the transformer")
    earthing: Earthing = Field(Earthing(), description="earthing of the neutral")
    phases: PhaseRule = Field(PhaseRule(), description="rule that puts customers on phases")

    @model_validator(mode="after")
    def _one_network(self):
        given = [x for x in (self.excerpt, self.inline, self.network) if x is not None]
        if len(given) != 1:
            raise ValueError("give exactly one of `excerpt`, `inline`, `network`")
        if self.network is None and (self.profiles or self.allow_missing):
            raise ValueError("`profiles` and `allow_missing` belong to `network`")
        return self
