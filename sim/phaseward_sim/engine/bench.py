"""A box's bench: the wires between one box and the simulated world.

One serial bus with the meter, a wallbox per EV, the stage and the inverter; named outputs for
relays and SG-Ready contacts. A box process talks to it by `transmit` and `output`; rung core uses
`wires`.

Outputs (level 0 or 1), n = load number 1..4:
    relay_l<n>           1 = energised: the load is held back (io_l<n>_invert turns it round)
                         with a phase selector 1 to 3 are its contactors' coils
    sg_a_l<n>, sg_b_l<n> SG-Ready terminals 1:2; 1:0 lock, 0:0 normal, 0:1 recommended, 1:1 start
"""

from __future__ import annotations

import math

from ..modbus import (
    InverterSlave,
    MeterModel,
    MeterSlave,
    SerialBus,
    StageSlave,
    WallboxSlave,
)
from .rung import BoxSpec
from .wiring import INVERTER_ADDRESS, STAGE_ADDRESS, STAGE_PROFILE, WALLBOX_PROFILE

PORT = 0  # the box's one RS-485 port
_PARITY = "NEO"
# An answer is handed over in one piece at its end: the box is told of bytes once the line is idle.
_WHOLE_ANSWER = 256
_CONTACTORS = ("relay_l1", "relay_l2", "relay_l3")  # of a phase selector


class Wire:
    """What a load's actuator does to the device: a current limit, or a lock."""

    def __init__(self, limit_a, lock):
        self._limit_a, self._lock = limit_a, lock

    def current(self, ampere: float) -> None:
        """Largest current per phase in A; inf = no limit."""
        self._limit_a(ampere)

    def lock(self, locked: bool) -> None:
        """Hold the device back, or not, as a contact does."""
        self._lock(locked)


class Bench:
    """The bench of one box.

    meter: (model, row) of its meter. handles: by device name, what the fleets offer (charger,
    heat pump, stage). seed: of latencies and disturbances on the bus.
    """

    def __init__(self, spec: BoxSpec, meter: tuple[MeterModel, int], handles: dict, seed: int):
        self.spec = spec
        self.model, self.row = meter
        p = spec.parameters
        self.bus = SerialBus(p["mb_baud"], _PARITY[p["mb_parity"]],
                             chunk_chars=_WHOLE_ANSWER)
        self.meter = MeterSlave(spec.meter.profile, spec.meter.address, self.model, self.row,
                                seed=seed)
        self.bus.add(self.meter)
        self.handles = [handles[wire.device.name] for wire in spec.loads]
        self.wires = [_wire(wire, handles[wire.device.name]) for wire in spec.loads]
        self.stage = handles[spec.stage.name] if spec.stage else None
        self.inverter = handles[spec.inverter.name] if spec.inverter else None
        self.selector = handles[spec.selector.name] if spec.selector else None
        self._add_actuators(handles, seed)
        self.levels: dict[str, int] = {}
        self.changes: list[tuple[int, str, int]] = []
        self._plan_faults()

    def _add_actuators(self, handles, seed) -> None:
        for wire in self.spec.loads:
            if wire.actuator == "wallbox":
                self.bus.add(WallboxSlave(WALLBOX_PROFILE, wire.address,
                                          handles[wire.device.name], seed=seed))
        if self.stage is not None:
            self.bus.add(StageSlave(STAGE_PROFILE, STAGE_ADDRESS, self.stage, seed=seed))
        if self.inverter is not None:
            self.bus.add(InverterSlave(INVERTER_ADDRESS, self.inverter, seed=seed))

    def _plan_faults(self) -> None:
        for fault in self.spec.meter.faults:
            self.fail_meter(fault.fault, fault.from_s, fault.for_s)

    def fail_meter(self, fault: str, from_s: float, for_s: float | None) -> None:
        """The meter shows a fault from `from_s` for `for_s` seconds (None: to the end)."""
        end_s = math.inf if for_s is None else from_s + for_s
        self.meter.faults.schedule(fault, from_s, end_s)

    # --- what a box process calls ---------------------------------------------------------

    def transmit(self, port: int, t_us: int, data: bytes) -> list[tuple[int, bytes]]:
        """The box sends `data` on its serial port; what comes back, and when."""
        return self.bus.transmit(t_us, data) if port == PORT else []

    def output(self, name: str, level: int, t_us: int) -> None:
        """The box sets an output. An output nothing is wired to changes nothing."""
        self.changes.append((t_us, name, level))
        self.levels[name] = level
        for wire, actor in zip(self.spec.loads, self.wires, strict=True):
            self._drive(wire, actor, name)
        if self.selector is not None and name in _CONTACTORS:
            self.selector.coils(t_us * 1e-6, [self.levels.get(coil, 0) for coil in _CONTACTORS])

    def stick_contactor(self, phase: int, welded: bool) -> None:
        """A contactor of the phase selector stays closed (welded) or open from now on."""
        self.selector.stick(phase, int(welded))

    def all_outputs_off(self, t_us: int) -> None:
        """The box has lost power or restarts: every output drops."""
        for name in list(self.levels):
            self.output(name, 0, t_us)

    def advance(self, t_us: int) -> None:
        """Watchdogs of wallboxes, stage and inverter run up to t_us."""
        self.bus.advance(t_us)

    def _drive(self, wire, actor, name) -> None:
        n = wire.number
        if wire.actuator == "relay" and name == f"relay_l{n}":
            inverted = self.spec.parameters[f"io_l{n}_invert"]
            actor.lock(bool(self.levels[name]) != bool(inverted))
        elif wire.actuator == "sg_ready" and name in (f"sg_a_l{n}", f"sg_b_l{n}"):
            a, b = self.levels.get(f"sg_a_l{n}", 0), self.levels.get(f"sg_b_l{n}", 0)
            actor.lock(bool(a and not b))


def _wire(wire, handle) -> Wire:
    if wire.device.kind == "ev":
        return Wire(handle.set_limit_a, lambda locked: handle.set_limit_a(
            0.0 if locked else math.inf))
    return Wire(lambda ampere: handle.set_lock(ampere <= 0.0), handle.set_lock)
