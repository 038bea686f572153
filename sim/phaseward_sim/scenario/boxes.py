"""The control boxes: where each one sits, what it measures, what it controls, how it is set.

Electrical wiring and parameters are separate: `loads` and `stage` say what the box is wired to,
from which the wiring parameters (`io_*`, `mb_*`, load kinds) follow; `parameters` sets any row of
the firmware's table by id.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from .base import Name, Positive, Seconds, Strict

LoadKind = Literal["dim", "pause", "lock"]
Actuator = Literal["wallbox", "sg_ready", "relay"]
FaultKind = Literal["silent", "frozen", "exception", "wrong_address", "bad_crc", "cut", "gap",
                    "merged", "noise", "late", "phases_swapped"]


class MeterFault(Strict):
    """A fault of the meter as the bus sees it."""

    fault: FaultKind = Field(description="kind")
    from_s: Seconds = Field(0.0, description="start in s since the start")
    for_s: Positive | None = Field(None, description="duration in s; default: to the end")


class Meter(Strict):
    """The meter at the box's point of connection."""

    profile: Name = Field("eastron_sdm630", description="meter profile of the firmware, by id")
    address: int = Field(1, ge=1, le=247, description="Modbus address")
    window_s: Positive = Field(1.0, description="averaging window in s")
    refresh_s: Positive = Field(1.0, description="interval between new values in s; divides "
                                "`window_s`")
    delay_s: Seconds = Field(0.0, description="age of a value when it can first be read, in s; at "
                             "most `refresh_s`")
    resolution_v: Seconds = Field(0.1, description="step of the voltage values in V; 0 = exact")
    noise_v: Seconds = Field(0.0, description="standard deviation of the voltage noise in V")
    faults: list[MeterFault] = Field([], description="faults planned from the start")

    @model_validator(mode="after")
    def _whole_windows(self):
        blocks = self.window_s / self.refresh_s
        if blocks < 0.999 or abs(blocks - round(blocks)) > 1e-6:
            raise ValueError(f"window_s: expected a multiple of refresh_s={self.refresh_s:g}")
        if self.delay_s > self.refresh_s:
            raise ValueError(f"delay_s: expected at most refresh_s={self.refresh_s:g}")
        return self


class BoxLoad(Strict):
    """A flexible load behind the box."""

    device: Name = Field(description="name of an EV or heat pump")
    actuator: Actuator | None = Field(None, description="what drives it; default: wallbox for an "
                                      "EV, sg_ready for a heat pump")
    kind: LoadKind | None = Field(None, description="how it is held back: dim (to its floor), "
                                  "pause (to zero), lock (on or off, heat pumps); default: dim "
                                  "for an EV, lock for a heat pump")
    floor_w: float | None = Field(None, ge=0, le=50000, description="power in W the load always "
                                  "keeps when dimmed; default: 6 A on each of its phases "
                                  "(4200 = the floor of § 14a EnWG)")


class Box(Strict):
    """One control box, or one for each bus of a placed group (`for_each`)."""

    name: Name = Field(description="name; with `for_each` 01, 02, ... are appended")
    bus: str | None = Field(None, description="point of connection; default: the stage's bus, or "
                            "that of the first load")
    for_each: Name | None = Field(None, description="name of a placed group: a box at each of its "
                                  "buses, controlling every EV and heat pump there")
    loads: list[BoxLoad] = Field([], max_length=4, description="flexible loads it controls")
    stage: Name | None = Field(None, description="balancer stage it controls")
    inverter: Name | None = Field(None, description="PV system whose feed-in it limits")
    limit_pv: bool = Field(False, description="with `for_each`: limit the first PV system there")
    selector: Name | None = Field(None, description="phase selector it drives with relays 1 to 3; "
                                  "its load pauses by relay 4, and is load 4")
    ev_kind: LoadKind = Field("dim", description="with `for_each`: kind of the EVs")
    ev_floor_w: float | None = Field(None, ge=0, le=50000, description="with `for_each`: "
                                     "`floor_w` of the EVs")
    heat_pump_kind: LoadKind = Field("lock", description="with `for_each`: kind of the heat "
                                     "pumps")
    meter: Meter = Field(Meter(), description="its meter")
    poll_s: Positive = Field(1.0, description="polling period of the meter in s, sets "
                            "`mb_poll_ms`")
    baud: Literal[9600, 19200, 38400] = Field(19200, description="speed of its Modbus line, "
                                              "sets `mb_baud`")
    parity: Literal["N", "E", "O"] = Field("E", description="parity of it, sets `mb_parity`")
    device_id: int | None = Field(None, ge=1, lt=2**30, description="the box's own number, on "
                                  "which its random delays depend; default: from its name")
    parameters: dict[str, int | str] = Field({}, description="values of the firmware's parameter "
                                             "table by id, over everything derived")

    @model_validator(mode="after")
    def _one_place(self):
        named = (self.bus or self.loads or self.stage or self.inverter
                 or self.selector)
        if self.for_each and (named or self.device_id):
            raise ValueError("`for_each` excludes `bus`, `loads`, `stage`, `inverter`, "
                             "`selector` and `device_id`")
        if not self.for_each and not named:
            raise ValueError("give `bus`, `loads`, `stage`, `inverter`, `selector` or `for_each`")
        if self.selector and len(self.loads) > 3:
            raise ValueError("`selector` takes load 4: at most three `loads` beside it")
        return self
