"""Frames of the tool protocol, host side; written from docs/PROTOCOL.md, not from the firmware."""

import json
from dataclasses import dataclass

LONGEST_REQUEST = 512
UNKNOWN = "----"
_POLYNOMIAL = 0xA001  # CRC-16 of Modbus RTU


def checksum(data: bytes) -> str:
    """CRC-16/MODBUS as 4 hex digits."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ _POLYNOMIAL if crc & 1 else crc >> 1
    return f"{crc:04x}"


def request(number: int, words: str) -> bytes:
    """The frame of a request, with its line end. ValueError where it is too long or not ASCII."""
    body = f">{number & 0xFFFF:04x} {words}".encode("ascii")
    frame = body + b"*" + checksum(body).encode()
    if len(frame) > LONGEST_REQUEST:
        raise ValueError(f"request of {len(frame)} bytes, a box takes {LONGEST_REQUEST}")
    return frame + b"\n"


@dataclass(frozen=True)
class Reply:
    """`number`: of the request, or UNKNOWN; `good`; `value`: what the box sent."""

    number: str
    good: bool
    value: dict


def find_reply(line: bytes) -> Reply | None:
    """The reply in a line, also behind noise; None where there is none whole."""
    start = line.find(b"<")
    while start >= 0:
        reply = _parse(line[start:].rstrip(b"\r\n"))
        if reply is not None:
            return reply
        start = line.find(b"<", start + 1)
    return None


def _parse(text: bytes) -> Reply | None:
    body, mark, crc = text[:-5], text[-5:-4], text[-4:]
    if mark != b"*" or crc != checksum(body).encode() or len(body) < 8:
        return None
    try:
        value = json.loads(body[7:])
    except ValueError:
        return None
    return Reply(body[1:5].decode("ascii", "replace"), body[6:7] == b"+", value)
