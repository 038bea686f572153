"""A meter to try the gateway with: an Eastron SDM630 at 230 V on Modbus TCP, by pymodbus.

    python boards/GATEWAY/a_meter.py [PORT]
"""

import struct
import sys

from pymodbus.server import StartTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

PORT = 5020
NEUTRAL, LINE = 0, 200  # first registers of phase-to-neutral and phase-to-phase voltages
REGISTERS = 400


def floats(*values):
    """float32 as registers, high word first."""
    return list(struct.unpack(f">{2 * len(values)}H", struct.pack(f">{len(values)}f", *values)))


def meter():
    held = [0] * REGISTERS
    held[NEUTRAL : NEUTRAL + 6] = floats(230.0, 230.0, 230.0)
    held[LINE : LINE + 6] = floats(400.0, 400.0, 400.0)
    held[70:72] = floats(50.0)  # frequency
    bits = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
    holding = [SimData(0, values=[0], datatype=DataType.REGISTERS)]
    inputs = [SimData(0, values=held, datatype=DataType.REGISTERS)]
    return SimDevice(1, simdata=(bits, bits, holding, inputs))


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else PORT
    StartTcpServer(meter(), address=("127.0.0.1", port))
