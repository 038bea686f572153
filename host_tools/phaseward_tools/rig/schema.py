"""The rig file, version 1: which boxes lie on the bench and how they are wired.

A rig file is to the bench what a scenario is to the feeder; one rig serves many scenarios.
Units are part of the key: `_s`, `_v`, `_v_s`, `_a`, `_pct`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from phaseward_sim.scenario.base import Name, Positive, Seconds, Strict

Pin = Annotated[str, Field(pattern=r"^(relay|sg_a|sg_b)_l[1-4]$")]
PortBit = Annotated[str, Field(pattern=r"^[A-Z0-9]+\.[0-9]{1,2}$")]
Device = Annotated[str, Field(pattern=r"^(meter|stage|wallbox_l[1-4])$")]


class Adapter(Strict):
    """One RS-485 adapter on the box's bus, and the simulated devices behind it."""

    port: str = Field(description="serial port, or a URL that pyserial knows")
    devices: list[Device] | None = Field(None, description="what answers through this adapter: "
                                         "meter, stage, wallbox_l1 ...; default: all that is left")


class Telemetry(Strict):
    """Outputs read back over the box's own serial port."""

    kind: Literal["telemetry"] = Field(description="`telemetry`")
    every_s: Positive = Field(1.0, description="how often")


class ModbusInputs(Strict):
    """Outputs wired to a Modbus I/O module; also a LabJack T-series over Ethernet."""

    kind: Literal["modbus"] = Field(description="`modbus`")
    port: str | None = Field(None, description="serial port of the module's own bus, or")
    host: str | None = Field(None, description="its address, for Modbus TCP")
    tcp_port: int = Field(502, ge=1, le=65535, description="TCP port")
    baud: int = Field(9600, ge=300, le=921600, description="speed of the serial port")
    address: int = Field(1, ge=0, le=255, description="Modbus address (unit)")
    table: Literal["coil", "discrete", "input", "holding"] = Field(
        "discrete", description="which table holds the inputs; of a register, not 0 is on")
    inputs: dict[Pin, int] = Field(min_length=1, description="output of the box -> number of the "
                                   "input, counted from 0")
    inverted: list[Pin] = Field([], description="outputs that read 0 while energised")
    every_s: Positive = Field(0.5, description="how often")

    @model_validator(mode="after")
    def _one_way(self):
        if (self.port is None) == (self.host is None):
            raise ValueError("expected port or host, one of the two")
        return self


class ScpiInputs(Strict):
    """Outputs wired to a data logger or DAQ that understands SCPI."""

    kind: Literal["scpi"] = Field(description="`scpi`")
    resource: str = Field(description="VISA resource, for example USB0::0x2A8D::...::INSTR")
    backend: str = Field("", description="VISA library; empty: the installed one, `@py`: "
                         "pyvisa-py")
    query: str = Field("MEAS:VOLT:DC? (@{channel})", description="question for one channel")
    inputs: dict[Pin, str] = Field(min_length=1, description="output of the box -> channel")
    above: float = Field(2.5, description="a reading above this is on")
    inverted: list[Pin] = Field([], description="outputs that read low while energised")
    every_s: Positive = Field(1.0, description="how often")


class LabJackInputs(Strict):
    """Outputs wired to a LabJack T-series on USB (library labjack-ljm)."""

    kind: Literal["labjack"] = Field(description="`labjack`")
    device: str = Field("ANY", description="serial number or ANY")
    inputs: dict[Pin, str] = Field(min_length=1, description="output of the box -> LabJack's "
                                   "name, for example FIO0")
    inverted: list[Pin] = Field([], description="outputs that read 0 while energised")
    every_s: Positive = Field(0.5, description="how often")


class UlDaqInputs(Strict):
    """Outputs wired to a USB DAQ of Measurement Computing (library uldaq)."""

    kind: Literal["uldaq"] = Field(description="`uldaq`")
    device: str = Field("ANY", description="unique id as the library tells it, or ANY")
    inputs: dict[Pin, PortBit] = Field(min_length=1, description="output of the box -> PORT.BIT, "
                                       "for example FIRSTPORTA.0")
    inverted: list[Pin] = Field([], description="outputs that read 0 while energised")
    every_s: Positive = Field(0.5, description="how often")


ReadBack = Annotated[Telemetry | ModbusInputs | ScpiInputs | LabJackInputs | UlDaqInputs,
                     Field(discriminator="kind")]


class Source(Strict):
    """A programmable three-phase AC source at the voltage terminals of the box's real meter."""

    kind: Literal["chroma_61500", "california_instruments"] = Field(description="family")
    resource: str = Field(description="VISA resource, for example GPIB0::5::INSTR")
    backend: str = Field("", description="VISA library; empty: the installed one, `@py`: "
                         "pyvisa-py")
    range_v: Positive = Field(300.0, description="output range in V")
    limit_a: Positive = Field(1.0, description="current limit per phase in A: a meter needs "
                              "little")
    ramp_v_s: Positive = Field(20.0, description="fastest change per phase in V/s")


class Ratings(Strict):
    """What box and meter bear at their voltage terminals, phase to neutral."""

    u_min_v: Seconds = Field(184.0, description="lowest voltage in V; 0.8 of 230 V")
    u_max_v: Positive = Field(264.5, description="highest voltage in V; 1.15 of 230 V")

    @model_validator(mode="after")
    def _in_order(self):
        if self.u_min_v >= self.u_max_v:
            raise ValueError(f"u_max_v: expected more than u_min_v={self.u_min_v:g}")
        return self


class RigBox(Strict):
    """One box on the bench."""

    name: Name = Field(description="the scenario's box that this one plays")
    console: str = Field(description="its serial port")
    identity: int | None = Field(None, ge=0, lt=2**30, description="its own number; another box "
                                 "on the port is refused")
    key_file: str | None = Field(None, description="file that `phaseward provision` wrote, where "
                                 "the box has keys; relative to the rig file")
    silent_s: Positive = Field(30.0, description="longest silence of the box, as while it "
                               "restarts; then the run breaks off")
    adapters: list[Adapter] = Field([], description="RS-485 adapters on its bus")
    source: Source | None = Field(None, description="real voltages instead of a simulated meter")
    parameters: dict[str, int | str] = Field({}, description="values of the box's own bench, over "
                                             "those of the scenario: for example a real meter's")
    read_back: list[ReadBack] = Field([Telemetry(kind="telemetry")], min_length=1,
                                      description="how its outputs are read; the first one acts "
                                      "on the feeder, all must agree")

    @model_validator(mode="after")
    def _something_to_measure(self):
        if not self.adapters and self.source is None:
            raise ValueError("expected adapters, a source, or both: the box measures nothing")
        return self


class Late(Strict):
    """Which steps count as late, and how many a run may have."""

    tolerance_s: Positive = Field(0.1, description="a step that begins later than this after its "
                                  "time, in s, is late")
    at_most_pct: Seconds = Field(1.0, description="largest share of late steps in %")


class Rig(Strict):
    """A whole rig."""

    version: Literal[1] = Field(description="version of this schema")
    name: Name = Field(description="id of the bench")
    about: str = Field("", description="words: where it is, what is special about its wiring")
    boxes: list[RigBox] = Field(min_length=1, description="the boxes on it")
    ratings: Ratings = Field(Ratings(), description="limits of box and meter")
    late: Late = Field(Late(), description="how punctual a run must be")
    disagree_s: Positive = Field(3.0, description="read-backs that differ for longer than this "
                                 "fail the run")
