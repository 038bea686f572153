"""Modbus devices on a simulated RS-485 bus, answering through pymodbus' codec.

`SerialBus.transmit(t_us, data)` takes what a master sends and returns what arrives back and
when; `SerialBus.advance(t_us)` once per grid step lets watchdogs run. The codec is not ours:
an outside implementation judges the bytes of the firmware's master.
"""

from .inverter import InverterSlave
from .meter import MeterSlave
from .metering import COLUMNS, MeterModel
from .profile import ProfileError
from .slave import Slave
from .stage import StageSlave
from .wallbox import WallboxSlave
from .wire import SerialBus

__all__ = ["COLUMNS", "InverterSlave", "MeterModel", "MeterSlave", "ProfileError", "SerialBus",
           "Slave", "StageSlave", "WallboxSlave"]
