"""Listens to a box's line through the rig's adapters, answering for its meter with 230 V.

Nothing is set. A simulated meter at nominal voltage is what the box would see of a sound feeder.
"""

from __future__ import annotations

import math
import time

from phaseward_sim.modbus import MeterModel, MeterSlave

from .diagnosis import Counted, Heard
from .driver.requests import Requests
from .driver.slaves import SlaveAdapter
from .pacer import Pacer
from .resource import serial_port

SPEEDS = (9600, 19200, 38400, 4800, 2400, 57600, 115200)
_TEST = bytes.fromhex("f70300000001")  # reads a register of address 247, where nobody lives
_LOOP_S = 0.5
_SETTLE_S = 2.5
_ENOUGH_POLLS = 3  # fewer would judge by chance: then it listens on
_MOST_PARTS = 5
_U_V = 230.0


def test_frame() -> bytes:
    """A request that harms nobody."""
    from pymodbus.framer.rtu import FramerRTU

    return _TEST + FramerRTU.compute_CRC(_TEST).to_bytes(2, "big")


def meter_slave(values: dict) -> MeterSlave:
    """The meter the box expects, at steady nominal voltage."""
    model = MeterModel(1)
    model.update(0.0, [_U_V] * 3, [_U_V * math.sqrt(3)] * 3, [0.0] * 3, [0.0] * 3, 50.0)
    return MeterSlave(values["mb_meter"], values["mb_meter_addr"], model)


def counted(box, values: dict) -> Counted:
    """The box's counters of its meter now."""
    status = box.status()
    row = next((row for row in box.bus() if row["address"] == values["mb_meter_addr"]), None)
    found = Counted(values["mb_meter_addr"], safe_mode=bool(status["safe_mode"]),
                    baud=values["mb_baud"])
    if row is not None:
        found.ok, found.timeout = row["ok"], row["timeout"]
        found.crc, found.other = row["crc"], row["other"] + row["exception"]
    return found


def difference(after: Counted, before: Counted) -> Counted:
    """What was counted between the two."""
    return Counted(after.address, after.ok - before.ok, after.timeout - before.timeout,
                   after.crc - before.crc, after.other - before.other, after.safe_mode,
                   after.baud)


def listen(what, box, values: dict, seconds: float) -> tuple[list[Heard], Counted]:
    """One `Heard` per adapter of a schema.RigBox, and what the box counted meanwhile.

    A box counts only once the answers have come for a while: it has missed some before.
    """
    pacer = Pacer(1.0)
    pacer.begin()
    slave = meter_slave(values)
    named = any("meter" in (adapter.devices or ()) for adapter in what.adapters)
    adapters = []
    try:
        for place, adapter in enumerate(what.adapters):
            is_meter = what.source is None and (
                "meter" in (adapter.devices or ()) or (not named and place == 0))
            port = serial_port(adapter.port, values["mb_baud"], values["mb_parity"])
            slaves = {slave.address: slave} if is_meter else {}
            adapters.append(SlaveAdapter(port, slaves, pacer, 11 / values["mb_baud"]))
        pacer.run_until(_SETTLE_S)
        before = counted(box, values)
        for part in range(1, _MOST_PARTS + 1):
            pacer.run_until(_SETTLE_S + part * seconds)
            after = difference(counted(box, values), before)
            if after.polls >= _ENOUGH_POLLS:
                break
    finally:
        for adapter in adapters:
            adapter.close()
    return [_heard(adapter) for adapter in adapters], after


def _heard(adapter: SlaveAdapter) -> Heard:
    ear = adapter.requests
    return Heard(str(adapter.port.port), adapter.heard, dict(adapter.addresses),
                 tuple(adapter.slaves), adapter.answered, ear.noise, ear.echoes, _rivals(adapter))


def _rivals(adapter: SlaveAdapter) -> int:
    """Answers that somebody else sent for one of our addresses."""
    return sum(adapter.requests.foreign.get(address, 0) for address in adapter.slaves)


def readable_speed(port: str, values: dict, seconds: float) -> int:
    """Another speed at which what the port hears makes requests; 0 where there is none."""
    for baud in SPEEDS:
        if baud != values["mb_baud"] and _requests_at(port, baud, values["mb_parity"], seconds):
            return baud
    return 0


def _requests_at(port: str, baud: int, parity: int, seconds: float) -> bool:
    ear, line = Requests(), serial_port(port, baud, parity)
    try:
        until_s = time.monotonic() + seconds
        while (now_s := time.monotonic()) < until_s:
            data = line.read(1)
            if data and ear.feed(now_s, data + line.read(line.in_waiting)):
                return True
    finally:
        line.close()
    return False


def loop(what, values: dict) -> dict[tuple[str, str], bool]:
    """Every adapter of a line in turn sends a frame; who heard it whole."""
    ports = [serial_port(a.port, values["mb_baud"], values["mb_parity"]) for a in what.adapters]
    try:
        return {(sender.port, listener.port): came
                for sender in ports for listener, came in _passed(sender, ports)}
    finally:
        for port in ports:
            port.close()


def _passed(sender, ports):
    listeners = [port for port in ports if port is not sender]
    heard = {port.port: b"" for port in listeners}
    sender.write(test_frame())
    until_s = time.monotonic() + _LOOP_S
    while time.monotonic() < until_s:
        for port in listeners:
            heard[port.port] += port.read(max(1, port.in_waiting))
    for port in listeners:
        yield port, test_frame() in heard[port.port]
