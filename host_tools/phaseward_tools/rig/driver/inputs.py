"""Drivers that see the box's outputs from outside: Modbus I/O module, SCPI DAQ, USB DAQs.

Each answers `protocol.Inputs`. Failure: RigError naming the module where it does not answer.
"""

from __future__ import annotations

import contextlib

from ..errors import RigError, needed
from ..resource import modbus_client, visa
from .turned import Turned
from .uldaq_inputs import UlDaq

_READS = {"coil": "read_coils", "discrete": "read_discrete_inputs",
          "input": "read_input_registers", "holding": "read_holding_registers"}
ON_V = 1.5  # a LabJack's FIO: above is high (T-series data sheet: 2.0 V high, 0.5 V low)


class ModbusModule(Turned):
    """An I/O module, or a LabJack T-series over Ethernet, through pymodbus."""

    def __init__(self, what):
        super().__init__(what, f"I/O module at {what.host or what.port}")
        self._client = modbus_client(what)

    def raw(self, place: int) -> int:
        from pymodbus.exceptions import ModbusException

        read = getattr(self._client, _READS[self._what.table])
        try:
            answer = read(place, count=1, device_id=self._what.address)
        except (ModbusException, OSError) as error:
            raise RigError(f"{self.name}: {error}") from None
        if answer.isError():
            raise RigError(f"{self.name}: {self._what.table} {place} cannot be read: {answer}; "
                           "check `address`, `table` and `inputs`")
        return answer.bits[0] if "register" not in _READS[self._what.table] else (
            answer.registers[0])

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._client.close()


class ScpiModule(Turned):
    """A data logger or DAQ that measures a voltage at each contact."""

    def __init__(self, what):
        super().__init__(what, f"DAQ {what.resource}")
        self._instrument = visa(what.resource, what.backend)

    def raw(self, place: str) -> bool:
        question = self._what.query.replace("{channel}", place)
        try:
            return float(self._instrument.query(question)) > self._what.above
        except ValueError as error:
            raise RigError(f"{self.name}: {question}: expected a number: {error}") from None
        except Exception as error:  # pyvisa's errors, and those of its backends
            raise RigError(f"{self.name}: no answer to {question}: {error}") from None

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._instrument.close()


class LabJack(Turned):
    """A LabJack T4, T7 or T8 on USB; needs LabJack's own driver beside labjack-ljm."""

    def __init__(self, what):
        super().__init__(what, f"LabJack {what.device}")
        try:
            from labjack import ljm
        except ImportError:
            raise needed("labjack-ljm", f"the {self.name}", "labjack") from None
        self._ljm = ljm
        try:
            self._handle = ljm.openS("ANY", "ANY", what.device)
        except Exception as error:  # LJMError, and ctypes' where LabJack's driver is missing
            raise RigError(f"{self.name}: cannot be opened: {error}; is it plugged in and "
                           "LabJack's LJM driver installed?") from None

    def raw(self, place: str) -> bool:
        try:
            return self._ljm.eReadName(self._handle, place) > (
                0.5 if place.startswith(("FIO", "EIO", "CIO", "MIO")) else ON_V)
        except Exception as error:
            raise RigError(f"{self.name}: {place} cannot be read: {error}") from None

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._ljm.close(self._handle)


DRIVERS = {"modbus": ModbusModule, "scpi": ScpiModule, "labjack": LabJack,
           "uldaq": UlDaq}


def open_inputs(what) -> Turned:
    """The driver for a read-back of the schema other than telemetry."""
    return DRIVERS[what.kind](what)
