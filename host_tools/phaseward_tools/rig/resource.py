"""Resources: opens what exists on the bench. Failure: an error that names it and says what to
do."""

from __future__ import annotations

from .errors import RigError, needed

_PARITY = "NEO"
_READ_S = 0.02
VISA_TIMEOUT_MS = 2000


def serial_port(port: str, baud: int, parity: int = 0):
    """A serial port for bytes of a Modbus line. parity: 0 none, 1 even, 2 odd."""
    import serial

    try:
        return serial.serial_for_url(port, baudrate=baud, parity=_PARITY[parity],
                                     timeout=_READ_S, write_timeout=1)
    except (OSError, ValueError) as error:
        raise RigError(f"{port}: cannot be opened: {error}; is it plugged in, and is no other "
                       "program on it?") from None


def visa(resource: str, backend: str):
    """An instrument on VISA. RigError where it does not answer."""
    try:
        import pyvisa
    except ImportError:
        raise needed("pyvisa", f"the instrument {resource}") from None
    try:
        manager = pyvisa.ResourceManager(backend)
        return manager.open_resource(resource, read_termination="\n", write_termination="\n",
                                     timeout=VISA_TIMEOUT_MS)
    except (pyvisa.Error, OSError, ValueError) as error:
        raise RigError(f"{resource}: cannot be opened: {error}; `pyvisa-shell` lists what "
                       "is there") from None


def modbus_client(what):
    """A connected pymodbus client for a schema.ModbusInputs."""
    from pymodbus.client import ModbusSerialClient, ModbusTcpClient

    if what.host is not None:
        client = ModbusTcpClient(what.host, port=what.tcp_port, timeout=1, retries=1)
    else:
        client = ModbusSerialClient(what.port, baudrate=what.baud, timeout=1, retries=1)
    if not client.connect():
        raise RigError(f"{what.host or what.port}: the I/O module cannot be reached; check its "
                       "address and cable")
    return client
