"""The host's end of a box's serial port: frames, requests, parameters. Protocol: docs/PROTOCOL.md.

    box = Box(Client(SerialStream("/dev/ttyACM0")))
    box.login("technician", key)
    box.set({"pb_enable": 1})
"""

from .box import Box
from .client import Client
from .errors import (
    AccessRefused,
    LinkError,
    NoAnswer,
    PortError,
    Refused,
    UnknownRequest,
    WrongDevice,
)
from .keys import device_key, response
from .streams import SerialStream

__all__ = [
    "AccessRefused", "Box", "Client", "LinkError", "NoAnswer", "PortError", "Refused",
    "SerialStream", "UnknownRequest", "WrongDevice", "device_key", "response",
]  # fmt: skip
