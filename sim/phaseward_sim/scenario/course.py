"""What happens while the scenario runs, and what is judged afterwards."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .base import Conductor, Name, Phase, Positive, Seconds, Strict
from .boxes import FaultKind


class At(Strict):
    """When something happens."""

    at_s: Seconds = Field(description="time in s since the start")


class MarkEvent(At):
    """A mark in plots; measurements can be taken from one mark to the next (`window`)."""

    do: Literal["mark"] = Field(description="`mark`")
    label: Name = Field(description="short label, for example T2")
    text: str = Field("", description="what the mark means")


class ConsoleEvent(At):
    """A line typed on a box's console."""

    do: Literal["console"] = Field(description="`console`")
    box: Name = Field(description="the box")
    line: str = Field(min_length=1, max_length=120, description="for example `set pb_enable=0`; "
                      "rung core knows only `set id=value`")


class MeterFaultEvent(At):
    """A box's meter fails for a while."""

    do: Literal["meter_fault"] = Field(description="`meter_fault`")
    box: Name = Field(description="the box")
    fault: FaultKind = Field(description="kind")
    for_s: Positive = Field(description="duration in s")


class ContactorEvent(At):
    """A contactor of a box's phase selector fails from now on."""

    do: Literal["contactor"] = Field(description="`contactor`")
    box: Name = Field(description="the box")
    phase: Phase = Field(description="phase of the contactor")
    fault: Literal["welded", "hanging"] = Field(description="stays closed, or stays open")


class OpenEvent(At):
    """Conductors of a line break: `n` is a lost neutral."""

    do: Literal["open"] = Field(description="`open`")
    line: str = Field(description="name of the line")
    conductors: list[Conductor] = Field(min_length=1, description="l1, l2, l3, n")


class CloseEvent(At):
    """A line is whole again."""

    do: Literal["close"] = Field(description="`close`")
    line: str = Field(description="name of the line")


class SwitchEvent(At):
    """A switch of the network opens or closes."""

    do: Literal["switch"] = Field(description="`switch`")
    switch: str = Field(description="name of the switch")
    closed: bool = Field(description="true: closes; false: opens")


class TapEvent(At):
    """The transformer's tap changes."""

    do: Literal["tap"] = Field(description="`tap`")
    tap: int = Field(ge=-5, le=5, description="new position")


Event = Annotated[MarkEvent | ConsoleEvent | MeterFaultEvent | ContactorEvent | OpenEvent
                  | CloseEvent | SwitchEvent | TapEvent,
                  Field(discriminator="do")]


class Learning(Strict):
    """Days before the start in which the boxes gather their history, on rung core."""

    days: int = Field(gt=0, le=60, description="days that end at the start")
    step_s: Positive = Field(60.0, description="grid step in s, a divisor of 900; the laws work "
                             "on 1-minute means")

    @model_validator(mode="after")
    def _divides(self):
        if 900 % self.step_s:
            raise ValueError("step_s: expected a divisor of 900 s, the profiles' step")
        return self


class Evaluation(Strict):
    """What counts as a voltage event; independent of the boxes' own counting."""

    low_pu: float = Field(0.93, gt=0, lt=1, description="lower limit in per unit of 230 V")
    high_pu: float = Field(1.07, gt=1, lt=2, description="upper limit")
    mean_s: Positive = Field(60.0, description="length of the means that are compared")
    rearm_s: Seconds = Field(60.0, description="time inside the limits before the next event")
    from_s: Seconds = Field(0.0, description="nothing is judged before this time in s: boxes "
                            "boot, and find their way")
    buses: list[str] = Field([], description="buses judged; default: all with customers, devices "
                             "or boxes")


class Verdict(Strict):
    """A named measurement with its limit: the run passes if all hold."""

    measure: Name = Field(description="measurement, see the list of measurements")
    window: Name | None = Field(None, description="label of a mark: only from it to the next mark")
    settle_s: Seconds = Field(0.0, description="so much of the window's begin is left out, in s")
    bus: str | None = Field(None, description="only at this bus (voltages and events)")
    phase: Phase | None = Field(None, description="only on this phase (voltages and events)")
    against: Literal["no_control"] | None = Field(None, description="`no_control`: the reduction "
                                                  "in % against the same run without boxes")
    at_most: float | None = Field(None, description="largest allowed value")
    at_least: float | None = Field(None, description="smallest allowed value")
    title: str = Field("", description="words for the report")

    @model_validator(mode="after")
    def _one_limit(self):
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError("give exactly one of `at_most`, `at_least`")
        if self.settle_s and not self.window:
            raise ValueError("settle_s: only together with `window`")
        return self
